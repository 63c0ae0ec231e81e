//! What Entra's codes mean when a person signs in, or when a person's sign-in is used again.
//!
//! Owns the words for people; what the same codes say of the app itself is `diagnosis`'s. Knows nothing of HTTP. Start with
//! [`row`]. A code that stands nowhere is shown with Microsoft's own words.
//!
//! Source: <https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes>

/// One AADSTS code, as far as a person is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The number behind `AADSTS`.
    pub code: u32,
    /// What is wrong: one sentence without a full stop.
    pub cause: &'static str,
    /// What to do: full sentences.
    pub remedy: &'static str,
    /// Whether a sign-in that was kept is over, and only signing in again helps.
    pub is_over: bool,
}

/// The row of a code, if there is one.
pub fn row(code: u32) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.code == code)
}

/// Whether a refusal ends a kept sign-in. OAuth's `invalid_grant` says so unless the code knows better, since Entra uses it for
/// passing troubles too.
pub fn is_over(code: Option<u32>, error: Option<&str>) -> bool {
    const ENDS: [&str; 4] = ["invalid_grant", "interaction_required", "consent_required", "login_required"];
    match code.and_then(row) {
        Some(row) => row.is_over,
        None => error.is_some_and(|error| ENDS.contains(&error)),
    }
}

const fn over(code: u32, cause: &'static str, remedy: &'static str) -> Row {
    Row { code, cause, remedy, is_over: true }
}

const fn not_over(code: u32, cause: &'static str, remedy: &'static str) -> Row {
    Row { code, cause, remedy, is_over: false }
}

const AGAIN: &str = "Sign in again on the Agents screen.";
const FROM_HERE: &str = "Begin the sign-in once more from the Agents screen, and finish it in the page that opens.";
const CONSENT: &str = "Sign in again and accept what the page asks for. Where people may not consent themselves, an administrator grants the delegated permissions: Azure portal › App registrations › your app › API permissions › Grant admin consent.";
const ASK_ADMINISTRATOR: &str =
    "Ask an administrator of the tenant to look at the person in the Microsoft Entra admin center.";

/// Every code that is explained to people.
#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    over(70008, "The sign-in has expired", AGAIN),
    over(700082, "The sign-in was not used for 90 days", AGAIN),
    over(700084, "The sign-in has reached the end of its fixed life time", AGAIN),
    over(70043, "A policy of the tenant asks people to sign in more often", AGAIN),
    over(50173, "The sign-in was revoked, for instance because the password was changed", AGAIN),
    over(50078, "The tenant asks for a fresh second factor", AGAIN),
    over(50076, "The tenant asks for a second factor", AGAIN),
    over(50079, "The tenant asks the person to set up a second factor", AGAIN),
    over(70000, "Microsoft does not understand the sign-in any more", AGAIN),
    over(65001, "Nobody has consented to what Liaison asks for", CONSENT),
    over(90094, "An administrator has to consent to what Liaison asks for", CONSENT),
    over(65004, "The person declined what Liaison asks for", CONSENT),
    over(50034, "Microsoft no longer finds the person in the directory", ASK_ADMINISTRATOR),
    over(50057, "The person's account is disabled", ASK_ADMINISTRATOR),
    over(50055, "The person's password has expired", "Change the password, then sign in again on the Agents screen."),
    over(50105, "The person is not assigned to the app",
        "Azure portal › Enterprise applications › your app › Users and groups: add the person, or switch off Assignment required under Properties."),
    over(53003, "A Conditional Access policy blocks the sign-in",
        "Ask an administrator which policy applies to the person and this app, then sign in again from a device that it allows."),
    not_over(54005, "The answer of this sign-in was used before", FROM_HERE),
    not_over(501481, "The answer belongs to another sign-in", FROM_HERE),
    not_over(50011, "The app does not know the address that leads back to Liaison",
        "Azure portal › App registrations › your app › Authentication › Web: add the redirect URI http://localhost/liaison."),
    not_over(7000218, "Microsoft asks for the app's secret",
        "Enter the client secret of the account and apply. If it is there, add the redirect URI http://localhost/liaison under the platform Web, as the set-up checklist says."),
    not_over(700025, "The address that leads back to Liaison is registered for a client without a secret",
        "Azure portal › App registrations › your app › Authentication: move the redirect URI http://localhost/liaison from the platform Mobile and desktop applications to the platform Web."),
    not_over(70019, "The code was not entered in time", "Begin once more and enter the new code within 15 minutes."),
    not_over(70018, "Microsoft does not know this code", FROM_HERE),
    not_over(50196, "This app has asked for tokens too often in a short time", "Wait a few minutes and try again."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_stands_once_and_reads_like_speech() {
        for (index, row) in ROWS.iter().enumerate() {
            assert!(ROWS[..index].iter().all(|other| other.code != row.code), "{} stands twice", row.code);
            assert!(
                !row.cause.ends_with('.') && row.remedy.ends_with('.'),
                "{}: {} {}",
                row.code,
                row.cause,
                row.remedy
            );
        }
    }

    #[test]
    fn an_unknown_code_goes_by_oauths_word() {
        assert!(is_over(Some(50173), Some("invalid_grant")));
        assert!(is_over(Some(1), Some("invalid_grant")) && is_over(None, Some("interaction_required")));
        assert!(!is_over(Some(50196), Some("invalid_grant")), "a loop passes");
        assert!(!is_over(Some(7000215), Some("invalid_client")) && !is_over(None, None));
    }
}
