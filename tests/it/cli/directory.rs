//! `directory`: people, presence and numbers, as lines and as a document, and what stands in their place when it fails.

use super::{Place, Run, SECRET, place, tenant};
use liaison::{
    domain::{DirectoryOptions, PhoneType},
    keeper::{Apply, Keeper, SecretChange, WithoutKeychain},
    practice::{Options, Practice, Scenario},
};
use serde_json::{Value, json};

fn run(place: &Place, words: &[&str]) -> Run {
    place.run_with(&[&["directory"], words].concat(), &[SECRET], "")
}

fn many(scenario: Scenario, people: usize) -> Practice {
    Practice::start(Options { scenario, people, ..Options::default() }).expect("starts")
}

#[test]
fn the_document_counts_and_tells_everybody() {
    let practice = many(Scenario::UntidyPages, 1500);
    let place = place().with_account(&practice);
    let run = run(&place, &["--json"]).ends(0);
    assert!(run.out.starts_with("{\n  \"count\": 1500,"), "the count comes first: {}", &run.out[..80]);
    let document = run.json();
    let people = document["people"].as_array().expect("people");
    assert_eq!(people.len(), 1500);
    let adele = people.iter().find(|one| one["display_name"] == "Adele Vance").expect("Adele");
    assert_eq!(adele["user_principal_name"], "adele.vance@contoso.example");
    assert_eq!(adele["presence"], json!({"availability": "Available", "activity": "Available"}));
    assert_eq!(adele["numbers"][0]["type"], "business");
    let members: Vec<&String> = adele.as_object().expect("an object").keys().collect();
    assert_eq!(members.len(), 5, "{members:?}");
    assert!(people.iter().all(|one| one["presence"].is_object() && one["numbers"].is_array()));
    // Nothing is asked for more than 650 people at once, or the practice tenant would refuse.
    assert!(!practice.requests().iter().any(|request| request.status >= 400));
}

#[test]
fn people_are_searched_and_limited() {
    let practice = many(Scenario::Healthy, 3000);
    let place = place().with_account(&practice);
    let found = |words: &[&str]| {
        let document = run(&place, &[words, &["--json"]].concat()).ends(0).json();
        let people: Vec<Value> = document["people"].as_array().expect("people").clone();
        assert_eq!(document["count"], people.len());
        people
    };
    assert_eq!(found(&["--search", "ADELE vánce"])[0]["display_name"], "Adele Vance");
    assert_eq!(found(&["--search", "no such person"]), [Value::Null; 0]);
    assert_eq!(found(&["--limit", "7"]).len(), 7);
    assert_eq!(found(&["--limit", "0"]), [Value::Null; 0]);
    assert_eq!(found(&["--search", "a", "--limit", "1200"]).len(), 1200);
    let before = practice.requests().len();
    found(&["--limit", "1"]);
    let pages = practice.requests()[before..].iter().filter(|request| request.path.contains("/users?")).count();
    assert_eq!(pages, 1, "nobody asks for pages that are not wanted");
}

#[test]
fn lines_tell_numbers_in_the_configured_order() {
    let practice = tenant(Scenario::Healthy);
    let place = place().with_account(&practice);
    let line = |run: Run| run.out.lines().find(|line| line.starts_with("Adele Vance\t")).expect("Adele").to_owned();
    let first = line(run(&place, &[]).ends(0));
    let columns: Vec<&str> = first.split('\t').collect();
    assert_eq!(columns[..3], ["Adele Vance", "adele.vance@contoso.example", "Available"]);
    assert!(columns[3].starts_with("business +") && columns[3].contains(", mobile +"), "{first}");

    let mut keeper = Keeper::open(&place.profile(), liaison::vault::Vault::unavailable()).expect("opens");
    let saved = keeper.load().expect("reads").expect("an account");
    let mut account = saved.account;
    account.directory_options = DirectoryOptions::default();
    account.directory_options.move_to(PhoneType::Mobile, 0);
    account.directory_options.set_shown(PhoneType::Business, false);
    let apply = Apply {
        account,
        secret: SecretChange::Keep,
        expiry: liaison::domain::ExpiryChange::Leave,
        expected: Some(saved.revision),
        without_keychain: WithoutKeychain::SaveSettings,
        origin: liaison::domain::Origin::Edited,
        now: chrono::Utc::now(),
    };
    keeper.apply(apply).expect("saves");
    let second = line(run(&place, &[]).ends(0));
    assert!(second.contains("\tmobile +") && !second.contains("business"), "{second}");
}

#[test]
fn without_the_right_to_presence_people_are_told_all_the_same() {
    let practice = many(Scenario::MissingPresenceRead, 1500);
    let place = place().with_account(&practice);
    let run = run(&place, &["--json"]).ends(0).says("Presence.Read.All");
    assert_eq!(run.err.lines().count(), 1, "it is said once: {}", run.err);
    let document = run.json();
    assert!(document["people"].as_array().expect("people").iter().all(|one| one["presence"].is_null()));
}

#[test]
fn what_fails_ends_with_1_and_no_document() {
    let practice = tenant(Scenario::MissingUserRead);
    let place_of = |practice: &Practice| place().with_account(practice);
    let run_json = run(&place_of(&practice), &["--json"]).ends(1).says("User.Read.All");
    assert_eq!(run_json.out, "null\n");
    run(&place_of(&tenant(Scenario::WrongSecret)), &[]).ends(1).says("The client secret is wrong");
    run(&place_of(&tenant(Scenario::Offline)), &[]).ends(1);
    let without_secret = place_of(&practice).run(&["directory", "--json"]).ends(1).says("LIAISON_CLIENT_SECRET");
    assert_eq!(without_secret.json(), Value::Null);
    let nobody = place().run(&["directory", "--json"]).ends(3).says("no integration account");
    assert_eq!(nobody.json(), Value::Null);
    place().run(&["directory", "--limit", "many"]).ends(2);
}

#[test]
fn pauses_are_told_and_nobody_is_lost() {
    let practice = many(Scenario::ThrottledMidLoad, 4500);
    let place = place().with_account(&practice);
    let run = run(&place, &["--json"]).ends(0).says("Microsoft asks to wait. Going on in 1 s.");
    assert_eq!(run.json()["count"], 4500);
}

#[test]
fn deleting_the_account_deletes_the_people_who_were_kept() {
    let practice = tenant(Scenario::Healthy);
    let place = place().with_account(&practice);
    let file = place.profile().dir().join("people-1-6f89cf12-978b-4d23-ac18-9ef0c127cf87.sqlite3");
    std::fs::write(&file, "people").expect("writes");
    let name = place.run(&["show", "--json"]).ends(0).json()["name"].as_str().expect("a name").to_owned();
    place.run(&["delete", "--yes", "another name"]).ends(2);
    assert!(file.exists(), "nothing was deleted");
    place.run(&["delete", "--yes", &name]).ends(0);
    assert!(!file.exists());
}
