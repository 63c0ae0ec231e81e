//! Pages of every kind, and servers that do not give them.

use super::*;

#[test]
fn everybody_is_read_with_all_that_is_shown() {
    let practice = practice(Scenario::Healthy, 2500);
    let place = Place::practice(&practice);
    let people = place.load();
    assert_eq!(people.len(), 2500);
    assert_eq!(place.kept_names(), names(&people));
    assert_eq!(found(&people, "adele vance"), ["Adele Vance"]);
    let told = place.told();
    assert!(told.iter().all(|progress| progress.total == Some(2500) && !progress.changes_only), "{told:?}");
    assert!(told.is_sorted_by_key(|progress| progress.people));
    let first = practice.requests().into_iter().find(|request| request.path.contains("$top")).unwrap();
    assert!(first.path.contains("$top=999") && first.path.contains("$select=id,displayName"), "{first:?}");
    // Practice mode is not the only one who looks: every request carries an id for support.
    assert!(practice.requests().iter().all(|request| request.client_request_id.is_some()));
}

#[test]
fn untidy_pages_lose_nobody_and_double_nobody() {
    let practice = practice(Scenario::UntidyPages, 3000);
    let people = Place::practice(&practice).load();
    assert_eq!(people.len(), 3000);

    let server = pages(|url| {
        vec![
            page(url, Some(1), &[user(1, "One"), user(2, "Two")]),
            page(url, Some(2), &[]),
            page(url, Some(3), &[user(2, "Two again"), j!({"id": "no id", "displayName": "Nobody"})]),
            page(url, None, &[user(3, "Three")]),
        ]
    });
    let people = Place::canned(&server).load();
    assert_eq!(names(&people), ["One", "Three", "Two again"]);
}

#[test]
fn whatever_people_are_called_and_lack_is_kept_as_it_is() {
    let users = [
        j!({"id": id(1), "displayName": "\u{202b}שָׁלוֹם \u{202c}", "mail": null, "userPrincipalName": "a@x.example"}),
        j!({"id": id(2), "displayName": "🦄 \"Quoted\" \\ \u{7}bell", "businessPhones": [], "mobilePhone": null}),
        j!({"id": id(3), "displayName": null, "userPrincipalName": "nameless@x.example", "businessPhones": null}),
        j!({"id": id(4)}),
        j!({"id": id(5), "displayName": "Numbers", "businessPhones": ["1", "2"], "mobilePhone": "3", "more": {"a": []}}),
    ];
    let server = pages(|url| vec![page(url, None, &users)]);
    let place = Place::canned(&server);
    place.load();
    let people = place.kept().kept.unwrap().people;
    let person = |number| people.person(people.find(guid(number)).unwrap()).unwrap();
    assert_eq!(person(1).display_name(), "\u{202b}שָׁלוֹם \u{202c}");
    assert_eq!((person(1).mail(), person(2).display_name()), (None, "🦄 \"Quoted\" \\  bell"));
    assert_eq!((person(3).name(), person(4).name()), ("nameless@x.example", ""));
    assert_eq!(person(5).numbers().map(|number| number.1).collect::<Vec<_>>(), ["1", "2", "3"]);
    assert_eq!(found(&people, "שלום"), [person(1).name()]);
    assert_eq!(found(&people, "🦄"), [person(2).name()]);
}

#[test]
fn a_circle_of_pages_ends() {
    let server = pages(|url| {
        vec![page(url, Some(1), &[user(1, "One")]), page(url, Some(2), &[]), page(url, Some(1), &[user(2, "Two")])]
    });
    let place = Place::canned(&server);
    let stopped = place.stops();
    assert!(stopped.failure.headline.contains("in a circle"), "{stopped:?}");
    assert!(place.kept().kept.is_none());
    // Token, count, changes, and each page once.
    assert_eq!(server.requests().len(), 6);
}

#[test]
fn another_host_gets_neither_a_request_nor_the_token() {
    let evil = pages(|url| vec![page(url, None, &[user(9, "Evil")])]);
    let elsewhere = evil.url.clone();
    let server = pages(|_| vec![page(&elsewhere, Some(1), &[user(1, "One")])]);
    let place = Place::canned(&server);
    let stopped = place.stops();
    assert!(stopped.failure.headline.contains("127.0.0.1, which is not Microsoft Graph"), "{stopped:?}");
    assert_eq!(evil.requests().len(), 0);
    assert!(!format!("{stopped:?}").contains(TOKEN));
}

#[test]
fn what_is_no_page_is_refused_and_nothing_is_lost() {
    let deep = format!("{{\"value\": {}", "[".repeat(200_000));
    let cut = "{\"value\": [{\"id\": \"aaaaaaaa-1111-4222-8333-444444444444\", \"displayName\": \"Half a pers";
    for body in ["<html>Sign in to the hotel</html>", "[]", "{}", &deep, cut] {
        let server = pages(|_| vec![answer(200, &[], body)]);
        let place = Place::canned(&server);
        let stopped = place.stops();
        assert!(stopped.failure.headline.contains("answered in place of"), "{stopped:?}");
        assert!(!stopped.resumable && place.kept().kept.is_none());
    }
}

#[test]
fn pauses_that_graph_asks_for_are_kept_and_told() {
    for scenario in [Scenario::ThrottledMidLoad, Scenario::OutageMidLoad] {
        let practice = practice(scenario, 4500);
        let place = Place::practice(&practice);
        assert_eq!(place.load().len(), 4500);
        let pauses: Vec<_> = place.told().into_iter().filter_map(|progress| progress.pause).collect();
        assert!(!pauses.is_empty() && pauses.iter().all(|pause| pause.asked_for), "{pauses:?}");
        assert!(practice.requests().iter().any(|request| matches!(request.status, 429 | 503)));
    }
}

#[test]
fn a_token_that_ends_in_mid_load_is_renewed() {
    let ended =
        json(401, j!({"error": {"code": "InvalidAuthenticationToken", "message": "Access token has expired."}}));
    let server = pages(|url| {
        vec![
            page(url, Some(1), &[user(1, "One")]),
            ended.clone(),
            page(url, Some(2), &[user(2, "Two")]),
            ended.clone(),
            page(url, None, &[user(3, "Three")]),
        ]
    });
    let place = Place::canned(&server);
    assert_eq!(place.load().len(), 3);
    assert_eq!(server.requests().iter().filter(|request| request.line.contains("/token")).count(), 3);

    let server = pages(|_| vec![ended.clone()]);
    let stopped = Place::canned(&server).stops();
    assert!(stopped.failure.headline.contains("does not accept the sign-in"), "{stopped:?}");
}

#[test]
fn refusals_say_what_to_do() {
    for (scenario, headline, remedy) in [
        (Scenario::MissingUserRead, "may not read the directory", "User.Read.All"),
        (Scenario::WrongSecret, "The client secret is wrong", "column Value"),
    ] {
        let practice = practice(scenario, 10);
        let stopped = Place::practice(&practice).stops();
        let failure = &stopped.failure;
        assert!(failure.headline.contains(headline) && failure.remedy.contains(remedy), "{failure:?}");
        assert!(!stopped.resumable && failure.headline.ends_with('.'), "{stopped:?}");
    }
}
