//! The history's rows, and settings that come back from it.
//!
//! Where they come from is what the history says of them once they are applied.

use super::*;
use crate::domain::{
    Deed, History, Origin,
    history::{Entry, Kind},
};
use history::{Action as Of, Event as Told, Read};
use std::sync::Arc;

fn entry(number: i64, kind: Kind, user: &str, note: &str) -> Entry {
    let deed = Deed::new(kind, now(), note);
    Entry {
        number,
        at: Some(deed.at),
        user: user.into(),
        kind: Some(kind),
        note: deed.note,
        changes: Vec::new(),
        restorable: true,
        hash: String::new(),
        fault: None,
    }
}

fn loaded(desk: &mut Desk) {
    let commands = desk.act(Action::Go(Screen::History));
    let [Command::History(history::Command::Load { job })] = commands[..] else { panic!("{commands:?}") };
    let entries = vec![
        entry(1, Kind::Imported, "ada", "From Straße.json"),
        entry(2, Kind::Tested, "bob", "Connected"),
        entry(3, Kind::Applied, "Ada", ""),
    ];
    let read = Arc::new(Read::new(History { entries, count: 3, seal: String::new() }));
    desk.hear(Event::History(Told::Loaded(job, Ok(read))));
}

fn shown(desk: &Desk) -> Vec<i64> {
    let state = &desk.session.history;
    (0..state.count()).filter_map(|row| state.row(row)).map(|entry| entry.number).collect()
}

#[test]
fn the_newest_stands_first_and_words_and_kinds_narrow_it() {
    let mut desk = Desk::account();
    loaded(&mut desk);
    assert_eq!(shown(&desk), [3, 2, 1]);
    for (words, rows) in [("ADA", &[3, 1][..]), ("ada straße", &[1]), ("2026-11", &[3, 2, 1]), ("nobody", &[])] {
        desk.act(Action::History(Of::Search(words.into())));
        assert_eq!(shown(&desk), rows, "{words}");
    }
    desk.act(Action::History(Of::Search(String::new())));
    desk.act(Action::History(Of::Filter(Some(Kind::Tested))));
    assert_eq!(shown(&desk), [2]);
    desk.act(Action::History(Of::Select(3)));
    assert_eq!(desk.session.history.details(), None, "it is not among what is shown");
    desk.act(Action::History(Of::Filter(None)));
    assert_eq!(desk.session.history.details().map(|entry| entry.number), Some(3));
    assert_eq!(desk.session.history.selected_row(), Some(0));
}

#[test]
fn a_late_answer_of_another_question_is_dropped() {
    let mut desk = Desk::account();
    loaded(&mut desk);
    desk.hear(Event::History(Told::Loaded(0, Ok(Arc::new(Read::new(History::default()))))));
    assert_eq!(shown(&desk).len(), 3);
}

#[test]
fn an_earlier_state_comes_as_one_edit_without_a_secret_and_is_applied_as_what_it_is() {
    let mut desk = Desk::account();
    loaded(&mut desk);
    let commands = desk.act(Action::History(Of::Restore(1)));
    let [Command::History(history::Command::Settings { job, entry: 1 })] = commands[..] else { panic!("{commands:?}") };
    let draft = Draft { name: "As it was".into(), ..filled() };
    desk.hear(Event::History(Told::Settings { job, entry: 1, draft: Ok(Box::new(draft)) }));
    assert_eq!((desk.session.screen, desk.session.unsaved()), (Screen::Accounts, vec![Field::Name]));
    assert_eq!(desk.draft().secret, SecretDraft::Keep);
    assert!(desk.notice().contains("Look them over, then apply."));
    let origin = |commands: Vec<Command>| match &commands[..] {
        [Command::Apply { origin, .. }] => origin.clone(),
        other => panic!("{other:?}"),
    };
    // An undo takes the origin back with the values.
    desk.act(Action::Undo);
    assert_eq!(desk.editor().origin(), &Origin::Edited);
    desk.act(Action::Redo);
    assert_eq!(origin(desk.act(Action::Apply)), Origin::Entry(1));
}

#[test]
fn after_a_deletion_an_earlier_state_begins_a_new_account() {
    let mut desk = Desk::empty();
    loaded(&mut desk);
    let commands = desk.act(Action::History(Of::Restore(3)));
    let [Command::History(history::Command::Settings { job, .. })] = commands[..] else { panic!("{commands:?}") };
    desk.hear(Event::History(Told::Settings { job, entry: 3, draft: Ok(Box::new(filled())) }));
    assert!(desk.editor().is_new());
    assert_eq!(desk.draft().object_id, OBJECT);
}

#[test]
fn a_discard_forgets_where_the_values_came_from() {
    let mut desk = Desk::account();
    loaded(&mut desk);
    let commands = desk.act(Action::History(Of::Restore(1)));
    let [Command::History(history::Command::Settings { job, .. })] = commands[..] else { panic!("{commands:?}") };
    let draft = Draft { name: "As it was".into(), ..filled() };
    desk.hear(Event::History(Told::Settings { job, entry: 1, draft: Ok(Box::new(draft)) }));
    desk.act(Action::Discard);
    desk.edit(|draft| draft.name = "Mine".into());
    let commands = desk.act(Action::Apply);
    assert!(matches!(&commands[..], [Command::Apply { origin: Origin::Edited, .. }]), "{commands:?}");
}
