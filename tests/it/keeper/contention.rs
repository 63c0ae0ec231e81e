//! Several threads and processes that save at once, and some that are killed at it.

use super::{apply, place};
use liaison::{
    domain::MessageKey,
    keeper::{KeepError, Keeper, SecretChange},
    profile::Profile,
    vault::Vault,
};
use std::{
    fs,
    process::{Child, Command},
    time::Duration,
};

#[test]
fn somebody_who_saves_for_long_makes_others_busy() {
    let (place, vault) = (place(), Vault::memory());
    let mut keeper = place.open(&vault);
    let lock = fs::File::create(place.profile.dir().join("liaison.lock")).expect("opens");
    lock.lock().expect("locks");
    assert_eq!(keeper.apply(apply("Contoso", SecretChange::Keep, None)), Err(KeepError::Busy));
    drop(lock);
    assert!(keeper.apply(apply("Contoso", SecretChange::Keep, None)).is_ok());
}

/// Saves until it has won so often, and returns the revisions that it made.
fn contend(profile: &Profile, vault: &Vault, tag: &str, wins: usize) -> Vec<i64> {
    let mut keeper = Keeper::open(profile, vault.clone()).expect("opens");
    let mut won = Vec::new();
    while won.len() < wins {
        let expected = keeper.load().expect("reads").map(|saved| saved.revision);
        let mut change = apply(tag, SecretChange::Keep, expected);
        *change.account.system_messages.get_mut(MessageKey::PartyLeft) = tag.into();
        match keeper.apply(change) {
            Ok(applied) => won.push(applied.saved.revision),
            Err(KeepError::Changed { .. } | KeepError::OneAccountOnly | KeepError::Busy) => {}
            Err(error) => panic!("{error}"),
        }
    }
    won
}

fn each_revision_once(mut won: Vec<i64>) {
    won.sort_unstable();
    assert_eq!(won, (1..=i64::try_from(won.len()).expect("few")).collect::<Vec<_>>());
}

#[test]
fn among_many_threads_each_revision_has_one_winner() {
    let (place, vault) = (place(), Vault::memory());
    let won = std::thread::scope(|scope| {
        let start = |tag: usize| {
            let (profile, vault) = (&place.profile, &vault);
            scope.spawn(move || contend(profile, vault, &format!("thread {tag}"), 8))
        };
        let threads: Vec<_> = (0..4).map(start).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("ends well")).collect()
    });
    each_revision_once(won);
}

/// Starts this test program again as another process, for [`another_process`].
fn process(profile: &Profile, tag: usize, wins: usize) -> Child {
    Command::new(std::env::current_exe().expect("this program"))
        .args(["keeper::contention::another_process", "--exact", "--test-threads=1"])
        .env("LIAISON_TEST_PROCESS", profile.dir())
        .env("LIAISON_TEST_TAG", tag.to_string())
        .env("LIAISON_TEST_WINS", wins.to_string())
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("starts")
}

#[test]
fn another_process() {
    let Some(dir) = std::env::var_os("LIAISON_TEST_PROCESS") else { return };
    let number = |name| std::env::var(name).expect("is set").parse::<usize>().expect("a number");
    let (tag, wins) = (number("LIAISON_TEST_TAG"), number("LIAISON_TEST_WINS"));
    let profile = Profile::at(dir.into());
    let won = contend(&profile, &Vault::memory(), &format!("process {tag}"), wins);
    let text: Vec<String> = won.iter().map(i64::to_string).collect();
    fs::write(profile.dir().join(format!("won-{tag}")), text.join(" ")).expect("writes");
}

#[test]
fn among_many_processes_each_revision_has_one_winner() {
    let place = place();
    let processes: Vec<Child> = (0..3).map(|tag| process(&place.profile, tag, 8)).collect();
    for mut process in processes {
        assert!(process.wait().expect("ends").success());
    }
    let read = |tag| fs::read_to_string(place.profile.dir().join(format!("won-{tag}"))).expect("reads");
    let won: Vec<i64> =
        (0..3).flat_map(|tag| read(tag).split(' ').map(|n| n.parse().expect("a number")).collect::<Vec<_>>()).collect();
    assert_eq!(won.len(), 24);
    each_revision_once(won);
}

/// The revision of the account; `None` where there is none, and while the file is being written.
fn revision(profile: &Profile) -> Option<i64> {
    let store = Keeper::open_read_only(profile).ok()??;
    Some(store.load().ok()??.revision)
}

#[test]
fn a_process_killed_while_it_saves_leaves_one_whole_account() {
    let (place, vault) = (place(), Vault::memory());
    for round in 0..6 {
        let before = revision(&place.profile);
        let mut process = process(&place.profile, round, usize::MAX);
        // A program takes longer to start on some systems than others: it counts from its first save.
        let begun = std::time::Instant::now();
        while revision(&place.profile) == before && begun.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(17 * round as u64));
        process.kill().expect("is running");
        process.wait().expect("ends");
        if let Some(saved) = place.open(&vault).load().expect("reads") {
            assert_eq!(saved.account.name, saved.account.system_messages.get(MessageKey::PartyLeft));
        }
    }
    assert!(place.open(&vault).load().expect("reads").is_some(), "no process ever came to save");
}
