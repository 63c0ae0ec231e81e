//! What files are for: the words and names of each task.
//!
//! Owns [`FileTask`]. Must not know how a file is chosen, read or written; `ui::files` and the worker do.

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileTask {
    /// Settings are written.
    Export,
    /// Settings are read.
    Import,
    /// The history is written as a table.
    History,
    /// The people of the directory's list are written as a table.
    People,
    /// The transcript of a conference is written.
    Transcript,
    /// A certificate with its key is read.
    OpenCertificate,
    /// A certificate's public half is written, for the portal.
    SaveCertificate,
    /// A calendar file with reminders of the end is written.
    Calendar,
}

impl FileTask {
    /// What is under way, in words.
    pub fn progress(self) -> &'static str {
        match self {
            FileTask::Export | FileTask::History | FileTask::People => "Exporting…",
            FileTask::Import => "Importing…",
            FileTask::Transcript => "Saving…",
            FileTask::OpenCertificate => "Reading the certificate…",
            FileTask::SaveCertificate => "Saving the certificate…",
            FileTask::Calendar => "Saving the reminders…",
        }
    }

    /// The dialog's title.
    pub fn title(self) -> &'static str {
        match self {
            FileTask::Export => "Export settings",
            FileTask::Import => "Import settings",
            FileTask::History => "Export the history",
            FileTask::People => "Export the people of the list",
            FileTask::Transcript => "Save the transcript",
            FileTask::OpenCertificate => "Open a certificate with its private key",
            FileTask::SaveCertificate => "Save the certificate for the Azure portal",
            FileTask::Calendar => "Save reminders for your calendar",
        }
    }

    /// The button that does it.
    pub fn verb(self) -> &'static str {
        match self {
            FileTask::Export | FileTask::History | FileTask::People => "Export",
            FileTask::Import => "Import",
            FileTask::Transcript => "Save",
            FileTask::OpenCertificate => "Open",
            FileTask::SaveCertificate | FileTask::Calendar => "Save",
        }
    }

    /// The name offered for a file that is written; `None` where one is read.
    pub fn file_name(self) -> Option<&'static str> {
        match self {
            FileTask::Export => Some("liaison-settings.json"),
            FileTask::Import | FileTask::OpenCertificate => None,
            FileTask::SaveCertificate => Some("liaison.cer"),
            FileTask::Calendar => Some("liaison-reminders.ics"),
            FileTask::History => Some("liaison-history.csv"),
            FileTask::People => Some("liaison-directory.csv"),
            FileTask::Transcript => Some("liaison-conference.txt"),
        }
    }

    /// What such files are called, and how their names end.
    pub fn files(self) -> (&'static str, &'static [&'static str]) {
        match self {
            FileTask::Export | FileTask::Import => ("Liaison settings", &["json"]),
            FileTask::History | FileTask::People => ("Comma-separated values", &["csv"]),
            FileTask::Transcript => ("Text", &["txt"]),
            FileTask::OpenCertificate => ("Certificates with a private key", &["pem", "pfx", "p12"]),
            FileTask::SaveCertificate => ("Certificates", &["cer"]),
            FileTask::Calendar => ("Calendar files", &["ics"]),
        }
    }
}
