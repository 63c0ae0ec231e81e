//! One request to sign a person in, checked: by the sign-in page, or for a device code.
//!
//! It owns the parameters of `/authorize` and what each mistake is answered. It must not know pages; start reading at
//! `Ask::read`. <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow>

use super::{
    super::{
        aadsts::Refusal,
        sign_in,
        tenant::{CLIENT_ID, GRAPH_APP_ID},
        world::World,
    },
    redirect::{self, Platform},
};

/// How the answer travels back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Query,
    Fragment,
    FormPost,
}

/// What is asked for.
pub(super) struct Ask {
    pub redirect_uri: String,
    pub platform: Platform,
    pub mode: Mode,
    pub state: Option<String>,
    pub nonce: Option<String>,
    pub scopes: Vec<String>,
    pub challenge: Option<String>,
    pub prompt: Option<String>,
    pub login_hint: Option<String>,
}

/// Where a refusal is shown: without a trustworthy redirect URI on a page of the sign-in service, else to the app.
pub(super) enum Refused {
    OnThePage(Refusal),
    AtTheApp(Box<Ask>, Refusal, &'static str),
}

/// The parameters, the first of each name.
pub(super) struct Parameters<'a>(pub &'a [(String, String)]);

impl Parameters<'_> {
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(one, value)| one == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }

    pub fn require(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| Refusal::missing_parameter(name))
    }
}

impl Ask {
    pub fn read(world: &World, tenant: &str, pairs: &[(String, String)]) -> Result<Ask, Refused> {
        let given = Parameters(pairs);
        let mut ask = Ask::addressed(world, tenant, &given).map_err(Refused::OnThePage)?;
        match ask.fill(world, &given) {
            Ok(()) => Ok(ask),
            Err((refusal, error)) => Err(Refused::AtTheApp(Box::new(ask), refusal, error)),
        }
    }

    /// What must be right before anything is sent to the redirect URI.
    fn addressed(world: &World, tenant: &str, given: &Parameters<'_>) -> Result<Ask, Refusal> {
        let scenario = world.scenario();
        sign_in::check_load(scenario)?;
        let client_id = given.require("client_id")?;
        sign_in::check_tenant(tenant, scenario)?;
        sign_in::check_client(client_id, scenario)?;
        sign_in::check_reach(tenant, scenario)?;
        // With several registered addresses there is no default one.
        let redirect_uri = given.require("redirect_uri")?;
        let Some(platform) = redirect::platform_of(redirect_uri) else { return Err(mismatch(redirect_uri)) };
        Ok(Ask {
            redirect_uri: redirect_uri.to_owned(),
            platform,
            mode: Mode::Query,
            state: given.get("state").map(str::to_owned),
            nonce: given.get("nonce").map(str::to_owned),
            scopes: Vec::new(),
            challenge: None,
            prompt: given.get("prompt").map(str::to_owned),
            login_hint: given.get("login_hint").map(str::to_owned),
        })
    }

    fn fill(&mut self, world: &World, given: &Parameters<'_>) -> Result<(), (Refusal, &'static str)> {
        let invalid = |refusal| (refusal, "invalid_request");
        self.mode = match given.get("response_mode") {
            None | Some("query") => Mode::Query,
            Some("fragment") => Mode::Fragment,
            Some("form_post") => Mode::FormPost,
            Some(other) => {
                let text = format!("The value '{other}' of the parameter 'response_mode' is not supported.");
                return Err(invalid(Refusal::new(90023, text)));
            }
        };
        match given.require("response_type").map_err(invalid)? {
            "code" => {}
            other => {
                let text = format!(
                    "response_type '{other}' is not enabled for the application '{CLIENT_ID}'. Implicit grants are switched off."
                );
                return Err((Refusal::new(700054, text), "unsupported_response_type"));
            }
        }
        self.scopes = scopes(world, given.require("scope").map_err(invalid)?)?;
        self.challenge = challenge(given).map_err(invalid)?;
        if let Some(prompt) = &self.prompt
            && !["login", "none", "consent", "select_account"].contains(&prompt.as_str())
        {
            return Err(invalid(Refusal::new(90023, format!("Unsupported 'prompt' value '{prompt}'."))));
        }
        Ok(())
    }
}

/// AADSTS50011 in the words of the sign-in page.
pub(super) fn mismatch(redirect_uri: &str) -> Refusal {
    Refusal::new(
        50011,
        format!(
            "The redirect URI '{redirect_uri}' specified in the request does not match the redirect URIs configured for \
             the application '{CLIENT_ID}'. Make sure the redirect URI sent in the request matches one added to your \
             application in the Azure portal."
        ),
    )
}

/// 43 to 128 characters of base64url, which is what SHA-256 and RFC 7636 allow.
fn challenge(given: &Parameters<'_>) -> Result<Option<String>, Refusal> {
    let Some(challenge) = given.get("code_challenge") else { return Ok(None) };
    let is_fit = |text: &str| {
        (43..=128).contains(&text.len())
            && text.bytes().all(|one| one.is_ascii_alphanumeric() || b"-._~".contains(&one))
    };
    match given.get("code_challenge_method") {
        Some("S256") if is_fit(challenge) => Ok(Some(challenge.to_owned())),
        Some("S256") => Err(Refusal::new(501491, "The size of the code_challenge parameter is not valid.")),
        // `plain` is refused here, since no client of this tenant has a reason for it.
        _ => Err(Refusal::new(50147, "The code_challenge_method is not supported: use S256.")),
    }
}

/// The scopes that are no resource's.
/// <https://learn.microsoft.com/en-us/entra/identity-platform/scopes-oidc>
pub(super) const PROTOCOL: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// Delegated permissions of Graph that this tenant knows, with the words of the consent page.
/// <https://learn.microsoft.com/en-us/graph/permissions-reference>
pub(super) const DELEGATED: [(&str, &str); 10] = [
    ("User.Read", "Sign you in and read your profile"),
    ("User.ReadBasic.All", "Read all users' basic profiles"),
    ("User.Read.All", "Read all users' full profiles"),
    ("Chat.ReadBasic", "Read names and members of your chat threads"),
    ("Chat.Read", "Read your chat messages"),
    ("Chat.ReadWrite", "Read and write your chat messages"),
    ("Chat.Create", "Create chats"),
    ("ChatMessage.Send", "Send chat messages"),
    ("Presence.Read", "Read your presence information"),
    ("Presence.Read.All", "Read presence information of all users in your organization"),
];

/// The scopes of a request, without the resource in front. `/.default` stands for all that the app is registered for.
pub(super) fn scopes(world: &World, text: &str) -> Result<Vec<String>, (Refusal, &'static str)> {
    let mut scopes: Vec<String> = Vec::new();
    for one in text.split_whitespace() {
        let (resource, name) = one.rsplit_once('/').unwrap_or(("", one));
        let is_graph = resource.is_empty()
            || resource.trim_end_matches('/').eq_ignore_ascii_case(&world.origin)
            || resource.eq_ignore_ascii_case(GRAPH_APP_ID);
        if !is_graph {
            sign_in::check_resource(world, resource, world.scenario())
                .map_err(|refusal| (refusal, "invalid_resource"))?;
        }
        let known = |known: &&str| known.eq_ignore_ascii_case(name);
        let names: Vec<&str> = match name {
            ".default" => REGISTERED.to_vec(),
            _ => match PROTOCOL.iter().copied().chain(DELEGATED.iter().map(|(name, _)| *name)).find(known) {
                Some(known) => vec![known],
                None => return Err((unknown_scope(one), "invalid_scope")),
            },
        };
        for name in names {
            if !scopes.iter().any(|known| known == name) {
                scopes.push(name.to_owned());
            }
        }
    }
    Ok(scopes)
}

/// The delegated permissions of the app registration.
const REGISTERED: [&str; 5] =
    ["User.Read", "offline_access", "Chat.ReadWrite", "ChatMessage.Send", "Presence.Read.All"];

fn unknown_scope(scope: &str) -> Refusal {
    Refusal::new(
        70011,
        format!(
            "The provided request must include a 'scope' input parameter. The provided value for the input parameter \
             'scope' is not valid. The scope {scope} does not exist."
        ),
    )
}
