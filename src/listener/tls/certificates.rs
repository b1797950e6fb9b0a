//! The certificate for the name that a client asks for. Clients refuse a wildcard directly below `localhost`, so each
//! world's host name gets a certificate of its own when it is first asked for.

use super::Authority;
use crate::listener::localhost::below_localhost;
use rcgen::KeyPair;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;

/// chosen: how many certificates of worlds are remembered; one is signed in a fifth of a millisecond.
const REMEMBERED: usize = 1024;

/// Certificates of the local authority.
pub(super) struct Certificates {
    authority: Arc<Authority>,
    key: KeyPair,
    /// For `localhost`, the addresses of this machine and the names of `--allowed-host`.
    usual: Arc<CertifiedKey>,
    of_worlds: Mutex<HashMap<String, Arc<CertifiedKey>>>,
}

impl Certificates {
    pub(super) fn new(authority: Arc<Authority>, names: Vec<String>) -> Result<Certificates, String> {
        let key = KeyPair::generate().map_err(|error| format!("--tls: {error}"))?;
        let usual: Vec<&str> = std::iter::once("localhost").chain(names.iter().map(String::as_str)).collect();
        let usual = Arc::new(authority.sign(&key, &usual, true).map_err(|error| format!("--tls: {error}"))?);
        Ok(Certificates { authority, key, usual, of_worlds: Mutex::default() })
    }

    fn of_world(&self, name: &str) -> Option<Arc<CertifiedKey>> {
        let mut of_worlds = self.of_worlds.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = of_worlds.get(name) {
            return Some(Arc::clone(known));
        }
        let signed = Arc::new(self.authority.sign(&self.key, &[name], false).ok()?);
        if of_worlds.len() >= REMEMBERED {
            of_worlds.clear();
        }
        of_worlds.insert(name.to_owned(), Arc::clone(&signed));
        Some(signed)
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let world = hello.server_name().filter(|name| below_localhost(name).is_some());
        let signed = world.and_then(|name| self.of_world(&name.to_ascii_lowercase()));
        // A name that this server does not have: the client says so itself.
        Some(signed.unwrap_or_else(|| Arc::clone(&self.usual)))
    }
}

impl fmt::Debug for Certificates {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Certificates").finish_non_exhaustive()
    }
}

/// The one certificate of a pair of files, whatever name is asked for.
#[derive(Debug)]
pub(super) struct Only(pub(super) Arc<CertifiedKey>);

impl ResolvesServerCert for Only {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}
