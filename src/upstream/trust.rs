//! Whom a client of HTTPS trusts: the authorities of this machine, or those of one file.

use std::path::Path;
use std::sync::Arc;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

/// A connector that trusts the authorities in `ca`, or this machine's.
///
/// # Errors
/// A sentence that names the setting and a remedy.
pub(super) fn connector(ca: Option<&Path>) -> Result<TlsConnector, String> {
    let mut trusted = RootCertStore::empty();
    match ca {
        Some(file) => {
            let refused =
                |reason: String| format!("--ca {}: {reason}; give a file of certificates in PEM form", file.display());
            let found = CertificateDer::pem_file_iter(file).map_err(|error| refused(error.to_string()))?;
            for certificate in found {
                let certificate = certificate.map_err(|error| refused(error.to_string()))?;
                trusted.add(certificate).map_err(|error| refused(error.to_string()))?;
            }
            if trusted.is_empty() {
                return Err(refused("there is no certificate in it".to_owned()));
            }
        }
        None => {
            // One that cannot be read is no reason not to trust the others.
            trusted.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            if trusted.is_empty() {
                return Err(
                    "no certificate authority is known on this machine; name a file of them with --ca".to_owned()
                );
            }
        }
    }
    let provider = Arc::new(crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| format!("--ca: {error}"))?;
    let mut config = builder.with_root_certificates(trusted).with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsConnector::from(Arc::new(config)))
}
