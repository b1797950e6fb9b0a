//! HTTPS on the port of HTTP (docs/spec/control.md §7): which certificate is shown for which name, and by which local
//! authority it is signed. The bytes are rustls' work, with ring.

mod authority;
mod certificates;
mod own_pair;

pub use authority::Authority;

use crate::config::Config;
use certificates::Certificates;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::server::ResolvesServerCert;
use tokio_rustls::rustls::{ServerConfig, crypto};

/// The first byte of a TLS connection: a record of the type "handshake". No HTTP request begins with it.
pub const FIRST_BYTE: u8 = 0x16;

/// How a server speaks TLS.
#[derive(Clone)]
pub struct Tls {
    acceptor: TlsAcceptor,
    authority: Option<Arc<Authority>>,
}

impl Tls {
    /// TLS as the settings ask for it; nothing if they do not.
    ///
    /// # Errors
    /// A sentence that names the setting and a remedy.
    pub fn open(config: &Config) -> Result<Option<Tls>, String> {
        let own = match (&config.tls_cert, &config.tls_key) {
            (Some(certificate), Some(key)) => Some((certificate.as_path(), key.as_path())),
            (Some(_), None) => return Err("--tls-cert needs --tls-key, the file with its private key".to_owned()),
            (None, Some(_)) => return Err("--tls-key needs --tls-cert, the file with its certificate".to_owned()),
            (None, None) => None,
        };
        match own {
            Some((certificate, key)) => Tls::with_own_pair(certificate, key).map(Some),
            None if config.tls => Tls::with_local_authority(&config.allowed_host).map(Some),
            None => Ok(None),
        }
    }

    fn with_own_pair(certificate: &Path, key: &Path) -> Result<Tls, String> {
        let pair = own_pair::read(certificate, key)?;
        let acceptor = acceptor(Arc::new(certificates::Only(Arc::new(pair))))?;
        Ok(Tls { acceptor, authority: None })
    }

    fn with_local_authority(allowed: &[String]) -> Result<Tls, String> {
        let names = authority::names(allowed);
        let authority = Arc::new(Authority::of_hosts(allowed)?);
        let acceptor = acceptor(Arc::new(Certificates::new(Arc::clone(&authority), names)?))?;
        Ok(Tls { acceptor, authority: Some(authority) })
    }

    /// The authority that signs certificates, unless a pair of files was given.
    #[must_use]
    pub fn authority(&self) -> Option<&Arc<Authority>> {
        self.authority.as_ref()
    }

    pub(super) fn acceptor(&self) -> &TlsAcceptor {
        &self.acceptor
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Tls").field("authority", &self.authority).finish_non_exhaustive()
    }
}

fn acceptor(certificates: Arc<dyn ResolvesServerCert>) -> Result<TlsAcceptor, String> {
    let provider = Arc::new(crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| format!("--tls: {error}"))?;
    let mut config = builder.with_no_client_auth().with_cert_resolver(certificates);
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    if let Ok(ticketer) = crypto::ring::Ticketer::new() {
        // A client that comes back needs no second signature.
        config.ticketer = ticketer;
    }
    Ok(TlsAcceptor::from(Arc::new(config)))
}
