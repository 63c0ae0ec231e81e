//! Reminders of the end: by the desktop while the program runs, and by a calendar file.

use super::window::{Place, TALL, practice};
use chrono::{DateTime, Duration, Utc};
use liaison::{
    domain::{ExpiryState, reminder::LADDER},
    notify::{NotShown, Notifier},
    practice::Scenario,
};
use std::{
    fs,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

#[derive(Clone, Default)]
struct Desktop {
    shown: Arc<Mutex<Vec<String>>>,
    refuses: Arc<AtomicBool>,
    asked: Arc<AtomicBool>,
}

impl Desktop {
    fn notifier(&self) -> Notifier {
        let desktop = self.clone();
        Notifier::rehearsed(move |title, text| {
            desktop.asked.store(true, Ordering::Relaxed);
            if desktop.refuses.load(Ordering::Relaxed) {
                return Err(NotShown);
            }
            desktop.shown.lock().unwrap().push(format!("{title}: {text}"));
            Ok(())
        })
    }

    fn shown(&self) -> Vec<String> {
        self.shown.lock().unwrap().clone()
    }
}

/// An account whose secret ends in nine days, as the window knows.
fn place(desktop: &Desktop) -> (liaison::practice::Practice, Place) {
    let tenant = practice(Scenario::ExpiringIn9Days);
    let mut place = Place::with_account(&tenant);
    place.notifier = desktop.notifier();
    (tenant, place)
}

fn in_three_days() -> DateTime<Utc> {
    Utc::now() + Duration::days(3)
}

fn in_ten_days() -> DateTime<Utc> {
    Utc::now() + Duration::days(10)
}

#[test]
fn the_desktop_reminds_once_at_each_rung_whatever_is_closed_in_between() {
    let desktop = Desktop::default();
    let (_tenant, place) = place(&desktop);
    let mut window = place.open();
    assert!(desktop.shown().is_empty(), "nothing is known yet");
    window.click("Test connection");
    window.wait("the reminder", |_| !desktop.shown().is_empty());
    assert_eq!(
        desktop.shown(),
        ["The client secret expires in 9 days: Contoso. Renew it in Liaison; agents stay signed in."]
    );
    drop(window);
    let again = place.open();
    assert_eq!(again.session().expiry_state(Utc::now()), ExpiryState::Warning);
    drop(again);
    let mut later = place.open_at(TALL, in_three_days);
    later.wait("the next rung", |_| desktop.shown().len() > 1);
    let mut ended = place.open_at(TALL, in_ten_days);
    ended.wait("the end", |_| desktop.shown().len() > 2);
    drop((later, ended));
    let shown = desktop.shown();
    assert!(shown[1].contains("expires in 6 days") && shown[2].contains("expired 1 day ago"), "{shown:?}");
    assert_eq!(shown.len(), 3, "{shown:?}");
}

#[test]
fn what_the_desktop_does_not_show_is_not_held_to_be_said() {
    let desktop = Desktop::default();
    let (_tenant, place) = place(&desktop);
    desktop.refuses.store(true, Ordering::Relaxed);
    let mut window = place.open();
    window.click("Test connection");
    window.wait("the attempt", |_| desktop.asked.load(Ordering::Relaxed));
    drop(window);
    desktop.refuses.store(false, Ordering::Relaxed);
    let mut window = place.open();
    window.wait("the reminder", |_| !desktop.shown().is_empty());
}

#[test]
fn a_calendar_file_rings_at_every_rung() {
    let (_tenant, place) = place(&Desktop::default());
    let mut window = place.open();
    window.click("Test connection");
    window.wait("the date", |session| session.saved.as_ref().is_some_and(|saved| saved.expiry.is_some()));
    let path = place.path("reminders.ics");
    window.click("Save reminders for your calendar…");
    window.fill("Path of the file", &path);
    window.click("Save");
    window.wait_idle();
    window.announces("Open it with your calendar");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.lines().all(|line| line.len() <= 75), "lines are folded: {text}");
    let calendar: icalendar::Calendar = text.parse().unwrap();
    let event = calendar.events().next().unwrap();
    use icalendar::{CalendarDateTime, Component, DatePerhapsTime};
    assert_eq!(event.get_summary(), Some("The client secret of Contoso expires"));
    let end = place.saved().unwrap().expiry.unwrap().at;
    let Some(DatePerhapsTime::DateTime(CalendarDateTime::Utc(start))) = event.get_start() else { panic!("{text}") };
    assert_eq!(start.timestamp(), end.timestamp());
    for days in LADDER {
        assert!(text.contains(&format!("\r\nTRIGGER:-P{days}D\r\n")), "{days}: {text}");
    }
    assert_eq!(text.matches("BEGIN:VALARM").count(), LADDER.len());
    assert!(!text.contains("8Qk"), "nothing of the secret");
}

#[test]
fn all_secrets_of_the_app_are_a_list_with_the_one_in_use_named() {
    let tenant = practice(Scenario::TwoSecretsSameHint);
    let place = Place::with_account(&tenant);
    let mut window = place.open();
    window.expect_not("Secrets and certificates of this app");
    window.click("Test connection");
    window.wait("the list", |session| session.saved.as_ref().is_some_and(|saved| saved.expiry.is_some()));
    window.expect("List: Secrets and certificates of this app");
    window.expect("may be the one in use here");
    tenant.set_scenario(Scenario::Healthy);
    window.click("Test connection");
    window.wait_idle();
    window.expect("in use here, ends in 200 days");
    window.expect_not("may be the one in use here");
    drop(window);
    let window = place.open();
    window.expect("in use here, ends in 200 days");
    window.expect("List: Secrets and certificates of this app");
}
