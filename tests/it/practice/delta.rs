//! The directory as it changes: delta rounds and their tokens, untidy pages, refusals in mid-load, and photos.

use std::collections::HashSet;

use liaison::practice::{Colleague, Practice, Removal, Scenario};
use serde_json::{Value, json};

use super::{Reply, access_token, client, get, request, start, start_with};

/// Follows next links to the delta link; gives everything in between and that link.
async fn round(practice: &Practice, first: &str, minimal: bool) -> (Vec<Value>, String) {
    let token = access_token(practice).await;
    let mut url = if first.starts_with("http") {
        first.to_owned()
    } else {
        format!("{}/v1.0/{first}", practice.details().graph_url)
    };
    let mut all = Vec::new();
    loop {
        let mut get = client().get(&url).bearer_auth(&token);
        if minimal {
            get = get.header("Prefer", "return=minimal");
        }
        let reply = Reply::of(get).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        let page = reply.json();
        all.extend(page["value"].as_array().expect("people").iter().cloned());
        if let Some(link) = page["@odata.deltaLink"].as_str() {
            assert!(page.get("@odata.nextLink").is_none());
            return (all, link.to_owned());
        }
        page["@odata.nextLink"].as_str().expect("a link").clone_into(&mut url);
    }
}

#[tokio::test]
async fn a_round_tells_who_came_went_and_changed() {
    let practice = start_with(Scenario::Healthy, 250);
    let (all, link) =
        round(&practice, "users/delta?$select=displayName,mobilePhone,jobTitle,businessPhones", false).await;
    assert_eq!(all.len(), 250);
    // The id comes unasked; what was never set is left out.
    assert!(all.iter().all(|one| one["id"].is_string() && one.get("mail").is_none()));
    assert!(all.iter().any(|one| one.get("mobilePhone").is_none()));
    assert!(link.starts_with(&format!("{}/v1.0/users/delta?$deltatoken=", practice.details().graph_url)));
    assert!(round(&practice, &link, false).await.0.is_empty());

    let id = practice.add_person(Colleague {
        display_name: "Nora Neu".to_owned(),
        alias: "nora".to_owned(),
        business_phones: vec!["+1 425 555 0100".to_owned(), "+1 425 555 0101".to_owned()],
        ..Colleague::default()
    });
    assert!(practice.change_person("adele.vance@contoso.example", |one| one.mobile_phone = None));
    // Nobody who did not ask for departments hears of this.
    assert!(practice.change_person("ann.lee@contoso.example", |one| one.department = None));
    assert!(practice.remove_person("jose.alvarez@contoso.example", Removal::Changed));
    assert!(practice.remove_person("ruth.mbeki@contoso.example", Removal::Deleted));
    assert!(!practice.remove_person("nobody@contoso.example", Removal::Deleted));

    let (changes, newer) = round(&practice, &link, false).await;
    assert_eq!(changes.len(), 4, "{changes:?}");
    assert_eq!(changes[0]["displayName"], "Adele Vance");
    assert_eq!(changes[0]["mobilePhone"], Value::Null);
    assert!(changes[0]["businessPhones"].is_array());
    assert_eq!(changes[1]["@removed"], json!({"reason": "changed"}));
    assert_eq!(changes[2]["@removed"], json!({"reason": "deleted"}));
    assert_eq!((&changes[3]["id"], &changes[3]["displayName"]), (&json!(id), &json!("Nora Neu")));
    let minimal = round(&practice, &link, true).await.0;
    assert_eq!(minimal[0], json!({"id": changes[0]["id"], "mobilePhone": null}));
    assert!(round(&practice, &newer, false).await.0.is_empty());

    let list = get(&practice, "users?$top=999").await.json();
    assert_eq!(list["value"].as_array().map(Vec::len), Some(249));
    assert_eq!(get(&practice, "users/ruth.mbeki@contoso.example").await.status, 404);
    let count = request(&practice, "users/$count").await.header("ConsistencyLevel", "eventual");
    assert_eq!(Reply::of(count).await.text, "249");
}

#[tokio::test]
async fn a_round_can_begin_now_or_be_about_some() {
    let practice = start(Scenario::PeopleChange);
    let (none, link) = round(&practice, "users/delta?$deltatoken=latest&$select=displayName,jobTitle", false).await;
    assert!(none.is_empty());
    let (changes, link) = round(&practice, &link, false).await;
    assert_eq!(changes.len(), 4, "{changes:?}");
    assert_eq!(changes.iter().filter(|one| one.get("@removed").is_some()).count(), 1);
    assert_eq!(round(&practice, &link, false).await.0.len(), 4);

    practice.set_scenario(Scenario::Healthy);
    let list = get(&practice, "users?$top=2&$select=id").await.json();
    let (one, two) = (list["value"][0]["id"].as_str().expect("id"), list["value"][1]["id"].as_str().expect("id"));
    let filter = format!("users/delta?$filter=id eq '{one}' or id eq '{two}'&$select=id");
    assert_eq!(round(&practice, &filter, false).await.0.len(), 2);
    for wrong in ["$filter=displayName eq 'x'", "$search=\"displayName:x\"", "$top=1000", "$deltatoken=x", "$skip=1"] {
        assert_eq!(get(&practice, &format!("users/delta?{wrong}")).await.status, 400, "{wrong}");
    }
    assert_eq!(get(&practice, "users/delta?$orderby=displayName").await.status, 501);
}

#[tokio::test]
async fn a_token_that_is_too_old_demands_everything_anew() {
    let practice = start(Scenario::Healthy);
    let (_, link) = round(&practice, "users/delta?$select=id", false).await;
    let path = link.split_once("/v1.0/").expect("a path").1.to_owned();
    practice.set_scenario(Scenario::DeltaExpired);
    let reply = get(&practice, &path).await;
    assert_eq!((reply.status, reply.graph_code().as_str()), (410, "syncStateNotFound"));
    assert_eq!(round(&practice, "users/delta?$select=id", false).await.0.len(), 25);
    // A tenant that was started anew has forgotten what changed.
    let reply = get(&start(Scenario::Healthy), &path).await;
    assert_eq!((reply.status, reply.graph_code().as_str()), (410, "resyncRequired"));
    practice.set_scenario(Scenario::MissingUserRead);
    assert_eq!(get(&practice, "users/delta").await.status, 403);
}

#[tokio::test]
async fn untidy_pages_still_tell_everybody() {
    let practice = start_with(Scenario::UntidyPages, 250);
    let token = access_token(&practice).await;
    let mut url = format!("{}/v1.0/users?$select=id&$top=50", practice.details().graph_url);
    let (mut sizes, mut ids) = (Vec::new(), HashSet::new());
    loop {
        let page = Reply::of(client().get(&url).bearer_auth(&token)).await.json();
        let people = page["value"].as_array().expect("people");
        sizes.push(people.len());
        ids.extend(people.iter().map(|one| one["id"].to_string()));
        let Some(next) = page["@odata.nextLink"].as_str() else { break };
        next.clone_into(&mut url);
    }
    assert_eq!(ids.len(), 250);
    assert!(sizes.contains(&0) && sizes[0] == 17 && sizes.iter().sum::<usize>() > 250, "{sizes:?}");
    let (all, _) = round(&practice, "users/delta?$select=id", false).await;
    assert!(all.len() > 250);
}

#[tokio::test]
async fn a_long_list_is_refused_in_its_middle_once() {
    for (scenario, status, code) in
        [(Scenario::ThrottledMidLoad, 429, "TooManyRequests"), (Scenario::OutageMidLoad, 503, "serviceNotAvailable")]
    {
        let practice = start_with(scenario, 50);
        let first = get(&practice, "users?$top=10&$select=id").await.json();
        let link = first["@odata.nextLink"].as_str().expect("a link");
        let path = link.split_once("/v1.0/").expect("a path").1;
        assert_eq!(get(&practice, path).await.status, 200);
        let refused = get(&practice, path).await;
        assert_eq!((refused.status, refused.graph_code().as_str()), (status, code));
        assert_eq!(get(&practice, path).await.status, 200);
    }
}

#[tokio::test]
async fn photos_are_small_pictures_or_missing() {
    let practice = start(Scenario::Healthy);
    let list = get(&practice, "users?$top=2&$select=id").await.json();
    let (with, without) = (list["value"][0]["id"].as_str().expect("id"), list["value"][1]["id"].as_str().expect("id"));
    for (path, edge) in [("photos/48x48/$value", 48), ("photo/$value", 240)] {
        let response = request(&practice, &format!("users/{with}/{path}")).await.send().await.expect("an answer");
        assert_eq!(response.headers()["content-type"], "image/jpeg");
        let picture = image::load_from_memory(&response.bytes().await.expect("bytes")).expect("a picture");
        assert_eq!((picture.width(), picture.height()), (edge, edge));
    }
    for path in [format!("users/{without}/photos/48x48/$value"), format!("users/{with}/photos/49x49/$value")] {
        let reply = get(&practice, &path).await;
        assert_eq!((reply.status, reply.graph_code().as_str()), (404, "ImageNotFound"), "{path}");
    }
    practice.set_scenario(Scenario::MissingUserRead);
    assert_eq!(get(&practice, &format!("users/{with}/photos/48x48/$value")).await.status, 403);
}
