//! Files, the practice tenant and preferences.

use super::*;

fn imported(desk: &mut Desk, draft: Draft, warnings: &[&str]) {
    let commands = desk.act(Action::UsePath(FileTask::Import, "settings.json".into()));
    let [Command::Import { job, .. }] = &commands[..] else { panic!("{commands:?}") };
    let warnings = warnings.iter().map(|warning| (*warning).to_owned()).collect();
    desk.hear(Event::Imported(*job, Box::new(draft), warnings));
}

#[test]
fn an_import_is_one_edit_and_keeps_the_secret_and_its_date() {
    let mut desk = Desk::with(Some(Saved { expiry: Some(by_hand(in_days(30))), ..kept(1) }));
    let file = Draft { name: "From a file".into(), client_id: OTHER.into(), secret: typed(""), ..filled() };
    imported(&mut desk, file, &[]);
    assert_eq!(desk.session.unsaved(), [Field::Name, Field::ClientId]);
    assert_eq!(desk.draft().secret, SecretDraft::Keep);
    assert!(!desk.draft().expires_at.is_empty());
    desk.act(Action::Undo);
    assert!(desk.session.unsaved().is_empty());
}

#[test]
fn an_import_keeps_a_secret_that_is_being_typed_and_tells_what_it_left_out() {
    let mut desk = Desk::new_account();
    imported(&mut desk, Draft { name: "From a file".into(), ..Draft::new() }, &["“x” is not known."]);
    assert_eq!(desk.draft().secret, typed(SECRET));
    assert_eq!(desk.notice(), "Imported. “x” is not known.");
    assert!(!desk.editor().shown_problems().is_empty(), "what the file lacks is shown");
}

#[test]
fn an_import_begins_a_new_account_where_there_is_none() {
    let mut desk = Desk::empty();
    imported(&mut desk, filled(), &[]);
    assert!(desk.editor().is_new());
    assert_eq!(desk.draft().client_id, CLIENT);
}

#[test]
fn without_a_file_dialog_a_path_is_asked_for_and_a_cancelled_one_is_the_end() {
    for (no_dialog, asks) in [(true, true), (false, false)] {
        let mut desk = Desk::account();
        let commands = desk.act(Action::ChooseFile(FileTask::Export));
        let [Command::ChooseFile { job, task }] = &commands[..] else { panic!("{commands:?}") };
        desk.hear(Event::FileNotChosen { job: *job, task: *task, no_dialog });
        assert_eq!(matches!(desk.session.dialog, Some(Dialog::Path { .. })), asks);
        assert!(desk.session.busy.is_none());
    }
}

#[test]
fn a_file_that_fails_asks_for_another_path_with_the_reason() {
    let mut desk = Desk::account();
    let commands = desk.act(Action::ChooseFile(FileTask::Export));
    let [Command::ChooseFile { job, .. }] = &commands[..] else { panic!("{commands:?}") };
    let commands = desk.hear(Event::FileChosen(*job, FileTask::Export, "x.json".into()));
    let [Command::Export { job, account, .. }] = &commands[..] else { panic!("{commands:?}") };
    assert_eq!(**account, kept(1).account, "what is applied, not what is being edited");
    desk.hear(Event::FileFailed(*job, FileTask::Export, Failure::new("No room.", "Make room.")));
    let Some(Dialog::Path { task: FileTask::Export, typed, failure: Some(failure) }) = &desk.session.dialog else {
        panic!("no dialog")
    };
    assert_eq!((failure.headline.as_str(), typed.as_str()), ("No room.", "x.json"));
}

#[test]
fn nothing_is_exported_before_the_first_apply() {
    let mut desk = Desk::new_account();
    assert!(desk.act(Action::ChooseFile(FileTask::Export)).is_empty());
    assert!(desk.notice().contains("apply the account first"), "{}", desk.notice());
    assert!(desk.act(Action::UsePath(FileTask::Export, "x.json".into())).is_empty());
    assert!(desk.session.busy.is_none());
}

fn practice() -> PracticeInfo {
    let values = PortalValues {
        name: Some("Practice".into()),
        object_id: crate::domain::Guid::parse(OBJECT).ok(),
        tenant_id: crate::domain::Guid::parse(TENANT).ok(),
        client_id: crate::domain::Guid::parse(CLIENT).ok(),
        secret: Some(Secret::new(SECRET)),
    };
    PracticeInfo { values, cloud: Default::default(), scenarios: Vec::new(), current: "healthy" }
}

#[test]
fn the_practice_tenant_fills_in_its_values_only_where_there_is_nothing() {
    let mut desk = Desk::empty();
    desk.hear(Event::PracticeStarted(Box::new(practice())));
    assert_eq!((desk.draft().name.as_str(), desk.draft().client_id.as_str()), ("Practice", CLIENT));
    assert_eq!(desk.draft().secret, typed(SECRET));
    let mut desk = Desk::account();
    desk.edit(|draft| draft.client_id = OTHER.into());
    desk.hear(Event::PracticeStarted(Box::new(practice())));
    assert_eq!(desk.draft().client_id, OTHER);
    desk.act(Action::FillPracticeValues);
    assert_eq!(desk.draft().client_id, CLIENT);
    desk.act(Action::Undo);
    assert_eq!(desk.draft().client_id, OTHER);
}

#[test]
fn a_scenario_counts_once_the_tenant_behaves_so() {
    let mut desk = Desk::empty();
    desk.hear(Event::PracticeStarted(Box::new(practice())));
    let commands = desk.act(Action::SetScenario("slow"));
    assert!(matches!(&commands[..], [Command::SetScenario { key: "slow" }]), "{commands:?}");
    assert_eq!(desk.session.practice.as_ref().map(|practice| practice.current), Some("healthy"));
    desk.hear(Event::ScenarioSet("slow"));
    assert_eq!(desk.session.practice.as_ref().map(|practice| practice.current), Some("slow"));
}

#[test]
fn a_theme_is_kept_and_an_unknown_one_is_the_systems() {
    let mut desk = Desk::empty();
    let commands = desk.act(Action::SetTheme(ThemeChoice::Light));
    assert!(matches!(&commands[..], [Command::SetPreference { key: "theme", value: "light" }]), "{commands:?}");
    for (kept, theme) in [("dark", ThemeChoice::Dark), ("neon", ThemeChoice::System)] {
        let mut session = Session::default();
        session.receive(Event::Loaded { saved: None, theme: Some(kept.into()) }, now());
        assert_eq!(session.theme, theme, "{kept}");
    }
}

#[test]
fn a_data_folder_that_cannot_be_read_is_told_and_can_be_tried_again() {
    let mut session = Session::default();
    session.receive(Event::LoadFailed(Failure::new("Damaged.", "Restore it.")), now());
    assert!(matches!(&session.opened, Opened::Failed(failure) if failure.headline == "Damaged."));
    assert!(session.update(Action::Apply, now()).is_empty(), "nothing is written over it");
    let commands = session.update(Action::Reopen, now());
    assert!(matches!((&commands[..], &session.opened), ([Command::Load], Opened::Loading)), "{commands:?}");
}
