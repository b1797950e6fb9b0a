//! The local certificate authority: made once, kept in the user's data folder, its key readable by its owner only. It may
//! sign for this machine's names and nothing else, so that trusting it gives nobody who gets hold of the key more than
//! these.

use crate::model::clock::Clock;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, NameConstraints, SanType,
};
use ring::digest::{SHA256, digest};
use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use time::OffsetDateTime;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{crypto, sign::CertifiedKey};

/// chosen: how long an authority is good, in days, and a certificate that it signs; Apple's clients take none that is good
/// for longer than 397.
const DAYS: i64 = 730;
const DAYS_OF_A_CERTIFICATE: i64 = 365;

/// chosen: an authority that ends this soon, in days, is made anew at the next start.
const LAST_DAYS: i64 = 30;

const SECONDS_OF_A_DAY: i64 = 24 * 60 * 60;

/// A certificate authority of this machine.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    pem: String,
    file: Option<PathBuf>,
}

/// The names below which a server's authority may sign, in addition to those of `localhost`: the hosts of
/// `--allowed-host` without their ports, in order.
#[must_use]
pub(super) fn names(allowed: &[String]) -> Vec<String> {
    let mut names: Vec<String> = allowed
        .iter()
        .map(|host| host.rsplit_once(':').map_or(host.as_str(), |(name, _)| name).trim_end_matches('.'))
        .filter(|name| !name.is_empty() && name.parse::<IpAddr>().is_err())
        .map(str::to_ascii_lowercase)
        .collect();
    names.sort();
    names.dedup();
    names
}

impl Authority {
    /// The authority of a server that is started with these values of `--allowed-host`.
    ///
    /// # Errors
    /// A sentence that names the file and a remedy.
    pub fn of_hosts(allowed: &[String]) -> Result<Authority, String> {
        Authority::open(&names(allowed))
    }

    /// The authority for these names and those of `localhost`: the one in the user's data folder, or a new one that is
    /// kept there. Without such a folder, as in an image, it lasts as long as the process.
    ///
    /// # Errors
    /// A sentence that names the file and a remedy.
    fn open(names: &[String]) -> Result<Authority, String> {
        let Some(folder) = folder(names) else {
            tracing::warn!("there is no home folder to keep the certificate authority in: it ends with this process");
            return Authority::new(names).map_err(|error| format!("--tls: {error}"));
        };
        match Authority::kept(&folder, names) {
            Ok(authority) => Ok(authority),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(format!(
                "--tls: {}: {error}; remove the folder, and the next start makes a new authority",
                folder.display()
            )),
            Err(error) => {
                let folder = folder.display();
                tracing::warn!(%folder, %error, "the certificate authority cannot be kept: it ends with this process");
                Authority::new(names).map_err(|error| format!("--tls: {error}"))
            }
        }
    }

    /// The authority in a folder; what it lacks is made. Whoever comes second takes what the first one made.
    fn kept(folder: &Path, names: &[String]) -> io::Result<Authority> {
        let file = folder.join("ca.pem");
        create_folder(folder)?;
        let key = read_or_place(&folder.join("ca-key.pem"), 0o600, || Ok(KeyPair::generate()?.serialize_pem()))?;
        let certificate = || Ok(Authority::with_key(names, KeyPair::from_pem(&key)?)?.pem);
        let authority = Authority::read(&key, read_or_place(&file, 0o644, certificate)?, &file)?;
        if authority.seconds_left()? > LAST_DAYS * SECONDS_OF_A_DAY {
            return Ok(authority);
        }
        tracing::warn!(file = %file.display(), "the certificate authority ends soon and is made anew: trust the new one");
        fs::remove_file(&file)?;
        Authority::read(&key, read_or_place(&file, 0o644, certificate)?, &file)
    }

    fn new(names: &[String]) -> Result<Authority, rcgen::Error> {
        Authority::with_key(names, KeyPair::generate()?)
    }

    fn with_key(names: &[String], key: KeyPair) -> Result<Authority, rcgen::Error> {
        let mut parameters = CertificateParams::default();
        (parameters.not_before, parameters.not_after) = (in_days(-1), in_days(DAYS));
        parameters.distinguished_name.push(DnType::CommonName, "usertwin local authority");
        parameters.distinguished_name.push(DnType::OrganizationName, "usertwin on this machine");
        parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let of_hosts = names.iter().cloned().map(GeneralSubtree::DnsName);
        parameters.name_constraints = Some(NameConstraints {
            // A name stands for itself and all below it, as RFC 5280 has it.
            permitted_subtrees: [
                GeneralSubtree::DnsName("localhost".to_owned()),
                GeneralSubtree::IpAddress(CidrSubnet::V4([127, 0, 0, 0], [255, 0, 0, 0])),
                GeneralSubtree::IpAddress(CidrSubnet::V6(Ipv6Addr::LOCALHOST.octets(), [255; 16])),
            ]
            .into_iter()
            .chain(of_hosts)
            .collect(),
            excluded_subtrees: Vec::new(),
        });
        let certificate = parameters.self_signed(&key)?;
        let (pem, certificate) = (certificate.pem(), certificate.der().clone());
        Ok(Authority { issuer: Issuer::new(parameters, key), certificate, pem, file: None })
    }

    fn read(key: &str, pem: String, file: &Path) -> io::Result<Authority> {
        let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(invalid)?;
        let key = KeyPair::from_pem(key).map_err(invalid)?;
        let (_, parsed) = x509_parser::parse_x509_certificate(&certificate).map_err(invalid)?;
        if parsed.public_key().subject_public_key.data.as_ref() != key.public_key_raw() {
            return Err(invalid("ca.pem is not the certificate of the key in ca-key.pem"));
        }
        let issuer = Issuer::from_ca_cert_der(&certificate, key).map_err(invalid)?;
        Ok(Authority { issuer, certificate, pem, file: Some(file.to_owned()) })
    }

    fn seconds_left(&self) -> io::Result<i64> {
        let (_, parsed) = x509_parser::parse_x509_certificate(&self.certificate).map_err(invalid)?;
        Ok(parsed.validity().not_after.timestamp() - Clock::Real.now().civil().and_utc().timestamp())
    }

    /// The authority's certificate as PEM.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// The authority's certificate as DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.certificate
    }

    /// The file with its certificate, unless it could not be kept.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// A certificate for host names, and for this machine's own addresses if `with_addresses`.
    pub(super) fn sign(&self, key: &KeyPair, names: &[&str], with_addresses: bool) -> Result<CertifiedKey, String> {
        let sentence = |error: &dyn fmt::Display| format!("no certificate for {}: {error}", names.join(", "));
        let mut parameters = CertificateParams::default();
        (parameters.not_before, parameters.not_after) = (in_days(-1), in_days(DAYS_OF_A_CERTIFICATE));
        let common = names.first().copied().unwrap_or("localhost");
        // A common name has at most 64 characters; clients look at the alternative names alone.
        parameters.distinguished_name.push(DnType::CommonName, if common.len() > 64 { "usertwin" } else { common });
        for name in names {
            let name = (*name).try_into().map_err(|error: rcgen::Error| sentence(&error))?;
            parameters.subject_alt_names.push(SanType::DnsName(name));
        }
        if with_addresses {
            let own = [IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST)];
            parameters.subject_alt_names.extend(own.map(SanType::IpAddress));
        }
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        parameters.use_authority_key_identifier_extension = true;
        let certificate = parameters.signed_by(key, &self.issuer).map_err(|error| sentence(&error))?;
        let private = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let signer = crypto::ring::sign::any_ecdsa_type(&private).map_err(|error| sentence(&error))?;
        Ok(CertifiedKey::new(vec![certificate.der().clone(), self.certificate.clone()], signer))
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Authority").field("file", &self.file).finish_non_exhaustive()
    }
}

/// The folder of the authority for these names. Each set of names has one of its own, because an authority's names
/// cannot be changed without everybody trusting it anew.
#[must_use]
fn folder(names: &[String]) -> Option<PathBuf> {
    let folder = data_folder()?;
    if names.is_empty() {
        return Some(folder.join("ca"));
    }
    let digest = digest(&SHA256, names.join(",").as_bytes());
    let short: String = digest.as_ref().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    Some(folder.join(format!("ca-{short}")))
}

/// Where programs keep a user's data. The folders of macOS and Windows are untested.
fn data_folder() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = set("XDG_DATA_HOME").filter(|folder| folder.is_absolute());
    let home = || {
        let home = set("HOME").filter(|home| home.is_absolute() && home.parent().is_some())?;
        Some(if cfg!(target_os = "macos") {
            home.join("Library/Application Support")
        } else {
            home.join(".local/share")
        })
    };
    let folder = if cfg!(windows) { set("LOCALAPPDATA") } else { folder.or_else(home) };
    Some(folder?.join("usertwin"))
}

fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Makes a file whole or not at all; it must not exist.
fn place(file: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let written = file.with_extension(format!("{}.new", std::process::id()));
    // Of an earlier process of this number that was killed here.
    let _ = fs::remove_file(&written);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    let placed = options
        .open(&written)
        .and_then(|mut open| open.write_all(bytes).and_then(|()| open.sync_all()))
        // Unlike a renaming, a link fails where there is a file.
        .and_then(|()| fs::hard_link(&written, file));
    let _ = fs::remove_file(&written);
    placed
}

/// The text of a file, which is made if it does not exist.
fn read_or_place(file: &Path, mode: u32, text: impl Fn() -> Result<String, rcgen::Error>) -> io::Result<String> {
    match fs::read_to_string(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        read => return read,
    }
    match place(file, text().map_err(invalid)?.as_bytes(), mode) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => fs::read_to_string(file),
    }
}

fn invalid(error: impl fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error.to_string())
}

/// The machine's time a number of days from now.
fn in_days(days: i64) -> OffsetDateTime {
    let now = Clock::Real.now().civil().and_utc().timestamp();
    OffsetDateTime::from_unix_timestamp(now + days * SECONDS_OF_A_DAY).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}
