//! The directory and presence, each proved by one real question.
//!
//! Owns the words for what Graph refuses of them. A permission that is missing is a warning: the credentials are valid.
//! Start with [`look`].

use super::{Walk, busy, failed, no_answer, payment_required, warning};
use crate::{
    domain::{Check, CheckId, CheckState, CloudKind, Credentials, Evidence, Guid},
    entra::Token,
    graph::{self, GraphError},
    http::Http,
};
use std::time::Instant;

/// One person, then that person's presence.
pub(super) async fn look<F: FnMut(&Check)>(http: &Http, credentials: &Credentials, token: &Token, walk: &Walk<F>) {
    let cloud = &credentials.cloud;
    let began = Instant::now();
    let person = graph::anybody(http, cloud, token).await;
    let (check, person) = match person {
        Ok((person, evidence)) => (readable(person.is_some(), evidence), person),
        Err(error) => (refused(CheckId::Directory, "the directory", "User.Read.All", error), None),
    };
    let failed = check.state == CheckState::Failed;
    walk.done(Check { duration: began.elapsed(), ..check });
    match person {
        // https://learn.microsoft.com/en-us/graph/api/presence-get: no presence in China.
        _ if cloud.kind() == CloudKind::China => walk.done(not_tried("not available in this cloud")),
        None if failed => walk.skipped(CheckId::Presence, CheckId::Directory),
        None => walk.done(not_tried("no person could be read from the directory")),
        Some(person) => {
            let began = Instant::now();
            let check = presence(http, credentials, token, person).await;
            walk.done(Check { duration: began.elapsed(), ..check });
        }
    }
}

fn not_tried(why: &str) -> Check {
    Check::new(CheckId::Presence, CheckState::Skipped, format!("Not tried: {why}"))
}

fn readable(anybody: bool, evidence: Evidence) -> Check {
    if anybody {
        let check = Check::new(CheckId::Directory, CheckState::Passed, "The people of the tenant can be read");
        return Check { evidence, ..check };
    }
    let remedy = "Check that this is the right tenant: agents would see an empty directory.";
    warning(CheckId::Directory, "The directory can be read, but nobody is in it", remedy, evidence)
}

async fn presence(http: &Http, credentials: &Credentials, token: &Token, person: Guid) -> Check {
    match graph::people::presences(http, &credentials.cloud, token, &[person]).await {
        Ok((_, evidence)) => {
            let check = Check::new(CheckId::Presence, CheckState::Passed, "The presence of people can be read");
            Check { evidence, ..check }
        }
        Err(error) => refused(CheckId::Presence, "presence", "Presence.Read.All", error),
    }
}

fn refused(id: CheckId, what: &str, permission: &str, error: GraphError) -> Check {
    let refusal = match error {
        GraphError::Failed(failure) => return no_answer(id, &failure),
        GraphError::Refused(refusal) => refusal,
    };
    match refusal.status {
        403 => warning(
            id,
            format!("Azure does not let this app read {what}"),
            format!(
                "In the Azure portal, open App registrations › your app › API permissions, add the application permission {permission} of Microsoft Graph, and let an administrator choose Grant admin consent."
            ),
            refusal.evidence,
        ),
        401 => failed(
            id,
            "Microsoft Graph does not accept the sign-in",
            "Test again. If it stays like this, check that the right cloud is chosen and that this computer's clock is right.",
            refusal.evidence,
        ),
        402 => payment_required(id, refusal.evidence),
        429 | 500.. => busy(id, "Microsoft Graph", refusal.status, refusal.retry_after, refusal.evidence),
        status => failed(
            id,
            format!("Microsoft Graph refused to show {what} (HTTP {status})"),
            "Microsoft's own words are below. Send the trace ID and the time to Microsoft's support.",
            refusal.evidence,
        ),
    }
}
