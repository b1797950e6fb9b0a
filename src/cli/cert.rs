//! `usertwin cert`: the local authority of `--tls`, and how each kind of client learns to trust it.

use super::serve::failed;
use super::{bad_setting, escape_terminal};
use crate::listener::Authority;
use p12_keystore::{Certificate, KeyStore, KeyStoreEntry};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Print the authority's certificate as PEM.
    #[arg(long, conflicts_with_all = ["export_pfx", "hint"])]
    print_ca: bool,
    /// Write it as a PKCS#12 file, for the key stores of Java and Windows; its password is `usertwin`.
    #[arg(long, value_name = "FILE", conflicts_with = "hint")]
    export_pfx: Option<PathBuf>,
    /// Say how clients of a kind learn to trust it.
    #[arg(long, value_name = "CLIENT")]
    hint: Option<Client>,
    /// Host name that the server is started with: each set of names has an authority of its own; may be repeated.
    #[arg(long, env = "USERTWIN_ALLOWED_HOST", value_name = "NAME", value_delimiter = ',')]
    allowed_host: Vec<String>,
}

/// A kind of client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Client {
    Dotnet,
    Node,
    Python,
    Java,
    Go,
    Android,
    Ios,
}

/// The password of the PKCS#12 file. Java takes no empty one; what the file holds is no secret.
const PASSWORD: &str = "usertwin";

/// Runs the command.
pub fn run(arguments: &Arguments) -> ExitCode {
    let authority = match Authority::of_hosts(&arguments.allowed_host) {
        Ok(authority) => authority,
        Err(sentence) => return bad_setting(sentence),
    };
    let Some(file) = authority.file() else {
        return bad_setting(
            "cert: there is no home folder to keep an authority in; set HOME or XDG_DATA_HOME, or fetch the one of a \
             running server at /_usertwin/ca.pem",
        );
    };
    let text = match (&arguments.export_pfx, arguments.hint) {
        _ if arguments.print_ca => authority.pem().to_owned(),
        (Some(target), _) => match export(&authority, target) {
            Ok(()) => format!("{} holds the authority's certificate; its password is {PASSWORD}\n", target.display()),
            Err(error) => return bad_setting(format_args!("--export-pfx {}: {error}", target.display())),
        },
        (None, Some(client)) => hint(client, file),
        (None, None) => format!("{}\n", escape_terminal(&file.display().to_string())),
    };
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error.into()),
    }
}

fn export(authority: &Authority, target: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let mut store = KeyStore::new();
    store.add_entry("usertwin", KeyStoreEntry::Certificate(Certificate::from_der(authority.der())?));
    std::fs::write(target, store.writer(PASSWORD).write()?)?;
    Ok(())
}

/// What to do for clients of a kind, as lines that can be pasted.
fn hint(client: Client, file: &Path) -> String {
    let file = escape_terminal(&file.display().to_string());
    match client {
        Client::Dotnet => format!(
            "# Linux: for one process, beside the system's own authorities\n\
             export SSL_CERT_DIR=\"$(dirname '{file}'):/etc/ssl/certs\"\n\
             # Windows, once, in the user's store\n\
             certutil -user -addstore Root '{file}'\n\
             # macOS, once\n\
             security add-trusted-cert -k ~/Library/Keychains/login.keychain-db '{file}'\n"
        ),
        Client::Node => format!("export NODE_EXTRA_CA_CERTS='{file}'\n"),
        Client::Python => format!(
            "# requests\n\
             export REQUESTS_CA_BUNDLE='{file}'\n\
             # httpx, aiohttp, urllib; the file takes the place of the system's authorities\n\
             export SSL_CERT_FILE='{file}'\n"
        ),
        Client::Java => format!(
            "# A trust store of this authority alone, for one JVM\n\
             usertwin cert --export-pfx usertwin.p12\n\
             java -Djavax.net.ssl.trustStore=usertwin.p12 -Djavax.net.ssl.trustStorePassword={PASSWORD} …\n\
             # Or beside the JVM's own authorities\n\
             keytool -importcert -noprompt -cacerts -storepass changeit -alias usertwin -file '{file}'\n"
        ),
        Client::Go => format!(
            "# Linux; the file takes the place of the system's authorities\n\
             export SSL_CERT_FILE='{file}'\n"
        ),
        Client::Android => format!(
            "# 1. Copy the authority into the app's debug resources\n\
             cp '{file}' app/src/debug/res/raw/usertwin_ca.pem\n\
             # 2. app/src/debug/res/xml/network_security_config.xml, named by android:networkSecurityConfig in the manifest\n\
             <network-security-config>\n  \
               <debug-overrides><trust-anchors><certificates src=\"@raw/usertwin_ca\"/></trust-anchors></debug-overrides>\n\
             </network-security-config>\n\
             # 3. The emulator reaches the server at https://localhost after\n\
             adb reverse tcp:8080 tcp:8080\n"
        ),
        Client::Ios => format!(
            "# A running simulator\n\
             xcrun simctl keychain booted add-root-cert '{file}'\n"
        ),
    }
}
