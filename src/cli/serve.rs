//! `usertwin serve`: open the store, bind the socket, print the address on stdout, serve until a signal.

use super::signals::StopSignals;
use super::{bad_setting, descriptors};
use crate::apis::Apis;
use crate::config::{Config, LogFormat};
use crate::pipeline::app::App;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use tokio::net::TcpListener;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Runs the command.
pub fn run(apis: Apis, mut config: Config) -> ExitCode {
    log(&config);
    // Before the runtime, which takes some itself.
    if let Err(sentence) = descriptors::provide(&mut config) {
        return bad_setting(sentence);
    }
    finished(start(apis, config))
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
pub(super) async fn opened(apis: Apis, config: Config) -> Result<(App, TcpListener), String> {
    let listen = config.listen;
    let app = App::open(apis, config).await?;
    let taken = |error: std::io::Error| format!("--listen {listen}: {error}; choose a free address, or port 0");
    let listener = TcpListener::bind(listen).await.map_err(taken)?;
    Ok((app, listener))
}

async fn start(apis: Apis, config: Config) -> anyhow::Result<ExitCode> {
    let mut signals = StopSignals::install(config.exit_with_stdin)?;
    let opened = tokio::select! {
        opened = opened(apis, config) => opened,
        () = signals.received() => return Ok(ExitCode::SUCCESS),
    };
    let (app, listener) = match opened {
        Ok(opened) => opened,
        Err(sentence) => return Ok(bad_setting(sentence)),
    };
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() && app.config().control_token.is_none() {
        tracing::warn!(%address, "listening beyond this machine without --control-token: anyone who reaches the port may read and change everything");
    }
    survive_full_files()?;
    let mut stdout = std::io::stdout();
    writeln!(stdout, "usertwin listening on http://{address}")?;
    stdout.flush()?;
    crate::server::serve(listener, app, async move { signals.received().await }).await;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn log(config: &Config) {
    // sqlx logs every statement at debug; they may hold passwords, so its targets stay quiet.
    let filter = Targets::new().with_default(config.log).with_target("sqlx", tracing::level_filters::LevelFilter::WARN);
    let registry = tracing_subscriber::registry().with(filter);
    let colours = std::io::stderr().is_terminal();
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(colours);
    let started = match config.log_format {
        LogFormat::Text => registry.with(layer).try_init(),
        LogFormat::Json => registry.with(layer.json()).try_init(),
    };
    // A second subscriber in one process (tests) keeps the first.
    let _ = started;
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
