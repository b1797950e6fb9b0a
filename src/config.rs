//! The settings of a server: one struct, one sentence, flag, variable and default a field. Defaults need nothing.

use crate::state::Document;
use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Command, FromArgMatches, ValueEnum};
use std::net::SocketAddr;

/// Settings of `usertwin serve`.
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// Address to listen on; port 0 picks a free one.
    #[arg(long, env = "USERTWIN_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Where users live: `sqlite::memory:` forgets at exit, `sqlite:FILE` survives a crash.
    #[arg(long, env = "USERTWIN_DATABASE", value_name = "URL", default_value = "sqlite::memory:")]
    pub database: String,
    /// State document every world starts from: a file, `demo` or `empty`.
    #[arg(long, env = "USERTWIN_SEED", value_name = "FILE|demo|empty", default_value = "demo")]
    pub seed: String,
    /// Which tokens are good: in `open` any that is not listed as bad, in `strict` only listed ones.
    #[arg(long, env = "USERTWIN_AUTH", value_name = "MODE", default_value = "open")]
    pub auth: AuthMode,
    /// Whether stored passwords stand in answers, as the vendors' samples show them.
    #[arg(long, env = "USERTWIN_PASSWORDS", value_name = "MODE", default_value = "echo")]
    pub passwords: Passwords,
    /// Bearer token that the control API wants, health checks excepted.
    #[arg(long, env = "USERTWIN_CONTROL_TOKEN", value_name = "TOKEN", hide_env_values = true,
          value_parser = NonEmptyStringValueParser::new())]
    pub control_token: Option<String>,
    /// Host name beside IP addresses and localhost that may reach the control API; may be repeated.
    #[arg(long, env = "USERTWIN_ALLOWED_HOST", value_name = "NAME", value_delimiter = ',')]
    pub allowed_host: Vec<String>,
    /// Browser origin, e.g. `http://localhost:3000`, that may call the control API; may be repeated.
    #[arg(long, env = "USERTWIN_ALLOWED_ORIGIN", value_name = "URL", value_delimiter = ',')]
    pub allowed_origin: Vec<String>,
    /// Make identifiers repeatable: the same number gives every world the same sequence in every run.
    #[arg(long, env = "USERTWIN_IDS_SEED", value_name = "N")]
    pub ids_seed: Option<u64>,
    /// Show the framework's error details, as a local caller of the real service sees them.
    #[arg(long, env = "USERTWIN_ERROR_DETAIL")]
    pub error_detail: bool,
    /// Largest request body in bytes; a larger one is answered 413.
    #[arg(long, env = "USERTWIN_BODY_LIMIT", value_name = "BYTES", default_value_t = 256 * 1024 * 1024)]
    pub body_limit: usize,
    /// How many worlds may exist at once.
    #[arg(long, env = "USERTWIN_MAX_WORLDS", value_name = "N", default_value_t = 1000)]
    pub max_worlds: usize,
    /// How many exchanges the journal keeps; the oldest go first.
    #[arg(long, env = "USERTWIN_JOURNAL_LIMIT", value_name = "N", default_value_t = 10_000)]
    pub journal_limit: usize,
    /// Keep tokens and passwords in the journal unmasked.
    #[arg(long, env = "USERTWIN_JOURNAL_SECRETS")]
    pub journal_secrets: bool,
    /// Lowest level that is logged to stderr: error, warn, info, debug, trace, or off.
    #[arg(long, env = "USERTWIN_LOG", value_name = "LEVEL", default_value = "info")]
    pub log: tracing::level_filters::LevelFilter,
    /// Shape of log lines.
    #[arg(long, env = "USERTWIN_LOG_FORMAT", value_name = "FORMAT", default_value = "text")]
    pub log_format: LogFormat,
}

/// Which bearer tokens are good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AuthMode {
    /// A token must be there where the API documents one; any that is not listed as bad is good.
    Open,
    /// Only listed or issued tokens are good, on every API.
    Strict,
}

/// What answers show of stored passwords.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Passwords {
    /// The stored password.
    Echo,
    /// Null.
    Hide,
}

/// The shape of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines, one object a line.
    Json,
}

impl Config {
    /// The settings that flags ask for, the environment left aside: what a server inside a test wants, whatever the
    /// machine it runs on is set up for.
    ///
    /// # Errors
    /// A sentence about the first flag that is wrong.
    pub fn of_flags(flags: &[&str]) -> Result<Config, String> {
        let command = Config::augment_args(Command::new("usertwin")).no_binary_name(true);
        let command = command.mut_args(|argument| argument.env(None::<&str>));
        let matches = command.try_get_matches_from(flags);
        matches.and_then(|matches| Config::from_arg_matches(&matches)).map_err(|error| error.to_string())
    }

    /// The same settings on whatever port is free.
    #[must_use]
    pub fn on_a_free_port(mut self) -> Config {
        self.listen.set_port(0);
        self
    }

    /// The seed document, or a sentence about why there is none.
    ///
    /// # Errors
    /// The sentence.
    pub fn seed_document(&self) -> Result<Document, String> {
        let file = match self.seed.as_str() {
            "demo" => return Ok(Document::demo()),
            "empty" => return Ok(Document::default()),
            file => file,
        };
        let text = std::fs::read_to_string(file)
            .map_err(|error| format!("--seed {file}: {error}; give a readable state document, `demo` or `empty`"))?;
        Document::parse(&text).map_err(|problems| {
            let first = problems.first().map(ToString::to_string).unwrap_or_default();
            format!("--seed {file}:{first} `usertwin check {file}` lists all {} problem(s)", problems.len())
        })
    }
}
