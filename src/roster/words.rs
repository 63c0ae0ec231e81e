//! What is said when people cannot be read or kept.
//!
//! Owns the words and nothing else; each failure says what to do.

use crate::{
    domain::{Evidence, Failure, diagnosis},
    entra::TokenError,
    graph::{GraphError, users::PageError},
};
use rusqlite::ErrorCode;
use std::{io, path::Path, time::Duration};

pub(super) fn file(path: &Path, error: &rusqlite::Error) -> Failure {
    let shown = path.display();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => taken_over(),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Failure::new(
            "The people cannot be kept on this computer.",
            format!("Allow writing to {shown} and to the folder that it is in."),
        ),
        Some(ErrorCode::DiskFull) => Failure::new(
            "There is no room left to keep the people on this computer.",
            format!("Free some space on the disk that holds {shown}, then refresh."),
        ),
        Some(ErrorCode::CannotOpen) => {
            Failure::new("The file of the people cannot be opened.", format!("Look at {shown}: {error}."))
        }
        _ => damaged(path, &error.to_string()),
    }
}

pub(super) fn damaged(path: &Path, detail: &str) -> Failure {
    let detail = detail.trim_end_matches('.');
    Failure::new(
        "The file of the people kept on this computer is damaged.",
        format!("Refresh, and {} is made anew from the directory. What was found: {detail}.", path.display()),
    )
}

pub(super) fn io(path: &Path, error: &io::Error) -> Failure {
    Failure::new("The file of the people cannot be replaced.", format!("Remove {} by hand: {error}.", path.display()))
}

pub(super) fn still_there(path: &Path, error: &io::Error) -> Failure {
    Failure::new(
        "The people who were kept on this computer are still there.",
        format!("Remove {} by hand: {error}.", path.display()),
    )
}

pub(super) fn taken_over() -> Failure {
    Failure::new(
        "Another Liaison keeps the people at this moment.",
        "Wait until it is done, then refresh. The people shown here are right.",
    )
}

pub(super) fn no_threads() -> Failure {
    Failure::new("The people could not be read to the end.", "Refresh. If it stays like this, start Liaison again.")
}

pub(super) fn too_old() -> Failure {
    Failure::new(
        "Microsoft Graph has lost its place in the directory.",
        "Nothing was changed. Refresh, and the directory is read from the beginning.",
    )
}

pub(super) fn in_a_circle() -> Failure {
    Failure::new(
        "The directory's pages lead in a circle.",
        "Nothing was changed. Refresh; if it stays like this, tell Microsoft's support.",
    )
}

pub(super) fn page(error: &PageError) -> Failure {
    match error {
        PageError::Graph(GraphError::Failed(failure)) => {
            Failure::new(format!("{}.", failure.headline()), failure.remedy())
        }
        PageError::Graph(GraphError::Refused(refusal)) => {
            let said = said(&refusal.evidence);
            match refusal.status {
                403 => Failure::new(
                    "The app may not read the directory.",
                    format!(
                        "In the Azure portal, open App registrations › your app › API permissions, add the application permission User.Read.All of Microsoft Graph, and let an administrator choose Grant admin consent.{said}"
                    ),
                ),
                401 => Failure::new(
                    "Microsoft Graph does not accept the sign-in.",
                    format!("Test the connection of the account.{said}"),
                ),
                429 => busy("Microsoft Graph receives too many requests at the moment.", refusal.retry_after, &said),
                500.. => busy("Microsoft Graph has a trouble of its own.", refusal.retry_after, &said),
                _ => Failure::new(
                    "Microsoft Graph refused to show the directory.",
                    format!("Refresh. If it stays like this, send this to Microsoft's support.{said}"),
                ),
            }
        }
        PageError::Elsewhere(host) => Failure::new(
            format!("The directory's next page is said to be at {host}, which is not Microsoft Graph."),
            "Nothing was asked there, and the sign-in was not sent there. For custom addresses, check the Graph address; else ask your network team what changes Microsoft's answers.",
        ),
    }
}

pub(super) fn presence(error: GraphError) -> Failure {
    match error {
        GraphError::Refused(refusal) if refusal.status == 403 => Failure::new(
            "The app may not read presence.",
            format!(
                "In the Azure portal, open App registrations › your app › API permissions, add the application permission Presence.Read.All of Microsoft Graph, and let an administrator choose Grant admin consent.{}",
                said(&refusal.evidence)
            ),
        ),
        error => page(&PageError::Graph(error)),
    }
}

fn busy(headline: &str, wait: Option<Duration>, said: &str) -> Failure {
    let wait = wait.map_or("a minute".into(), |wait| format!("{} s", wait.as_secs().max(1)));
    Failure::new(headline, format!("Nothing needs to be changed. Wait {wait}, then refresh.{said}"))
}

pub(super) fn token(error: &TokenError) -> Failure {
    match error {
        TokenError::Failed(failure) => Failure::new(format!("{}.", failure.headline()), failure.remedy()),
        TokenError::NotSigned(error) => Failure::new(error.headline(), error.remedy()),
        TokenError::Refused(refusal) => match refusal.code.and_then(diagnosis::row) {
            Some(row) => Failure::new(format!("{}.", row.cause), format!("{}{}", row.remedy, said(&refusal.evidence))),
            None => Failure::new(
                "Microsoft refused the sign-in.",
                format!("Test the connection of the account.{}", said(&refusal.evidence)),
            ),
        },
    }
}

/// What support wants to know.
fn said(evidence: &Evidence) -> String {
    let pieces: Vec<String> = evidence.lines().into_iter().map(|(name, value)| format!("{name} {value}")).collect();
    if pieces.is_empty() { String::new() } else { format!(" ({})", pieces.join("; ")) }
}
