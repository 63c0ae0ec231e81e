//! Renewing a secret without a gap: how long the new one is to last, what it is called, and what may be left over.
//!
//! Owns the values and the words. Knows nothing of how Azure is asked. Start with [`LIVES`].

use super::{check::AppKey, guid::Guid};
use chrono::{DateTime, Months, Utc};

/// How many months a new secret can be made to last.
///
/// Microsoft takes up to 24 and recommends fewer than 12:
/// <https://learn.microsoft.com/en-us/entra/identity-platform/how-to-add-credentials>
pub const LIVES: [u32; 4] = [3, 6, 12, 24];

/// What the portal recommends: 180 days.
pub const RECOMMENDED: u32 = 6;

/// The permissions with which an app may add a secret to itself; the first only if it owns its registration.
///
/// <https://learn.microsoft.com/en-us/graph/api/application-addpassword>
pub const PERMISSIONS: [&str; 2] = ["Application.ReadWrite.OwnedBy", "Application.ReadWrite.All"];

/// Whether these application permissions let the app renew its secret.
pub fn is_granted(roles: &[String]) -> bool {
    roles.iter().any(|role| PERMISSIONS.contains(&role.as_str()))
}

/// When a secret made now for so many months ends.
pub fn end_of(months: u32, now: DateTime<Utc>) -> DateTime<Utc> {
    now.checked_add_months(Months::new(months)).unwrap_or(now)
}

/// The description of a secret made now. It is unlike any other, so that the secret can be found by it.
pub fn description(computer: &str, now: DateTime<Utc>) -> String {
    let computer: String = computer.chars().filter(|c| !c.is_control()).take(30).collect();
    format!("Liaison on {computer}, {}", now.format("%Y-%m-%d %H:%M:%S"))
}

/// The command that adds a secret beside the others. Without `--append` it would wipe every other one:
/// <https://learn.microsoft.com/en-us/cli/azure/ad/app/credential#az-ad-app-credential-reset>
pub fn az_command(client_id: Guid, months: u32, now: DateTime<Utc>) -> String {
    let (today, end) = (now.format("%Y-%m-%d"), end_of(months, now).format("%Y-%m-%d"));
    format!(r#"az ad app credential reset --id {client_id} --append --display-name "Liaison {today}" --end-date {end}"#)
}

/// A secret that a renewal made in Azure, or was about to make, and that is not in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOver {
    /// The portal's Description.
    pub name: String,
    /// Of the app.
    pub client_id: Guid,
    /// The portal's Secret ID, once Azure has told it.
    pub key_id: Option<String>,
    /// When.
    pub made_at: DateTime<Utc>,
}

/// What Azure says before anything is changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    /// Whether the app has the permission to add a secret to itself.
    pub may: bool,
    /// The one secret that can be the one in use; `None` where that is not certain.
    pub old: Option<AppKey>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 11, 30, 11, 50, 7).single().expect("a moment")
    }

    #[test]
    fn the_command_appends_and_ends_when_it_should() {
        let id = Guid::parse("00d88624-aaaa-4c8e-9f1b-5c7d1a2b8928").expect("an ID");
        assert_eq!(
            az_command(id, 3, now()),
            r#"az ad app credential reset --id 00d88624-aaaa-4c8e-9f1b-5c7d1a2b8928 --append --display-name "Liaison 2026-11-30" --end-date 2027-02-28"#
        );
    }

    #[test]
    fn descriptions_name_computer_and_second() {
        assert_eq!(description("desk\n1", now()), "Liaison on desk1, 2026-11-30 11:50:07");
        assert!(description(&"x".repeat(300), now()).len() < 80);
    }

    #[test]
    fn either_permission_is_enough_and_no_other() {
        let roles = |name: &str| vec!["User.Read.All".to_owned(), name.to_owned()];
        assert!(PERMISSIONS.iter().all(|name| is_granted(&roles(name))));
        assert!(!is_granted(&roles("Application.Read.All")) && LIVES.contains(&RECOMMENDED));
    }
}
