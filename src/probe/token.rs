//! The sign-in: what a refusal means, and what the token may do.
//!
//! Owns the words for both. Knows nothing of HTTP, nor of the order of the checks. Start with [`no_token`].

use super::{SIGN_IN, busy, certificate, failed, no_answer, seconds, warning};
use crate::{
    domain::{Check, CheckId, CheckState, Credential, Evidence, Field, Secret, check::TOKEN_REFUSED, diagnosis, setup},
    entra::{Token, TokenError},
};

/// The check, and the source's text where it fits.
pub(super) fn no_token(error: TokenError) -> (Check, Option<&'static str>) {
    let refusal = match error {
        TokenError::Failed(failure) => return (no_answer(CheckId::Token, &failure), None),
        TokenError::Refused(refusal) => refusal,
        TokenError::NotSigned(error) => {
            let headline = error.headline();
            let check = failed(CheckId::Token, headline.trim_end_matches('.'), error.remedy(), Evidence::default());
            return (Check { fields: vec![Field::ClientSecret], ..check }, Some(TOKEN_REFUSED));
        }
    };
    let evidence = refusal.evidence;
    let row = refusal.code.and_then(diagnosis::row);
    if (refusal.status == 429 || refusal.status >= 500) && row.is_none_or(|row| !row.transient) {
        let check = busy(CheckId::Token, "Microsoft's sign-in service", refusal.status, refusal.retry_after, evidence);
        return (check, None);
    }
    if let Some(row) = row {
        let blamed = !row.fields.is_empty() && row.fields.iter().all(|field| SIGN_IN.contains(field));
        let asked = refusal.retry_after.map(|wait| format!(" Microsoft asks to wait {}.", seconds(wait)));
        let remedy = format!("{}{}", row.remedy, asked.unwrap_or_default());
        let check = Check { fields: row.fields.to_vec(), ..failed(CheckId::Token, row.cause, remedy, evidence) };
        return (check, blamed.then_some(TOKEN_REFUSED));
    }
    let error = refusal.error.as_deref().unwrap_or_default();
    let refused = matches!(error, "invalid_client" | "unauthorized_client" | "invalid_request");
    let check = failed(
        CheckId::Token,
        format!("Microsoft refused the sign-in ({})", evidence.code.as_deref().unwrap_or(error)),
        match refusal.code {
            Some(code) => format!(
                "Liaison does not know this code. Look it up at https://login.microsoftonline.com/error?code={code}, or send the trace ID and the time to Microsoft's support."
            ),
            None => "Microsoft's own words are below. Send the trace ID and the time to Microsoft's support.".into(),
        },
        evidence,
    );
    (check, refused.then_some(TOKEN_REFUSED))
}

/// What was accepted.
pub(super) fn signed_in(token: &Token, credential: &Credential) -> Check {
    let headline = match credential {
        Credential::Certificate(with) => certificate::accepted(&with.certificate),
        Credential::Secret(secret) => match start(secret) {
            Some(start) => format!("Secret accepted (starts with {start})"),
            None => "Secret accepted".into(),
        },
    };
    Check { evidence: token.evidence.clone(), ..Check::new(CheckId::Token, CheckState::Passed, headline) }
}

/// Whether the token has what the features need. Entra issues one even without any permission.
pub(super) fn permissions(token: &Token) -> Check {
    const ID: CheckId = CheckId::Permissions;
    let evidence = token.evidence.clone();
    let Some(claims) = &token.claims else {
        let remedy = "Look them up in the Azure portal under App registrations › your app › API permissions. The next checks show what works.";
        return warning(ID, "The sign-in does not tell which permissions are granted", remedy, evidence);
    };
    let missing = setup::missing(&claims.roles);
    let needed = setup::needed().count();
    if missing.is_empty() {
        let headline = format!("All {needed} that are needed have been granted");
        return Check { evidence, ..Check::new(ID, CheckState::Passed, headline) };
    }
    let headline = match (claims.roles.as_slice(), missing.as_slice()) {
        ([], _) => "Signed in, but no permission has been granted".to_owned(),
        (_, [one]) => format!("{} is missing: {}", one.name, one.without),
        (_, several) => {
            let names: Vec<&str> = several.iter().map(|permission| permission.name).collect();
            format!("{} of {needed} are missing: {}", names.len(), names.join(", "))
        }
    };
    let remedy = "In the Azure portal, open App registrations › your app › API permissions, add what is missing as application permissions of Microsoft Graph, and let an administrator choose Grant admin consent.";
    warning(ID, headline, remedy, evidence)
}

/// The characters that Azure shows too, unless they were a good part of the secret.
fn start(secret: &Secret) -> Option<String> {
    (secret.expose().chars().count() >= 8).then(|| secret.hint())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_secret_is_not_shown_by_its_start() {
        assert_eq!(start(&Secret::new("8Qk8Q~a.b_c-d")).as_deref(), Some("8Qk"));
        assert_eq!(start(&Secret::new("abcd")), None);
    }
}
