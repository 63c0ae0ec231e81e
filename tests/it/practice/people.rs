//! The directory: pages, selected properties, search, counts and sizes.

use std::collections::HashSet;

use liaison::practice::{Practice, Scenario};
use serde_json::Value;

use super::{Reply, access_token, client, get, request, start, start_with};

fn names(body: &Value) -> Vec<&str> {
    let people = body["value"].as_array().expect("people");
    people.iter().filter_map(|one| one["displayName"].as_str()).collect()
}

/// Every page from a path on, by the next links, as a client would read them.
async fn pages(practice: &Practice, path: &str, eventual: bool) -> Vec<Value> {
    let token = access_token(practice).await;
    let client = client();
    let mut url = format!("{}/v1.0/{path}", practice.details().graph_url);
    let mut pages = Vec::new();
    loop {
        let mut get = client.get(&url).bearer_auth(&token);
        if eventual {
            get = get.header("ConsistencyLevel", "eventual");
        }
        let reply = Reply::of(get).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        let page = reply.json();
        let next = page["@odata.nextLink"].as_str().map(str::to_owned);
        pages.push(page);
        match next {
            Some(next) => url = next,
            None => return pages,
        }
    }
}

#[tokio::test]
async fn pages_are_linked_and_complete() {
    let practice = start_with(Scenario::Healthy, 250);
    let pages = pages(&practice, "users", false).await;
    let sizes: Vec<usize> = pages.iter().map(|page| names(page).len()).collect();
    assert_eq!(sizes, [100, 100, 50]);
    let ids: HashSet<&str> = pages
        .iter()
        .flat_map(|page| page["value"].as_array().expect("people"))
        .filter_map(|one| one["id"].as_str())
        .collect();
    assert_eq!(ids.len(), 250);
    assert_eq!(names(&pages[0])[0], "Adele Vance");
    let next = pages[0]["@odata.nextLink"].as_str().expect("a link");
    assert!(next.starts_with(&format!("{}/v1.0/users?$skiptoken=", practice.details().graph_url)));

    let pages = self::pages(&practice, "users?$top=7&$select=id,mail", false).await;
    assert_eq!(pages.len(), 36);
    assert_eq!(pages[35]["value"].as_array().map(Vec::len), Some(5));
    assert_eq!(pages[1]["value"][0].as_object().map(serde_json::Map::len), Some(2));
}

#[tokio::test]
async fn page_sizes_have_limits() {
    let practice = start_with(Scenario::Healthy, 1_000);
    for (top, size) in [("1", 1), ("999", 999)] {
        let body = get(&practice, &format!("users?$top={top}")).await.json();
        assert_eq!(names(&body).len(), size);
    }
    for top in ["0", "1000"] {
        let reply = get(&practice, &format!("users?$top={top}")).await;
        assert_eq!((reply.status, reply.graph_code().as_str()), (400, "Request_UnsupportedQuery"));
        let message = format!("Invalid page size specified: '{top}'. Must be between 1 and 999 inclusive.");
        assert_eq!(reply.json()["error"]["message"], message);
    }
    for query in ["$top=ten", "$top=-1", "$top=1&$top=2", "$skip=10", "$skiptoken=nonsense"] {
        assert_eq!(get(&practice, &format!("users?{query}")).await.status, 400, "{query}");
    }
    let skip = get(&practice, "users?$skip=10").await.json();
    assert_eq!(skip["error"]["message"], "'$skip' is not supported by the service.");
}

#[tokio::test]
async fn select_decides_what_a_person_has() {
    let practice = start(Scenario::Healthy);
    let body = get(&practice, "users?$top=1").await.json();
    let properties: HashSet<&str> =
        body["value"][0].as_object().expect("a person").keys().map(String::as_str).collect();
    let default = [
        "businessPhones",
        "displayName",
        "givenName",
        "id",
        "jobTitle",
        "mail",
        "mobilePhone",
        "officeLocation",
        "preferredLanguage",
        "surname",
        "userPrincipalName",
    ];
    assert_eq!(properties, HashSet::from(default));

    let body = get(&practice, "users?$top=3&$select=DisplayName,faxNumber,accountEnabled").await.json();
    assert_eq!(body["value"][2].as_object().map(serde_json::Map::len), Some(3));
    assert!(body["value"][2]["faxNumber"].is_string());
    assert!(body["value"][0]["faxNumber"].is_null());
    let context = body["@odata.context"].as_str().expect("a context");
    assert!(context.ends_with("$metadata#users(displayName,faxNumber,accountEnabled)"), "{context}");

    for (select, status, says) in [
        ("homePhones", 400, "Could not find a property named 'homePhones' on type 'microsoft.graph.user'."),
        ("", 400, "Could not find a property"),
        ("id,aboutMe", 501, "not yet supported"),
    ] {
        let reply = get(&practice, &format!("users?$select={select}")).await;
        assert_eq!(reply.status, status, "{select}");
        assert!(reply.text.contains(says), "{}", reply.text);
    }
}

#[tokio::test]
async fn one_person_by_id_or_name() {
    let practice = start(Scenario::Healthy);
    let list = get(&practice, "users?$top=1").await.json();
    let id = list["value"][0]["id"].as_str().expect("an id").to_owned();
    for key in [id.as_str(), "adele.vance@contoso.example"] {
        let body = get(&practice, &format!("users/{key}?$select=id,businessPhones")).await.json();
        assert_eq!(body["id"], id);
        assert_eq!(body["businessPhones"], serde_json::json!(["+1 425 555 0109"]));
    }
    let nobody = get(&practice, "users/11111111-2222-4333-8444-555555555555").await;
    assert_eq!((nobody.status, nobody.graph_code().as_str()), (404, "Request_ResourceNotFound"));
}

async fn search(practice: &Practice, text: &str) -> Reply {
    let request = request(practice, "users").await.header("ConsistencyLevel", "eventual");
    Reply::of(request.query(&[("$search", text), ("$count", "true")])).await
}

#[tokio::test]
async fn search_is_by_token_and_needs_the_header() {
    let practice = start(Scenario::Healthy);
    let reply = search(&practice, "\"displayName:ann\"").await;
    assert_eq!(names(&reply.json()), ["Ann Lee", "Anna-Lena Grün"]);
    assert_eq!(reply.json()["@odata.count"], 2);
    let reply = search(&practice, "\"displayName:山田\" OR \"mail:adele\"").await;
    assert_eq!(names(&reply.json()), ["Adele Vance", "山田 太郎"]);
    assert_eq!(search(&practice, "displayName:ann").await.status, 400);

    let bare = get(&practice, "users?$search=%22displayName:ann%22").await;
    assert_eq!((bare.status, bare.graph_code().as_str()), (400, "Request_UnsupportedQuery"));
    let message = "Request with $search query parameter only works through MSGraph with a special request header: \
        'ConsistencyLevel: eventual'";
    assert_eq!(bare.json()["error"]["message"], message);

    let count = Reply::of(request(&practice, "users/$count").await.header("ConsistencyLevel", "eventual")).await;
    assert_eq!((count.text.as_str(), count.header("content-type")), ("25", "text/plain"));
    assert_eq!(get(&practice, "users/$count").await.status, 400);
    assert!(get(&practice, "users?$count=true").await.json().get("@odata.count").is_none());
}

#[tokio::test]
async fn a_million_people_are_there_when_asked_for() {
    let practice = start_with(Scenario::Healthy, 1_000_000);
    let reply = Reply::of(request(&practice, "users/$count").await.header("ConsistencyLevel", "eventual")).await;
    assert_eq!(reply.text, "1000000");
    // A rare name: some pages are short or empty, and only the missing link ends the list.
    let path = "users?$top=999&$select=id,displayName&$search=%22userPrincipalName:adele%22";
    let pages = pages(&practice, path, true).await;
    assert_eq!(pages.len(), 10);
    let found: Vec<&str> = pages.iter().flat_map(|page| names(page)).collect();
    assert_eq!(found, ["Adele Vance"]);
}

#[tokio::test]
async fn an_empty_directory_is_no_error() {
    let practice = start_with(Scenario::Healthy, 0);
    let body = get(&practice, "users").await.json();
    assert_eq!(body["value"], serde_json::json!([]));
    assert!(body.get("@odata.nextLink").is_none());
}
