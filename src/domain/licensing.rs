//! The licensing mode, as the source words it, and what has become of it.
//!
//! Owns the two modes, their explanations, and which requests a mode changes. Knows nothing of how Graph is asked. Start with
//! [`LicensingMode::address`].

use std::borrow::Cow;

/// How Microsoft Graph is told to account for Teams messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LicensingMode {
    /// No `model` is sent.
    #[default]
    Evaluation,
    /// `model=B` is sent.
    Production,
}

impl LicensingMode {
    /// In the order of the screen.
    pub const ALL: [LicensingMode; 2] = [LicensingMode::Evaluation, LicensingMode::Production];

    /// As shown to people.
    pub fn label(self) -> &'static str {
        match self {
            LicensingMode::Evaluation => "Evaluation mode",
            LicensingMode::Production => "Production mode",
        }
    }

    /// As written in the settings file and in the database.
    pub fn key(self) -> &'static str {
        match self {
            LicensingMode::Evaluation => "evaluation",
            LicensingMode::Production => "production",
        }
    }

    /// The mode with this key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.key() == key)
    }

    /// The source's explanation.
    pub fn explanation(self) -> &'static str {
        match self {
            LicensingMode::Evaluation => {
                "Microsoft provides an evaluation mode for Microsoft Teams which enables API access for evaluation purposes, with a monthly message limit."
            }
            LicensingMode::Production => {
                "Requires Microsoft Azure billing to be configured, and operates according to the model B payment requirements."
            }
        }
    }

    /// The address of a request, or the resource of a subscription, as this mode has it: production adds `model=B` where Graph
    /// takes a model, evaluation adds nothing. Everything else stays as it is.
    pub fn address(self, address: &str) -> Cow<'_, str> {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let named = query.split('&').any(|part| part.starts_with("model="));
        match self {
            LicensingMode::Production if takes_model(path) && !named => {
                let joint = if address.contains('?') { '&' } else { '?' };
                Cow::Owned(format!("{address}{joint}model=B"))
            }
            _ => Cow::Borrowed(address),
        }
    }

    /// The source's link for this mode: its text and its address.
    pub fn link(self) -> (&'static str, &'static str) {
        match self {
            LicensingMode::Evaluation => (
                "Evaluation mode requirements",
                "https://learn.microsoft.com/en-us/graph/teams-licenses#evaluation-mode-default-requirements",
            ),
            LicensingMode::Production => (
                "Model B payment requirements",
                "https://learn.microsoft.com/en-us/graph/teams-licenses#modelb-requirements",
            ),
        }
    }
}

/// What to read before choosing: the source's words.
pub const READ_FIRST: &str = "Indicate the licensing mode you will be using with your teams integration. Read and understand the payment models and licensing requirements for the Microsoft Teams APIs before choosing a licensing mode.";

/// Where that is written.
pub const READ_FIRST_LINK: &str = "https://learn.microsoft.com/en-us/graph/teams-licenses";

/// The source's statement on model A.
pub const MODEL_A: &str =
    "BPCC does not support the compliance archival mode use case for which model A is applicable.";

/// The source's note on billing, and where it leads.
pub const BILLING_CHANGES: (&str, &str, &str) = (
    "Microsoft changed the billing model for Microsoft Teams in 2022. For the most recent information, see",
    "Billing changes for Microsoft Graph APIs for Teams messages",
    "https://learn.microsoft.com/en-us/graph/teams-licenses",
);

/// What has changed since. <https://learn.microsoft.com/graph/teams-licenses>
pub const METERING_ENDED: &str = "Microsoft ended the metering of these APIs on 25 August 2025: both modes cost the same today, and no billing needs to be set up.";

/// The paths that take a model, below the version; `*` is one segment. Chats, their messages, people and presence are not
/// among them: they were never metered.
///
/// <https://github.com/microsoftgraph/microsoft-graph-docs-contrib/blob/main/concepts/teams-licenses.md>
const METERED: [&str; 11] = [
    "chats/getAllMessages",
    "chats/getAllMembers",
    "teams/getAllMessages",
    "teams/getAllMembers",
    "me/chats/getAllMessages",
    "users/*/chats/getAllMessages",
    "users/*/chats/getAllRetainedMessages",
    "teams/*/channels/getAllMessages",
    "teams/*/channels/getAllRetainedMessages",
    "appCatalogs/teamsApps/*/installedToChats/getAllMessages",
    "appCatalogs/teamsApps/*/installedToChats/getAllMembers",
];

fn takes_model(path: &str) -> bool {
    let path = ["/v1.0/", "/beta/"].iter().find_map(|version| Some(path.split_once(version)?.1)).unwrap_or(path);
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    METERED.iter().any(|pattern| {
        let pattern = pattern.split('/');
        pattern.clone().count() == segments.len()
            && pattern.zip(&segments).all(|(one, other)| one == "*" || one.eq_ignore_ascii_case(other))
    })
}

/// What evaluation mode allowed an app in a tenant each month, before metering ended.
pub const EVALUATION_LIMIT: u64 = 500;

/// How many of a month's messages to Teams stand against that limit, as a sentence.
pub fn this_month(messages: u64) -> String {
    let sent = match messages {
        0 => "No conference has sent a message to Teams this month".to_owned(),
        1 => "Conferences have sent 1 message to Teams this month".to_owned(),
        n => format!("Conferences have sent {n} messages to Teams this month"),
    };
    format!("{sent}. Evaluation mode once ended at {EVALUATION_LIMIT} a month; today nothing is counted but here.")
}

/// HTTP 402, `PaymentRequired`: what it says, as a headline without a full stop, and what to do.
/// <https://learn.microsoft.com/en-us/graph/errors>
pub const PAYMENT_REQUIRED: (&str, &str) = (
    "Microsoft asks for payment for this request (HTTP 402)",
    "The credentials are right. Since 25 August 2025 the Teams APIs need no billing, so this is not expected: choose the other licensing mode, apply and test again. If it stays like this, send Microsoft's own words and the trace ID to Microsoft's support.",
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn production_sends_model_b_where_graph_takes_a_model_and_evaluation_sends_none() {
        for (address, production) in [
            ("/chats/getAllMessages", "/chats/getAllMessages?model=B"),
            ("users/87d349ed/chats/getAllMessages?$top=50", "users/87d349ed/chats/getAllMessages?$top=50&model=B"),
            (
                "https://graph.microsoft.com/v1.0/teams/t1/channels/getAllMessages",
                "https://graph.microsoft.com/v1.0/teams/t1/channels/getAllMessages?model=B",
            ),
            ("/chats/getAllMessages?model=A", "/chats/getAllMessages?model=A"),
        ] {
            assert_eq!(LicensingMode::Production.address(address), production);
            assert_eq!(LicensingMode::Evaluation.address(address), address);
        }
    }

    #[test]
    fn chats_people_and_presence_never_take_a_model() {
        for address in [
            "/chats",
            "https://graph.microsoft.com/v1.0/chats/19:a_b@unq.gbl.spaces/messages?$top=50",
            "/users?$top=999",
            "/users/delta",
            "/communications/getPresencesByUserId",
            "/me/chats",
        ] {
            assert_eq!(LicensingMode::Production.address(address), address);
        }
    }

    #[test]
    fn the_months_messages_are_information() {
        assert!(this_month(0).starts_with("No conference has sent a message"));
        assert!(this_month(1).starts_with("Conferences have sent 1 message to"));
        assert!(this_month(612).contains("612 messages") && this_month(612).contains("500 a month"));
    }
}
