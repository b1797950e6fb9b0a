//! HTTPS on the port of HTTP (docs/spec/control.md §7), by a client of rustls: names, authorities, limits. `tests/tls.sh`
//! asks with curl, Python, Node, Java and Go.

use crate::support::folder::Folder;
use crate::support::process::{Refused, ServerProcess, usertwin};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Output;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, crypto};

const USER: &str = "/v1/core/Accounts/2/users/1";

/// A server with a data folder of its own.
fn serve(folder: &Folder, flags: &[&str]) -> Result<ServerProcess, Refused> {
    let mut command = usertwin();
    command.args(["serve", "--listen=127.0.0.1:0"]).args(flags).env("XDG_DATA_HOME", folder.path());
    ServerProcess::from_command(command)
}

fn cert(folder: &Folder, arguments: &[&str]) -> Output {
    usertwin().arg("cert").args(arguments).env("XDG_DATA_HOME", folder.path()).output().unwrap()
}

/// What a client that trusts `pem` hears from the server that it asks as `name`.
fn ask(server: &ServerProcess, pem: &str, name: &str, request: &str) -> std::io::Result<String> {
    let mut trusted = RootCertStore::empty();
    trusted.add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = Arc::new(builder.with_root_certificates(trusted).with_no_client_auth());
    let client = ClientConnection::new(config, ServerName::try_from(name.to_owned()).unwrap()).unwrap();
    let socket = TcpStream::connect(server.address)?;
    socket.set_read_timeout(Some(Duration::from_secs(20)))?;
    let mut stream = StreamOwned::new(client, socket);
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    // A server that closes the connection without a farewell has answered all the same.
    match stream.read_to_end(&mut answer) {
        Err(error) if answer.is_empty() => Err(error),
        _ => Ok(String::from_utf8(answer).unwrap()),
    }
}

fn get(host: &str, path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
}

/// The same without TLS.
fn ask_plainly(server: &ServerProcess, path: &str) -> String {
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.write_all(get("localhost", path).as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn https_and_http_are_served_on_one_port_for_every_name_of_this_machine() {
    let folder = Folder::new("tls");
    let server = serve(&folder, &["--tls"]).unwrap();
    let pem = fs::read_to_string(folder.path().join("usertwin/ca/ca.pem")).unwrap();
    for name in ["localhost", "127.0.0.1", "::1", "shop.localhost", "a.b_c.localhost"] {
        let answer =
            ask(&server, &pem, name, &get("localhost", USER)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(answer.starts_with("HTTP/1.1 200 "), "{name}: {answer}");
    }
    assert!(ask_plainly(&server, USER).starts_with("HTTP/1.1 200 "));
    let served = ask_plainly(&server, "/_usertwin/ca.pem");
    assert!(served.ends_with(&pem), "{served}");
}

#[test]
fn a_client_refuses_another_authority_and_names_that_are_not_of_this_machine() {
    let (folder, other) = (Folder::new("tls"), Folder::new("tls"));
    let server = serve(&folder, &["--tls"]).unwrap();
    let pem = fs::read_to_string(folder.path().join("usertwin/ca/ca.pem")).unwrap();
    let foreign = String::from_utf8(cert(&other, &["--print-ca"]).stdout).unwrap();
    assert!(ask(&server, &foreign, "localhost", &get("localhost", USER)).is_err());
    assert!(ask(&server, &pem, "api.example.com", &get("localhost", USER)).is_err());
    // The server goes on.
    assert!(ask(&server, &pem, "localhost", &get("localhost", USER)).is_ok());
}

#[test]
fn links_in_answers_to_https_begin_with_https() {
    let folder = Folder::new("tls");
    let server = serve(&folder, &["--tls"]).unwrap();
    let pem = fs::read_to_string(folder.path().join("usertwin/ca/ca.pem")).unwrap();
    let discovery = get("shop.localhost:1", "/.well-known/openid-configuration");
    let answer = ask(&server, &pem, "shop.localhost", &discovery).unwrap();
    assert!(answer.contains(r#""issuer":"https://shop.localhost:1"#), "{answer}");
}

#[test]
fn the_authority_is_made_once_its_key_is_its_owners_and_allowed_hosts_have_one_of_their_own() {
    let folder = Folder::new("tls");
    let first = cert(&folder, &["--print-ca"]).stdout;
    assert_eq!(cert(&folder, &["--print-ca"]).stdout, first);
    let file = String::from_utf8(cert(&folder, &[]).stdout).unwrap();
    assert_eq!(fs::read(file.trim()).unwrap(), first);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let key = Path::new(file.trim()).with_file_name("ca-key.pem");
        assert_eq!(fs::metadata(key).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let server = serve(&folder, &["--tls", "--allowed-host", "twin.test"]).unwrap();
    let pem = String::from_utf8(cert(&folder, &["--print-ca", "--allowed-host", "twin.test"]).stdout).unwrap();
    assert_ne!(pem.as_bytes(), first);
    for name in ["twin.test", "localhost", "x.localhost"] {
        assert!(ask(&server, &pem, name, &get("twin.test", USER)).is_ok(), "{name}");
    }
}

#[test]
fn servers_that_start_at_once_agree_on_one_authority() {
    let folder = Folder::new("tls");
    let start = || {
        std::thread::spawn({
            let folder = folder.path().to_owned();
            move || usertwin().args(["cert", "--print-ca"]).env("XDG_DATA_HOME", folder).output().unwrap().stdout
        })
    };
    let threads: Vec<_> = (0..8).map(|_| start()).collect();
    let printed: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert!(printed[0].starts_with(b"-----BEGIN CERTIFICATE-----"));
    assert!(printed.iter().all(|pem| *pem == printed[0]));
}

#[test]
fn a_pair_of_files_that_is_missing_expired_or_mismatched_is_one_sentence_and_exit_2() {
    let folder = Folder::new("tls");
    let pair = |name: &str, days: i64| {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut parameters = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let start = time::OffsetDateTime::from_unix_timestamp(1_700_000_000).unwrap();
        (parameters.not_before, parameters.not_after) = (start, start + time::Duration::days(days));
        let files = [folder.path().join(format!("{name}.pem")), folder.path().join(format!("{name}-key.pem"))];
        fs::write(&files[0], parameters.self_signed(&key).unwrap().pem()).unwrap();
        fs::write(&files[1], key.serialize_pem()).unwrap();
        files.map(|file| file.to_str().unwrap().to_owned())
    };
    let (good, old) = (pair("good", 36_500), pair("old", 1));
    let refused = |certificate: &str, key: &str| {
        let flags = ["--tls-cert", certificate, "--tls-key", key];
        let Refused { status, stderr } = serve(&folder, &flags).err().expect("it is refused");
        assert_eq!((status, stderr.lines().count()), (Some(2), 1), "{stderr}");
        stderr
    };
    assert!(refused("/none.pem", &good[1]).contains("--tls-cert /none.pem: No such file"));
    assert!(refused(&good[0], "/none.pem").contains("--tls-key /none.pem: No such file"));
    assert!(refused(&good[0], &good[0]).contains("there is no private key in PEM form in it"));
    assert!(refused(&old[0], &old[1]).contains("the certificate has expired, on "));
    assert!(refused(&good[0], &old[1]).contains("it is not the key of the certificate in "));
    let alone = serve(&folder, &["--tls-cert", &good[0]]).err().expect("it is refused");
    assert!(alone.status == Some(2) && alone.stderr.contains("--tls-key"), "{alone:?}");
    let server = serve(&folder, &["--tls-cert", &good[0], "--tls-key", &good[1]]).unwrap();
    let pem = fs::read_to_string(&good[0]).unwrap();
    let answer = ask(&server, &pem, "localhost", &get("localhost", USER));
    // rustls takes no certificate that is its own authority; the handshake came as far as that.
    assert!(answer.as_ref().is_ok_and(|answer| answer.contains("200 OK")) || answer.is_err());
    assert!(ask_plainly(&server, "/_usertwin/ca.pem").starts_with("HTTP/1.1 404 "));
}

#[test]
fn a_handshake_that_stalls_is_ended_and_holds_up_nobody() {
    let folder = Folder::new("tls");
    let server = serve(&folder, &["--tls", "--request-timeout=300ms"]).unwrap();
    let pem = fs::read_to_string(folder.path().join("usertwin/ca/ca.pem")).unwrap();
    let mut stalled: Vec<TcpStream> = (0..50)
        .map(|_| {
            let mut stream = TcpStream::connect(server.address).unwrap();
            // The first bytes of a client's greeting.
            stream.write_all(&[0x16, 0x03, 0x01, 0x02, 0x00, 0x01]).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
            stream
        })
        .collect();
    assert!(ask(&server, &pem, "localhost", &get("localhost", USER)).is_ok());
    for stream in &mut stalled {
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).unwrap();
        assert_eq!(rest, b"");
    }
}

#[test]
fn a_server_stops_while_clients_have_not_said_a_word() {
    let folder = Folder::new("tls");
    let mut server = serve(&folder, &["--tls"]).unwrap();
    let silent = TcpStream::connect(server.address).unwrap();
    let mut greeting = TcpStream::connect(server.address).unwrap();
    greeting.write_all(&[0x16, 0x03, 0x01]).unwrap();
    std::thread::sleep(Duration::from_millis(100));
    let start = Instant::now();
    server.terminate();
    assert_eq!(server.ended(Duration::from_secs(8)).code(), Some(0));
    assert!(start.elapsed() < Duration::from_secs(5));
    drop((silent, greeting));
}

#[test]
fn exec_gives_its_command_addresses_of_https_and_authorities_that_keep_the_systems() {
    let folder = Folder::new("tls");
    let script = r#"case $USERTWIN_URL in https://127.0.0.1:*) ;; *) exit 3 ;; esac
        test "$SSL_CERT_FILE" = "$NODE_EXTRA_CA_CERTS" && test "$SSL_CERT_FILE" = "$REQUESTS_CA_BUNDLE" || exit 4
        cat "$SSL_CERT_FILE"; echo "$SSL_CERT_FILE" >&2"#;
    let system = folder.path().join("system.pem");
    fs::write(&system, "the system's own").unwrap();
    let mut command = usertwin();
    command.args(["exec", "--tls", "--log", "off", "--", "sh", "-c", script]);
    let output = command.env("XDG_DATA_HOME", folder.path()).env("SSL_CERT_FILE", &system).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let pem = fs::read_to_string(folder.path().join("usertwin/ca/ca.pem")).unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("the system's own\n{pem}"));
    let file = String::from_utf8(output.stderr).unwrap();
    assert!(!Path::new(file.lines().next().unwrap()).exists());
}

#[test]
fn every_kind_of_client_has_a_hint() {
    let folder = Folder::new("tls");
    for (client, word) in [
        ("dotnet", "SSL_CERT_DIR"),
        ("node", "NODE_EXTRA_CA_CERTS"),
        ("python", "REQUESTS_CA_BUNDLE"),
        ("java", "trustStore"),
        ("go", "SSL_CERT_FILE"),
        ("android", "debug-overrides"),
        ("ios", "simctl"),
    ] {
        let hint = String::from_utf8(cert(&folder, &["--hint", client]).stdout).unwrap();
        assert!(hint.contains(word), "{client}: {hint}");
    }
    assert_eq!(cert(&folder, &["--hint", "cobol"]).status.code(), Some(2));
}
