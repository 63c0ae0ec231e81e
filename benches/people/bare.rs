//! The least that reads a directory: page after page into typed values, one after the other, all kept in memory.
//!
//! Knows nothing of Liaison.

use super::{Tenant, ms, peak, runtime};
use serde::Deserialize;
use serde_json::json;
use std::time::Instant;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "what is kept need not be read")]
struct User {
    id: String,
    user_principal_name: Option<String>,
    display_name: Option<String>,
    given_name: Option<String>,
    surname: Option<String>,
    mail: Option<String>,
    job_title: Option<String>,
    office_location: Option<String>,
    preferred_language: Option<String>,
    mobile_phone: Option<String>,
    #[serde(default)]
    business_phones: Vec<String>,
}

#[derive(Deserialize)]
struct Page {
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
    value: Vec<User>,
}

pub fn run(tenant: &Tenant) {
    let started = Instant::now();
    let (people, pages) = runtime().block_on(read(tenant));
    println!("{}", json!({"people": people, "pages": pages, "ms": ms(started), "peak_kib": peak()}));
}

async fn read(tenant: &Tenant) -> (usize, usize) {
    let client = reqwest::Client::new();
    let form: [(&str, &str); 4] = [
        ("grant_type", "client_credentials"),
        ("client_id", &tenant.client_id),
        ("client_secret", &tenant.client_secret),
        ("scope", &format!("{}/.default", tenant.graph_url)),
    ];
    let token: serde_json::Value = client
        .post(format!("{}/{}/oauth2/v2.0/token", tenant.login_url, tenant.tenant_id))
        .form(&form)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let token = token["access_token"].as_str().unwrap();
    let mut everybody = Vec::new();
    let mut pages = 0;
    let mut next = Some(format!("{}/v1.0/users?$top=999", tenant.graph_url));
    while let Some(url) = next {
        let body = client.get(url).bearer_auth(token).send().await.unwrap().bytes().await.unwrap();
        let page: Page = serde_json::from_slice(&body).unwrap();
        everybody.extend(page.value);
        pages += 1;
        next = page.next;
    }
    (everybody.len(), pages)
}
