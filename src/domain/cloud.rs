//! The Microsoft clouds and where they answer.
//!
//! Owns the addresses. Source: <https://learn.microsoft.com/en-us/graph/deployments> for Graph and
//! <https://learn.microsoft.com/en-us/entra/identity-platform/authentication-national-cloud> for sign-in.

use super::{field::Field, problem::Problem};
use url::{Host, Url};

/// Which cloud, without the addresses of a custom one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CloudKind {
    /// The worldwide cloud; GCC (not High) is here too.
    #[default]
    Global,
    /// US Government, GCC High (L4).
    UsGovHigh,
    /// US Government, DoD (L5): shares the sign-in host with GCC High but not Graph.
    UsGovDod,
    /// China, operated by 21Vianet.
    China,
    /// Addresses entered by hand.
    Custom,
}

impl CloudKind {
    /// In the order of the choice on the screen.
    pub const ALL: [CloudKind; 5] =
        [CloudKind::Global, CloudKind::UsGovHigh, CloudKind::UsGovDod, CloudKind::China, CloudKind::Custom];

    /// As shown to people.
    pub fn label(self) -> &'static str {
        match self {
            CloudKind::Global => "Global",
            CloudKind::UsGovHigh => "US Government GCC High",
            CloudKind::UsGovDod => "US Government DoD",
            CloudKind::China => "China",
            CloudKind::Custom => "Custom addresses",
        }
    }

    /// As written in the settings file and in the database.
    pub fn key(self) -> &'static str {
        match self {
            CloudKind::Global => "global",
            CloudKind::UsGovHigh => "us_gov_high",
            CloudKind::UsGovDod => "us_gov_dod",
            CloudKind::China => "china",
            CloudKind::Custom => "custom",
        }
    }

    /// The kind with this key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// The Azure portal of this cloud.
    pub fn portal(self) -> &'static str {
        match self {
            CloudKind::Global | CloudKind::Custom => "https://portal.azure.com",
            CloudKind::UsGovHigh | CloudKind::UsGovDod => "https://portal.azure.us",
            CloudKind::China => "https://portal.azure.cn",
        }
    }
}

/// A cloud with valid addresses. Both are origins: `https://host[:port]`, without a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cloud {
    kind: CloudKind,
    login_url: String,
    graph_url: String,
}

impl Cloud {
    /// One of Microsoft's clouds; `None` for [`CloudKind::Custom`], which needs addresses.
    pub fn known(kind: CloudKind) -> Option<Self> {
        let (login, graph) = match kind {
            CloudKind::Global => ("https://login.microsoftonline.com", "https://graph.microsoft.com"),
            CloudKind::UsGovHigh => ("https://login.microsoftonline.us", "https://graph.microsoft.us"),
            CloudKind::UsGovDod => ("https://login.microsoftonline.us", "https://dod-graph.microsoft.us"),
            CloudKind::China => ("https://login.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn"),
            CloudKind::Custom => return None,
        };
        Some(Self { kind, login_url: login.into(), graph_url: graph.into() })
    }

    /// Which cloud this is.
    pub fn kind(&self) -> CloudKind {
        self.kind
    }

    /// The sign-in host, as an origin.
    pub fn login_url(&self) -> &str {
        &self.login_url
    }

    /// The Graph host, as an origin.
    pub fn graph_url(&self) -> &str {
        &self.graph_url
    }
}

/// A cloud as chosen and typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CloudDraft {
    /// Which one.
    pub kind: CloudKind,
    /// The sign-in address; only read for [`CloudKind::Custom`].
    pub login_url: String,
    /// The Graph address; only read for [`CloudKind::Custom`].
    pub graph_url: String,
}

impl CloudDraft {
    /// Reads the draft.
    ///
    /// # Errors
    /// One problem per address that cannot be used.
    pub fn parse(&self) -> Result<Cloud, Vec<Problem>> {
        if let Some(cloud) = Cloud::known(self.kind) {
            return Ok(cloud);
        }
        match (origin("sign-in", &self.login_url), origin("Graph", &self.graph_url)) {
            (Ok(login_url), Ok(graph_url)) => Ok(Cloud { kind: CloudKind::Custom, login_url, graph_url }),
            (login, graph) => Err([login.err(), graph.err()].into_iter().flatten().collect()),
        }
    }

    /// The draft that reads as this cloud.
    pub fn of(cloud: &Cloud) -> Self {
        match cloud.kind {
            CloudKind::Custom => {
                Self { kind: cloud.kind, login_url: cloud.login_url.clone(), graph_url: cloud.graph_url.clone() }
            }
            kind => Self { kind, ..Self::default() },
        }
    }
}

/// Whether an address is on this computer, where plain http is allowed.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

fn origin(which: &str, text: &str) -> Result<String, Problem> {
    let problem = |what: String, remedy: &str| Err(Problem::error(Field::Cloud, what, remedy));
    let example = "Enter it like https://login.example.com.";
    if text.trim().is_empty() {
        return problem(format!("The {which} address is empty."), example);
    }
    let Ok(url) = Url::parse(text.trim()) else {
        return problem(format!("The {which} address is not a web address."), example);
    };
    if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback(&url)) {
        let remedy = "Use https; plain http is allowed for this computer only (127.0.0.1 or localhost).";
        return problem(format!("The {which} address does not begin with https."), remedy);
    }
    let bare =
        url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    if !bare || url.path() != "/" {
        return problem(
            format!("The {which} address has more than a host."),
            "Leave out everything behind the host and port.",
        );
    }
    Ok(url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn custom_addresses_are_origins_over_https_or_on_this_computer() {
        for (text, read) in [
            ("https://login.example.com", Ok("https://login.example.com")),
            (" https://login.example.com:8443/ ", Ok("https://login.example.com:8443")),
            ("http://127.0.0.1:4711", Ok("http://127.0.0.1:4711")),
            ("http://localhost:4711/", Ok("http://localhost:4711")),
            ("http://[::1]:4711", Ok("http://[::1]:4711")),
            ("http://login.example.com", Err("does not begin with https")),
            ("ftp://127.0.0.1", Err("does not begin with https")),
            ("login.example.com", Err("is not a web address")),
            ("https://user:pw@login.example.com", Err("has more than a host")),
            ("https://login.example.com/tenant", Err("has more than a host")),
            ("  ", Err("is empty")),
        ] {
            match (origin("sign-in", text), read) {
                (Ok(got), Ok(want)) => assert_eq!(got, want),
                (Err(got), Err(want)) => assert!(got.what.contains(want), "{text}: {}", got.what),
                (got, want) => panic!("{text}: {got:?}, wanted {want:?}"),
            }
        }
    }

    #[test]
    fn both_addresses_are_reported_at_once() {
        let draft = CloudDraft { kind: CloudKind::Custom, ..CloudDraft::default() };
        assert_eq!(draft.parse().map_err(|p| p.len()), Err(2));
    }
}
