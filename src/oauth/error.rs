//! Why a person is not signed in, in words.
//!
//! Owns [`SignInError`]. Knows nothing of the flows; the words for codes are `domain::sign_in`'s and `domain::diagnosis`'s.
//! Start with [`SignInError::failure`].

use crate::{
    domain::{Evidence, Failure, diagnosis, sign_in},
    entra::TokenError,
};

/// Why a person is not signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInError {
    /// Entra refused, or could not be asked.
    Refused(Box<TokenError>),
    /// The page came back with a no: OAuth's word, the number behind `AADSTS` and Microsoft's words.
    Page {
        /// Such as `access_denied`.
        error: String,
        /// The number behind `AADSTS`.
        code: Option<u32>,
        /// Microsoft's words, bounded.
        message: String,
    },
    /// Nobody finished the sign-in in the browser.
    TimedOut,
    /// Nobody entered the device code in time.
    CodeExpired,
    /// This computer gives no port to come back to.
    NoPort(String),
    /// The ID token is for another app or another sign-in.
    NotOurs,
    /// The person is of another tenant.
    OtherTenant,
    /// The answer does not tell who signed in.
    NoIdentity,
    /// There is no refresh token.
    NotLasting,
    /// The answer is not one of OAuth's.
    NotOAuth,
    /// The sign-in address of the account is none.
    Address,
}

impl SignInError {
    /// Whether a kept sign-in is over, and only signing in again helps.
    pub fn ends_sign_in(&self) -> bool {
        match self {
            SignInError::Refused(error) => match &**error {
                TokenError::Refused(refusal) => sign_in::is_over(refusal.code, refusal.error.as_deref()),
                TokenError::Failed(_) | TokenError::NotSigned(_) => false,
            },
            _ => false,
        }
    }

    /// What happened, and what to do.
    pub fn failure(&self) -> Failure {
        match self {
            SignInError::Refused(error) => of_token(error),
            SignInError::Page { error, code, .. } if error == "access_denied" && matches!(code, None | Some(65004)) => {
                Failure::new(
                    "The sign-in was cancelled in the browser.",
                    "Nothing was changed. Begin again when it suits.",
                )
            }
            SignInError::Page { error, code, message } => {
                let message = Some(message.clone()).filter(|text| !text.is_empty());
                let code_text = code.map(|code| format!("AADSTS{code}"));
                of_code(*code, Some(error), &Evidence { code: code_text, message, ..Evidence::default() })
            }
            SignInError::TimedOut => Failure::new(
                "Nobody finished the sign-in in the browser in time.",
                "Begin again, and finish it in the page that opens. If no page opened, copy its address, or use a device code.",
            ),
            SignInError::CodeExpired => Failure::new(
                "Nobody entered the code in time.",
                "Begin again and enter the new code within 15 minutes.",
            ),
            SignInError::NoPort(detail) => Failure::new(
                format!("This computer gives no port for the browser to come back to: {detail}."),
                "Use a device code instead, or ask whether a security program blocks 127.0.0.1.",
            ),
            SignInError::NotOurs => Failure::new(
                "The answer belongs to another sign-in.",
                "Nothing was kept. Begin the sign-in once more, and finish it in the page that opens.",
            ),
            SignInError::OtherTenant => Failure::new(
                "The person who signed in belongs to another tenant.",
                "Sign in with an account of the tenant that the integration account names.",
            ),
            SignInError::NoIdentity => Failure::new(
                "The answer does not tell who signed in.",
                "Check that the sign-in address is Microsoft's, and try again.",
            ),
            SignInError::NotLasting => Failure::new(
                "Microsoft gave a sign-in that does not last.",
                "Add the delegated permission offline_access to the app, grant admin consent, and sign in again.",
            ),
            SignInError::NotOAuth => Failure::new(
                "Something else answered in place of the sign-in service.",
                "Check the sign-in address. A network that asks to sign in first, or a proxy, may be in between.",
            ),
            SignInError::Address => Failure::new(
                "The sign-in address of the account cannot be used.",
                "Correct it on the account's screen and apply.",
            ),
        }
    }
}

fn of_token(error: &TokenError) -> Failure {
    match error {
        TokenError::Failed(failure) => Failure::new(format!("{}.", failure.headline()), failure.remedy()),
        TokenError::NotSigned(error) => {
            let headline = format!("The account's certificate cannot be used: {error}");
            Failure::new(headline, "Choose another one on the account's screen and apply.")
        }
        TokenError::Refused(refusal) => of_code(refusal.code, refusal.error.as_deref(), &refusal.evidence),
    }
}

/// A code's own words; else Microsoft's, with what support asks for.
fn of_code(code: Option<u32>, error: Option<&str>, evidence: &Evidence) -> Failure {
    let known = code.and_then(|code| {
        let person = sign_in::row(code).map(|row| (row.cause, row.remedy));
        person.or_else(|| diagnosis::row(code).map(|row| (row.cause, row.remedy)))
    });
    let name = evidence.code.as_deref().or(error).unwrap_or("no code");
    if let Some((cause, remedy)) = known {
        return Failure::new(format!("{cause} ({name})."), remedy);
    }
    let message = evidence.message.as_deref().unwrap_or("Microsoft gives no reason");
    let trace = evidence.trace_id.as_deref().map(|id| format!(" Trace ID {id}.")).unwrap_or_default();
    Failure::new(
        format!("Microsoft refused the sign-in with {name}: {}.", message.trim_end_matches('.')),
        format!("Try again; if it stays like this, give Microsoft's support this message.{trace}"),
    )
}
