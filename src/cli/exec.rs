//! `usertwin exec [serve flags] -- COMMAND…`: a server for one command. It starts on a free port, passes its
//! address in the command's environment, and ends with the command and its exit status, so that any test runner gets a
//! server of its own.

use super::serve::{finished, log, opened};
use super::signals::StopSignals;
use super::{bad_setting, descriptors, escape_terminal};
use crate::apis::Apis;
use crate::config::Config;
use crate::model::Diff;
use crate::pipeline::app::App;
use crate::pipeline::journal::Kept;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::process::{ExitCode, ExitStatus};
use tokio::process::{Child, Command};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    serve: Config,
    /// The command and its arguments, after `--`.
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// Exit status when the command cannot be started, as in shells.
const NOT_STARTED: u8 = 127;

/// Runs the command: on a free port, unless an address was given as a flag.
pub fn run(apis: Apis, mut arguments: Arguments, listen_is_given: bool) -> ExitCode {
    if arguments.serve.exit_with_stdin {
        return bad_setting(
            "exec: --exit-with-stdin is for serve; the command reads standard input, and exec ends with it",
        );
    }
    log(&arguments.serve);
    if let Err(sentence) = descriptors::provide(&mut arguments.serve) {
        return bad_setting(sentence);
    }
    finished(start(apis, arguments, listen_is_given))
}

async fn start(apis: Apis, arguments: Arguments, listen_is_given: bool) -> anyhow::Result<ExitCode> {
    let mut signals = StopSignals::install(false)?;
    // A variable is meant for the server of a container; several commands side by side each need a port.
    let config = if listen_is_given { arguments.serve } else { arguments.serve.on_a_free_port() };
    let (app, listener) = match opened(apis, config).await {
        Ok(opened) => opened,
        Err(sentence) => return Ok(bad_setting(sentence)),
    };
    app.journal().keep_ended();
    let url = format!("http://{}", reachable(listener.local_addr()?));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let ended = async move {
        let _ = stopped.await;
    };
    let server = tokio::spawn(crate::server::serve(listener, app.clone(), ended));
    let outcome = command(&arguments.command, app.apis(), &url, &mut signals).await;
    eprint!("{}", summary(&app).await?);
    let _ = stop.send(());
    server.await?;
    Ok(outcome)
}

/// Runs the command until it ends. A signal that stops this process also stops the command.
async fn command(words: &[OsString], apis: &Apis, url: &str, signals: &mut StopSignals) -> ExitCode {
    let Some((program, arguments)) = words.split_first() else { return bad_setting("exec: name a command after --") };
    let mut command = Command::new(program);
    command.args(arguments).env("USERTWIN_URL", url).kill_on_drop(true);
    for api in apis {
        let (name, base) = variable(api.document, url, api.mounts.first().map_or("", |mount| mount.directory));
        command.env(name, base);
    }
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            eprintln!("usertwin: {}: {error}", program.to_string_lossy());
            return ExitCode::from(NOT_STARTED);
        }
    };
    let status = tokio::select! {
        status = child.wait() => status,
        () = signals.received() => {
            terminate(&mut child);
            child.wait().await
        }
    };
    status.map_or(ExitCode::FAILURE, |status| ExitCode::from(code(status)))
}

/// `USERTWIN_ADMIN_USERS_URL` and the base URL of the paths in the API's document.
fn variable(document: &str, url: &str, directory: &str) -> (String, String) {
    (format!("USERTWIN_{}_URL", document.to_uppercase().replace('-', "_")), format!("{url}{directory}"))
}

/// The address at which this machine reaches a listener that may listen on all of its addresses.
pub(super) fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// Asks the command to end. A terminal's Ctrl-C has reached it already; asking again does no harm.
fn terminate(child: &mut Child) {
    let asked = child.id().map(|id| std::process::Command::new("kill").arg(id.to_string()).status());
    if !matches!(asked, Some(Ok(status)) if status.success()) {
        let _ = child.start_kill();
    }
}

/// The command's exit status; 128 plus the signal's number if a signal ended it, as in shells.
fn code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return u8::try_from(128 + signal).unwrap_or(u8::MAX);
    }
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

/// A summary for stderr: each world, dropped ones too, the requests to it and the advice they caused.
async fn summary(app: &App) -> anyhow::Result<String> {
    let mut text = String::new();
    let seed = app.store().seed().await?.users;
    for world in app.store().worlds().await? {
        let users = app.store().read(&world.name).await?.records()?;
        let diff = Diff::between(&seed, &users);
        writeln!(
            text,
            "usertwin: world {}: {} users; {} added, {} changed, {} removed since the seed",
            world.name,
            users.len(),
            diff.added.len(),
            diff.changed.len(),
            diff.removed.len()
        )?;
        exchanges(&app.journal().kept(&world.name), &mut text)?;
    }
    for (world, kept) in app.journal().ended() {
        writeln!(text, "usertwin: world {world}, which was dropped:")?;
        exchanges(&kept, &mut text)?;
    }
    Ok(text)
}

/// A line for each operation and outcome, and one for each code of advice, with counts.
fn exchanges(kept: &Kept, text: &mut String) -> std::fmt::Result {
    let mut asked: BTreeMap<(&str, &str, String), usize> = BTreeMap::new();
    let mut advised: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    for entry in &kept.entries {
        let status = entry.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        let operation = entry.operation.unwrap_or("no operation");
        *asked.entry((entry.api.unwrap_or("no API"), operation, status)).or_default() += 1;
        for note in &entry.advice {
            let (count, message) = advised.entry(note.code.as_str()).or_default();
            *count += 1;
            *message = &note.message;
        }
    }
    for ((api, operation, status), count) in asked {
        writeln!(text, "usertwin:   {count} x {api} {operation}: {status}")?;
    }
    for (code, (count, message)) in advised {
        writeln!(text, "usertwin:   {count} x advice {code}: {}", escape_terminal(message))?;
    }
    if kept.dropped > 0 {
        writeln!(text, "usertwin:   {} requests before these are dropped from the journal", kept.dropped)?;
    }
    Ok(())
}
