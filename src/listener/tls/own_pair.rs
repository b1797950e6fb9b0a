//! A certificate and its key from files of the user's own: `--tls-cert` and `--tls-key`.

use crate::model::clock::Clock;
use std::path::Path;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{crypto, sign::CertifiedKey};

/// Reads a pair of PEM files.
///
/// # Errors
/// A sentence that names the file and what is wrong with it: missing, not PEM, not good at this time, not of each other.
pub(super) fn read(certificate: &Path, key: &Path) -> Result<CertifiedKey, String> {
    let of_certificate = |error: String| format!("--tls-cert {}: {error}", certificate.display());
    let of_key = |error: String| format!("--tls-key {}: {error}", key.display());
    let chain: Result<Vec<_>, _> =
        CertificateDer::pem_file_iter(certificate).and_then(|found| found.collect::<Result<_, _>>());
    let chain = chain.map_err(|error| of_certificate(said(&error, "certificate")))?;
    let Some(first) = chain.first() else { return Err(of_certificate(said(&pem::Error::NoItemsFound, "certificate"))) };
    is_good_now(first).map_err(of_certificate)?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| of_key(said(&error, "private key")))?;
    let signer = crypto::ring::sign::any_supported_type(&private).map_err(|_| {
        of_key("this kind of key is not supported; give an RSA, P-256, P-384 or Ed25519 key".to_owned())
    })?;
    let pair = CertifiedKey::new(chain, signer);
    match pair.keys_match() {
        Ok(()) => Ok(pair),
        Err(_) => Err(of_key(format!("it is not the key of the certificate in {}", certificate.display()))),
    }
}

fn said(error: &pem::Error, wanted: &str) -> String {
    match error {
        pem::Error::NoItemsFound => format!("there is no {wanted} in PEM form in it"),
        pem::Error::Io(error) => error.to_string(),
        error => format!("it is not PEM: {error}"),
    }
}

fn is_good_now(certificate: &CertificateDer) -> Result<(), String> {
    let (_, parsed) = x509_parser::parse_x509_certificate(certificate).map_err(|error| error.to_string())?;
    let (validity, now) = (parsed.validity(), Clock::Real.now().civil().and_utc().timestamp());
    if now > validity.not_after.timestamp() {
        return Err(format!("the certificate has expired, on {}; renew it", validity.not_after));
    }
    if now < validity.not_before.timestamp() {
        return Err(format!("the certificate is good from {} only; check this machine's clock", validity.not_before));
    }
    Ok(())
}
