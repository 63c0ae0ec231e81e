//! What stays on this computer: whole until the new is complete, brought up to date, gone on with, and made anew when damaged.

use super::*;
use liaison::practice::{Colleague, Removal};
use std::{fs, time::Duration};

#[test]
fn only_changes_are_read_the_second_time() {
    let practice = practice(Scenario::Healthy, 3000);
    let place = Place::practice(&practice);
    let first = place.load();
    let pages =
        |practice: &Practice| practice.requests().iter().filter(|request| request.path.contains("$top=999")).count();
    let before = pages(&practice);

    practice.add_person(Colleague { display_name: "Nora Neu".into(), alias: "nora".into(), ..Colleague::default() });
    assert!(practice.change_person("adele.vance@contoso.example", |one| {
        one.mobile_phone = None;
        one.display_name = "Adele Vance-Müller".into();
    }));
    assert!(practice.remove_person("jose.alvarez@contoso.example", Removal::Changed));
    assert!(practice.remove_person("ruth.mbeki@contoso.example", Removal::Deleted));
    let second = place.load();
    assert_eq!(pages(&practice), before, "no page of everybody was asked for");
    assert!(place.told().last().unwrap().changes_only);
    assert_eq!((first.len(), second.len()), (3000, 2999));
    assert_eq!(found(&second, "nora neu"), ["Nora Neu"]);
    assert_eq!(found(&second, "vance muller"), ["Adele Vance-Müller"]);
    assert_eq!(
        found(&second, "alvarez jose").len() + found(&second, "ruth.mbeki@").len(),
        found(&first, "alvarez jose").len() - 1
    );
    let adele = second
        .in_order(Order::Name)
        .iter()
        .filter_map(|row| second.person(*row))
        .find(|one| one.name() == "Adele Vance-Müller");
    assert!(adele.unwrap().mail().is_some(), "what did not change is as it was");
    assert_eq!(place.kept_names(), names(&second));

    // And once more, with nothing new, also for whoever starts afresh.
    let again = Place { refresh: Refresh { memory: Memory::default(), ..place.refresh.clone() }, ..place };
    assert_eq!(names(&again.load()), names(&second));
    assert_eq!(pages(&practice), before);
}

#[test]
fn a_delta_that_has_expired_reads_everybody() {
    let practice = practice(Scenario::Healthy, 1500);
    let place = Place::practice(&practice);
    place.load();
    practice.remove_person("adele.vance@contoso.example", Removal::Deleted);
    practice.set_scenario(Scenario::DeltaExpired);
    let people = place.load();
    assert_eq!(people.len(), 1499);
    assert!(!place.told().last().unwrap().changes_only);
    assert_eq!(place.kept().kept.unwrap().people.len(), 1499);
}

#[test]
fn changes_that_name_only_some_values_leave_the_others() {
    let delta = |url: &str, token: u32, users: Vec<Value>| {
        json(200, j!({"value": users, "@odata.deltaLink": format!("{url}/v1.0/users/delta?$deltatoken={token}")}))
    };
    let server = Canned::route_by(|url| {
        let full = j!({"id": id(1), "displayName": "One", "mail": "m@x.example", "department": "Ops",
            "businessPhones": ["1"], "mobilePhone": "2"});
        let more = format!("{url}/v1.0/users/delta?$skiptoken=1");
        vec![
            ("/token", vec![json(200, j!({"access_token": TOKEN}))]),
            ("/users/$count", vec![answer(200, &[], "\u{feff}2")]),
            ("/users/delta?$select", vec![delta(url, 1, vec![])]),
            (
                "/users/delta?$skiptoken=1",
                vec![delta(
                    url,
                    2,
                    vec![
                        j!({"id": id(1), "mobilePhone": null}),
                        j!({"id": id(2), "displayName": "Two is back"}),
                        j!({"id": id(9), "@removed": {"reason": "deleted"}}),
                    ],
                )],
            ),
            (
                "/users/delta?$deltatoken=1",
                vec![json(
                    200,
                    j!({"@odata.nextLink": more, "value": [
                        {"id": id(1), "jobTitle": "Boss"}, {"id": id(2), "@removed": {"reason": "changed"}},
                    ]}),
                )],
            ),
            ("/users/delta?$deltatoken=2", vec![delta(url, 3, vec![])]),
            ("/users", vec![page(url, None, &[full, user(2, "Two")])]),
        ]
    });
    let place = Place::canned(&server);
    place.load();
    let people = place.load();
    let one = people.person(people.find(guid(1)).unwrap()).unwrap();
    assert_eq!(
        (one.name(), one.mail(), one.department(), one.job_title()),
        ("One", Some("m@x.example"), Some("Ops"), Some("Boss"))
    );
    assert_eq!(one.numbers().map(|number| number.1).collect::<Vec<_>>(), ["1"]);
    assert_eq!(names(&people), ["One", "Two is back"]);
    assert_eq!(place.load().len(), 2);
    assert!(server.requests().last().unwrap().line.contains("$deltatoken=2"));
}

#[test]
fn a_load_that_is_cut_off_leaves_what_was_and_is_gone_on_with() {
    let first =
        |url: &str| (0..30).map(|at| page(url, Some(at), &[user(at, &format!("Person {at}"))])).collect::<Vec<_>>();
    let server = pages(|url| {
        let mut answers = vec![page(url, None, &[user(1, "Kept")])];
        answers.extend(first(url));
        answers.push(json(403, j!({"error": {"code": "Authorization_RequestDenied", "message": "no"}})));
        answers.push(page(url, Some(100), &[user(100, "Later")]));
        answers.push(page(url, None, &[user(101, "Last")]));
        answers
    });
    let place = Place::canned(&server);
    place.load();
    let stopped = place.stops();
    assert!(stopped.resumable && stopped.failure.remedy.contains("User.Read.All"), "{stopped:?}");
    let state = place.kept();
    assert_eq!(state.cut_off, Some(30));
    assert_eq!(names(&state.kept.unwrap().people), ["Kept"], "what was there stays");

    let people = place.load();
    assert_eq!(people.len(), 32);
    let asked = server.requests();
    assert!(asked[asked.len() - 2].line.contains("$skiptoken=29"), "it goes on where it was: {asked:?}");
    assert_eq!(place.kept().cut_off, None);
    assert_eq!(place.kept_names(), names(&people));
}

#[test]
fn a_place_that_graph_has_forgotten_is_no_place_to_go_on_from() {
    let server = pages(|url| {
        vec![
            page(url, Some(1), &[user(1, "One")]),
            json(403, j!({"error": {"code": "Authorization_RequestDenied", "message": "no"}})),
            json(400, j!({"error": {"code": "Directory_ExpiredPageToken", "message": "expired"}})),
            page(url, Some(1), &[user(2, "Two")]),
            page(url, None, &[user(3, "Three")]),
        ]
    });
    let place = Place::canned(&server);
    assert!(place.stops().resumable);
    assert_eq!(names(&place.load()), ["Three", "Two"]);
    assert_eq!(place.kept_names(), ["Three", "Two"]);
}

#[test]
fn a_cancelled_load_is_gone_on_with() {
    let practice =
        Practice::start(Options { people: 6000, delay: Duration::from_millis(40), ..Options::default() }).unwrap();
    let place = Place::practice(&practice);
    let runtime = runtime();
    runtime.block_on(async {
        // Dropped after some pages, as a job that is cancelled.
        let told = place.told.clone();
        let some = async {
            while told.lock().unwrap().len() < 3 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::select! { _ = place.try_load() => panic!("it should not end"), () = some => {} }
    });
    // Whatever still keeps what has come ends before the runtime does.
    drop(runtime);
    let cut_off = place.kept().cut_off.expect("a part is kept");
    assert!(place.kept().kept.is_none() && (999..6000).contains(&cut_off), "{cut_off}");
    let before = practice.requests().len();
    assert_eq!(place.load().len(), 6000);
    let pages = practice.requests()[before..].iter().filter(|request| request.path.contains("$skiptoken")).count();
    assert!(pages < 6, "{pages}");
}

#[test]
fn a_network_that_comes_back_is_waited_for() {
    // No answer at all: the connection is cut.
    let server = pages(|url| vec![page(url, Some(1), &[user(1, "One")]), vec![], page(url, None, &[user(2, "Two")])]);
    let place = Place::canned(&server);
    assert_eq!(names(&place.load()), ["One", "Two"]);
    let pauses: Vec<_> = place.told().into_iter().filter_map(|progress| progress.pause).collect();
    assert!(!pauses.is_empty() && pauses.iter().all(|pause| !pause.asked_for), "{pauses:?}");

    // Where nothing ever came, it is said at once.
    let server = Canned::serve(vec![]);
    let place = Place::canned(&server);
    let stopped = place.stops();
    assert!(place.told().is_empty() && !stopped.resumable, "{stopped:?}");
}

#[test]
fn a_damaged_file_is_named_and_made_anew() {
    let practice = practice(Scenario::Healthy, 1100);
    let place = Place::practice(&practice);
    place.load();
    let whole = fs::read(place.file()).unwrap();
    let mut in_the_middle = whole.clone();
    let end = in_the_middle.len() - 40_000;
    in_the_middle[32_768..end].fill(0xee);
    for damaged in [b"no database".to_vec(), vec![0; 70_000], whole[..whole.len() / 2].to_vec(), in_the_middle] {
        fs::write(place.file(), &damaged).unwrap();
        let opened = roster::open(&place.refresh.profile, place.refresh.credentials.tenant_id, &Memory::default());
        let failure = opened.unwrap_err();
        assert!(failure.headline.contains("damaged"), "{failure:?}");
        assert!(failure.remedy.contains(&place.file().display().to_string()), "{failure:?}");
        let fresh = Refresh { memory: Memory::default(), ..place.refresh.clone() };
        let place = Place { refresh: fresh, dir: tempfile::tempdir().unwrap(), told: Arc::default() };
        assert_eq!(place.load().len(), 1100);
        assert_eq!(place.kept().kept.unwrap().people.len(), 1100);
    }
}

#[test]
fn people_who_cannot_be_kept_are_shown_all_the_same() {
    let practice = practice(Scenario::Healthy, 1100);
    let place = Place::practice(&practice);
    fs::create_dir(place.file()).unwrap();
    let refreshed = runtime().block_on(place.try_load()).unwrap();
    assert_eq!(refreshed.kept.people.len(), 1100);
    assert!(refreshed.not_kept.is_some());
}

#[test]
fn forgetting_removes_every_tenants_people_and_nothing_else() {
    let practice = practice(Scenario::Healthy, 30);
    let place = Place::practice(&practice);
    place.load();
    let other = place.dir.path().join("people-7-other.sqlite3-journal");
    let account = place.dir.path().join("liaison.sqlite3");
    fs::write(&other, "").unwrap();
    fs::write(&account, "").unwrap();
    roster::forget(&place.refresh.profile).unwrap();
    assert!(!place.file().exists() && !other.exists() && account.exists());
    assert!(place.kept().kept.is_none());
}
