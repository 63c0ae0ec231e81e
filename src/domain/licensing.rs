//! The licensing mode, as the source words it, and what has become of it.
//!
//! Owns the two modes and their explanations. Knows nothing of how Graph is asked.

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
