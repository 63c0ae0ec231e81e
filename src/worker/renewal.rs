//! The lane's part that is about renewing the secret without a gap, and reminding of its end.
//!
//! Owns how its commands are carried out. Must not know egui. Start with `Lane::renewal`.

mod reminders;
mod steps;

use super::Lane;
use crate::{
    calendar,
    certificate::{self, CertificateError},
    domain::reminder::Deadline,
    keeper::Keeper,
    session::{
        Event as SessionEvent, FileTask,
        renewal::{Command, Event},
    },
};

/// The name in the certificates made here, which the portal shows.
const NAME: &str = "Liaison";

impl Lane {
    pub(super) fn renewal(&mut self, command: Command) {
        match command {
            Command::ReadCertificate { job, path, password } => {
                self.out.send(match certificate::load(&path, password.as_ref()) {
                    Ok(with) => SessionEvent::Renewal(Event::Certificate(job, Box::new(with))),
                    Err(CertificateError::PasswordNeeded) => SessionEvent::Renewal(Event::Locked(job, path, None)),
                    Err(error @ CertificateError::WrongPassword) => {
                        SessionEvent::Renewal(Event::Locked(job, path, Some((&error).into())))
                    }
                    Err(error) => SessionEvent::FileFailed(job, FileTask::OpenCertificate, (&error).into()),
                });
            }
            Command::MakeCertificate { job, months } => {
                self.out.send(SessionEvent::Renewal(match certificate::make(NAME, months, (self.now)()) {
                    Ok(with) => Event::Certificate(job, Box::new(with)),
                    Err(error) => Event::NotMade(job, (&error).into()),
                }));
            }
            Command::SaveCertificate { job, path, certificate } => {
                const TASK: FileTask = FileTask::SaveCertificate;
                self.out.send(match certificate::save(&path, &certificate) {
                    Ok(()) => SessionEvent::Renewal(Event::Written(job, TASK, path)),
                    Err(error) => SessionEvent::FileFailed(job, TASK, (&error).into()),
                });
            }
            Command::SaveCalendar { job, path, deadline, account } => {
                const TASK: FileTask = FileTask::Calendar;
                self.out.send(match calendar::save(&path, &deadline, &account, (self.now)()) {
                    Ok(()) => SessionEvent::Renewal(Event::Written(job, TASK, path)),
                    Err(failure) => SessionEvent::FileFailed(job, TASK, failure),
                });
            }
            Command::Watch { job, deadline } => {
                let practice = self.profile != self.home;
                let deadline = Deadline { practice, ..deadline };
                let (profile, vault) = (self.profile.clone(), self.vault.clone());
                let keeper = move || Keeper::open(&profile, vault.clone());
                let watch = reminders::watch(deadline, keeper, self.notifier.clone(), self.now);
                self.spawn(job, watch);
            }
            Command::Stop { job } => self.cancel(job),
            step => self.step(step),
        }
    }
}
