//! The environment in which a command's clients trust the local authority: a bundle of the system's authorities and ours,
//! in a file that lasts as long as the command.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::PathBuf;

/// Variables by which OpenSSL's clients, Go and Python name the file that takes the place of the system's authorities,
/// and Node the one that it adds to its own.
const VARIABLES: [&str; 3] = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"];

/// Where systems keep their authorities: Debian, Fedora, Alpine, SUSE, macOS.
const SYSTEM: [&str; 5] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
    "/etc/ssl/ca-bundle.pem",
    "/usr/local/etc/openssl@3/cert.pem",
];

/// A bundle of authorities; its file is removed with it.
#[derive(Debug)]
pub(super) struct TrustBundle(PathBuf);

impl TrustBundle {
    /// Writes the system's authorities, or those of `SSL_CERT_FILE`, and one more.
    ///
    /// # Errors
    /// When the folder for temporary files cannot be written to.
    pub(super) fn with(pem: &str) -> io::Result<TrustBundle> {
        let set = std::env::var_os("SSL_CERT_FILE").map(PathBuf::from);
        let known = set.into_iter().chain(SYSTEM.iter().map(PathBuf::from));
        let system = known.filter_map(|file| fs::read(file).ok()).next().unwrap_or_default();
        let file = std::env::temp_dir().join(format!("usertwin-{}-ca.pem", std::process::id()));
        // Of an earlier process of this number that was killed.
        let _ = fs::remove_file(&file);
        // Never through a link that somebody else has put there.
        let mut written = OpenOptions::new().write(true).create_new(true).open(&file)?;
        let bundle = TrustBundle(file);
        written.write_all(&system)?;
        written.write_all(b"\n")?;
        written.write_all(pem.as_bytes())?;
        Ok(bundle)
    }

    /// The variables that name the file.
    pub(super) fn variables(&self) -> impl Iterator<Item = (&'static str, &PathBuf)> {
        VARIABLES.into_iter().map(|name| (name, &self.0))
    }
}

impl Drop for TrustBundle {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
