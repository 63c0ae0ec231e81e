//! The account as typed: text that may be anything, until it is parsed.
//!
//! Owns [`Draft`], the only way to an [`Account`], and reports every problem at once, by field. Start with
//! [`Draft::parse`]; [`Draft::changed`] is what the bottom bar counts.

use super::{
    account::{Account, Credentials},
    cloud::CloudDraft,
    credential::{ClientCertificate, Credential},
    directory::DirectoryOptions,
    expiry::{self, Expiry},
    field::Field,
    guid::{Guid, NotAGuid},
    licensing::LicensingMode,
    messages::SystemMessages,
    paste,
    problem::{Problem, Severity},
    secret::{NotASecret, Secret},
};
use zeroize::Zeroizing;

/// The longest name, in characters: more would be cut wherever it is shown.
const NAME_LIMIT: usize = 100;

/// The secret as the screen has it.
#[derive(Clone, PartialEq, Eq, Default)]
pub enum SecretDraft {
    /// The stored one stays.
    #[default]
    Keep,
    /// What was typed takes its place.
    Replace(Zeroizing<String>),
    /// This certificate takes its place.
    Certificate(Box<ClientCertificate>),
}

impl std::fmt::Debug for SecretDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            SecretDraft::Keep => "Keep",
            SecretDraft::Replace(_) => "Replace(…)",
            SecretDraft::Certificate(_) => "Certificate(…)",
        })
    }
}

impl SecretDraft {
    /// Whether the stored secret stays: nothing was typed in its place.
    pub fn keeps(&self) -> bool {
        match self {
            SecretDraft::Keep => true,
            SecretDraft::Replace(text) => paste::clean_secret(text).is_empty(),
            SecretDraft::Certificate(_) => false,
        }
    }

    /// What takes the stored one's place: a typed secret, if it can be one, or a certificate.
    pub fn given(&self) -> Option<Credential> {
        match self {
            SecretDraft::Keep => None,
            SecretDraft::Replace(text) => Secret::parse(text).ok().map(Credential::Secret),
            SecretDraft::Certificate(certificate) => Some(Credential::Certificate(certificate.clone())),
        }
    }
}

/// Everything on the Properties pane, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// See [`Field::Name`].
    pub name: String,
    /// See [`Field::ObjectId`].
    pub object_id: String,
    /// See [`Field::TenantId`].
    pub tenant_id: String,
    /// See [`Field::ClientId`].
    pub client_id: String,
    /// See [`Field::ClientSecret`].
    pub secret: SecretDraft,
    /// See [`Field::ExpiresAt`]: only what is entered by hand; empty when Graph tells.
    pub expires_at: String,
    /// See [`Field::Cloud`].
    pub cloud: CloudDraft,
    /// See [`Field::LicensingMode`].
    pub licensing_mode: LicensingMode,
    /// See [`Field::DirectoryOptions`].
    pub directory_options: DirectoryOptions,
    /// See [`Field::Message`].
    pub system_messages: SystemMessages,
}

impl Draft {
    /// An empty draft of a new account.
    pub fn new() -> Self {
        Self { name: "Microsoft Teams".into(), secret: SecretDraft::Replace(Zeroizing::default()), ..Self::default() }
    }

    /// The draft that reads as this account; `stored` says whether its secret is kept somewhere.
    pub fn of(account: &Account, stored: bool, by_hand: Option<Expiry>) -> Self {
        Self {
            name: account.name.clone(),
            object_id: account.object_id.to_string(),
            tenant_id: account.tenant_id.to_string(),
            client_id: account.client_id.to_string(),
            secret: if stored { SecretDraft::Keep } else { SecretDraft::Replace(Zeroizing::default()) },
            expires_at: by_hand.map(|expiry| expiry::write_by_hand(expiry.at)).unwrap_or_default(),
            cloud: CloudDraft::of(&account.cloud),
            licensing_mode: account.licensing_mode,
            directory_options: account.directory_options.clone(),
            system_messages: account.system_messages.clone(),
        }
    }

    /// One of the three IDs, to be edited; `None` for any other field.
    pub fn id_mut(&mut self, field: Field) -> Option<&mut String> {
        match field {
            Field::ObjectId => Some(&mut self.object_id),
            Field::TenantId => Some(&mut self.tenant_id),
            Field::ClientId => Some(&mut self.client_id),
            _ => None,
        }
    }

    /// Reads the draft as an account.
    ///
    /// # Errors
    /// Every problem that keeps it from being one.
    pub fn parse(&self) -> Result<Account, Vec<Problem>> {
        let problems: Vec<Problem> =
            self.problems().into_iter().filter(|problem| problem.severity == Severity::Error).collect();
        match (self.ids(), self.cloud.parse()) {
            (Some([object_id, tenant_id, client_id]), Ok(cloud)) if problems.is_empty() => Ok(Account {
                name: self.name.trim().to_owned(),
                object_id,
                tenant_id,
                client_id,
                cloud,
                licensing_mode: self.licensing_mode,
                directory_options: self.directory_options.clone(),
                system_messages: self.system_messages.trimmed(),
            }),
            _ => Err(problems),
        }
    }

    /// What a test of these values needs, with the stored secret where it stays.
    ///
    /// # Errors
    /// What is missing or malformed; nothing needs to be sent to know that it cannot work.
    pub fn credentials(&self, stored: Option<&Credential>) -> Result<Credentials, Vec<Problem>> {
        let mut problems: Vec<Problem> = [Field::ObjectId, Field::TenantId, Field::ClientId]
            .into_iter()
            .filter_map(|f| self.id_problem(f))
            .collect();
        let credential = match &self.secret {
            SecretDraft::Replace(text) if !self.secret.keeps() => Secret::parse(text).map(Credential::Secret),
            SecretDraft::Certificate(certificate) => Ok(Credential::Certificate(certificate.clone())),
            _ => stored.cloned().ok_or(NotASecret::Empty),
        };
        problems.extend(credential.as_ref().err().map(|why| secret_problem(*why)));
        let cloud = self.cloud.parse();
        problems.extend(cloud.as_ref().err().into_iter().flatten().cloned());
        match (self.ids(), credential, cloud) {
            (Some([object_id, tenant_id, client_id]), Ok(credential), Ok(cloud)) => {
                Ok(Credentials { object_id, tenant_id, client_id, cloud, credential })
            }
            _ => Err(problems),
        }
    }

    /// Whether one of the five values that a test needs is not there at all.
    pub fn is_incomplete(&self, stored: bool) -> bool {
        let no_secret = self.secret.keeps() && !stored;
        let empty = |text: &String| paste::clean_id(text).is_empty();
        no_secret || [&self.object_id, &self.tenant_id, &self.client_id].into_iter().any(empty)
    }

    /// Everything that is wrong or doubtful, in the order of the screen.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.name.trim().is_empty() {
            problems.push(Problem::error(Field::Name, "It is empty.", "Enter any name."));
        } else if self.name.trim().chars().count() > NAME_LIMIT {
            let what = format!("It is longer than {NAME_LIMIT} characters.");
            problems.push(Problem::error(Field::Name, what, "Choose a shorter one; it is for this list only."));
        }
        for field in [Field::ObjectId, Field::TenantId, Field::ClientId] {
            problems.extend(self.id_problem(field));
        }
        self.same_ids(&mut problems);
        if let SecretDraft::Replace(text) = &self.secret {
            match Secret::parse(text) {
                // An account may be saved before its secret is known, or where no keychain keeps it.
                Err(NotASecret::Empty) => {
                    problems.push(Problem { severity: Severity::Warning, ..secret_problem(NotASecret::Empty) })
                }
                Err(why) => problems.push(secret_problem(why)),
                Ok(_) => {}
            }
        }
        problems.extend(expiry::parse_by_hand(&self.expires_at).err());
        problems.extend(self.cloud.parse().err().into_iter().flatten());
        if self.directory_options.shown().next().is_none() {
            problems.push(Problem::warning(
                Field::DirectoryOptions,
                "No phone number type is switched on.",
                "Switch one on, or agents cannot call anyone from the directory.",
            ));
        }
        problems.extend(self.system_messages.problems());
        problems
    }

    /// The fields whose values differ from another draft's, in the order of the screen.
    pub fn changed(&self, other: &Draft) -> Vec<Field> {
        Field::all().filter(|field| !self.same(other, *field)).collect()
    }

    /// Whether a connection test of both would send the same, given the same stored secret.
    pub fn same_credentials(&self, other: &Draft) -> bool {
        [Field::ObjectId, Field::TenantId, Field::ClientId, Field::ClientSecret, Field::Cloud]
            .into_iter()
            .all(|field| self.same(other, field))
    }

    /// Puts one field back to another draft's value.
    pub fn revert(&mut self, other: &Draft, field: Field) {
        match field {
            Field::Name => self.name.clone_from(&other.name),
            Field::ObjectId => self.object_id.clone_from(&other.object_id),
            Field::TenantId => self.tenant_id.clone_from(&other.tenant_id),
            Field::ClientId => self.client_id.clone_from(&other.client_id),
            Field::ClientSecret => self.secret.clone_from(&other.secret),
            Field::ExpiresAt => self.expires_at.clone_from(&other.expires_at),
            Field::Cloud => self.cloud.clone_from(&other.cloud),
            Field::LicensingMode => self.licensing_mode = other.licensing_mode,
            Field::DirectoryOptions => self.directory_options.clone_from(&other.directory_options),
            Field::Message(key) => other.system_messages.get(key).clone_into(self.system_messages.get_mut(key)),
        }
    }

    fn same(&self, other: &Draft, field: Field) -> bool {
        match field {
            Field::Name => self.name == other.name,
            Field::ObjectId => self.object_id == other.object_id,
            Field::TenantId => self.tenant_id == other.tenant_id,
            Field::ClientId => self.client_id == other.client_id,
            Field::ClientSecret => self.secret == other.secret || (self.secret.keeps() && other.secret.keeps()),
            Field::ExpiresAt => self.expires_at == other.expires_at,
            Field::Cloud => self.cloud == other.cloud,
            Field::LicensingMode => self.licensing_mode == other.licensing_mode,
            Field::DirectoryOptions => self.directory_options == other.directory_options,
            Field::Message(key) => self.system_messages.get(key) == other.system_messages.get(key),
        }
    }

    fn id(&self, field: Field) -> &str {
        match field {
            Field::ObjectId => &self.object_id,
            Field::TenantId => &self.tenant_id,
            _ => &self.client_id,
        }
    }

    fn ids(&self) -> Option<[Guid; 3]> {
        let read = |text: &str| Guid::parse(text).ok();
        Some([read(&self.object_id)?, read(&self.tenant_id)?, read(&self.client_id)?])
    }

    fn id_problem(&self, field: Field) -> Option<Problem> {
        let remedy = match (field, Guid::parse(self.id(field)).err()?) {
            (Field::TenantId, NotAGuid::DomainName) => {
                "Paste the Directory (tenant) ID from the app's Overview.".into()
            }
            _ => format!("Paste it from {}", field.help()),
        };
        let what = Guid::parse(self.id(field)).err()?.what();
        Some(Problem::error(field, what, remedy))
    }

    /// One ID in two fields is questioned, not refused: only the servers know.
    fn same_ids(&self, problems: &mut Vec<Problem>) {
        let fields = [Field::ObjectId, Field::TenantId, Field::ClientId];
        for (index, field) in fields.into_iter().enumerate() {
            let Ok(id) = Guid::parse(self.id(field)) else { continue };
            if let Some(twin) = fields[..index].iter().find(|f| Guid::parse(self.id(**f)) == Ok(id)) {
                problems.push(Problem::warning(
                    field,
                    format!("The same ID stands in {}.", twin.label()),
                    "They are three different IDs in Azure; check which field it belongs in.",
                ));
            }
        }
    }
}

fn secret_problem(why: NotASecret) -> Problem {
    Problem::error(Field::ClientSecret, why.what(), why.remedy())
}

#[cfg(test)]
mod tests {
    use super::super::messages::MessageKey;
    use super::*;

    const OBJECT: &str = "58a1f3c2-7d0e-4b52-9a61-0c7e2f4d8b90";
    const TENANT: &str = "6f89cf12-978b-4d23-ac18-9ef0c127cf87";
    const CLIENT: &str = "00d88624-aaaa-4c8e-9f1b-5c7d1a2b8928";

    fn filled() -> Draft {
        Draft {
            object_id: OBJECT.into(),
            tenant_id: TENANT.into(),
            client_id: CLIENT.into(),
            secret: SecretDraft::Replace(Zeroizing::new("8Qk8Q~value".into())),
            ..Draft::new()
        }
    }

    fn check(draft: &Draft, expect: &[&str]) {
        let problems: Vec<String> = draft.problems().iter().map(Problem::to_string).collect();
        assert_eq!(problems.len(), expect.len(), "{problems:#?}");
        for (problem, start) in problems.iter().zip(expect) {
            assert!(problem.starts_with(start), "{problem}");
        }
    }

    #[test]
    fn a_filled_draft_becomes_an_account_and_back() {
        let account = filled().parse().expect("parses");
        let mut again = Draft::of(&account, false, None);
        again.secret = filled().secret;
        assert_eq!(again, filled());
    }

    #[test]
    fn every_problem_is_reported_at_once() {
        let mut draft = Draft::default();
        draft.system_messages.get_mut(MessageKey::PartyLeft).clear();
        draft.expires_at = "12/2/2026".into();
        check(
            &draft,
            &["Name: ", "Object ID: ", "Directory (Tenant) ID: ", "Client ID: ", "Expires at: ", "Party left: "],
        );
        assert_eq!(draft.parse().map_err(|p| p.len()), Err(6));
    }

    #[test]
    fn a_name_has_an_end() {
        let named = |length| Draft { name: format!(" {} ", "ü".repeat(length)), ..filled() };
        check(&named(NAME_LIMIT), &[]);
        check(&named(NAME_LIMIT + 1), &["Name: It is longer than 100 characters."]);
    }

    #[test]
    fn the_same_id_twice_and_no_number_type_are_questioned_and_not_refused() {
        let mut draft = Draft { object_id: CLIENT.to_uppercase(), ..filled() };
        draft.directory_options.set_shown(super::super::PhoneType::Business, false);
        draft.directory_options.set_shown(super::super::PhoneType::Mobile, false);
        check(&draft, &["Client ID: The same ID stands in Object ID.", "Directory Options: No phone"]);
        assert!(draft.parse().is_ok());
    }

    #[test]
    fn a_domain_in_the_tenant_field_is_explained() {
        check(
            &Draft { tenant_id: "contoso.com".into(), ..filled() },
            &["Directory (Tenant) ID: This is a domain name, not an ID. Paste the Directory (tenant) ID"],
        );
    }

    #[test]
    fn a_test_takes_the_typed_secret_or_the_stored_one() {
        let stored = Credential::from(Secret::new("stored"));
        let kept = Draft { secret: SecretDraft::Keep, ..filled() };
        assert_eq!(kept.credentials(Some(&stored)).map(|c| c.credential), Ok(stored.clone()));
        assert_eq!(filled().credentials(Some(&stored)).map(|c| c.credential), Ok(Secret::new("8Qk8Q~value").into()));
        assert!(kept.credentials(None).is_err());
        assert!(kept.is_incomplete(false) && !kept.is_incomplete(true) && !filled().is_incomplete(false));
    }

    #[test]
    fn changes_are_named_by_field_and_can_be_taken_back_singly() {
        let before = filled();
        let mut draft = filled();
        draft.client_id = TENANT.into();
        draft.system_messages.get_mut(MessageKey::SessionEnded).push('!');
        assert_eq!(draft.changed(&before), [Field::ClientId, Field::Message(MessageKey::SessionEnded)]);
        draft.revert(&before, Field::ClientId);
        assert_eq!(draft.changed(&before), [Field::Message(MessageKey::SessionEnded)]);
    }
}
