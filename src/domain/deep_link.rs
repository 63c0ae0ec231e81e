//! Links that open a chat or a call in Teams, or in whatever this computer dials with.
//!
//! Owns the addresses and how values are written into them. Knows nothing of browsers. Start with [`chat`].
//!
//! Sources: <https://learn.microsoft.com/en-us/microsoftteams/platform/concepts/build-and-test/deep-link-teams> and
//! <https://learn.microsoft.com/en-us/microsoftteams/platform/concepts/build-and-test/deep-link-workflow>. Teams asks before
//! it calls. People are named by user principal name only, never by object ID.

use super::{CloudKind, Guid};

/// The host of the Teams client; `None` where Microsoft names none. Custom addresses stand for the global cloud's.
///
/// The government hosts: <https://raw.githubusercontent.com/ServiceNow/ServiceNowDocs/australia/markdown/employee-service-management/employee-experience-foundation/gcch-response-header.md>
pub fn teams_host(cloud: CloudKind) -> Option<&'static str> {
    match cloud {
        CloudKind::Global | CloudKind::Custom => Some("teams.microsoft.com"),
        CloudKind::UsGovHigh => Some("gov.teams.microsoft.us"),
        CloudKind::UsGovDod => Some("dod.teams.microsoft.us"),
        CloudKind::China => None,
    }
}

/// A chat with a person of this tenant.
pub fn chat(cloud: CloudKind, tenant: Guid, principal_name: &str) -> Option<String> {
    let (host, user) = (teams_host(cloud)?, person(principal_name)?);
    Some(format!("https://{host}/l/chat/0/0?tenantId={tenant}&users={user}"))
}

/// A call to a person.
pub fn call(cloud: CloudKind, principal_name: &str) -> Option<String> {
    let (host, user) = (teams_host(cloud)?, person(principal_name)?);
    Some(format!("https://{host}/l/call/0/0?users={user}"))
}

/// A call to a phone number, `4:` in Teams' words. An extension cannot be dialled that way and is left out.
pub fn call_number(cloud: CloudKind, number: &str) -> Option<String> {
    let host = teams_host(cloud)?;
    let (number, _) = dialled(number)?;
    Some(format!("https://{host}/l/call/0/0?users=4:{}", encode(&number)))
}

/// For the program that this computer dials with: <https://www.rfc-editor.org/rfc/rfc3966>
pub fn tel(number: &str) -> Option<String> {
    let (number, extension) = dialled(number)?;
    let extension = extension.map(|digits| format!(";ext={digits}")).unwrap_or_default();
    Some(format!("tel:{number}{extension}"))
}

/// Someone without a principal name cannot be linked to.
fn person(principal_name: &str) -> Option<String> {
    let name = principal_name.trim();
    (!name.is_empty()).then(|| encode(name))
}

/// The digits of free text, with a leading `+` where there is one, and the digits of an extension behind them.
/// The `(0)` that Europeans write into international numbers is not dialled.
fn dialled(text: &str) -> Option<(String, Option<String>)> {
    let lower = text.trim().to_lowercase();
    let marks = [";ext=", "extension", "ext.", "ext", "x", "#"];
    let begin = lower.find(|one: char| one.is_ascii_digit())?;
    let cut = marks.iter().filter_map(|mark| lower[begin..].find(mark).map(|at| (begin + at, mark.len()))).min();
    let (number, extension) = match cut {
        Some((at, length)) => (&lower[..at], &lower[at + length..]),
        None => (lower.as_str(), ""),
    };
    let international = number.trim_start().starts_with('+') || number.trim_start().starts_with("(+");
    let number = if international { number.replace("(0)", "") } else { number.to_owned() };
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let plus = if international { "+" } else { "" };
    let extension = digits(extension);
    Some((format!("{plus}{}", digits(&number)), (!extension.is_empty()).then_some(extension)))
}

/// `%XX` for everything but letters, digits and what the documented examples leave as it is; a blank is never a `+`.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'@' => {
                encoded.push(char::from(byte))
            }
            byte => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: &str = "6f89cf12-978b-4d23-ac18-9ef0c127cf87";

    #[test]
    fn people_are_reached_in_every_cloud_that_has_a_client() {
        let tenant = Guid::parse(TENANT).unwrap();
        for (cloud, host) in [
            (CloudKind::Global, Some("teams.microsoft.com")),
            (CloudKind::Custom, Some("teams.microsoft.com")),
            (CloudKind::UsGovHigh, Some("gov.teams.microsoft.us")),
            (CloudKind::UsGovDod, Some("dod.teams.microsoft.us")),
            (CloudKind::China, None),
        ] {
            let with = |path: &str| host.map(|host| format!("https://{host}/l/{path}"));
            let chat_path = format!("chat/0/0?tenantId={TENANT}&users=joe@contoso.com");
            assert_eq!(chat(cloud, tenant, " joe@contoso.com "), with(&chat_path));
            assert_eq!(call(cloud, "joe@contoso.com"), with("call/0/0?users=joe@contoso.com"));
            assert_eq!(call_number(cloud, "+1 425 555 0100"), with("call/0/0?users=4:%2B14255550100"));
        }
    }

    #[test]
    fn names_are_encoded() {
        for (name, written) in [
            ("joe@contoso.com", Some("joe@contoso.com")),
            ("ann lee@contoso.com", Some("ann%20lee@contoso.com")),
            ("a+b@contoso.com", Some("a%2Bb@contoso.com")),
            ("bob_fabrikam.com#EXT#@contoso.com", Some("bob_fabrikam.com%23EXT%23@contoso.com")),
            ("a,b&c=d@contoso.com", Some("a%2Cb%26c%3Dd@contoso.com")),
            ("o'brien@contoso.com", Some("o%27brien@contoso.com")),
            ("zoë@contoso.com", Some("zo%C3%AB@contoso.com")),
            ("  ", None),
        ] {
            let expected = written.map(|name| format!("https://teams.microsoft.com/l/call/0/0?users={name}"));
            assert_eq!(call(CloudKind::Global, name), expected, "{name}");
        }
    }

    #[test]
    fn numbers_are_dialled_as_people_write_them() {
        for (text, teams, phone) in [
            ("+1 (425) 555-0100", Some("%2B14255550100"), Some("+14255550100")),
            ("425-555-0100", Some("4255550100"), Some("4255550100")),
            ("+49 (0)30 23125 000", Some("%2B493023125000"), Some("+493023125000")),
            ("(030) 23125", Some("03023125"), Some("03023125")),
            ("(0)30 23125", Some("03023125"), Some("03023125")),
            ("+1 (206) 555-0142 x812", Some("%2B12065550142"), Some("+12065550142;ext=812")),
            ("+14255550142;ext=12", Some("%2B14255550142"), Some("+14255550142;ext=12")),
            ("+1 425 555 0142 Ext. 7", Some("%2B14255550142"), Some("+14255550142;ext=7")),
            ("Fax 425 555 0100", Some("4255550100"), Some("4255550100")),
            ("ask at the desk", None, None),
            ("+", None, None),
            ("", None, None),
        ] {
            let link = teams.map(|number| format!("https://teams.microsoft.com/l/call/0/0?users=4:{number}"));
            assert_eq!(call_number(CloudKind::Global, text), link, "{text}");
            assert_eq!(tel(text), phone.map(|number| format!("tel:{number}")), "{text}");
        }
    }
}
