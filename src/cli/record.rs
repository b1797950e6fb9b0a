//! `usertwin record --to URL --out FILE.har`: a reverse proxy in front of a real service that writes a masked recording.
//! Exit 1 when the recording must not be written, because a secret survives in it.

use super::serve::{failed, finished};
use super::signals::StopSignals;
use super::{bad_setting, escape_terminal};
use crate::apis::Apis;
use crate::config::{Config, Listen};
use crate::listener::Listener;
use crate::record::{Archive, Progress, Proxy, Room, keep};
use crate::upstream::Upstream;
use clap::builder::NonEmptyStringValueParser;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use tower::service_fn;

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Address of the real service, `https://api.vendor.example`.
    #[arg(long, value_name = "URL")]
    to: String,
    /// The recording: an HTTP Archive, continued if it exists. Its key is kept beside it, in FILE.har.key.
    #[arg(long, value_name = "FILE.har")]
    out: PathBuf,
    /// Record only what belongs to this API; the rest is passed on all the same.
    #[arg(long = "as", value_name = "API")]
    only: Option<String>,
    /// Address to listen on, as for `serve`.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8081")]
    listen: Listen,
    /// PEM file of the certificate authorities to trust, in place of this machine's.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Pass on requests that change something too, not only those that read or sign in.
    #[arg(long)]
    allow_writes: bool,
    /// A value that must not be in the recording in any spelling; may be repeated.
    #[arg(long, value_name = "VALUE", value_parser = NonEmptyStringValueParser::new())]
    hide: Vec<String>,
    /// Largest body in the recording, e.g. `10MB`; exchanges with larger ones are passed on and left out.
    #[arg(long, value_name = "BYTES", default_value = "16MiB", value_parser = crate::config::any_size())]
    body_limit: usize,
    /// Memory for the recording; beyond it exchanges are passed on and left out.
    #[arg(long, value_name = "BYTES", default_value = "512MiB", value_parser = crate::config::any_size())]
    recording_memory: usize,
}

/// Runs the command.
pub fn run(apis: Apis, arguments: Arguments) -> ExitCode {
    finished(async move {
        let mut signals = StopSignals::install(false)?;
        match record(apis, arguments, async move { signals.received().await }).await {
            Ok(status) => Ok(status),
            Err(sentence) => Ok(bad_setting(sentence)),
        }
    })
}

async fn record(apis: Apis, arguments: Arguments, stop: impl Future<Output = ()>) -> Result<ExitCode, String> {
    let only = arguments.only.as_deref().map(|name| named(&apis, name)).transpose()?;
    let upstream = Upstream::open("--to", &arguments.to, arguments.ca.as_deref())?;
    let listen = arguments.listen.to_string();
    let config = Config::from_flags(&["--listen", &listen])?;
    let listener = Listener::bind(&config).await?;
    let archive = Archive::open(&apis, &arguments.out, &upstream.origin(), &arguments.hide)?;
    let (events, received) = tokio::sync::mpsc::unbounded_channel();
    let (allow_writes, body_limit, room) =
        (arguments.allow_writes, arguments.body_limit, Room::of(arguments.recording_memory));
    let proxy = Proxy { upstream, apis, only, allow_writes, body_limit, room, events };
    let greeting = |error: std::io::Error| error.to_string();
    let address = listener.printed().map_err(greeting)?;
    let lines = format!(
        "usertwin listening on {address}\nrecording {} in {}\n",
        proxy.upstream.base(),
        arguments.out.display()
    );
    let mut stdout = std::io::stdout();
    stdout.write_all(lines.as_bytes()).and_then(|()| stdout.flush()).map_err(greeting)?;
    let line = Line { is_shown: std::io::stderr().is_terminal() };
    let keeping = tokio::spawn(keep(archive, received, move |progress, note| line.show(progress, note)));
    let kept = serve_until(listener, proxy, &config, stop, keeping).await;
    if line.is_shown {
        eprintln!();
    }
    Ok(match kept {
        Ok(_) => ExitCode::SUCCESS,
        Err(sentence) => failed(&anyhow::anyhow!("--out {sentence}")),
    })
}

/// Serves until it is told to stop, or until the recording must not be written.
async fn serve_until(
    listener: Listener,
    proxy: Proxy,
    config: &Config,
    stop: impl Future<Output = ()>,
    mut keeping: tokio::task::JoinHandle<Result<Progress, String>>,
) -> Result<Progress, String> {
    let service = service_fn(move |request| proxy.clone().answer(request));
    let broken = tokio::select! {
        () = crate::listener::relay(listener, service, config, stop) => None,
        kept = &mut keeping => Some(kept),
    };
    let kept = match broken {
        Some(kept) => kept,
        // The last proxy is gone, and with it the sender of what is to be kept.
        None => keeping.await,
    };
    kept.map_err(|error| error.to_string())?
}

/// The API of a name, as filters or as documents call it.
fn named(apis: &Apis, name: &str) -> Result<&'static str, String> {
    let found = apis.iter().find(|api| api.name.eq_ignore_ascii_case(name) || api.document.eq_ignore_ascii_case(name));
    let names: Vec<&str> = apis.iter().map(|api| api.name).collect();
    found
        .map(|api| api.name)
        .ok_or_else(|| format!("--as {name}: there is no such API; give one of {}", names.join(", ")))
}

/// The line about the progress, on terminals; elsewhere only what was left out is said.
#[derive(Debug, Clone, Copy)]
struct Line {
    is_shown: bool,
}

impl Line {
    fn show(self, progress: Progress, note: Option<&str>) {
        let mut stderr = std::io::stderr().lock();
        let clear = if self.is_shown { "\r\x1b[K" } else { "" };
        if let Some(note) = note {
            let _ = writeln!(stderr, "{clear}usertwin: left out: {}", escape_terminal(note));
        }
        if self.is_shown {
            let Progress { exchanges, hidden, refused, left_out } = progress;
            let _ = write!(
                stderr,
                "{clear}{exchanges} exchanges, {hidden} values masked, {refused} requests refused, {left_out} left out"
            );
            let _ = stderr.flush();
        }
    }
}
