//! What Entra's error codes mean, and what to do about each.
//!
//! Owns one table, [`ROWS`], and nothing else. Knows nothing of HTTP: a code comes in, words and the fields at fault come out.
//! A code that is not here is not an error of ours: whoever asks shows the code, the server's message and the trace ID.
//!
//! Source: <https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes>, where Microsoft adds that the
//! numbers "are subject to change".

use super::field::Field;

/// One AADSTS code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The number behind `AADSTS`.
    pub code: u32,
    /// What is wrong: one sentence without a full stop.
    pub cause: &'static str,
    /// What to do: full sentences.
    pub remedy: &'static str,
    /// The fields at fault, as far as the code tells; empty when no field is.
    pub fields: &'static [Field],
    /// Whether the same request may succeed later.
    pub transient: bool,
}

/// The row of a code, if there is one.
pub fn row(code: u32) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.code == code)
}

const fn at_fault(code: u32, fields: &'static [Field], cause: &'static str, remedy: &'static str) -> Row {
    Row { code, cause, remedy, fields, transient: false }
}

const fn elsewhere(code: u32, cause: &'static str, remedy: &'static str) -> Row {
    at_fault(code, &[], cause, remedy)
}

const fn later(code: u32, cause: &'static str, remedy: &'static str) -> Row {
    Row { code, cause, remedy, fields: &[], transient: true }
}

const SECRET: &[Field] = &[Field::ClientSecret];
const TENANT: &[Field] = &[Field::TenantId];
const CLOUD: &[Field] = &[Field::Cloud];

const COPY_TENANT: &str = "Copy the Directory (tenant) ID from Azure portal › App registrations › your app › Overview.";
const NEW_SECRET: &str = "In the Azure portal, open App registrations › your app › Certificates & secrets, make a new client secret, and paste what stands in the column Value.";
const CHECK_CLOUD: &str = "Choose the cloud in which the tenant lives; for custom addresses, check that the sign-in address and the Graph address belong to the same cloud.";
const NOT_A_USER: &str = "Liaison signs in as an app and never as a person, so this answer is not expected. Check that the sign-in address is Microsoft's, and send the trace ID to Microsoft's support.";
const INTERACTIVE: &str = "Liaison signs in as an app, for which an administrator consents beforehand: in the Azure portal, open App registrations › your app › API permissions, add application permissions, and choose Grant admin consent.";
const TRY_LATER: &str =
    "Wait a minute and test again. If it stays like this, look at https://status.cloud.microsoft for an outage.";

/// Every code that Liaison explains, the client secret's first.
#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    at_fault(7000215, SECRET, "The client secret is wrong",
        "Paste what stands in the column Value under Azure portal › App registrations › your app › Certificates & secrets, not the Secret ID. If Azure no longer shows the Value, make a new client secret there."),
    at_fault(7000222, SECRET, "The client secret has expired", NEW_SECRET),
    // https://learn.microsoft.com/en-us/entra/workload-id/troubleshoot-revoked-credentials
    at_fault(7005003, SECRET, "The client secret has been revoked", NEW_SECRET),
    at_fault(7005006, SECRET, "The app's credentials have been revoked", NEW_SECRET),
    at_fault(700027, SECRET, "The app does not know this certificate",
        "Upload its .cer file in the Azure portal: App registrations › your app › Certificates & secrets › Certificates. After an upload, wait a minute and test again."),
    at_fault(7000216, SECRET, "No client secret arrived at Microsoft", "Enter the client secret again."),
    at_fault(7000218, SECRET, "No client secret arrived at Microsoft", "Enter the client secret again."),
    elsewhere(700024, "Microsoft's clock and the clock of the sign-in differ",
        "Set this computer's clock, or let it be set automatically, and test again."),
    elsewhere(700025, "The app is registered as a public client, which may not use a secret",
        "In the Azure portal, open App registrations › your app › Authentication and switch off Allow public client flows, or use an app that is registered for a web platform."),

    at_fault(700016, &[Field::TenantId, Field::ClientId], "No app with this client ID is known in this directory",
        "Copy both the Application (client) ID and the Directory (tenant) ID from the same page: Azure portal › App registrations › your app › Overview. If the app is registered in another directory, an administrator of this one has to consent to it first."),
    elsewhere(7000229, "The app has no service principal in this directory",
        "The app is registered, but it is not listed under Azure portal › Enterprise applications in this directory. An administrator adds it by granting admin consent: App registrations › your app › API permissions › Grant admin consent."),
    elsewhere(7000112, "The app is disabled",
        "An administrator has to enable it again: Azure portal › Enterprise applications › your app › Properties › Enabled for users to sign in, and make sure that the app registration has not been deactivated."),

    at_fault(90002, TENANT, "No such tenant exists in this cloud",
        "Copy the Directory (tenant) ID from Azure portal › App registrations › your app › Overview, and check that the right cloud is chosen. A tenant without an active subscription may also be gone."),
    at_fault(900023, TENANT, "The tenant ID is neither an ID nor a domain", COPY_TENANT),
    at_fault(900021, TENANT, "The tenant ID consists of zeros only", COPY_TENANT),
    at_fault(50059, TENANT, "The tenant ID is missing", COPY_TENANT),
    at_fault(50194, TENANT, "The app belongs to one directory, and the sign-in did not name it", COPY_TENANT),
    at_fault(9001023, TENANT, "An app cannot sign in without naming its directory", COPY_TENANT),

    elsewhere(53003, "A Conditional Access policy blocks this sign-in",
        "The details may all be right. An administrator finds the policy in the Microsoft Entra admin center › Protection › Conditional Access, and the blocked attempt under Sign-in logs › Service principal sign-ins: allow this app, or the place that this computer connects from."),
    elsewhere(65001, "Nobody has consented to this app", INTERACTIVE),
    elsewhere(90094, "An administrator has to consent to this app", INTERACTIVE),

    at_fault(500011, CLOUD, "Microsoft Graph is not known in this directory under the chosen cloud's address", CHECK_CLOUD),
    at_fault(1002012, CLOUD, "Microsoft does not accept the Graph address as something to sign in to", CHECK_CLOUD),
    at_fault(70011, CLOUD, "Microsoft does not accept the Graph address as something to sign in to", CHECK_CLOUD),
    at_fault(90038, CLOUD, "The tenant lives in another cloud", CHECK_CLOUD),
    at_fault(900382, CLOUD, "An app with a secret cannot sign in across clouds", CHECK_CLOUD),
    at_fault(900432, CLOUD, "An app with a secret cannot sign in across clouds", CHECK_CLOUD),
    elsewhere(900144, "A part of the sign-in request was lost on its way",
        "A proxy may have changed it. Ask your network team to let requests to the sign-in address pass unchanged."),

    elsewhere(50034, "Microsoft looked for a person's account and found none", NOT_A_USER),
    elsewhere(50126, "Microsoft asked for a person's password", NOT_A_USER),
    elsewhere(50057, "Microsoft found a person's account that is disabled", NOT_A_USER),
    elsewhere(50076, "Microsoft asks a person for a second factor", NOT_A_USER),
    elsewhere(50079, "Microsoft asks a person to set up a second factor", NOT_A_USER),

    later(90033, "Microsoft's sign-in service is not available for the moment", TRY_LATER),
    later(90090, "Microsoft's sign-in service is not available for the moment", TRY_LATER),
    later(90024, "Microsoft's sign-in service is too busy for the moment", TRY_LATER),
    later(90055, "Microsoft receives too many sign-ins for this tenant",
        "Wait a few minutes and test again; find out which other app signs in so often."),
    later(50196, "This app has signed in too often in a short time",
        "Wait a few minutes and test again; find out whether another program uses the same app."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_stands_once_and_reads_like_speech() {
        for (index, row) in ROWS.iter().enumerate() {
            assert!(ROWS[..index].iter().all(|other| other.code != row.code), "{} stands twice", row.code);
            assert!(!row.cause.ends_with('.') && !row.cause.contains(". "), "{}: {}", row.code, row.cause);
            assert!(row.remedy.ends_with('.'), "{}: {}", row.code, row.remedy);
            assert!(!row.transient || row.fields.is_empty(), "{} blames a field for a passing trouble", row.code);
        }
    }

    #[test]
    fn only_fields_at_fault_are_blamed() {
        for (code, fields) in [
            (7000215, SECRET),
            (7000222, SECRET),
            (700016, &[Field::TenantId, Field::ClientId]),
            (90002, TENANT),
            (500011, CLOUD),
            (53003, &[]),
            (7000112, &[]),
            (7000229, &[]),
        ] {
            assert_eq!(row(code).map(|row| row.fields), Some(fields), "{code}");
        }
        assert_eq!(row(1), None);
    }
}
