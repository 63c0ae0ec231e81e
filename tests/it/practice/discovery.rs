//! The sign-in service's public documents.

use liaison::practice::{Practice, Scenario, TENANT_DOMAIN, TENANT_ID};
use reqwest::Client;

use super::{
    Reply, client,
    sign_in::{STRANGER, ZERO},
    start,
};

async fn document(client: &Client, practice: &Practice, path: &str) -> Reply {
    Reply::of(client.get(format!("{}/{path}", practice.details().login_url))).await
}

#[tokio::test]
async fn discovery_knows_the_same_tenants() {
    let practice = start(Scenario::Healthy);
    let (client, login) = (client(), practice.details().login_url.clone());
    for tenant in [TENANT_ID, TENANT_DOMAIN] {
        let path = format!("{tenant}/v2.0/.well-known/openid-configuration");
        let reply = document(&client, &practice, &path).await;
        assert_eq!(reply.status, 200);
        let body = reply.json();
        assert_eq!(body["issuer"], format!("{login}/{TENANT_ID}/v2.0"));
        assert_eq!(body["token_endpoint"], format!("{login}/{TENANT_ID}/oauth2/v2.0/token"));
    }
    let any = document(&client, &practice, "common/v2.0/.well-known/openid-configuration").await;
    assert_eq!(any.json()["issuer"], format!("{login}/{{tenantid}}/v2.0"));

    for (tenant, code) in [(STRANGER, 90002), ("contoso", 900023), (ZERO, 900021)] {
        let path = format!("{tenant}/v2.0/.well-known/openid-configuration");
        let reply = document(&client, &practice, &path).await;
        assert_eq!(reply.status, 400);
        assert_eq!(reply.json()["error"], "invalid_tenant");
        assert_eq!(reply.json()["error_codes"][0], code);
    }

    let keys = document(&client, &practice, &format!("{TENANT_ID}/discovery/v2.0/keys")).await;
    let key = &keys.json()["keys"][0];
    assert_eq!((&key["kty"], &key["use"], &key["alg"]), (&"RSA".into(), &"sig".into(), &"RS256".into()));
    let instance = document(&client, &practice, "common/discovery/instance?api-version=1.1").await;
    let host = login.trim_start_matches("http://");
    assert_eq!(instance.json()["metadata"][0]["aliases"][0], host);
}
