//! Every AADSTS code of the table, answered by the practice tenant over HTTP: what it says, what it blames, what it shows.

use liaison::{
    domain::{
        Check, CheckId, CheckState, CloudDraft, CloudKind, Credentials, Field, Guid, Report, Secret,
        check::TOKEN_REFUSED, diagnosis,
    },
    http::Http,
    practice::{Options, Practice},
    probe::{self, Subject},
};
use std::{collections::HashSet, thread};

/// Code, HTTP status, words of the answer, words of the verdict, and the fields at fault.
type Row = (u32, u16, &'static str, &'static str, &'static [Field]);

const SECRET: &[Field] = &[Field::ClientSecret];
const TENANT: &[Field] = &[Field::TenantId];
const CLOUD: &[Field] = &[Field::Cloud];

/// Sources of the words: <https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes> and captures.
#[rustfmt::skip]
const ROWS: &[Row] = &[
    (7000215, 401, "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app 'x'.", "client secret is wrong", SECRET),
    (7000222, 401, "The provided client secret keys for app 'x' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.", "has expired", SECRET),
    (7005003, 401, "The provided client secret keys for app 'x' are revoked. Please specify a valid client secret.", "has been revoked", SECRET),
    (7005006, 401, "The credentials are revoked.", "have been revoked", SECRET),
    (7000216, 401, "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.", "No client secret arrived", SECRET),
    (7000218, 401, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'", "No client secret arrived", SECRET),
    (700016, 400, "Application with identifier 'x' was not found in the directory 'Contoso'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.", "No app with this client ID", &[Field::TenantId, Field::ClientId]),
    (7000229, 401, "The client application x is missing service principal in the tenant y. See instructions here: https://go.microsoft.com/fwlink/?linkid=2225119", "no service principal", &[]),
    (7000112, 400, "Application 'x'(Contoso) is disabled.", "app is disabled", &[]),
    (90002, 400, "Tenant 'x' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.", "No such tenant exists", TENANT),
    (900023, 400, "Specified tenant identifier 'x' is neither a valid DNS name, nor a valid external domain.", "neither an ID nor a domain", TENANT),
    (900021, 400, "Requested tenant identifier '00000000-0000-0000-0000-000000000000' is not valid. Tenant identifiers may not be an empty GUID.", "zeros only", TENANT),
    (50059, 400, "No tenant-identifying information found in either the request or implied by any provided credentials.", "tenant ID is missing", TENANT),
    (50194, 400, "Application 'x' is not configured as a multi-tenant application.", "belongs to one directory", TENANT),
    (9001023, 400, "The grant type is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint.", "without naming its directory", TENANT),
    (53003, 400, "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.", "Conditional Access", &[]),
    (65001, 400, "The user or administrator hasn't consented to use the application with ID x. Send an interactive authorization request.", "Nobody has consented", &[]),
    (90094, 400, "Admin consent is required.", "administrator has to consent", &[]),
    (500011, 400, "The resource principal named x was not found in the tenant named y.", "not known in this directory", CLOUD),
    (1002012, 400, "The provided value for scope x is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).", "does not accept the Graph address", CLOUD),
    (70011, 400, "The provided value for the input parameter 'scope' isn't valid.", "does not accept the Graph address", CLOUD),
    (90038, 400, "The tenant is in another cloud.", "lives in another cloud", CLOUD),
    (900382, 400, "Confidential Client is not supported in Cross Cloud request.", "across clouds", CLOUD),
    (900432, 400, "Confidential Client is not supported in Cross Cloud request.", "across clouds", CLOUD),
    (900144, 400, "The request body must contain the following parameter: 'scope'.", "lost on its way", &[]),
    (700024, 401, "Client assertion is not within its valid time range. Current time: x, assertion valid from y, expiry time of assertion z.", "clock", &[]),
    (700025, 401, "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.", "public client", &[]),
    (700027, 401, "Client assertion contains an invalid signature. The key was not found by thumbprint.", "does not know this certificate", SECRET),
    (50034, 400, "The user account does not exist in the directory.", "a person's account", &[]),
    (50126, 400, "Error validating credentials due to invalid username or password.", "a person's password", &[]),
    (50057, 400, "The user account is disabled.", "account that is disabled", &[]),
    (50076, 400, "Due to a configuration change made by your administrator, you must use multi-factor authentication.", "second factor", &[]),
    (50079, 400, "The user is required to use multi-factor authentication.", "second factor", &[]),
    (90033, 503, "A transient error has occurred. Please try again.", "not available for the moment", &[]),
    (90090, 503, "The server is terminating.", "not available for the moment", &[]),
    (90024, 503, "The server is too busy.", "too busy", &[]),
    (90055, 429, "The tenant is throttled.", "too many sign-ins", &[]),
    (50196, 400, "The server terminated an operation because it encountered a client request loop.", "too often", &[]),
];

fn tested(practice: &Practice) -> Report {
    let details = practice.details();
    let cloud = CloudDraft {
        kind: CloudKind::Custom,
        login_url: details.login_url.clone(),
        graph_url: details.graph_url.clone(),
    };
    let id = |text: &str| Guid::parse(text).unwrap();
    let subject = Subject::Ready(Credentials {
        object_id: id(&details.object_id),
        tenant_id: id(&details.tenant_id),
        client_id: id(&details.client_id),
        cloud: cloud.parse().unwrap(),
        credential: Secret::new(details.client_secret.clone()).into(),
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let report = runtime.block_on(probe::run(&Http::default(), subject, chrono::Utc::now, |_| {}));
    let said = format!("{}{report:?}", report.as_text());
    assert!(!said.contains(&details.client_secret), "{said}");
    report
}

fn sign_in(report: &Report) -> &Check {
    report.checks.iter().find(|check| check.id == CheckId::Token).unwrap()
}

fn holds((code, status, text, cause, fields): Row) {
    let practice = Practice::start(Options::default()).unwrap();
    practice.refuse_sign_ins(code, text);
    let report = tested(&practice);
    let check = sign_in(&report);
    assert_eq!(check.state, CheckState::Failed, "{code}");
    assert!(check.headline.contains(cause), "{code}: {}", check.headline);
    assert!(check.remedy.as_ref().is_some_and(|remedy| remedy.ends_with('.')), "{code}: {:?}", check.remedy);
    assert_eq!(report.fields_at_fault(), fields, "{code}");
    let evidence = &check.evidence;
    assert_eq!((evidence.code.as_deref(), evidence.http_status), (Some(&*format!("AADSTS{code}")), Some(status)));
    assert_eq!(evidence.message.as_deref(), Some(&*format!("AADSTS{code}: {text}")), "without the trailer");
    assert!(evidence.trace_id.is_some() && evidence.correlation_id.is_some() && evidence.timestamp.is_some());
    // The source's text is for a secret, tenant or client ID that is refused, and for nothing else.
    let blamed = !fields.is_empty() && fields != CLOUD;
    let message = if blamed { TOKEN_REFUSED } else { &check.headline };
    assert_eq!(report.message.as_deref(), Some(message), "{code}");
    let after = report.checks.iter().filter(|check| check.id > CheckId::Token);
    assert!(after.into_iter().all(|check| check.state == CheckState::Skipped), "{code}");
}

#[test]
fn each_code_is_explained_and_blames_what_is_at_fault() {
    // Some are tried again after a pause, so several run side by side.
    for some in ROWS.chunks(10) {
        thread::scope(|scope| some.iter().for_each(|row| drop(scope.spawn(|| holds(*row)))));
    }
}

#[test]
fn no_code_is_left_out() {
    let tested: HashSet<u32> = ROWS.iter().map(|row| row.0).collect();
    let known: HashSet<u32> = diagnosis::ROWS.iter().map(|row| row.code).collect();
    assert_eq!(tested, known);
}

#[test]
fn an_unknown_code_is_shown_with_the_servers_words_and_a_page_to_look_it_up() {
    let practice = Practice::start(Options::default()).unwrap();
    practice.refuse_sign_ins(7009998, "Something new.");
    let report = tested(&practice);
    let check = sign_in(&report);
    assert_eq!(check.headline, "Microsoft refused the sign-in (AADSTS7009998)");
    assert!(check.remedy.as_ref().is_some_and(|text| text.contains("error?code=7009998")), "{:?}", check.remedy);
    assert_eq!(check.evidence.message.as_deref(), Some("AADSTS7009998: Something new."));
    assert!(check.evidence.trace_id.is_some());
    assert_eq!(report.fields_at_fault(), []);
}
