//! `usertwin exec [serve flags] -- COMMAND…`: a server for one command. It starts on a free port, passes its
//! address in the command's environment, and ends with the command and its exit status, so that any test runner gets a
//! server of its own.

use super::log::Log;
use super::serve::{finished, opened};
use super::signals::StopSignals;
use super::trust::TrustBundle;
use super::{bad_setting, descriptors, report};
use crate::apis::Apis;
use crate::config::Config;
use crate::store::WorldName;
use std::ffi::OsString;
use std::io::Write;
use std::process::{ExitCode, ExitStatus};
use tokio::process::{Child, Command};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    serve: Config,
    /// A world for the command: the addresses in its variables lead there.
    #[arg(long, value_name = "NAME")]
    world: Option<WorldName>,
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
    let log = Log::start(&arguments.serve);
    let status = match descriptors::provide(&mut arguments.serve) {
        Ok(()) => finished(start(apis, arguments, listen_is_given, &log)),
        Err(sentence) => bad_setting(sentence),
    };
    log.flush();
    status
}

async fn start(apis: Apis, arguments: Arguments, listen_is_given: bool, log: &Log) -> anyhow::Result<ExitCode> {
    let mut signals = StopSignals::install(false)?;
    // A variable is meant for the server of a container; several commands side by side each need a port.
    let config = if listen_is_given { arguments.serve } else { arguments.serve.on_a_free_port() };
    let (app, listener) = match opened(apis, config, log).await {
        Ok(opened) => opened,
        Err(sentence) => return Ok(bad_setting(sentence)),
    };
    app.journal().keep_ended();
    let world = arguments.world.map(|world| format!("/w/{world}")).unwrap_or_default();
    let tls = listener.tls();
    let scheme = if tls.is_some() { "https://" } else { "http://" };
    let url = listener.url()?.replacen("http://", scheme, 1) + &world;
    let trusted =
        tls.and_then(|tls| tls.authority()).map(|authority| TrustBundle::with(authority.pem())).transpose()?;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let ended = async move {
        let _ = stopped.await;
    };
    let server = tokio::spawn(crate::server::serve(listener, app.clone(), ended));
    let outcome = command(&arguments.command, app.apis(), (&url, trusted.as_ref()), &mut signals).await;
    let report = report::of(&app).await?;
    log.flush();
    // Not `eprint!`, which panics where standard error is closed.
    let _ = std::io::stderr().write_all(report.as_bytes());
    let _ = stop.send(());
    server.await?;
    Ok(outcome)
}

/// Runs the command until it ends. A signal that stops this process also stops the command.
async fn command(
    words: &[OsString],
    apis: &Apis,
    (url, trusted): (&str, Option<&TrustBundle>),
    signals: &mut StopSignals,
) -> ExitCode {
    let Some((program, arguments)) = words.split_first() else { return bad_setting("exec: name a command after --") };
    let mut command = Command::new(program);
    command.args(arguments).env("USERTWIN_URL", url).kill_on_drop(true);
    command.envs(trusted.into_iter().flat_map(TrustBundle::variables));
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
