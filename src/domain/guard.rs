//! What a change of the account means for agents who are signed in.
//!
//! Owns the rule and its words: agents are signed in to an app of a tenant in a cloud; the secret is the account's own. Knows
//! nothing of how it is asked. Refresh tokens are bound to the person and the client:
//! <https://learn.microsoft.com/en-us/entra/identity-platform/refresh-tokens>

use super::{account::Account, draft::Draft, field::Field, guid::Guid};

/// What follows for agents once it is applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Consequence {
    /// The secret changes and nothing that agents are signed in to.
    StaySignedIn,
    /// These fields change, and with them what agents are signed in to.
    MustReEnable(Vec<Field>),
}

/// What follows when the draft takes the account's place; `None` where agents are not concerned, or where a value is not yet
/// one that could be applied.
pub fn consequence(account: &Account, draft: &Draft) -> Option<Consequence> {
    let other = |text: &str, id: Guid| Guid::parse(text).is_ok_and(|typed| typed != id);
    let changes = [
        (Field::TenantId, other(&draft.tenant_id, account.tenant_id)),
        (Field::ClientId, other(&draft.client_id, account.client_id)),
        (Field::Cloud, draft.cloud.parse().is_ok_and(|cloud| cloud != account.cloud)),
    ];
    let fields: Vec<Field> = changes.into_iter().filter(|(_, other)| *other).map(|(field, _)| field).collect();
    if !fields.is_empty() {
        Some(Consequence::MustReEnable(fields))
    } else if draft.secret.keeps() {
        None
    } else {
        Some(Consequence::StaySignedIn)
    }
}

impl Consequence {
    /// As a sentence or two; `agents` are those who can work with Teams now.
    pub fn text(&self, agents: usize) -> String {
        let fields = match self {
            Consequence::StaySignedIn => {
                return "Agents stay signed in: the secret is only between the account and Microsoft.".into();
            }
            Consequence::MustReEnable(fields) => fields,
        };
        let names: Vec<&str> = fields.iter().map(|field| field.label()).collect();
        let names = match &names[..] {
            [name] => (*name).to_owned(),
            [first @ .., last] => format!("{} and {last}", first.join(", ")),
            [] => String::new(),
        };
        let who = match agents {
            0 => "Nobody has enabled Teams integration here; whoever did elsewhere must do so again",
            1 => "The one agent who enabled Teams integration must do so again",
            n => return format!("With another {names}, all {n} agents must enable Teams integration again."),
        };
        format!("With another {names}, agents are signed out. {who}.")
    }
}

/// What deleting the account means for agents, as a sentence; `None` where none is known.
pub fn deletion(agents: usize) -> Option<String> {
    match agents {
        0 => None,
        1 => Some("1 agent loses access.".into()),
        n => Some(format!("{n} agents lose access.")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{CloudKind, SecretDraft};
    use super::*;
    use zeroize::Zeroizing;

    const OTHER: &str = "11111111-2222-4333-8444-555555555555";

    fn draft() -> Draft {
        Draft {
            object_id: "58a1f3c2-7d0e-4b52-9a61-0c7e2f4d8b90".into(),
            tenant_id: "6f89cf12-978b-4d23-ac18-9ef0c127cf87".into(),
            client_id: "00d88624-aaaa-4c8e-9f1b-5c7d1a2b8928".into(),
            ..Draft::new()
        }
    }

    fn after(edit: impl FnOnce(&mut Draft)) -> Option<Consequence> {
        let account = draft().parse().expect("an account");
        let mut draft = draft();
        edit(&mut draft);
        consequence(&account, &draft)
    }

    fn secret(draft: &mut Draft) {
        draft.secret = SecretDraft::Replace(Zeroizing::new("n3w8Q~value".into()));
    }

    #[test]
    fn only_tenant_client_and_cloud_sign_agents_out() {
        assert_eq!(after(|_| {}), None);
        assert_eq!(after(|draft| draft.object_id = OTHER.into()), None);
        assert_eq!(after(|draft| draft.name = "Other".into()), None);
        assert_eq!(after(secret), Some(Consequence::StaySignedIn));
        assert_eq!(
            after(|draft| draft.client_id = OTHER.into()),
            Some(Consequence::MustReEnable(vec![Field::ClientId]))
        );
        let all = after(|draft| {
            draft.tenant_id = OTHER.into();
            draft.client_id = OTHER.into();
            draft.cloud.kind = CloudKind::China;
            secret(draft);
        });
        assert_eq!(all, Some(Consequence::MustReEnable(vec![Field::TenantId, Field::ClientId, Field::Cloud])));
    }

    #[test]
    fn the_same_id_in_other_letters_and_half_an_id_sign_nobody_out() {
        assert_eq!(after(|draft| draft.tenant_id = format!(" {{{}}} ", draft.tenant_id.to_uppercase())), None);
        assert_eq!(after(|draft| draft.client_id.truncate(20)), None);
    }

    #[test]
    fn the_words_name_the_fields_and_count_the_agents() {
        let both = Consequence::MustReEnable(vec![Field::TenantId, Field::ClientId]);
        assert_eq!(
            both.text(3),
            "With another Directory (Tenant) ID and Client ID, all 3 agents must enable Teams integration again."
        );
        assert!(both.text(1).ends_with("The one agent who enabled Teams integration must do so again."));
        assert!(both.text(0).contains("Nobody has enabled Teams integration here"));
        assert!(Consequence::StaySignedIn.text(3).starts_with("Agents stay signed in"));
    }
}
