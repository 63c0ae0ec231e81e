//! How this computer reaches Microsoft: the proxy, and who else's certificates are trusted.
//!
//! Owns the settings as values and as typed. They belong to the computer, not to the account. Knows nothing of sockets;
//! `http` does. Start with [`NetworkSettings`].

use super::{failure::Failure, secret::Secret};
use url::Url;

/// What a person can set about the network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetworkSettings {
    /// Which proxy is used for https. A server on this computer is always reached directly.
    pub proxy: Proxy,
    /// The path of a PEM file with certificate authorities that are trusted besides the system's; empty for none.
    pub ca_file: String,
}

impl NetworkSettings {
    /// The same, with this password for the proxy where it has a user.
    pub fn with_password(mut self, password: Secret) -> Self {
        if let Proxy::Address(address) = &mut self.proxy
            && !address.user.is_empty()
        {
            address.password = Some(password);
        }
        self
    }
}

/// Which proxy is used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Proxy {
    /// As the environment variables or the system's settings say. Proxy auto-configuration (PAC) files are not read.
    #[default]
    System,
    /// None, whatever the system says.
    None,
    /// This one.
    Address(ProxyAddress),
}

/// A proxy of one's own choice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProxyAddress {
    /// `http://host:port`, or `https://` where the way to the proxy itself is encrypted. An origin without a slash.
    pub url: String,
    /// The user name that it wants; empty for none.
    pub user: String,
    /// The password that belongs to it.
    pub password: Option<Secret>,
}

/// Which kind of proxy setting is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProxyKind {
    /// [`Proxy::System`].
    #[default]
    System,
    /// [`Proxy::None`].
    None,
    /// [`Proxy::Address`].
    Address,
}

impl ProxyKind {
    /// In the order of the choice on the screen.
    pub const ALL: [ProxyKind; 3] = [ProxyKind::System, ProxyKind::None, ProxyKind::Address];

    /// As kept, and as written on the command line.
    pub fn key(self) -> &'static str {
        match self {
            ProxyKind::System => "system",
            ProxyKind::None => "none",
            ProxyKind::Address => "address",
        }
    }

    /// As shown.
    pub fn label(self) -> &'static str {
        match self {
            ProxyKind::System => "As the system says",
            ProxyKind::None => "No proxy",
            ProxyKind::Address => "This proxy",
        }
    }

    /// What it does.
    pub fn help(self) -> &'static str {
        match self {
            ProxyKind::System => {
                "HTTPS_PROXY and NO_PROXY, then the system's own setting. Proxy scripts (PAC files) are not read: enter the proxy that your network team names instead."
            }
            ProxyKind::None => "Microsoft is reached directly, whatever the system says.",
            ProxyKind::Address => "Every connection to Microsoft goes through it.",
        }
    }
}

/// The settings as chosen and typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetworkDraft {
    /// Which proxy.
    pub kind: ProxyKind,
    /// Its address; only read for [`ProxyKind::Address`].
    pub address: String,
    /// The user name that it wants; only read for [`ProxyKind::Address`].
    pub user: String,
    /// A new password; `None` leaves the kept one.
    pub password: Option<Secret>,
    /// The path of the certificate file.
    pub ca_file: String,
}

/// What a part of the draft is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkField {
    /// The proxy's address.
    Address,
    /// The user name and password that it wants.
    User,
    /// The certificate file.
    CaFile,
}

impl NetworkDraft {
    /// The draft that reads as these settings. The password is left out: it is kept until another one is typed.
    pub fn of(settings: &NetworkSettings) -> Self {
        let (kind, address) = match &settings.proxy {
            Proxy::System => (ProxyKind::System, ProxyAddress::default()),
            Proxy::None => (ProxyKind::None, ProxyAddress::default()),
            Proxy::Address(address) => (ProxyKind::Address, address.clone()),
        };
        Self { kind, address: address.url, user: address.user, password: None, ca_file: settings.ca_file.clone() }
    }

    /// Reads the draft. The password is the typed one.
    ///
    /// # Errors
    /// Each part that cannot be used, with what to do about it.
    pub fn parse(&self) -> Result<NetworkSettings, Vec<(NetworkField, Failure)>> {
        let proxy = match self.kind {
            ProxyKind::System => Proxy::System,
            ProxyKind::None => Proxy::None,
            ProxyKind::Address => {
                let user = self.user.trim().to_owned();
                let password = self.password.clone().filter(|_| !user.is_empty());
                Proxy::Address(ProxyAddress { url: origin(&self.address).map_err(|one| vec![one])?, user, password })
            }
        };
        Ok(NetworkSettings { proxy, ca_file: self.ca_file.trim().to_owned() })
    }
}

fn origin(text: &str) -> Result<String, (NetworkField, Failure)> {
    let wrong = |field, what: &str, remedy: &str| Err((field, Failure::new(what, remedy)));
    const EXAMPLE: &str = "Enter it like proxy.example.com:8080.";
    let text = text.trim();
    if text.is_empty() {
        return wrong(NetworkField::Address, "The proxy's address is empty.", EXAMPLE);
    }
    let text = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let Ok(url) = Url::parse(&text) else {
        return wrong(NetworkField::Address, "The proxy's address is not an address.", EXAMPLE);
    };
    if !matches!(url.scheme(), "http" | "https") {
        let what = "Only proxies for the web (http) can be used.";
        return wrong(NetworkField::Address, what, "Ask your network team for the address of the web proxy.");
    }
    if !url.username().is_empty() || url.password().is_some() {
        let what = "The proxy's address has a user name or a password in it.";
        return wrong(
            NetworkField::User,
            what,
            "Enter both in their own fields, so that the password goes to the keychain.",
        );
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        let remedy = "Leave out everything behind the host and port. The address of a script (PAC file) cannot be used; ask your network team which proxy it names.";
        return wrong(NetworkField::Address, "The proxy's address has more than a host and a port.", remedy);
    }
    Ok(url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxys_address_is_a_host_and_a_port() {
        for (text, read) in [
            ("proxy.example.com:8080", Ok("http://proxy.example.com:8080")),
            (" http://proxy.example.com:8080/ ", Ok("http://proxy.example.com:8080")),
            ("https://proxy.example.com", Ok("https://proxy.example.com")),
            ("10.0.0.1:3128", Ok("http://10.0.0.1:3128")),
            ("", Err("is empty")),
            ("not an address", Err("is not an address")),
            ("socks5://proxy:1080", Err("(http)")),
            ("http://me:pw@proxy:8080", Err("password in it")),
            ("http://config.example.com/proxy.pac", Err("more than a host")),
        ] {
            let draft = NetworkDraft { kind: ProxyKind::Address, address: text.into(), ..NetworkDraft::default() };
            match (draft.parse(), read) {
                (Ok(NetworkSettings { proxy: Proxy::Address(address), .. }), Ok(want)) => {
                    assert_eq!(address.url, want);
                }
                (Err(problems), Err(want)) => {
                    let (_, failure) = &problems[0];
                    assert!(failure.headline.contains(want), "{text}: {failure}");
                    assert!(!failure.to_string().contains("pw@"), "{failure}");
                }
                (got, want) => panic!("{text}: {got:?}, wanted {want:?}"),
            }
        }
    }

    #[test]
    fn a_draft_reads_as_the_settings_it_was_made_of() {
        let address = ProxyAddress { url: "http://proxy:8080".into(), user: "me".into(), password: None };
        for proxy in [Proxy::System, Proxy::None, Proxy::Address(address)] {
            let settings = NetworkSettings { proxy, ca_file: "/etc/ca.pem".into() };
            assert_eq!(NetworkDraft::of(&settings).parse(), Ok(settings));
        }
    }

    #[test]
    fn a_password_without_a_user_is_nobodys() {
        let password = Some(Secret::new("pw"));
        let kind = ProxyKind::Address;
        let draft = NetworkDraft { kind, address: "proxy".into(), password, ..NetworkDraft::default() };
        let with = |user: &str| NetworkDraft { user: user.into(), ..draft.clone() }.parse().map(|s| s.proxy);
        let password = |proxy| match proxy {
            Ok(Proxy::Address(address)) => address.password.map(|password| password.expose().to_owned()),
            _ => None,
        };
        assert_eq!((password(with("")), password(with("me"))), (None, Some("pw".into())));
    }
}
