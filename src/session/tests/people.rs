//! The directory: loads, searches one at a time, and presence that is asked for gently.
//! Nothing is asked of a server: commands are looked at, and events are made up.

use super::*;
use crate::{
    domain::{
        CloudKind, DirectoryOptions, Guid, Presence, PresenceKind,
        people::{Builder, Kept, NewPerson, People, Progress},
    },
    session::directory::{Action as Of, Command as To, Event as From, Filter, Refused},
};
use std::sync::Arc;

fn id(number: u32) -> Guid {
    let mut bytes = [7; 16];
    bytes[..4].copy_from_slice(&number.to_le_bytes());
    Guid::from_bytes(bytes).expect("not all zero")
}

fn people(count: u32) -> Arc<People> {
    let mut builder = Builder::default();
    for number in 0..count {
        builder.push(&NewPerson {
            id: id(number),
            display_name: &format!("Person {number:06}"),
            user_principal_name: "",
            mail: None,
            job_title: None,
            department: None,
            mobile: None,
            business: &[],
        });
    }
    Arc::new(builder.finish())
}

impl Desk {
    fn ask(&mut self, action: Of) -> Vec<To> {
        of(self.act(Action::Directory(action)))
    }

    fn tell(&mut self, event: From) -> Vec<To> {
        of(self.session.receive(Event::Directory(event), self.now))
    }

    /// A desk with so many people on the screen.
    fn with_people(count: u32) -> Self {
        let mut desk = Desk::account();
        let commands = desk.ask(Of::Refresh { everybody: false });
        let [To::Refresh { job, .. }] = &commands[..] else { panic!("{commands:?}") };
        let kept = Kept { people: people(count), at: desk.now };
        for command in desk.tell(From::Refreshed(*job, kept, None)) {
            if let To::Search { job, people, ask, before } = command {
                let found = people.search(*ask, before.as_deref());
                desk.tell(From::Found(job, Arc::new(found)));
            }
        }
        desk
    }

    fn look(&mut self, seen: std::ops::Range<u32>, around: std::ops::Range<u32>) -> Vec<To> {
        self.ask(Of::Look { seen: seen.collect(), around: around.collect() })
    }
}

fn of(commands: Vec<Command>) -> Vec<To> {
    let directory = |command| if let Command::Directory(command) = command { Some(command) } else { None };
    commands.into_iter().filter_map(directory).collect()
}

/// The question about presence among these, if there is one.
fn question(commands: &[To]) -> Option<(u64, usize)> {
    commands.iter().find_map(|command| match command {
        To::Presences { job, people, .. } => Some((*job, people.len())),
        _ => None,
    })
}

fn refused(lasting: bool) -> Result<Vec<(Guid, Presence)>, Refused> {
    Err(Refused { failure: Failure::new("No.", "Ask."), lasting, wait: Some(Duration::seconds(90)) })
}

#[test]
fn presence_is_asked_for_in_one_question_and_again_after_a_while_only() {
    let mut desk = Desk::with_people(5_000);
    let (job, asked) = question(&desk.look(0..20, 0..1_000)).expect("a question");
    assert_eq!(asked, 650);
    // Nothing more while that is open, and nothing more for 30 seconds.
    assert_eq!(question(&desk.look(30..50, 0..100)), None);
    let busy = Presence { availability: "Busy".into(), activity: "InACall".into(), ..Presence::default() };
    desk.tell(From::Presences(job, Ok(vec![(id(3), busy.clone()), (id(9_999), busy)])));
    assert_eq!(desk.session.directory.faces.known(), 1);
    let (job, _) = question(&desk.look(30..50, 0..100)).expect("somebody else is in sight");
    desk.tell(From::Presences(job, Ok(Vec::new())));
    assert_eq!(question(&desk.look(30..50, 0..100)), None);
    desk.wait(29_000);
    assert_eq!(question(&desk.look(30..50, 0..100)), None);
    desk.wait(2_000);
    assert!(question(&desk.look(30..50, 0..100)).is_some());
}

#[test]
fn a_refusal_is_kept_until_somebody_acts_and_a_pause_is_kept() {
    let mut desk = Desk::with_people(10);
    let (job, _) = question(&desk.look(0..10, 0..10)).expect("a question");
    desk.tell(From::Presences(job, refused(false)));
    assert!(desk.session.directory.faces.refused.is_none());
    desk.wait(60_000);
    assert_eq!(question(&desk.look(0..10, 0..10)), None, "Microsoft asked for 90 seconds");
    desk.wait(61_000);
    let (job, _) = question(&desk.look(0..10, 0..10)).expect("a question");
    desk.tell(From::Presences(job, refused(true)));
    assert!(desk.session.directory.faces.refused.is_some());
    desk.wait(600_000);
    assert_eq!(question(&desk.look(0..10, 0..10)), None);
    desk.ask(Of::AskPresence);
    assert!(question(&desk.look(0..10, 0..10)).is_some());
}

#[test]
fn china_has_no_presence() {
    let mut desk = Desk::with_people(10);
    if let Some(saved) = &mut desk.session.saved {
        saved.account.cloud = crate::domain::Cloud::known(CloudKind::China).expect("a cloud");
    }
    assert_eq!(question(&desk.look(0..10, 0..10)), None);
}

#[test]
fn a_filter_by_presence_asks_for_everybody_batch_by_batch() {
    let mut desk = Desk::with_people(1_500);
    let filter = Filter { presence: Some(PresenceKind::Busy), ..Filter::default() };
    let mut commands = desk.ask(Of::Filter(filter));
    let mut asked = Vec::new();
    while let Some((job, count)) = question(&commands) {
        asked.push(count);
        commands = desk.tell(From::Presences(job, Ok(Vec::new())));
    }
    assert_eq!(asked, [650, 650, 200]);
    assert_eq!(desk.session.directory.faces.to_come(), 0);
}

#[test]
fn one_search_runs_and_the_last_text_is_what_counts() {
    let mut desk = Desk::with_people(100);
    let text = |text: &str| Of::Filter(Filter { text: text.to_owned(), ..Filter::default() });
    let commands = desk.ask(text("1"));
    let [To::Search { job, people, ask, .. }] = &commands[..] else { panic!("{commands:?}") };
    assert!(desk.ask(text("12")).is_empty());
    assert!(desk.ask(text("123")).is_empty());
    let late = From::Found(job + 100, Arc::new(people.search((**ask).clone(), None)));
    assert!(desk.tell(late).is_empty());
    let found = people.search((**ask).clone(), None);
    let commands = desk.tell(From::Found(*job, Arc::new(found)));
    assert!(matches!(&commands[..], [To::Search { .. }]), "{commands:?}");
}

#[test]
fn a_load_shows_its_progress_can_be_cancelled_and_keeps_what_was_there() {
    let mut desk = Desk::with_people(100);
    let commands = desk.ask(Of::Refresh { everybody: true });
    let [To::Refresh { job, everybody: true, .. }] = &commands[..] else { panic!("{commands:?}") };
    // One load at a time.
    assert!(desk.ask(Of::Refresh { everybody: true }).is_empty());
    desk.tell(From::Progress(*job, Progress { people: 40, ..Progress::default() }));
    assert_eq!(desk.session.directory.load.map(|load| load.progress.people), Some(40));
    let cancelled = desk.ask(Of::Cancel);
    assert!(matches!(&cancelled[..], [To::Cancel { job: of }] if of == job));
    desk.tell(From::Progress(*job, Progress::default()));
    assert!(desk.session.directory.load.is_none());
    assert_eq!(desk.session.directory.count(), 100);
    let commands = desk.ask(Of::Refresh { everybody: false });
    let [To::Refresh { job, .. }] = &commands[..] else { panic!("{commands:?}") };
    desk.tell(From::Progress(*job, Progress { people: 70, ..Progress::default() }));
    desk.tell(From::Stopped { job: *job, failure: Failure::new("Cut.", "Again."), resumable: true });
    let state = &desk.session.directory;
    assert_eq!((state.cut_off, state.failure.is_some(), state.count()), (Some(70), true, 100));
}

#[test]
fn another_tenant_leaves_nothing_of_the_one_before() {
    let mut desk = Desk::with_people(100);
    let mut saved = kept(2);
    saved.account.tenant_id = id(1);
    let before = desk.session.saved.replace(saved);
    let commands = of(directory::applied(&mut desk.session, before.as_ref(), now()));
    // The counting under way is stopped, too.
    assert!(matches!(&commands[..], [To::Cancel { .. }, To::Open { tenant, .. }] if *tenant == id(1)), "{commands:?}");
    assert_eq!((desk.session.directory.people.len(), desk.session.directory.at), (0, None));

    let mut desk = Desk::with_people(100);
    let same = desk.session.saved.clone();
    directory::applied(&mut desk.session, same.as_ref(), now());
    assert_eq!(desk.session.directory.people.len(), 100);
    desk.session.saved = None;
    directory::deleted(&mut desk.session, now());
    assert!(desk.session.directory.people.is_empty());
}

#[test]
fn the_order_on_the_screen_is_the_drafts() {
    let mut desk = Desk::with_people(3);
    desk.act(Action::MovePhone(crate::domain::PhoneType::Mobile, 0));
    assert_ne!(desk.session.directory_options(), DirectoryOptions::default());
    assert_eq!(desk.session.directory_options(), desk.draft().directory_options);
}
