//! What was done to the account: its kinds, what changed in it field by field, and what is wrong with a chain of entries.
//!
//! Owns the words. A secret occurs only by its first characters, as [`StoredSecret`] has it. Knows nothing of how entries are
//! kept or chained; `store::history` does. Start with [`Deed`]: what is about to be written down.

use super::{
    account::Account,
    check::Outcome,
    cloud::CloudKind,
    expiry::{Expiry, ExpirySource},
    field::Field,
    saved::{LastTest, Saved, StoredSecret},
};
use chrono::{DateTime, SecondsFormat, Utc};

/// What kind of thing was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Values were saved as they were edited.
    Applied,
    /// Values from a settings file were saved.
    Imported,
    /// Values of an earlier entry were saved.
    Restored,
    /// The connection was tested, and it was well.
    Tested,
    /// The connection was tested, and it was not well.
    TestFailed,
    /// The secret was renewed.
    Renewed,
    /// The account was deleted.
    Deleted,
    /// An agent enabled Teams integration.
    AgentEnabled,
    /// An agent disabled it, or it was disabled for the agent.
    AgentDisabled,
}

impl Kind {
    /// In the order of the filter.
    pub const ALL: [Kind; 9] = [
        Kind::Applied,
        Kind::Imported,
        Kind::Restored,
        Kind::Tested,
        Kind::TestFailed,
        Kind::Renewed,
        Kind::Deleted,
        Kind::AgentEnabled,
        Kind::AgentDisabled,
    ];

    /// As shown to people.
    pub fn label(self) -> &'static str {
        match self {
            Kind::Applied => "Applied",
            Kind::Imported => "Imported",
            Kind::Restored => "Restored",
            Kind::Tested => "Tested",
            Kind::TestFailed => "Test failed",
            Kind::Renewed => "Secret renewed",
            Kind::Deleted => "Deleted",
            Kind::AgentEnabled => "Agent enabled",
            Kind::AgentDisabled => "Agent disabled",
        }
    }

    /// As written in the database and in `--json` output.
    pub fn key(self) -> &'static str {
        match self {
            Kind::Applied => "applied",
            Kind::Imported => "imported",
            Kind::Restored => "restored",
            Kind::Tested => "tested",
            Kind::TestFailed => "test_failed",
            Kind::Renewed => "renewed",
            Kind::Deleted => "deleted",
            Kind::AgentEnabled => "agent_enabled",
            Kind::AgentDisabled => "agent_disabled",
        }
    }

    /// The kind with this key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// Where the values of an Apply come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// They were edited.
    #[default]
    Edited,
    /// They were read from a settings file of this name.
    File(String),
    /// They are those of an earlier entry.
    Entry(i64),
    /// A renewal of the secret brought a new one; the text says how it went on.
    Renewal(String),
}

impl Origin {
    fn kind(&self) -> Kind {
        match self {
            Origin::Edited => Kind::Applied,
            Origin::File(_) => Kind::Imported,
            Origin::Entry(_) => Kind::Restored,
            Origin::Renewal(_) => Kind::Renewed,
        }
    }

    fn note(&self) -> String {
        match self {
            Origin::Edited => String::new(),
            Origin::File(name) => format!("From {name}"),
            Origin::Entry(number) => format!("As in entry {number}"),
            Origin::Renewal(note) => note.clone(),
        }
    }
}

/// One field's text before and after. Empty where there was or is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// Which field.
    pub field: Field,
    /// Before.
    pub old: String,
    /// After.
    pub new: String,
}

impl FieldChange {
    /// In one line.
    pub fn text(&self) -> String {
        let shown = |text: &str| if text.is_empty() { "none".to_owned() } else { format!("“{text}”") };
        let label = self.field.label();
        match self.field {
            Field::ClientSecret if self.old.is_empty() => format!("{label} stored ({})", self.new),
            Field::ClientSecret if self.new.is_empty() => format!("{label} removed ({})", self.old),
            Field::ClientSecret => format!("{label} replaced ({} → {})", self.old, self.new),
            _ => format!("{label}: {} → {}", shown(&self.old), shown(&self.new)),
        }
    }
}

/// What was just done, to be written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// What kind of thing.
    pub kind: Kind,
    /// When.
    pub at: DateTime<Utc>,
    /// What there is to say besides, as a short phrase; may be empty. Never a secret.
    pub note: String,
    /// What changed.
    pub changes: Vec<FieldChange>,
    /// The settings that can be restored from it.
    pub settings: Option<Account>,
}

impl Deed {
    /// Something that changes no setting: an agent signed in, a renewal's last step, a test of values that are not saved.
    pub fn new(kind: Kind, at: DateTime<Utc>, note: impl Into<String>) -> Self {
        Self { kind, at, note: note.into(), changes: Vec::new(), settings: None }
    }

    /// The account was saved; `before` is how it was.
    pub fn saved(origin: &Origin, before: Option<&Saved>, after: &Saved) -> Self {
        Self {
            changes: changes(before, Some(after)),
            settings: Some(after.account.clone()),
            ..Self::new(origin.kind(), after.applied_at, origin.note())
        }
    }

    /// The account was deleted.
    pub fn deleted(before: &Saved, at: DateTime<Utc>) -> Self {
        Self {
            changes: changes(Some(before), None),
            settings: Some(before.account.clone()),
            ..Self::new(Kind::Deleted, at, before.account.name.clone())
        }
    }

    /// The saved account was tested; the dates are what was known of the secret's end before and after.
    pub fn tested(test: &LastTest, before: Option<Expiry>, after: Option<Expiry>) -> Self {
        let (old, new) = (expiry(before), expiry(after));
        let changes = if old == new { Vec::new() } else { vec![FieldChange { field: Field::ExpiresAt, old, new }] };
        Self { changes, ..Self::new(test_kind(test), test.at, test_note(test)) }
    }

    /// Values were tested that are not the saved ones.
    pub fn tested_unsaved(test: &LastTest) -> Self {
        Self::new(test_kind(test), test.at, format!("{} · with values that are not applied", test_note(test)))
    }
}

fn test_kind(test: &LastTest) -> Kind {
    match test.outcome {
        Outcome::Passed => Kind::Tested,
        Outcome::Failed => Kind::TestFailed,
    }
}

fn test_note(test: &LastTest) -> String {
    let outcome = test.message.as_deref().unwrap_or("Connected");
    format!("{outcome} · {} checks · {} ms", test.checks, test.duration.as_millis())
}

/// What is written down, as it is read again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Counted from 1, without gaps.
    pub number: i64,
    /// When; `None` where the text is no moment any more.
    pub at: Option<DateTime<Utc>>,
    /// Who, as the operating system names them.
    pub user: String,
    /// What kind of thing; `None` where it is none that this version knows.
    pub kind: Option<Kind>,
    /// What there is to say besides.
    pub note: String,
    /// What changed.
    pub changes: Vec<FieldChange>,
    /// Whether settings can be restored from it.
    pub restorable: bool,
    /// Its hash, in hexadecimal.
    pub hash: String,
    /// What is wrong with it.
    pub fault: Option<Fault>,
}

impl Entry {
    /// What kind of thing, as shown to people.
    pub fn label(&self) -> &'static str {
        self.kind.map_or("Unknown", Kind::label)
    }

    /// The entry in one line: the note, and the fields that changed.
    pub fn summary(&self) -> String {
        let fields: Vec<&str> = self.changes.iter().map(|change| change.field.label()).collect();
        let changed = match (fields.len(), self.kind) {
            (0, Some(Kind::Applied | Kind::Imported | Kind::Restored)) => "Nothing changed".to_owned(),
            // Everything is gone or new: the names say nothing.
            (_, Some(Kind::Deleted)) => String::new(),
            (5.., _) if self.changes.iter().all(|change| change.old.is_empty()) => "a new account".to_owned(),
            (1..=4, _) => fields.join(", "),
            (0, _) => String::new(),
            (n, _) => format!("{}, {} and {} more", fields[0], fields[1], n - 2),
        };
        match (self.note.is_empty(), changed.is_empty()) {
            (true, _) => changed,
            (false, true) => self.note.clone(),
            (false, false) => format!("{} · {changed}", self.note),
        }
    }
}

/// What is wrong at an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Its own hash does not fit it.
    Changed,
    /// It does not follow from the entry before it.
    Loose,
    /// So many entries are missing before it.
    Missing(i64),
    /// So many entries were put before it, or it was put there: its number had come already.
    Inserted,
}

impl Fault {
    /// In words.
    pub fn text(self) -> String {
        match self {
            Fault::Changed => "This entry was changed after it was written.".into(),
            Fault::Loose => "The entry before this one is not the one that was written there.".into(),
            Fault::Missing(1) => "One entry before this one was removed.".into(),
            Fault::Missing(n) => format!("{n} entries before this one were removed."),
            Fault::Inserted => "This entry was not written by Liaison.".into(),
        }
    }
}

/// Everything that was written down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// The oldest first.
    pub entries: Vec<Entry>,
    /// How many entries there should be.
    pub count: i64,
    /// The hash that the last of them should have, in hexadecimal.
    pub seal: String,
}

impl History {
    /// What is wrong with the end: entries that are missing there.
    pub fn end_fault(&self) -> Option<String> {
        let last = self.entries.last();
        match self.count - last.map_or(0, |entry| entry.number) {
            0 if last.is_none_or(|entry| entry.hash == self.seal) => None,
            0 => Some("The newest entry is not the one that was written.".into()),
            1 => Some("The newest entry was removed.".into()),
            n if n > 0 => Some(format!("The newest {n} entries were removed.")),
            _ => Some("Entries at the end were not written by Liaison.".into()),
        }
    }

    /// Everything that is wrong, as sentences that name the entry; empty where the chain is whole.
    pub fn faults(&self) -> Vec<String> {
        let at = |entry: &Entry| entry.fault.map(|fault| format!("Entry {}: {}", entry.number, fault.text()));
        self.entries.iter().filter_map(at).chain(self.end_fault()).collect()
    }

    /// The columns of the table that is exported.
    pub const COLUMNS: [&'static str; 8] = ["entry", "time", "user", "what", "note", "changes", "verdict", "hash"];

    /// Each entry as a row of that table: times as in RFC 3339, one change a line.
    pub fn rows(&self) -> impl Iterator<Item = [String; 8]> + '_ {
        self.entries.iter().map(|entry| {
            let changes: Vec<String> = entry.changes.iter().map(FieldChange::text).collect();
            [
                entry.number.to_string(),
                entry.at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true)).unwrap_or_default(),
                entry.user.clone(),
                entry.label().to_owned(),
                entry.note.clone(),
                changes.join("\n"),
                entry.fault.map_or_else(|| "as it was written".into(), Fault::text),
                entry.hash.clone(),
            ]
        })
    }
}

/// What differs, field by field.
fn changes(before: Option<&Saved>, after: Option<&Saved>) -> Vec<FieldChange> {
    let all = Field::all().map(|field| FieldChange { field, old: text(before, field), new: text(after, field) });
    let secret = |saved: Option<&Saved>| saved.map_or(StoredSecret::None, |saved| saved.secret.clone());
    // Two secrets may begin alike.
    let other_secret = secret(before) != secret(after);
    all.filter(|change| change.old != change.new || (change.field == Field::ClientSecret && other_secret)).collect()
}

/// A field's value as people read it.
fn text(saved: Option<&Saved>, field: Field) -> String {
    let Some(saved) = saved else { return String::new() };
    let account = &saved.account;
    match field {
        Field::Name => account.name.clone(),
        Field::ObjectId => account.object_id.to_string(),
        Field::TenantId => account.tenant_id.to_string(),
        Field::ClientId => account.client_id.to_string(),
        Field::ClientSecret => saved.secret.shown(),
        Field::ExpiresAt => expiry(saved.expiry),
        Field::Cloud => match account.cloud.kind() {
            CloudKind::Custom => format!("{}, {}", account.cloud.login_url(), account.cloud.graph_url()),
            kind => kind.label().to_owned(),
        },
        Field::LicensingMode => account.licensing_mode.label().to_owned(),
        Field::DirectoryOptions => {
            let mut words = Vec::new();
            for option in account.directory_options.as_slice() {
                let not = if option.shown { "" } else { " (off)" };
                words.push(format!("{}{not}", option.kind.label()));
            }
            words.join(", ")
        }
        Field::Message(key) => account.system_messages.get(key).to_owned(),
    }
}

/// A date that reads the same wherever the history is read.
fn expiry(known: Option<Expiry>) -> String {
    let Some(Expiry { at, source }) = known else { return String::new() };
    let by_hand = if source == ExpirySource::EnteredByHand { ", entered by hand" } else { "" };
    format!("{} UTC{by_hand}", at.format("%Y-%m-%d %H:%M"))
}

#[cfg(test)]
mod tests {
    use super::super::{Cloud, DirectoryOptions, Guid, LicensingMode, MessageKey, SystemMessages};
    use super::*;

    fn saved(reference: &str) -> Saved {
        let guid = |text| Guid::parse(text).expect("a GUID");
        Saved {
            account: Account {
                name: "Contoso".into(),
                object_id: guid("58a1f3c2-7d0e-4b52-9a61-0c7e2f4d8b90"),
                tenant_id: guid("6f89cf12-978b-4d23-ac18-9ef0c127cf87"),
                client_id: guid("00d88624-aaaa-4c8e-9f1b-5c7d1a2b8928"),
                cloud: Cloud::known(CloudKind::Global).expect("a known cloud"),
                licensing_mode: LicensingMode::Evaluation,
                directory_options: DirectoryOptions::default(),
                system_messages: SystemMessages::default(),
            },
            revision: 1,
            secret: StoredSecret::Keychain { reference: reference.into(), hint: "8Qk".into() },
            expiry: None,
            last_test: None,
            applied_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn only_what_changed_is_listed_and_a_secret_that_begins_alike_is() {
        let before = saved("one");
        assert_eq!(changes(Some(&before), Some(&before)), []);
        let mut after = saved("two");
        after.account.name = "Fabrikam".into();
        let change = |field, old: &str, new: &str| FieldChange { field, old: old.into(), new: new.into() };
        assert_eq!(
            changes(Some(&before), Some(&after)),
            [change(Field::Name, "Contoso", "Fabrikam"), change(Field::ClientSecret, "8Qk…", "8Qk…")]
        );
        assert_eq!(changes(None, Some(&after)).len(), Field::all().count() - 1);
        assert!(changes(Some(&after), None).iter().all(|change| change.new.is_empty()));
    }

    #[test]
    fn an_entry_reads_as_one_line() {
        let entry = |deed: Deed| Entry {
            number: 1,
            at: Some(deed.at),
            user: "ada".into(),
            kind: Some(deed.kind),
            note: deed.note,
            changes: deed.changes,
            restorable: false,
            hash: String::new(),
            fault: None,
        };
        let (before, mut after) = (saved("one"), saved("two"));
        let summary = |deed| entry(deed).summary();
        assert_eq!(summary(Deed::saved(&Origin::Edited, Some(&before), &before)), "Nothing changed");
        assert_eq!(
            summary(Deed::saved(&Origin::File("a.json".into()), Some(&before), &after)),
            "From a.json · Client Secret"
        );
        assert_eq!(summary(Deed::saved(&Origin::File("a.json".into()), None, &after)), "From a.json · a new account");
        let mut other = after.clone();
        for key in MessageKey::ALL {
            other.account.system_messages.get_mut(key).push('!');
        }
        assert_eq!(summary(Deed::saved(&Origin::Edited, Some(&after), &other)), "Party joined, Party left and 5 more");
        assert_eq!(summary(Deed::deleted(&after, DateTime::UNIX_EPOCH)), "Contoso");
        after.account.licensing_mode = LicensingMode::Production;
        assert_eq!(
            summary(Deed::saved(&Origin::Entry(3), Some(&before), &after)),
            "As in entry 3 · Client Secret, Licensing mode"
        );
    }
}
