//! The scenarios: what can be wrong in the practice tenant, each with a key, a title and a sentence for administrators.
//!
//! It owns the list and the words. It must not know how a scenario is carried out: `sign_in`, `graph` and `server` ask
//! for it at the step where the real server would notice. Start reading at the list in `scenarios!`.

macro_rules! scenarios {
    ($($variant:ident, $key:literal, $title:literal, $description:literal;)+) => {
        /// What is wrong in the practice tenant.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
        pub enum Scenario {
            $(#[doc = $description] $variant,)+
        }

        impl Scenario {
            /// Every scenario, in the order in which a list shows them.
            pub const ALL: &[Scenario] = &[$(Scenario::$variant,)+];

            /// The name on the command line.
            pub fn key(self) -> &'static str {
                match self { $(Scenario::$variant => $key,)+ }
            }

            /// A few words for a list.
            pub fn title(self) -> &'static str {
                match self { $(Scenario::$variant => $title,)+ }
            }

            /// One sentence: what is wrong in this tenant and what is seen of it.
            pub fn description(self) -> &'static str {
                match self { $(Scenario::$variant => $description,)+ }
            }
        }
    };
}

scenarios! {
    Healthy, "healthy", "Everything works",
        "Nothing is wrong: the sign-in works, all permissions are granted and the secret lasts 200 days.";
    WrongSecret, "wrong_secret", "Wrong client secret",
        "No secret of the app matches, so every sign-in is refused with AADSTS7000215.";
    SecretExpired, "secret_expired", "Client secret has expired",
        "The secret ended yesterday, so the sign-in is refused with AADSTS7000222.";
    SecretRevoked, "secret_revoked", "Client secret was revoked",
        "Microsoft revoked the secret because it leaked, so the sign-in is refused with AADSTS7005003.";
    AppNotFound, "app_not_found", "App is not in this tenant",
        "The app was deleted or belongs to another tenant, so the sign-in is refused with AADSTS700016.";
    NoServicePrincipal, "no_service_principal", "Enterprise application is missing",
        "The app is registered, but its enterprise application is gone, so the sign-in is refused with AADSTS7000229.";
    TenantNotFound, "tenant_not_found", "Tenant does not exist",
        "Microsoft knows no tenant of this ID in this cloud, so the sign-in is refused with AADSTS90002.";
    TenantMalformed, "tenant_malformed", "Tenant ID is cut off",
        "The last character of the tenant ID gets lost on the way, so the sign-in is refused with AADSTS900023.";
    OtherCloud, "other_cloud", "Tenant lives in another cloud",
        "The tenant is one of Microsoft's cloud for the US government: its metadata say so, and the sign-in is refused with AADSTS900382.";
    NoTenantInformation, "no_tenant_information", "Request names no tenant",
        "Microsoft cannot tell which tenant is meant, so the sign-in is refused with AADSTS50059.";
    NotSingleTenant, "not_single_tenant", "Sign-in through /common",
        "The sign-in is treated as one for any tenant, but the app is for one tenant only, so it is refused with AADSTS50194.";
    AppDisabled, "app_disabled", "App is disabled",
        "An administrator disabled the enterprise application, so the sign-in is refused with AADSTS7000112.";
    ConditionalAccess, "conditional_access", "Blocked by Conditional Access",
        "A Conditional Access policy for workload identities blocks the app, so the sign-in is refused with AADSTS53003.";
    ResourceNotFound, "resource_not_found", "Microsoft Graph is not in this tenant",
        "The tenant does not know the Graph address that is asked for, as in a wrong cloud, so the sign-in is refused with AADSTS500011.";
    ClockSkew, "clock_skew", "Clock is wrong",
        "The computer's clock differs too much from Microsoft's, so the sign-in is refused with AADSTS700024.";
    PublicClient, "public_client", "App is a public client",
        "The app is registered as a public client, which may not use a secret, so the sign-in is refused with AADSTS700025.";
    StsBusy, "sts_busy", "Sign-in service is busy",
        "Microsoft's sign-in service has a passing fault, so it answers 503 with AADSTS90033.";
    ThrottledSignIn, "throttled_sign_in", "Too many sign-ins",
        "The tenant has used up its sign-ins for now, so the sign-in is refused with 429 and AADSTS90055.";
    ClientLoop, "client_loop", "App asks for tokens in a loop",
        "Microsoft thinks that the app asks for the same token over and over, so the sign-in is refused with AADSTS50196.";
    UnknownError, "unknown_error", "An error that nobody knows",
        "The sign-in is refused with AADSTS7009999, a code that is in no list.";
    NoConsent, "no_consent", "Admin consent is missing",
        "The sign-in works, but no permission was granted, so the app may read nothing and Graph answers 403.";
    MissingApplicationRead, "missing_application_read", "Permission Application.Read.All is missing",
        "People and presence can be read, but the app may not read when its own secret expires.";
    MissingUserRead, "missing_user_read", "Permission User.Read.All is missing",
        "The secret's date and presence can be read, but the directory stays closed.";
    MissingPresenceRead, "missing_presence_read", "Permission Presence.Read.All is missing",
        "The directory can be read, but nobody's presence.";
    ExpiringIn9Days, "expiring_in_9_days", "Client secret expires in 9 days",
        "Everything works, but the secret ends in 9 days.";
    TwoSecretsSameHint, "two_secrets_same_hint", "Two secrets begin alike",
        "Two secrets begin with the same three characters and end on different days, so it is not certain which date belongs to the secret in use.";
    MayRenew, "may_renew", "App may renew its secret",
        "The secret ends in 9 days; the app has Application.ReadWrite.OwnedBy and owns itself, so it may add and remove its own secrets.";
    MayRenewNotOwner, "may_renew_not_owner", "App may renew but does not own itself",
        "The app has Application.ReadWrite.OwnedBy but is not among its own owners, so Graph answers 403 when it adds a secret.";
    MayRenewAny, "may_renew_any", "App may change every app",
        "The app has Application.ReadWrite.All, more than it needs, so it may add and remove the secrets of every app.";
    LateSecret, "late_secret", "New secret takes a while",
        "The app may renew its secret, but the sign-in does not know a new one for its first 20 seconds and refuses it with AADSTS7000215.";
    TokensExpired, "tokens_expired", "Access tokens have just ended",
        "Every access token used before this was chosen has expired, so Graph answers 401 until the program gets a new one.";
    LostAnswer, "lost_answer", "An answer gets lost",
        "The first message, chat or secret that is sent to Graph is stored, but the connection breaks before the answer; then everything works.";
    PaymentRequired, "payment_required", "Messages must be paid for",
        "As before 25 August 2025: Graph answers 402 PaymentRequired to every request about messages that does not name the billing model B.";
    Throttled, "throttled", "Graph asks to wait",
        "Microsoft Graph answers the first two requests with 429 and asks to wait a second, then works.";
    ThrottledHard, "throttled_hard", "Graph keeps asking to wait",
        "Microsoft Graph answers every request with 429 and never recovers.";
    ThrottledMidLoad, "throttled_mid_load", "Graph asks to wait in mid-load",
        "While a long list is read page by page, Microsoft Graph answers every third page with 429 once and asks to wait a second.";
    OutageMidLoad, "outage_mid_load", "Graph fails in mid-load",
        "While a long list is read page by page, Microsoft Graph answers every third page with 503 once.";
    UntidyPages, "untidy_pages", "Directory in untidy pages",
        "Pages of the directory come short, empty, or with a person who came before; only a missing link ends the list.";
    PeopleChange, "people_change", "People come and go",
        "Between two looks at the directory one person comes, one goes, and two change their title and number.";
    DeltaExpired, "delta_expired", "Directory forgets what was read",
        "Microsoft Graph no longer knows what was read before, so it answers 410 to a question about changes and wants everything read anew.";
    AgentRevoked, "agent_revoked", "Agents' sign-ins are revoked",
        "A person's password was reset, so sign-ins from before are refused with AADSTS50173. Signing in again helps.";
    AgentExpired, "agent_expired", "Agents' sign-ins have expired",
        "Sign-ins of people from before have ended and are refused with AADSTS70008. Signing in again helps.";
    AgentInactive, "agent_inactive", "Agents were inactive for too long",
        "Nobody used the sign-ins of people for 90 days, so they are refused with AADSTS700082. Signing in again helps.";
    AgentMalformed, "agent_malformed", "Agents' sign-ins are not understood",
        "Microsoft does not understand the sign-ins of people from before and refuses them with AADSTS70000. Signing in again helps.";
    ConsentWithdrawn, "consent_withdrawn", "Consent was withdrawn",
        "What people had consented to was withdrawn, so their sign-ins are refused with AADSTS65001. Signing in again helps.";
    Slow, "slow", "Everything is slow",
        "Every answer takes two seconds longer.";
    Offline, "offline", "Network is down",
        "Connections are closed without an answer.";
    ServerError, "server_error", "Service outage",
        "A gateway answers every request with 503 and a web page instead of data.";
    GraphDown, "graph_down", "Graph outage",
        "The sign-in works, but a gateway answers every request to Microsoft Graph with 503 and a web page.";
}

impl Scenario {
    /// The scenario of this name on the command line.
    pub fn from_key(key: &str) -> Option<Scenario> {
        Scenario::ALL.iter().copied().find(|one| one.key() == key)
    }
}
