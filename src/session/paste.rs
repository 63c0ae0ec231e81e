//! What people paste into a field: one value, or a whole page of them.
//!
//! Owns the recognition of the Azure portal's Overview text and of what `az ad app show` prints. Must not know the window:
//! it is given the clipboard's text and says what to do with it.

use crate::domain::{Draft, Field, Guid, Secret, draft::SecretDraft, paste};
use serde_json::Value;
use zeroize::Zeroizing;

/// Values of an app registration, as far as a text gives them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PortalValues {
    /// The app's display name.
    pub name: Option<String>,
    /// Object ID.
    pub object_id: Option<Guid>,
    /// Directory (tenant) ID.
    pub tenant_id: Option<Guid>,
    /// Application (client) ID.
    pub client_id: Option<Guid>,
    /// The secret's value, where the text has one.
    pub secret: Option<Secret>,
}

/// What to do with a pasted text.
#[derive(Clone, PartialEq, Eq)]
pub enum Pasted {
    /// It holds several values: offer to fill them all in.
    Several(Box<PortalValues>),
    /// It is one whole value, cleaned: it takes the field's place.
    Whole(String),
    /// It is a part of something: insert it, cleaned.
    Part(String),
}

/// A pasted text may be a secret, whatever field it was meant for.
impl std::fmt::Debug for Pasted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Pasted::Several(values) => f.debug_tuple("Several").field(values).finish(),
            Pasted::Whole(_) => f.write_str("Whole(…)"),
            Pasted::Part(_) => f.write_str("Part(…)"),
        }
    }
}

impl PortalValues {
    /// The fields that it can fill, in the order of the screen.
    pub fn fields(&self) -> Vec<Field> {
        let ids =
            [(Field::ObjectId, self.object_id), (Field::TenantId, self.tenant_id), (Field::ClientId, self.client_id)];
        let mut fields: Vec<Field> = ids.into_iter().filter(|(_, id)| id.is_some()).map(|(field, _)| field).collect();
        fields.extend(self.secret.as_ref().map(|_| Field::ClientSecret));
        fields
    }

    /// Puts the values into the draft. The name is only taken where none was chosen.
    pub fn fill(&self, draft: &mut Draft) {
        let Self { name, object_id, tenant_id, client_id, secret } = self;
        for (text, id) in
            [(&mut draft.object_id, object_id), (&mut draft.tenant_id, tenant_id), (&mut draft.client_id, client_id)]
        {
            if let Some(id) = id {
                *text = id.to_string();
            }
        }
        if let Some(secret) = secret {
            draft.secret = SecretDraft::Replace(Zeroizing::new(secret.expose().to_owned()));
        }
        let chosen = !draft.name.trim().is_empty() && draft.name != Draft::new().name;
        if let Some(name) = name.as_ref().filter(|_| !chosen) {
            draft.name.clone_from(name);
        }
    }
}

/// A text pasted into one of the ID fields.
pub fn into_id(text: &str) -> Pasted {
    match recognise(text) {
        Some(values) if values.fields().len() > 1 => Pasted::Several(Box::new(values)),
        _ => match Guid::parse(text) {
            Ok(id) => Pasted::Whole(id.to_string()),
            Err(_) => Pasted::Part(paste::clean_id(text)),
        },
    }
}

/// A text pasted into the secret's field.
pub fn into_secret(text: &str) -> Pasted {
    Pasted::Part(paste::clean_secret(text).to_string())
}

/// Reads the portal's Overview page or the JSON of the Azure CLI.
pub fn recognise(text: &str) -> Option<PortalValues> {
    from_json(text).or_else(|| from_overview(text))
}

/// `az ad app show` names them `appId` and `id` (older versions `objectId`); `az ad sp create-for-rbac` has `tenant` and
/// `password`. <https://learn.microsoft.com/en-us/cli/azure/ad/app>
fn from_json(text: &str) -> Option<PortalValues> {
    let value: Value = serde_json::from_str(text.trim().trim_start_matches('\u{feff}')).ok()?;
    let object = match &value {
        Value::Array(list) if list.len() == 1 => list[0].as_object()?,
        value => value.as_object()?,
    };
    let text = |keys: &[&str]| keys.iter().find_map(|key| object.get(*key)?.as_str()).map(str::to_owned);
    let id = |keys: &[&str]| text(keys).and_then(|id| Guid::parse(&id).ok());
    // A service principal's `id` is the enterprise application's: it must not land in Object ID.
    let is_service_principal = object.contains_key("servicePrincipalType");
    let values = PortalValues {
        name: text(&["displayName"]),
        object_id: if is_service_principal { None } else { id(&["id", "objectId"]) },
        tenant_id: id(&["tenantId", "tenant", "appOwnerOrganizationId"]),
        client_id: id(&["appId", "clientId"]),
        secret: text(&["password"]).and_then(|secret| Secret::parse(&secret).ok()),
    };
    values.client_id.map(|_| values)
}

/// The Overview page, selected and copied: each label is followed by its value, on the same line or on the next.
fn from_overview(text: &str) -> Option<PortalValues> {
    let mut values = PortalValues::default();
    let mut open: Option<Field> = None;
    for piece in text.split(['\n', '\r', '\t']) {
        let piece = piece.trim();
        let (label, rest) = piece.split_once(':').unwrap_or((piece, ""));
        let known = match label.trim().to_lowercase().as_str() {
            "display name" => Some(Field::Name),
            "object id" => Some(Field::ObjectId),
            "directory (tenant) id" => Some(Field::TenantId),
            "application (client) id" => Some(Field::ClientId),
            _ => None,
        };
        let value = if known.is_some() { rest } else { piece };
        open = known.or(open);
        let value = value.trim().trim_start_matches(':').trim();
        if value.is_empty() || value.eq_ignore_ascii_case("copy to clipboard") {
            continue;
        }
        match open.take() {
            Some(Field::Name) => values.name = Some(value.to_owned()),
            Some(Field::ObjectId) => values.object_id = Guid::parse(value).ok(),
            Some(Field::TenantId) => values.tenant_id = Guid::parse(value).ok(),
            Some(Field::ClientId) => values.client_id = Guid::parse(value).ok(),
            _ => {}
        }
    }
    (!values.fields().is_empty()).then_some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OBJECT: &str = "58a1f3c2-7d0e-4b52-9a61-0c7e2f4d8b90";
    const TENANT: &str = "6f89cf12-978b-4d23-ac18-9ef0c127cf87";
    const CLIENT: &str = "00d88624-aaaa-4c8e-9f1b-5c7d1a2b8928";

    fn all() -> PortalValues {
        PortalValues {
            name: Some("Contoso Teams".into()),
            object_id: Guid::parse(OBJECT).ok(),
            tenant_id: Guid::parse(TENANT).ok(),
            client_id: Guid::parse(CLIENT).ok(),
            secret: None,
        }
    }

    #[test]
    fn the_portals_overview_is_read_however_it_was_copied() {
        let one_line = format!(
            "Essentials\nDisplay name : Contoso Teams\nApplication (client) ID : {CLIENT}\nObject ID : {OBJECT}\nDirectory (tenant) ID : {TENANT}\nSupported account types : My organization only"
        );
        let own_lines = format!(
            "Display name\r\n:\r\nContoso Teams\r\nApplication (client) ID\r\n:\r\n{CLIENT}\r\nCopy to clipboard\r\nObject ID\r\n{OBJECT}\r\nDirectory (tenant) ID\r\n: {TENANT}\r\n"
        );
        let tabs = format!(
            "Display name\tContoso Teams\tObject ID\t{OBJECT}\nApplication (client) ID\t{CLIENT}\tDirectory (tenant) ID\t{TENANT}"
        );
        for text in [one_line, own_lines, tabs] {
            assert_eq!(recognise(&text), Some(all()), "{text}");
        }
    }

    #[test]
    fn the_azure_clis_json_is_read_without_its_nested_ids() {
        let show = format!(
            r#"{{"appId":"{CLIENT}","appRoles":[{{"id":"{TENANT}"}}],"displayName":"Contoso Teams","id":"{OBJECT}","requiredResourceAccess":[{{"resourceAccess":[{{"id":"{TENANT}"}}]}}]}}"#
        );
        assert_eq!(recognise(&show), Some(PortalValues { tenant_id: None, ..all() }));
        let made =
            format!(r#"{{"appId":"{CLIENT}","displayName":"Contoso Teams","password":"8Qk8Q~v","tenant":"{TENANT}"}}"#);
        let secret = Some(Secret::new("8Qk8Q~v"));
        assert_eq!(recognise(&made), Some(PortalValues { object_id: None, secret, ..all() }));
        let principal = format!(r#"{{"appId":"{CLIENT}","id":"{OBJECT}","servicePrincipalType":"Application"}}"#);
        assert_eq!(recognise(&principal).and_then(|values| values.object_id), None);
    }

    #[test]
    fn one_id_takes_the_fields_place_and_a_piece_is_inserted() {
        assert_eq!(into_id(&format!(" {{{}}}\n", OBJECT.to_uppercase())), Pasted::Whole(OBJECT.into()));
        assert_eq!(into_id("  58A1-"), Pasted::Part("58a1-".into()));
        assert_eq!(into_secret(" 'a b' \n"), Pasted::Part("a b".into()));
    }

    #[test]
    fn a_chosen_name_stays() {
        let mut draft = Draft { name: "Mine".into(), ..Draft::new() };
        all().fill(&mut draft);
        assert_eq!((draft.name.as_str(), draft.object_id.as_str()), ("Mine", OBJECT));
        let mut draft = Draft::new();
        all().fill(&mut draft);
        assert_eq!(draft.name, "Contoso Teams");
    }
}
