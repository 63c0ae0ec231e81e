//! Many requests in one, and filters on people.

use liaison::practice::{OBJECT_ID, Practice, Scenario};
use serde_json::{Value, json};

use super::{Reply, access_token, client, get, request, start};

async fn batch(practice: &Practice, requests: Value) -> Reply {
    let token = access_token(practice).await;
    let url = format!("{}/v1.0/$batch", practice.details().graph_url);
    Reply::of(client().post(url).bearer_auth(token).json(&json!({"requests": requests}))).await
}

fn part<'a>(body: &'a Value, id: &str) -> &'a Value {
    let responses = body["responses"].as_array().expect("a list");
    responses.iter().find(|one| one["id"] == id).expect("an answer")
}

#[tokio::test]
async fn each_part_has_its_own_answer_in_any_order() {
    let practice = start(Scenario::Healthy);
    let id = get(&practice, "users?$top=1&$select=id").await.json()["value"][0]["id"].clone();
    let requests = json!([
        {"id": "1", "method": "GET", "url": "/users?$top=2&$select=id"},
        {"id": "2", "method": "GET", "url": "nonsense"},
        {"id": "3", "method": "POST", "url": "/communications/getPresencesByUserId", "body": {"ids": [id]},
         "headers": {"Content-Type": "application/json"}},
        {"id": "4", "method": "GET", "url": format!("/applications/{OBJECT_ID}"), "headers": {"Authorization": "Bearer x"}},
        {"id": "5", "method": "GET", "url": "/users/$count", "headers": {"ConsistencyLevel": "eventual"}},
    ]);
    let reply = batch(&practice, requests).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let body = reply.json();
    assert_eq!(part(&body, "1")["body"]["value"].as_array().map(Vec::len), Some(2));
    assert_eq!(part(&body, "2")["status"], 400);
    assert_eq!(part(&body, "2")["body"]["error"]["code"], "BadRequest");
    assert_eq!(part(&body, "3")["body"]["value"][0]["id"], id);
    assert_eq!(part(&body, "4")["status"], 401);
    // Plain text is not JSON, so it comes as Base64.
    assert_eq!(part(&body, "5")["body"], "MjU=");
    assert_eq!(body["responses"][0]["id"], "5");
}

#[tokio::test]
async fn parts_wait_for_and_fail_with_others() {
    let practice = start(Scenario::Healthy);
    let body = batch(
        &practice,
        json!([
            {"id": "a", "method": "GET", "url": "/users/nobody@contoso.example"},
            {"id": "b", "method": "GET", "url": "/users?$top=1", "dependsOn": ["A"]},
            {"id": "c", "method": "GET", "url": "/users?$top=1", "dependsOn": ["b"]},
        ]),
    )
    .await
    .json();
    let statuses: Vec<&Value> = ["a", "b", "c"].iter().map(|id| &part(&body, id)["status"]).collect();
    assert_eq!(statuses, [404, 424, 424]);

    practice.set_scenario(Scenario::Throttled);
    let one = |id: &str| json!({"id": id, "method": "GET", "url": "/users?$top=1"});
    let reply = batch(&practice, json!([one("1"), one("2"), one("3")])).await;
    assert_eq!(reply.status, 200);
    let body = reply.json();
    assert_eq!((&part(&body, "1")["status"], &part(&body, "3")["status"]), (&json!(429), &json!(200)));
    assert_eq!(part(&body, "2")["headers"]["Retry-After"], "1");
}

#[tokio::test]
async fn wrong_batches_are_refused_as_a_whole() {
    let practice = start(Scenario::Healthy);
    let one = |id: &str| json!({"id": id, "method": "GET", "url": "/users?$top=1"});
    let many = |count: usize| (0..count).map(|at| one(&at.to_string())).collect::<Value>();
    assert_eq!(batch(&practice, many(20)).await.status, 200);
    let cases = [
        (many(21), "exceeds the maximum value of 20"),
        (json!([]), "Invalid batch payload format"),
        (json!("x"), "Invalid batch payload format"),
        (json!([one("a"), one("A")]), "has to be unique"),
        (json!([{"method": "GET", "url": "/users"}]), "has no id"),
        (json!([{"id": "1", "url": "/users"}]), "no valid method"),
        (json!([{"id": "1", "method": "GET", "url": "https://graph.microsoft.com/v1.0/users"}]), "no valid url"),
        (json!([{"id": "1", "method": "GET", "url": "/$batch"}]), "another batch"),
        (json!([{"id": "1", "method": "POST", "url": "/chats", "body": {}}]), "no Content-Type header"),
        (json!([{"id": "1", "method": "GET", "url": "/users", "dependsOn": ["2"]}]), "not before it"),
        (json!([one("1"), one("2"), {"id": "3", "method": "GET", "url": "/users", "dependsOn": ["1"]}]), "fully"),
    ];
    for (requests, says) in cases {
        let reply = batch(&practice, requests).await;
        assert_eq!(reply.status, 400, "{says} {}", reply.text);
        assert!(reply.text.contains(says), "{says}: {}", reply.text);
    }
    assert_eq!(get(&practice, "$batch").await.status, 405);
    let url = format!("{}/v1.0/$batch", practice.details().graph_url);
    assert_eq!(Reply::of(client().post(url).json(&json!({"requests": []}))).await.status, 401);
}

async fn filtered(practice: &Practice, filter: &str, advanced: bool) -> Reply {
    let request =
        request(practice, "users").await.query(&[("$filter", filter), ("$top", "999"), ("$select", "displayName")]);
    let request = if advanced { request.query(&[("$count", "true")]) } else { request };
    Reply::of(if advanced { request.header("ConsistencyLevel", "eventual") } else { request }).await
}

#[tokio::test]
async fn people_are_filtered() {
    let practice = start(Scenario::Healthy);
    let adele = get(&practice, "users/adele.vance@contoso.example?$select=id").await.json()["id"].clone();
    let adele = adele.as_str().expect("an id");
    let stranger = "11111111-2222-4333-8444-555555555555";
    let cases = [
        (format!("id eq '{adele}'"), false, 1),
        (format!("id in ('{adele}', '{stranger}')"), false, 1),
        (format!("id eq '{adele}' or id eq '{stranger}'"), false, 1),
        ("accountEnabled eq true".to_owned(), false, 25),
        ("accountEnabled eq true and userType eq 'member'".to_owned(), false, 25),
        ("accountEnabled eq false".to_owned(), false, 0),
        ("startsWith(displayName,'ann')".to_owned(), false, 2),
        ("startswith(displayName, 'ann') and (surname eq 'lee' or surname eq 'x')".to_owned(), false, 1),
        ("mail eq 'ADELE.VANCE@contoso.example'".to_owned(), false, 1),
        ("surname eq 'O''Brien'".to_owned(), false, 1),
        ("mail eq null".to_owned(), false, 1),
        ("not startsWith(displayName,'ann')".to_owned(), true, 23),
        ("mail ne null".to_owned(), true, 24),
        ("endsWith(mail,'@contoso.example')".to_owned(), true, 24),
        ("companyName eq 'Contoso'".to_owned(), true, 25),
    ];
    for (filter, advanced, count) in &cases {
        let reply = filtered(&practice, filter, *advanced).await;
        assert_eq!(reply.status, 200, "{filter} {}", reply.text);
        assert_eq!(reply.json()["value"].as_array().map(Vec::len), Some(*count), "{filter}");
    }
    for (filter, advanced, _) in cases {
        if advanced {
            let reply = filtered(&practice, &filter, false).await;
            assert_eq!((reply.status, reply.graph_code().as_str()), (400, "Request_UnsupportedQuery"), "{filter}");
        }
    }
    let wrong =
        ["", "id", "id eq", "id eq 'x", "id eq 'x' id", "(id eq 'x'", "nonsense eq 'x'", "id gt 'x'", "startsWith(id)"];
    for filter in wrong {
        assert_eq!(filtered(&practice, filter, false).await.status, 400, "{filter}");
    }
    let count = request(&practice, "users/$count").await.query(&[("$filter", "surname eq 'Lee'")]);
    assert_eq!(Reply::of(count.header("ConsistencyLevel", "eventual")).await.text, "1");
}
