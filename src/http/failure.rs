//! Why no usable answer came, in words.
//!
//! Owns the causes, how they are told apart, and what a person can do about each. Knows nothing of requests. Start with
//! [`Failure`].

use super::{client::is_here, words};
use crate::domain::{Cloud, CloudKind, Evidence};
use std::{
    error::Error as StdError,
    fmt,
    io::ErrorKind,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket},
    sync::Arc,
};
use tokio_rustls::rustls::{self, CertificateError, OtherError, pki_types::CertificateDer};
use x509_parser::prelude::{FromDer, X509Certificate};

/// Why no usable answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// This computer has no trust store, so that no https is possible.
    NoTrustStore,
    /// The file with further certificate authorities cannot be used.
    CaFile,
    /// This computer has no way to the internet at all.
    Offline,
    /// The host's name has no address.
    NameNotFound,
    /// The computer there does not take connections.
    Refused,
    /// The network has no way there.
    NoRoute,
    /// No connection came about for too long.
    NotConnected,
    /// A connection came about, but no answer for too long.
    TimedOut,
    /// The proxy could not be reached.
    ProxyUnreachable,
    /// The proxy wants a user name and a password, or others.
    ProxyPassword,
    /// The proxy did not let the request through.
    ProxyRefused,
    /// The server's certificate is not trusted here.
    CertificateNotTrusted,
    /// The server's certificate was revoked by its authority.
    CertificateRevoked,
    /// The server's certificate has ended or not yet begun, by this computer's clock.
    CertificateNotNow,
    /// The server's certificate is another host's.
    CertificateOfAnother,
    /// No encryption that both sides accept, or none at all.
    Tls,
    /// The connection ended before the answer did.
    Closed,
    /// More than 4 MiB.
    TooLarge,
    /// A web page or a redirect to one: a network that asks to sign in first, or a proxy's page.
    WebPage,
    /// Something else that the server would not say.
    Foreign,
    /// Something else; the detail tells.
    Other,
}

/// No usable answer came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Why.
    pub cause: Cause,
    /// Whom we asked: the host, with its port where it is not the usual one.
    pub host: String,
    /// The proxy on the way there, as far as it is known.
    pub proxy: Option<Box<str>>,
    /// Who issued the certificate that was refused.
    pub issuer: Option<Box<str>>,
    /// The HTTP status, where there was one.
    pub status: Option<u16>,
    /// The `client-request-id` that was sent.
    pub correlation_id: Option<String>,
    /// The technical words of the error.
    pub detail: Option<String>,
}

impl Failure {
    pub(super) fn new(cause: Cause, url: &str) -> Self {
        let host = url.split("://").last().unwrap_or(url).split('/').next().unwrap_or_default().to_owned();
        Self { cause, host, proxy: None, issuer: None, status: None, correlation_id: None, detail: None }
    }

    pub(super) fn classify(error: reqwest::Error, url: &str) -> Self {
        let detail = chain(&error);
        // The connector's own words for the way to a proxy and for names; it has no types for these.
        let cause = if error.is_timeout() {
            if error.is_connect() { Cause::NotConnected } else { Cause::TimedOut }
        } else if detail.contains("proxy authorization required") {
            Cause::ProxyPassword
        } else if detail.contains("tunnel error: failed to create underlying connection") {
            Cause::ProxyUnreachable
        } else if detail.contains("tunnel error") {
            Cause::ProxyRefused
        } else if let Some(cause) = causes(&error).find_map(known_cause) {
            cause
        } else if detail.contains("dns error") {
            Cause::NameNotFound
        } else if error.is_connect() && causes(&error).any(is_cut_off) {
            Cause::Tls
        } else if error.is_connect() || error.is_builder() {
            Cause::Other
        } else {
            Cause::Closed
        };
        let lost = matches!(cause, Cause::NameNotFound | Cause::NoRoute | Cause::Other);
        let cause =
            if lost && url.starts_with("https:") && !is_here(url) && is_offline() { Cause::Offline } else { cause };
        let refused = causes(&error).find_map(refused);
        let detail = refused.map_or(detail, ToString::to_string);
        Self { detail: Some(detail), issuer: refused.map(|refused| refused.issuer.clone()), ..Self::new(cause, url) }
    }

    /// Whether the settings of the network can be what is wrong.
    pub fn is_about_settings(&self) -> bool {
        use Cause::*;
        let outside = !is_here(&format!("https://{}/", self.host));
        match self.cause {
            CaFile | ProxyUnreachable | ProxyPassword | ProxyRefused => true,
            Offline | NameNotFound | Refused | NoRoute | NotConnected | CertificateNotTrusted => outside,
            _ => false,
        }
    }

    fn the_proxy(&self) -> String {
        self.proxy.as_ref().map_or_else(|| "The proxy of this computer".into(), |proxy| format!("The proxy {proxy}"))
    }

    fn is_microsofts(&self) -> bool {
        let clouds = CloudKind::ALL.into_iter().filter_map(Cloud::known);
        let host = format!("https://{}", self.host);
        clouds.into_iter().any(|cloud| host == cloud.login_url() || host == cloud.graph_url())
    }

    /// What happened: one sentence without a full stop.
    pub fn headline(&self) -> String {
        let host = &self.host;
        let by = self.issuer.as_ref().map(|issuer| format!(", which “{issuer}” has issued")).unwrap_or_default();
        match self.cause {
            Cause::NoTrustStore => "This computer's list of trusted certificate authorities cannot be read".into(),
            Cause::CaFile => "The file with your company's certificate authorities cannot be used".into(),
            Cause::Offline => "This computer has no way to the internet".into(),
            Cause::NameNotFound => format!("The address {host} could not be found"),
            Cause::Refused => format!("{host} refused the connection"),
            Cause::NoRoute => format!("The network has no way to {host}"),
            Cause::NotConnected => format!("No connection to {host} came about within 10 seconds"),
            Cause::TimedOut => format!("{host} was connected to but did not answer in time"),
            Cause::ProxyUnreachable => format!("{} could not be reached", self.the_proxy()),
            Cause::ProxyPassword => format!("{} wants a user name and a password", self.the_proxy()),
            Cause::ProxyRefused => format!("{} did not pass the request on to {host}", self.the_proxy()),
            Cause::CertificateNotTrusted if self.is_microsofts() => {
                format!("Something on the way shows its own certificate for {host}{by}")
            }
            Cause::CertificateNotTrusted => format!("This computer does not trust the certificate of {host}{by}"),
            Cause::CertificateRevoked => format!("The certificate of {host}{by} has been revoked"),
            Cause::CertificateNotNow => {
                format!("The certificate of {host} is not valid at the time that this computer's clock shows")
            }
            Cause::CertificateOfAnother => format!("The certificate shown for {host} belongs to another address"),
            Cause::Tls => format!("No secure connection to {host} could be agreed on"),
            Cause::Closed => format!("{host} closed the connection before its answer was complete"),
            Cause::TooLarge => format!("{host} sent far more than was asked for"),
            Cause::WebPage => format!("A web page answered in place of {host}"),
            Cause::Foreign => format!("Something else answered in place of {host}"),
            Cause::Other => format!("{host} could not be reached"),
        }
    }

    /// What to do: full sentences.
    pub fn remedy(&self) -> String {
        let host = &self.host;
        match self.cause {
            Cause::NoTrustStore => trust_store_remedy().into(),
            Cause::CaFile => "Choose another file under Network settings: it has to be in PEM form and hold your company's root certificate. Without a file, Liaison trusts what the system trusts.".into(),
            Cause::Offline => "Connect it to a network. Where the internet is reached through a proxy only, enter the proxy under Network settings.".into(),
            Cause::NameNotFound => format!("Check that this computer is online. If other websites open, ask your network team whether {host} can be looked up from here, or which proxy has to be entered under Network settings."),
            Cause::Refused => format!("Ask your network team to allow connections to {host}, or which proxy has to be entered under Network settings. For custom addresses, check that the server is running."),
            Cause::NoRoute | Cause::Other => format!("Check that this computer is online. If other websites open, ask your network team to allow connections to {host}, or which proxy has to be entered under Network settings."),
            Cause::NotConnected => format!("Check that this computer is online, and test again. If it stays like this, a firewall drops connections to {host}: ask your network team to allow them, or which proxy has to be entered under Network settings."),
            Cause::TimedOut => format!("Test again. If it stays like this, ask your network team whether a firewall or a proxy holds back answers of {host}."),
            Cause::ProxyUnreachable => "Check its address under Network settings, and that this computer is online. Where the system names the proxy, ask your network team whether it is still in use.".into(),
            Cause::ProxyPassword => "Enter the user name and the password of the proxy under Network settings, or ask your network team to let this computer through without. A proxy that accepts Windows sign-in only (NTLM, Kerberos) cannot be used.".into(),
            Cause::ProxyRefused => format!("Ask your network team to let this computer reach {host} through the proxy, or check the proxy under Network settings."),
            Cause::CertificateNotTrusted | Cause::CertificateOfAnother => format!("Something that inspects encrypted traffic may be in between. Ask your network team for the root certificate of your company, and install it on this computer or choose its file under Network settings; or have {host} exempted from inspection."),
            Cause::CertificateRevoked => format!("Send no credentials to it. Ask your network team whether something between this computer and {host} inspects encrypted traffic with a certificate that was withdrawn. For custom addresses, ask the server's administrator for a new certificate."),
            Cause::CertificateNotNow => "Check the date and time of this computer. If they are right, tell your network team.".into(),
            Cause::Tls => format!("Something in between may not understand modern encryption. Ask your network team to let connections to {host} pass unchanged. For custom addresses, check whether the server speaks https."),
            Cause::Closed => "Test again. If it stays like this, a firewall or proxy may cut the connection: ask your network team.".into(),
            Cause::WebPage => format!("This network may ask to sign in first, as in hotels, or a proxy blocks the address. Open {host} in a browser on this computer, follow what it asks for, and test again. For custom addresses, check that they are right."),
            Cause::TooLarge | Cause::Foreign => format!("A proxy may be in between. Open {host} in a browser on this computer, follow what it asks for, and test again. For custom addresses, check that they are right."),
        }
    }

    /// What is known for support.
    pub fn evidence(&self) -> Evidence {
        Evidence {
            http_status: self.status,
            message: self.detail.clone(),
            correlation_id: self.correlation_id.clone(),
            ..Evidence::default()
        }
    }
}

/// Whether neither kind of address has a way out. Nothing is sent: the system only looks into its table of routes, here for
/// addresses that are set aside for documentation.
fn is_offline() -> bool {
    let somewhere =
        [IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1))];
    !somewhere.into_iter().any(|ip| has_route(SocketAddr::new(ip, 443)))
}

/// Whether the system knows a way to this address.
pub(super) fn has_route(to: SocketAddr) -> bool {
    let any = if to.is_ipv4() { SocketAddr::from(([0; 4], 0)) } else { SocketAddr::from(([0; 16], 0)) };
    UdpSocket::bind(any).and_then(|socket| socket.connect(to)).is_ok()
}

/// A certificate that the system refuses, and who issued it.
#[derive(Debug)]
pub(super) struct Refused {
    cause: Cause,
    issuer: Box<str>,
    /// The verdict in the system's words.
    reason: Box<str>,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (issued by {})", self.reason, self.issuer)
    }
}

impl StdError for Refused {}

impl Refused {
    /// The same error, with the issuer in it.
    pub(super) fn told(error: rustls::Error, certificate: &CertificateDer<'_>) -> rustls::Error {
        use CertificateError as E;
        let rustls::Error::InvalidCertificate(why) = error else { return error };
        let cause = match why {
            E::Expired | E::ExpiredContext { .. } | E::NotValidYet | E::NotValidYetContext { .. } => {
                Cause::CertificateNotNow
            }
            E::NotValidForName | E::NotValidForNameContext { .. } => Cause::CertificateOfAnother,
            E::Revoked => Cause::CertificateRevoked,
            _ => Cause::CertificateNotTrusted,
        };
        let issuer = match X509Certificate::from_der(certificate) {
            Ok((_, certificate)) => words(&certificate.issuer().to_string()).into(),
            Err(_) => "an unreadable name".into(),
        };
        let reason = reason(&why);
        rustls::Error::InvalidCertificate(E::Other(OtherError(Arc::new(Refused { cause, issuer, reason }))))
    }
}

/// The system's verdict in its own words. What Windows and macOS say is inside of an error of another kind.
fn reason(why: &CertificateError) -> Box<str> {
    words(&match why {
        CertificateError::Other(OtherError(inner)) => chain(&**inner),
        why => why.to_string(),
    })
    .into()
}

/// How the list of trusted authorities is mended on this system.
const fn trust_store_remedy() -> &'static str {
    if cfg!(target_os = "linux") {
        "Install the package ca-certificates. If SSL_CERT_FILE or SSL_CERT_DIR is set, check that it names something that exists. Then start Liaison again."
    } else if cfg!(windows) {
        "Restart this computer. If that doesn't help, ask your IT department to check the certificate store of Windows (certlm.msc). If Network settings name a file with certificate authorities, check that file."
    } else {
        "Restart this Mac. If that doesn't help, check in Keychain Access that the system roots are there. If Network settings name a file with certificate authorities, check that file."
    }
}

fn refused<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a Refused> {
    match error.downcast_ref::<rustls::Error>()? {
        rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(why))) => why.downcast_ref(),
        _ => None,
    }
}

/// An error and what is behind it. An `io::Error` hides the error that it wraps from `source`.
fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&e| match e.downcast_ref::<std::io::Error>().and_then(|io| io.get_ref()) {
        Some(inner) => Some(inner as &(dyn StdError + 'static)),
        None => e.source(),
    })
}

/// While a connection comes about, only encryption waits for words of the other side.
fn is_cut_off(error: &(dyn StdError + 'static)) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == ErrorKind::UnexpectedEof)
}

fn known_cause(error: &(dyn StdError + 'static)) -> Option<Cause> {
    if let Some(tls) = error.downcast_ref::<rustls::Error>() {
        return Some(refused(tls).map_or(Cause::Tls, |refused| refused.cause));
    }
    match error.downcast_ref::<std::io::Error>()?.kind() {
        ErrorKind::ConnectionRefused => Some(Cause::Refused),
        ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable | ErrorKind::NetworkDown => Some(Cause::NoRoute),
        ErrorKind::TimedOut => Some(Cause::NotConnected),
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => Some(Cause::Closed),
        _ => None,
    }
}

pub(super) fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in causes(error).map(ToString::to_string) {
        if parts.last().is_none_or(|last| !last.contains(&part)) {
            parts.push(part);
        }
    }
    words(&parts.join(": "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_error_is_found_behind_an_io_error() {
        for (error, expect) in [
            (CertificateError::UnknownIssuer, Cause::CertificateNotTrusted),
            (CertificateError::Expired, Cause::CertificateNotNow),
            (CertificateError::NotValidForName, Cause::CertificateOfAnother),
            (CertificateError::Revoked, Cause::CertificateRevoked),
            (CertificateError::InvalidPurpose, Cause::CertificateNotTrusted),
        ] {
            let error = Refused::told(rustls::Error::InvalidCertificate(error), &CertificateDer::from(vec![0]));
            let io = std::io::Error::new(ErrorKind::InvalidData, error);
            assert_eq!(causes(&io).find_map(known_cause), Some(expect));
        }
    }

    #[test]
    fn the_systems_reason_is_kept_as_evidence() {
        let of_the_system = std::io::Error::other("the revocation server was offline (0x80092013)");
        for (why, words) in [
            (CertificateError::Other(OtherError(Arc::new(of_the_system))), "0x80092013"),
            (CertificateError::Revoked, "Revoked"),
            (CertificateError::UnknownIssuer, "UnknownIssuer"),
        ] {
            let error = Refused::told(rustls::Error::InvalidCertificate(why), &CertificateDer::from(vec![0]));
            let error = std::io::Error::new(ErrorKind::InvalidData, error);
            let told = causes(&error).find_map(refused).map(ToString::to_string).unwrap_or_default();
            assert!(told.contains(words) && told.ends_with("(issued by an unreadable name)"), "{told}");
        }
    }

    #[test]
    fn each_cause_says_what_happened_and_what_to_do() {
        use Cause::*;
        let all = [
            NoTrustStore,
            CaFile,
            Offline,
            NameNotFound,
            Refused,
            NoRoute,
            NotConnected,
            TimedOut,
            ProxyUnreachable,
            ProxyPassword,
            ProxyRefused,
            CertificateNotTrusted,
            CertificateRevoked,
            CertificateNotNow,
            CertificateOfAnother,
            Tls,
            Closed,
            TooLarge,
            WebPage,
            Foreign,
            Other,
        ];
        for cause in all {
            let failure = Failure::new(cause, "https://login.microsoftonline.com/x?y");
            assert!(!failure.headline().ends_with('.') && failure.remedy().ends_with('.'), "{cause:?}");
            let says_so = failure.remedy().contains("Network settings");
            assert!(!failure.is_about_settings() || says_so, "{cause:?} leads to the settings without a word");
        }
        let here = Failure::new(Refused, "http://127.0.0.1:1/");
        assert!(!here.is_about_settings(), "no proxy leads to this computer");
    }

    #[test]
    fn the_system_knows_a_way_to_itself() {
        assert!(has_route(SocketAddr::from(([127, 0, 0, 1], 443))));
    }
}
