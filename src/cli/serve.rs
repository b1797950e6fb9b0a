//! `usertwin serve`: open the store, bind the socket, print the address on stdout, serve until a signal.

use super::log::Log;
use super::signals::StopSignals;
use super::{bad_setting, descriptors};
use crate::apis::Apis;
use crate::config::Config;
use crate::listener::Sockets;
use crate::pipeline::app::App;
use std::io::Write;
use std::process::ExitCode;

/// Runs the command.
pub fn run(apis: Apis, config: Config) -> ExitCode {
    let log = Log::start(&config);
    let status = finished(start(apis, config, &log));
    log.flush();
    status
}

/// Runs a command's work and prints its error; returns the exit status.
pub(super) fn finished(work: impl Future<Output = anyhow::Result<ExitCode>>) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    runtime.block_on(work).unwrap_or_else(|error| failed(&error))
}

/// The server's state and its socket, or a sentence about the setting that prevents them.
pub(super) async fn opened(apis: Apis, mut config: Config) -> Result<(App, Sockets), String> {
    descriptors::provide(&mut config);
    let listen = config.listen.clone();
    let app = App::open(apis, config).await?;
    let taken = |error: std::io::Error| format!("--listen {listen}: {error}; choose a free address, or port 0");
    let sockets = Sockets::bind(&listen).await.map_err(taken)?;
    Ok((app, sockets))
}

async fn start(apis: Apis, config: Config, log: &Log) -> anyhow::Result<ExitCode> {
    let mut signals = StopSignals::install(config.exit_with_stdin)?;
    let opened = tokio::select! {
        opened = opened(apis, config) => opened,
        () = signals.received() => return Ok(ExitCode::SUCCESS),
    };
    let (app, sockets) = match opened {
        Ok(opened) => opened,
        Err(sentence) => return Ok(bad_setting(sentence)),
    };
    let address = sockets.address()?;
    if !sockets.are_loopback() && app.config().control_token.is_none() {
        tracing::warn!(%address, "listening beyond this machine without --control-token: anyone who reaches the port may read and change everything");
    }
    survive_full_files()?;
    // What is wrong with the start is said before the line that says it is done.
    log.flush();
    let mut stdout = std::io::stdout();
    writeln!(stdout, "usertwin listening on http://{address}")?;
    stdout.flush()?;
    crate::server::serve_on(sockets, app, async move { signals.received().await }).await;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("usertwin: {error:#}");
    ExitCode::FAILURE
}

/// Where the system limits the size of files (`ulimit -f`), a write beyond it should fail the request, as on a full
/// disk. Unless SIGXFSZ is handled, it ends the process.
fn survive_full_files() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        // The same number on Linux and macOS. tokio keeps its handler although the stream is dropped.
        const SIGXFSZ: i32 = 25;
        drop(tokio::signal::unix::signal(tokio::signal::unix::SignalKind::from_raw(SIGXFSZ))?);
    }
    Ok(())
}
