//! The practice tenant as its own administrator runs it: what the window is told of it, and what the portal and the
//! contact center would tell it.
//!
//! Owns that, for practice mode only. In earnest a certificate is uploaded in the Azure portal, and colleagues know the words of
//! a conference from their administrator; here both are done as soon as the account says so. Start with [`teach`].

use crate::{
    domain::{CloudDraft, CloudKind, Credential, Guid, MessageKey, Saved, Secret, saved::StoredSecret},
    practice::{ConferenceWords, Practice, Scenario},
    probe::Subject,
    session::{PortalValues, PracticeInfo, ScenarioInfo},
};

/// Tells the tenant what the saved account says: its certificate and the words of a conference.
pub(super) fn teach(practice: &Practice, saved: &Saved) {
    let word = |key| saved.account.system_messages.get(key).to_owned();
    practice.set_conference_words(Some(ConferenceWords {
        positive_response: word(MessageKey::PositiveResponse),
        negative_response: word(MessageKey::NegativeResponse),
        leave_command: word(MessageKey::LeaveAnyTimeCommand),
        session_ended: word(MessageKey::SessionEnded),
        party_joined: word(MessageKey::PartyJoined),
        party_left: word(MessageKey::PartyLeft),
    }));
    if let StoredSecret::Certificate { certificate, .. } = &saved.secret {
        upload(practice, &certificate.der);
    }
}

/// Uploads the certificate that is about to be tested.
pub(super) fn prepare(practice: &Practice, subject: &Subject) {
    if let Subject::Ready(credentials) = subject
        && let Credential::Certificate(with) = &credentials.credential
    {
        upload(practice, &with.certificate.der);
    }
}

fn upload(practice: &Practice, der: &[u8]) {
    // One that the tenant does not take is refused at the sign-in, where the person reads why.
    let _ = practice.register_certificate(der);
}

/// What the window shows of the tenant.
pub(super) fn info(practice: &Practice) -> PracticeInfo {
    let details = practice.details();
    PracticeInfo {
        values: PortalValues {
            name: Some("Contoso Teams (practice)".into()),
            object_id: Guid::parse(&details.object_id).ok(),
            tenant_id: Guid::parse(&details.tenant_id).ok(),
            client_id: Guid::parse(&details.client_id).ok(),
            secret: Some(Secret::new(details.client_secret.clone())),
        },
        cloud: CloudDraft {
            kind: CloudKind::Custom,
            login_url: details.login_url.clone(),
            graph_url: details.graph_url.clone(),
        },
        scenarios: Scenario::ALL
            .iter()
            .map(|s| ScenarioInfo { key: s.key(), title: s.title(), description: s.description() })
            .collect(),
        current: practice.scenario().key(),
    }
}
