//! What a refusal of Teams means for a conference, in words.
//!
//! Owns the texts. The status decides; Microsoft's own words are shown, and only tell a missing licence from a missing
//! permission, which come with the same status.

use crate::{
    domain::{Evidence, Failure},
    entra::TokenError,
    graph::{GraphError, Refusal},
};

/// What happened, and what to do. `name` is the colleague's.
pub(super) fn failure(error: &GraphError, name: &str) -> Failure {
    match error {
        GraphError::Failed(failure) => Failure::new(format!("{}.", failure.headline()), failure.remedy()),
        GraphError::Refused(refusal) => refused(refusal, name),
    }
}

/// Graph does not take a token that is quite new.
pub(super) fn signed_out() -> Failure {
    Failure::new(
        "Microsoft does not accept the agent's sign-in.",
        "Have the agent sign in again on the Agents screen, then invite again.",
    )
}

fn refused(refusal: &Refusal, name: &str) -> Failure {
    let said = refusal.evidence.message.clone().unwrap_or_default();
    let licence = said.to_lowercase().contains("license");
    let (headline, remedy) = match refusal.status {
        401 => return signed_out(),
        402 => (
            "Microsoft asks for a payment model before it takes messages.".to_owned(),
            "Since 25 August 2025 these messages are not metered, so this is not expected. If it stays like this, ask Microsoft's support with the details below; the Licensing Mode of the account does not change it.".to_owned(),
        ),
        403 if licence => (
            format!("{name} or the agent has no Microsoft Teams licence."),
            "Microsoft 365 admin center › Users › Active users: assign a licence with Microsoft Teams. It can take a day until Teams knows.".to_owned(),
        ),
        403 => (
            format!("Teams does not let the agent write to {name}."),
            "Set-up checklist: the delegated permissions Chat.ReadWrite and ChatMessage.Send must be granted; then have the agent sign in again on the Agents screen. If they are, a policy of the tenant may forbid chats between these two.".to_owned(),
        ),
        404 => (
            format!("Teams does not find {name} or the chat."),
            format!("Check in the directory whether {name} is still there."),
        ),
        413 => (
            "The message is too long for Teams.".to_owned(),
            "Write a shorter one.".to_owned(),
        ),
        429 => (
            "Teams is busy and asks to wait.".to_owned(),
            "Nothing is lost. It goes on by itself.".to_owned(),
        ),
        500.. => (
            "Teams does not work properly at the moment.".to_owned(),
            "Nothing is lost. It goes on by itself.".to_owned(),
        ),
        status => (format!("Teams refused with status {status}."), "Ask Microsoft's support with the details below.".to_owned()),
    };
    Failure::new(headline, format!("{remedy}{}", details(&refusal.evidence)))
}

fn details(evidence: &Evidence) -> String {
    let parts = [
        evidence.code.as_ref().map(|code| format!("{code}.")),
        evidence.message.as_ref().map(|message| format!("“{message}”")),
        evidence.trace_id.as_ref().map(|id| format!("request-id {id}")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(" ")) }
}

/// Why nobody can be looked for in Graph.
pub(super) fn not_found(error: &GraphError) -> Failure {
    match error {
        GraphError::Failed(failure) => Failure::new(format!("{}.", failure.headline()), failure.remedy()),
        GraphError::Refused(refusal) => Failure::new(
            "The directory cannot be searched.",
            format!(
                "Test connection on Integration Accounts tells whether the permission User.Read.All is granted.{}",
                details(&refusal.evidence)
            ),
        ),
    }
}

/// Why the app has no token.
pub(super) fn no_token(error: &TokenError) -> Failure {
    match error {
        TokenError::Failed(failure) => Failure::new(format!("{}.", failure.headline()), failure.remedy()),
        TokenError::Refused(_) | TokenError::NotSigned(_) => Failure::new(
            "The account cannot sign in.",
            "Test connection on Integration Accounts tells which field is wrong.",
        ),
    }
}
