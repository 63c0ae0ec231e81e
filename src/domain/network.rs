//! How this computer reaches Microsoft: the proxy, and who else's certificates are trusted.
//!
//! Owns the settings as values. They belong to the computer, not to the account. Knows nothing of sockets; `http` does.

/// What a person can set about the network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetworkSettings {
    /// Which proxy is used for https. A server on this computer is always reached directly.
    pub proxy: Proxy,
    /// The path of a PEM file with certificate authorities that are trusted besides the system's; empty for none.
    pub ca_file: String,
}

/// Which proxy is used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Proxy {
    /// As the environment variables or the system's settings say. Proxy auto-configuration (PAC) files are not read.
    #[default]
    System,
    /// None, whatever the system says.
    None,
    /// This one: `http://host:port`, or `https://`.
    Address(String),
}
