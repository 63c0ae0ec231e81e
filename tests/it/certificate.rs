//! A certificate in a secret's place: kept like one, and signed in with over real HTTP.

use crate::canned::{Canned, json};
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use liaison::{
    certificate,
    domain::{
        Account, ClientCertificate, CloudDraft, CloudKind, Credential, Draft, Expiry, ExpiryChange, ExpirySource,
        Origin, Secret, StoredSecret,
    },
    entra::{self, TokenError},
    http::Http,
    keeper::{Apply, Keeper, SecretChange, WithoutKeychain},
    profile::Profile,
    vault::Vault,
};
use serde_json::{Value, json as j};
use std::fs;

const TENANT: &str = "6f89cf12-978b-4d23-ac18-9ef0c127cf87";
const CLIENT: &str = "00d88624-aaaa-4c8e-9f1b-5c7d1a2b8928";

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).unwrap()
}

fn own() -> ClientCertificate {
    certificate::make("Liaison", 12, Utc::now()).unwrap()
}

fn as_credential(of: &ClientCertificate) -> Credential {
    Credential::Certificate(Box::new(of.clone()))
}

fn account(url: &str) -> Account {
    let draft = Draft {
        name: "Contoso".into(),
        object_id: "58a1f3c2-7d0e-4b52-9a61-0c7e2f4d8b90".into(),
        tenant_id: TENANT.into(),
        client_id: CLIENT.into(),
        cloud: CloudDraft { kind: CloudKind::Custom, login_url: url.into(), graph_url: url.into() },
        ..Draft::default()
    };
    draft.parse().unwrap()
}

fn apply(keeper: &mut Keeper, credential: Credential, expected: Option<i64>) -> liaison::domain::Saved {
    let change = Apply {
        account: account("http://127.0.0.1:1"),
        secret: SecretChange::Store(credential),
        expiry: ExpiryChange::Withdraw,
        expected,
        without_keychain: WithoutKeychain::Refuse,
        origin: Origin::Edited,
        now: now(),
    };
    keeper.apply(change).unwrap().saved
}

#[test]
fn it_is_kept_like_a_secret_and_tells_its_own_end() {
    let dir = tempfile::tempdir().unwrap();
    let (profile, vault) = (Profile::at(dir.path().join("liaison")), Vault::memory());
    let mut keeper = Keeper::open(&profile, vault.clone()).unwrap();
    let with = own();
    let saved = apply(&mut keeper, as_credential(&with), None);
    let own_end = Some(Expiry { at: with.certificate.not_after, source: ExpirySource::Certificate });
    assert_eq!((saved.secret.certificate(), saved.expiry), (Some(&with.certificate), own_end));
    let kept = keeper.load().unwrap().unwrap();
    assert_eq!(kept, saved);
    assert_eq!(keeper.credential(&kept), Ok(Some(as_credential(&with))));
    for entry in fs::read_dir(profile.dir()).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        // The public half is there; not even a part of the private one is.
        let part = &with.key.expose()[400..432];
        assert!(!bytes.windows(part.len()).any(|window| window == part));
    }
    // A test tells nothing better than the certificate itself.
    let test = liaison::domain::LastTest {
        at: now(),
        outcome: liaison::domain::Outcome::Passed,
        message: None,
        checks: 4,
        duration: std::time::Duration::ZERO,
        report: None,
    };
    let read = Expiry { at: now(), source: ExpirySource::Graph };
    assert_eq!(keeper.record_test(saved.revision, &test, Some(read)).unwrap().expiry, own_end);
    // The same again is no change; a secret takes its place, and its key goes.
    let again = apply(&mut keeper, as_credential(&with), Some(saved.revision));
    assert_eq!((&again.secret, &again.last_test), (&saved.secret, &Some(test)));
    let secret = apply(&mut keeper, Secret::new("8Qk8Q~value").into(), Some(again.revision));
    assert!(matches!(&secret.secret, StoredSecret::Keychain { hint, .. } if hint == "8Qk"));
    assert_eq!((secret.expiry, vault.references().len()), (None, 1));
}

#[test]
fn the_token_endpoint_gets_an_assertion_that_only_this_key_can_have_signed() {
    let token = json(200, j!({"token_type": "Bearer", "expires_in": 3599, "access_token": "opaque"}));
    let refusal =
        json(401, j!({"error": "invalid_client", "error_codes": [700027], "error_description": "AADSTS700027: No."}));
    let server = Canned::serve(vec![token, refusal]);
    let with = own();
    let credentials = account(&server.url).credentials(as_credential(&with));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let http = Http::default();
    assert!(runtime.block_on(entra::token(&http, &credentials)).is_ok());
    let form = server.requests()[0].form();
    let field = |name: &str| form.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!(field("client_assertion_type"), Some("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
    assert_eq!((field("client_secret"), field("client_id")), (None, Some(CLIENT)));

    let (_, parsed) = x509_parser::parse_x509_certificate(&with.certificate.der).unwrap();
    let key = DecodingKey::from_rsa_der(&parsed.public_key().subject_public_key.data);
    let mut validation = Validation::new(Algorithm::PS256);
    validation.set_audience(&[format!("{}/{TENANT}/oauth2/v2.0/token", server.url)]);
    validation.set_issuer(&[CLIENT]);
    let claims = jsonwebtoken::decode::<Value>(field("client_assertion").unwrap(), &key, &validation).unwrap().claims;
    assert_eq!(claims["sub"], CLIENT);

    let refused = runtime.block_on(entra::token(&http, &credentials)).unwrap_err();
    assert!(matches!(&refused, TokenError::Refused(refusal) if refusal.code == Some(700027)));
    let sent = server.requests()[1].form();
    let assertion = &sent.iter().find(|(name, _)| name == "client_assertion").unwrap().1;
    assert!(!format!("{refused:?}{with:?}{credentials:?}").contains(assertion.as_str()));
}
