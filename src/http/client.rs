//! How connections come about: TLS, the trusted certificate authorities, and the proxy.
//!
//! Owns the three clients and the verdict on a certificate, which is always the operating system's: a file can add
//! authorities to its own, and nothing can switch the verdict off. Start with [`Ways`].

use super::failure::{Cause, Failure, Refused, chain};
use crate::domain::{NetworkSettings, Proxy, ProxyAddress, text};
use reqwest::{Client, ClientBuilder, redirect};
use rustls_platform_verifier::Verifier;
use std::{
    fs,
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio_rustls::rustls::{
    ClientConfig, DigitallySignedStruct, Error, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};
use url::{Host, Url};

/// The longest certificate file that is read, in bytes. The system's own lists have a quarter of that.
const MAX_CA_FILE: u64 = 1024 * 1024;

type Built = OnceLock<Result<Client, Failure>>;

/// The clients, each made when it is needed first.
#[derive(Debug)]
pub(super) struct Ways {
    settings: NetworkSettings,
    /// How long a connection may take to come about: the name, TCP, the proxy and TLS together.
    connect: Duration,
    /// For https elsewhere: the system's and the added authorities, and the proxy.
    outside: Built,
    /// For https on this computer: the same authorities, no proxy.
    here: Built,
    /// For plain http, which the domain allows on this computer only: no authorities, no proxy.
    plain: Built,
}

impl Ways {
    pub(super) fn new(settings: &NetworkSettings, connect: Duration) -> Self {
        let (outside, here, plain) = Default::default();
        Self { settings: settings.clone(), connect, outside, here, plain }
    }

    fn builder(&self) -> ClientBuilder {
        Client::builder()
            .user_agent(concat!("Liaison/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .connect_timeout(self.connect)
    }

    pub(super) fn client(&self, url: &str) -> Result<&Client, Failure> {
        let built = |built: reqwest::Result<Client>| {
            built.map_err(|e| Failure { detail: Some(chain(&e)), ..Failure::new(Cause::NoTrustStore, url) })
        };
        let secure = |proxied: bool| {
            let builder = self.builder().https_only(true).tls_backend_preconfigured(self.tls(url)?);
            built(if proxied { self.proxied(builder, url)? } else { builder.no_proxy() }.build())
        };
        let client = if url.starts_with("http:") {
            self.plain.get_or_init(|| built(self.builder().no_proxy().tls_certs_only([]).build()))
        } else if is_here(url) {
            self.here.get_or_init(|| secure(false))
        } else {
            self.outside.get_or_init(|| secure(true))
        };
        client.as_ref().map_err(|failure| Failure { host: Failure::new(failure.cause, url).host, ..failure.clone() })
    }

    /// The proxy that a request goes through, as `host:port`, as far as it can be known.
    pub(super) fn proxy(&self, url: &str) -> Option<Box<str>> {
        if url.starts_with("http:") || is_here(url) {
            return None;
        }
        match &self.settings.proxy {
            Proxy::None => None,
            Proxy::Address(address) => Some(Failure::new(Cause::Other, &address.url).host.into()),
            Proxy::System => {
                let system = hyper_util::client::proxy::matcher::Matcher::from_system();
                let to = system.intercept(&url.parse().ok()?)?;
                to.uri().authority().map(|authority| {
                    // A user and a password may stand in front.
                    authority.as_str().rsplit('@').next().unwrap_or_default().into()
                })
            }
        }
    }

    fn proxied(&self, builder: ClientBuilder, url: &str) -> Result<ClientBuilder, Failure> {
        let ProxyAddress { url: address, user, password } = match &self.settings.proxy {
            Proxy::System => return Ok(builder),
            Proxy::None => return Ok(builder.no_proxy()),
            Proxy::Address(address) => address,
        };
        let proxy = reqwest::Proxy::all(address)
            .map_err(|e| Failure { detail: Some(chain(&e)), ..Failure::new(Cause::ProxyUnreachable, url) })?;
        let password = password.as_ref().map(|password| password.expose()).unwrap_or_default();
        Ok(builder.proxy(if user.is_empty() { proxy } else { proxy.basic_auth(user, password) }))
    }

    fn tls(&self, url: &str) -> Result<ClientConfig, Failure> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let untrusting = |cause, detail: String| Failure { detail: Some(detail), ..Failure::new(cause, url) };
        let verifier = Telling::new(self.added(url)?, provider.clone())
            .map_err(|error| untrusting(Cause::NoTrustStore, error.to_string()))?;
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| untrusting(Cause::Tls, error.to_string()))?;
        let mut config = config.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }

    /// The certificate authorities of the file.
    fn added(&self, url: &str) -> Result<Vec<CertificateDer<'static>>, Failure> {
        let path = &self.settings.ca_file;
        if path.is_empty() {
            return Ok(Vec::new());
        }
        certificates(path).map_err(|detail| Failure { detail: Some(detail), ..Failure::new(Cause::CaFile, url) })
    }
}

/// The certificates of a PEM file, or why there are none, in words.
pub(super) fn certificates(path: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let length = fs::metadata(path).map_err(|error| error.to_string())?.len();
    if length > MAX_CA_FILE {
        return Err(format!("{path} is longer than any list of certificates"));
    }
    let pem = fs::read(path).map_err(|error| format!("{path}: {error}"))?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text::to_utf8(&pem)).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        Ok(_) => Err(format!("{path} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)")),
        Err(error) => Err(format!("{path}: {error}")),
    }
}

/// Whether an address is on this computer, where no proxy leads.
pub(super) fn is_here(url: &str) -> bool {
    match Url::parse(url).ok().as_ref().and_then(Url::host) {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// The system's verdict on certificates. It adds nothing to it but who issued what was refused, which the error lacks.
#[derive(Debug)]
struct Telling(Verifier);

impl Telling {
    fn new(added: Vec<CertificateDer<'static>>, provider: Arc<CryptoProvider>) -> Result<Self, Error> {
        Ok(Self(match added.as_slice() {
            [] => Verifier::new(provider)?,
            _ => Verifier::new_with_extra_roots(added, provider)?,
        }))
    }
}

impl ServerCertVerifier for Telling {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict = self.0.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        verdict.map_err(|error| Refused::told(error, end_entity))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}
