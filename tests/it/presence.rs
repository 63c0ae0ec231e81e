//! Presence and photos of people as the client reads them, over real HTTP from the practice tenant.

use liaison::{
    domain::{CloudDraft, CloudKind, Credentials, Guid, PresenceKind, Secret, presence::MOST_IDS},
    entra::{self, Token},
    graph::{GraphError, people},
    http::Http,
    practice::{Options, Practice, Scenario},
};

async fn sign_in(practice: &Practice) -> (Http, Credentials, Token) {
    let details = practice.details();
    let cloud = CloudDraft {
        kind: CloudKind::Custom,
        login_url: details.login_url.clone(),
        graph_url: details.graph_url.clone(),
    };
    let guid = |text: &str| Guid::parse(text).unwrap();
    let credentials = Credentials {
        object_id: guid(&details.object_id),
        tenant_id: guid(&details.tenant_id),
        client_id: guid(&details.client_id),
        cloud: cloud.parse().unwrap(),
        credential: Secret::new(details.client_secret.clone()).into(),
    };
    let http = Http::default();
    let token = entra::token(&http, &credentials).await.unwrap();
    (http, credentials, token)
}

/// The ids of people, from the directory itself.
async fn ids(http: &Http, credentials: &Credentials, token: &Token, count: usize) -> Vec<Guid> {
    let url = format!("{}/v1.0/users?$top={count}&$select=id", credentials.cloud.graph_url());
    let body = http.get(&url, &token.value).await.unwrap().json().unwrap();
    let ids = body["value"].as_array().unwrap().iter();
    ids.map(|one| Guid::parse(one["id"].as_str().unwrap()).unwrap()).collect()
}

fn start(scenario: Scenario) -> Practice {
    Practice::start(Options { scenario, people: 900, ..Options::default() }).unwrap()
}

#[tokio::test]
async fn presence_is_matched_by_id_and_never_asked_for_too_many() {
    let practice = start(Scenario::Healthy);
    let (http, credentials, token) = sign_in(&practice).await;
    let mut everybody = ids(&http, &credentials, &token, 900).await;
    let first = everybody[0];
    // Somebody whom nobody knows does no harm, and the question has room for 650 only.
    everybody.insert(1, Guid::parse("11111111-2222-4333-8444-555555555555").unwrap());
    let (presences, evidence) = people::presences(&http, &credentials.cloud, &token, &everybody).await.unwrap();
    assert_eq!((presences.len(), evidence.http_status), (MOST_IDS - 1, Some(200)));
    let of = |person| presences.iter().find(|(one, _)| *one == person).map(|(_, presence)| presence);
    assert_eq!(of(first).unwrap().words(), "Available");
    // The first people show every value that is documented, in both splits, and one that is not.
    let words: Vec<String> = everybody[..20].iter().filter_map(|one| of(*one)).map(|one| one.words().into()).collect();
    for expected in ["In a meeting", "In a call", "Out of office", "Off work", "Focusing", "Commuting · OnTheTrain"] {
        assert!(words.iter().any(|word| word == expected), "{expected} in {words:?}");
    }
    let unknown = presences.iter().filter(|(_, presence)| presence.kind() == PresenceKind::Unknown).count();
    assert!(unknown > 0);
    assert!(presences.iter().any(|(_, presence)| presence.message.as_deref() == Some("Back on Monday")));
}

#[tokio::test]
async fn a_refusal_and_a_pause_are_told_apart() {
    for (scenario, status) in [(Scenario::MissingPresenceRead, 403), (Scenario::ThrottledHard, 429)] {
        let practice = start(Scenario::Healthy);
        practice.set_scenario(scenario);
        let (http, credentials, token) = sign_in(&practice).await;
        let somebody = [Guid::parse("11111111-2222-4333-8444-555555555555").unwrap()];
        match people::presences(&http, &credentials.cloud, &token, &somebody).await {
            Err(GraphError::Refused(refusal)) => {
                assert_eq!(refusal.status, status);
                assert_eq!(refusal.retry_after.is_some(), status == 429);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_photo_is_a_picture_or_none() {
    let practice = start(Scenario::Healthy);
    let (http, credentials, token) = sign_in(&practice).await;
    let some = ids(&http, &credentials, &token, 2).await;
    let photo = people::photo(&http, &credentials.cloud, &token, some[0]).await.unwrap().unwrap();
    assert_eq!(image::load_from_memory(&photo).unwrap().width(), 48);
    assert_eq!(people::photo(&http, &credentials.cloud, &token, some[1]).await.unwrap(), None);
}
