//! Redirect URIs: which are registered, for which platform, and when one that is asked for matches.
//!
//! It owns the matching. It must not know requests; start reading at `platform_of`.
//! <https://learn.microsoft.com/en-us/entra/identity-platform/reply-url>

use super::super::tenant::{PUBLIC_REDIRECTS, WEB_REDIRECTS};

/// What the redirect URI is registered for. It decides whether the app has to prove itself at the token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Platform {
    /// With a secret or a certificate.
    Web,
    /// Without.
    Public,
}

/// The platform of the registered address that this one matches, if there is one.
pub(super) fn platform_of(asked: &str) -> Option<Platform> {
    let asked = without_port(asked);
    let is_among = |registered: &[&str]| registered.iter().any(|one| without_port(one) == asked);
    if is_among(&WEB_REDIRECTS) {
        Some(Platform::Web)
    } else if is_among(&PUBLIC_REDIRECTS) {
        Some(Platform::Public)
    } else {
        None
    }
}

/// The port of a loopback address does not count, its path does, upper and lower case too. `[::1]` is no such address. An
/// address without a path is the one with `/`.
fn without_port(uri: &str) -> String {
    for host in ["http://localhost", "http://127.0.0.1"] {
        let Some(rest) = uri.strip_prefix(host) else { continue };
        let rest = match rest.strip_prefix(':') {
            Some(port) => port.trim_start_matches(|one: char| one.is_ascii_digit()),
            None => rest,
        };
        if rest.is_empty() || rest.starts_with('/') {
            return format!("{host}{}", if rest == "/" { "" } else { rest });
        }
    }
    uri.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_of_a_loopback_address_does_not_count_and_everything_else_does() {
        for (asked, platform) in [
            ("http://localhost/liaison", Some(Platform::Web)),
            ("http://localhost:49152/liaison", Some(Platform::Web)),
            ("https://contoso.example/agentdesktop/msteamscallback.html", Some(Platform::Web)),
            ("http://localhost", Some(Platform::Public)),
            ("http://localhost:1234/", Some(Platform::Public)),
            ("http://127.0.0.1:5/native", Some(Platform::Public)),
            ("http://localhost/Liaison", None),
            ("http://localhost/liaison/", None),
            ("http://localhost:80@evil.example/liaison", None),
            ("http://localhost.evil.example/liaison", None),
            ("http://127.0.0.1:5/liaison", None),
            ("http://[::1]:5/liaison", None),
            ("https://localhost/liaison", None),
            ("https://contoso.example:444/agentdesktop/msteamscallback.html", None),
            ("HTTPS://contoso.example/agentdesktop/msteamscallback.html", None),
        ] {
            assert_eq!(platform_of(asked), platform, "{asked}");
        }
    }
}
