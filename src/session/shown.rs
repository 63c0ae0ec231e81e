//! What the session can tell the window: worked out from its state, never kept.
//!
//! Owns no state. What changes the session is elsewhere.

use super::{Editor, Session};
use crate::domain::{
    Certificate, Credential, Draft, Expiry, ExpiryReading, ExpirySource, ExpiryState, Field, Report, SecretDraft,
    Severity, StoredSecret, expiry,
    guard::{self, Consequence},
};
use chrono::{DateTime, Utc};

impl Session {
    /// The fields with unsaved changes; all of a new account's filled ones count as one each.
    pub fn unsaved(&self) -> Vec<Field> {
        self.editor.as_ref().map(Editor::changed).unwrap_or_default()
    }

    /// What the edits mean for agents who are signed in; `None` where they are not concerned.
    pub fn consequence(&self) -> Option<Consequence> {
        guard::consequence(&self.saved.as_ref()?.account, &self.editor.as_ref()?.draft)
    }

    /// Whether Apply would do something now.
    pub fn can_apply(&self) -> bool {
        self.busy.is_none()
            && self.editor.as_ref().is_some_and(|editor| editor.is_new() || !editor.changed().is_empty())
    }

    /// Whether a secret is kept somewhere for the saved account, and the words for where.
    pub fn kept_secret(&self) -> Option<String> {
        match (&self.session_secret, self.saved.as_ref().map(|saved| &saved.secret)) {
            (Some(Credential::Secret(secret)), _) => {
                Some(format!("starts with {}, kept for this session only", secret.hint()))
            }
            (Some(Credential::Certificate(_)), _) => Some("certificate, its key kept for this session only".into()),
            (None, Some(StoredSecret::Certificate { .. })) => Some("certificate, its key kept in the keychain".into()),
            (None, Some(StoredSecret::Keychain { hint, .. })) => {
                Some(format!("starts with {hint}, kept in the keychain"))
            }
            _ => None,
        }
    }

    /// The certificate that is used in a secret's place: the one on the screen, else the one that is kept.
    pub fn shown_certificate(&self) -> Option<&Certificate> {
        match &self.editor.as_ref()?.draft {
            Draft { secret: SecretDraft::Certificate(certificate), .. } => Some(&certificate.certificate),
            Draft { secret: SecretDraft::Keep, .. } => match &self.session_secret {
                Some(Credential::Certificate(certificate)) => Some(&certificate.certificate),
                Some(Credential::Secret(_)) => None,
                None => self.saved.as_ref()?.secret.certificate(),
            },
            Draft { secret: SecretDraft::Replace(_), .. } => None,
        }
    }

    /// The test result, unless it is of other values than those on the screen.
    pub fn fresh_result(&self) -> Option<&Report> {
        let editor = self.editor.as_ref()?;
        self.last_result
            .as_ref()
            .filter(|result| result.draft.same_credentials(&editor.draft))
            .map(|result| &result.report)
    }

    /// The test result of other values than those on the screen.
    pub fn stale_result(&self) -> Option<&Report> {
        if self.fresh_result().is_some() { None } else { self.last_result.as_ref().map(|result| &result.report) }
    }

    /// When the secret on the screen ends, as far as is known.
    pub fn shown_expiry(&self) -> Option<Expiry> {
        let editor = self.editor.as_ref()?;
        if let Some(certificate) = self.shown_certificate() {
            return Some(certificate.expiry());
        }
        if let Some(ExpiryReading::Read { at, .. }) = self.fresh_result().map(|report| &report.expiry) {
            return Some(Expiry { at: *at, source: ExpirySource::Graph });
        }
        // A date entered for another secret says nothing about this one.
        let same = editor.draft.same_credentials(editor.baseline());
        let by_hand = if same || editor.changed().contains(&Field::ExpiresAt) {
            expiry::parse_by_hand(&editor.draft.expires_at).ok().flatten()
        } else {
            None
        };
        let read = || self.saved.as_ref()?.expiry.filter(|expiry| same && expiry.source == ExpirySource::Graph);
        by_hand.or_else(read)
    }

    /// How near the end of the applied account's secret is.
    pub fn expiry_state(&self, now: DateTime<Utc>) -> ExpiryState {
        ExpiryState::of(self.saved.as_ref().and_then(|saved| saved.expiry), now)
    }

    /// Whether a problem that keeps the draft from being applied is on the screen.
    pub fn has_errors(&self) -> bool {
        self.editor
            .as_ref()
            .is_some_and(|editor| editor.problems().iter().any(|problem| problem.severity == Severity::Error))
    }
}
