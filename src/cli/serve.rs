//! `usertwin serve`: open the store, bind the socket, print the address on stdout, serve until a signal.

use super::log::Log;
use super::signals::StopSignals;
use super::{bad_setting, descriptors, escape_terminal};
use crate::apis::Apis;
use crate::config::Config;
use crate::listener::{Listener, TASKS_PER_TURN};
use crate::long_work::{blocking_threads, processors};
use crate::pipeline::app::App;
use std::io::Write;
use std::process::ExitCode;

/// Runs the command.
pub fn run(apis: Apis, mut config: Config) -> ExitCode {
    let log = Log::start(&config);
    // Before the runtime, which takes some itself.
    let status = match descriptors::provide(&mut config) {
        Ok(()) => finished(start(apis, config, &log)),
        Err(sentence) => bad_setting(sentence),
    };
    log.flush();
    status
}

/// Runs a command's work and prints its error; returns the exit status.
pub(super) fn finished(work: impl Future<Output = anyhow::Result<ExitCode>>) -> ExitCode {
    // Connections have threads of their own, unless there is one processor.
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(1).event_interval(TASKS_PER_TURN).max_blocking_threads(blocking_threads());
    let runtime = match runtime.enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    runtime.block_on(work).unwrap_or_else(|error| failed(&error))
}

/// The server's state and its socket, or a sentence about the setting that prevents them.
pub(super) async fn opened(apis: Apis, config: Config, log: &Log) -> Result<(App, Listener), String> {
    let app = App::open(apis, config).await?;
    log.follow(&app);
    let listener = Listener::bind(app.config()).await?.on_threads(processors())?;
    Ok((app, listener))
}

async fn start(apis: Apis, config: Config, log: &Log) -> anyhow::Result<ExitCode> {
    let mut signals = StopSignals::install(config.exit_with_stdin)?;
    let opened = tokio::select! {
        opened = opened(apis, config, log) => opened,
        () = signals.received() => return Ok(ExitCode::SUCCESS),
    };
    let (app, listener) = match opened {
        Ok(opened) => opened,
        Err(sentence) => return Ok(bad_setting(sentence)),
    };
    let address = listener.printed()?;
    if listener.is_open_to_others() && app.config().control_token.is_none() {
        tracing::warn!(%address, "listening beyond this machine without --control-token: anyone who reaches the port may read and change everything");
    }
    survive_full_files()?;
    // What is wrong with the start is said before the line that says it is done.
    log.flush();
    // In one write: who starts the server may close the pipe after the first line, and another write would then fail.
    let mut stdout = std::io::stdout();
    stdout.write_all(greeting(&listener)?.as_bytes())?;
    stdout.flush()?;
    crate::server::serve(listener, app, async move { signals.received().await }).await;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("usertwin: {error:#}");
    ExitCode::FAILURE
}

/// What a server says when it can be reached: the line that programs wait for, then addresses for people.
fn greeting(listener: &Listener) -> anyhow::Result<String> {
    let (address, at) = (listener.printed()?, listener.url()?);
    let mut lines = format!("usertwin listening on {address}\n");
    if at.starts_with("http://") {
        lines += &format!("first requests: {at}/\nconsole: {at}/_usertwin/\n");
    }
    if let Some(tls) = listener.tls() {
        let secure = at.replacen("http://", "https://", 1);
        let trusted = tls.authority().map(|authority| match authority.file() {
            Some(file) => format!("; its certificate authority is {}", escape_terminal(&file.display().to_string())),
            None => "; its certificate authority is at /_usertwin/ca.pem".to_owned(),
        });
        lines += &format!("HTTPS: {secure}/{}\n", trusted.unwrap_or_default());
    }
    Ok(lines)
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
