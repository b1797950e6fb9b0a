//! `usertwin drift FILE.har…`: replays recordings of the real service and groups what differs by cause. Exit 0 when all
//! is the same or accepted, 1 for drift, 2 for what cannot be read or when nothing was compared.

use super::serve::finished;
use super::{bad_setting, printed};
use crate::apis::Apis;
use crate::drift::{Accepted, Asking, Format, Recording, Report, against, compared};
use crate::model::clock::Clock;
use crate::upstream::Upstream;
use http::HeaderValue;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Recordings: HTTP Archives 1.2, replayed in this order.
    #[arg(required = true, value_name = "FILE.har")]
    files: Vec<PathBuf>,
    /// State document that the recorded service started from: a file, `demo` or `empty`.
    #[arg(long, value_name = "FILE|demo|empty", default_value = "demo")]
    seed: String,
    /// Form of the report.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// List of accepted causes, as JSON: each with `cause`, `reason` and perhaps `until`.
    #[arg(long, value_name = "FILE")]
    accept: Option<PathBuf>,
    /// Address of the real service to ask instead of the twin: only what was read is asked again, e.g.
    /// https://api.vendor.example.
    #[arg(long, value_name = "URL")]
    against: Option<String>,
    /// Value of the `Authorization` header for `--against`, such as `Bearer …`; better given as the variable, and never
    /// printed.
    #[arg(
        long,
        value_name = "VALUE",
        env = "USERTWIN_DRIFT_AUTHORIZATION",
        hide_env_values = true,
        requires = "against"
    )]
    authorization: Option<String>,
    /// Requests in a second with `--against`.
    #[arg(long, value_name = "N", default_value = "3", value_parser = clap::value_parser!(u16).range(1..=1000))]
    rate: u16,
    /// Certificate authorities to trust with `--against` in place of this machine's, as PEM.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
}

/// Runs the command.
pub fn run(apis: Apis, arguments: &Arguments) -> ExitCode {
    match read(arguments) {
        Ok((recording, accepted, asking)) => finished(async move {
            let outcome = match &asking {
                Some(asking) => against(&apis, &recording, asking).await,
                None => compared(&apis, &recording, &arguments.seed, crate::router::router).await,
            };
            let outcome = match outcome {
                Ok(outcome) => outcome,
                Err(sentence) => return Ok(bad_setting(sentence)),
            };
            let today = Clock::Real.now().civil().format("%Y-%m-%d").to_string();
            Ok(reported(&Report::new(outcome, &accepted, &today), arguments.format))
        }),
        Err(sentence) => bad_setting(sentence),
    }
}

fn reported(report: &Report, format: Format) -> ExitCode {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let shown = printed(&report.in_format(format, std::io::stdout().is_terminal() && !refused));
    if !report.is_about_something() {
        return bad_setting("drift: nothing was compared; no exchange of the recordings belongs to one of the APIs");
    }
    match report.shows_drift() {
        true => ExitCode::FAILURE,
        false => shown,
    }
}

fn read(arguments: &Arguments) -> Result<(Recording, Accepted, Option<Asking>), String> {
    let text = |file: &Path| std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()));
    let mut recording = Recording::default();
    for file in &arguments.files {
        recording.add(&text(file)?).map_err(|reason| format!("{}: {reason}", file.display()))?;
    }
    let accepted = match &arguments.accept {
        Some(file) => {
            Accepted::parse(&text(file)?).map_err(|reason| format!("--accept {}: {reason}", file.display()))?
        }
        None => Accepted::default(),
    };
    let asking = arguments.against.as_ref().map(|url| asking(url, arguments)).transpose()?;
    Ok((recording, accepted, asking))
}

fn asking(url: &str, arguments: &Arguments) -> Result<Asking, String> {
    let service = Upstream::open("--against", url, arguments.ca.as_deref())?;
    let authorization = arguments.authorization.as_deref().filter(|value| !value.is_empty()).map(|value| {
        let mut value = HeaderValue::from_str(value)
            .map_err(|_| "--authorization: it is no header's value; give one such as `Bearer …`".to_owned())?;
        value.set_sensitive(true);
        Ok::<_, String>(value)
    });
    Ok(Asking { service, authorization: authorization.transpose()?, rate: arguments.rate })
}
