//! The settings of a server: one struct; each field has a sentence, a flag, a variable and a default. A server starts
//! without any of them.

mod listen;
mod values;

pub use listen::{Listen, reachable};
pub use values::duration;

use values::{count, host, idle_time, number, origin, origin_or_any, size, time_limit};

use clap::builder::{BoolishValueParser, NonEmptyStringValueParser};
use clap::{Args, Command, FromArgMatches, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

/// Settings of `usertwin serve`.
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// Address to listen on; port 0 picks a free one. `8080` and `:8080` are the port on 127.0.0.1, `localhost:8080` on
    /// both loopback addresses, `unix:PATH` is a Unix socket.
    #[arg(long, env = "USERTWIN_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: Listen,
    /// Serve HTTPS beside HTTP on the same port, with certificates of a local authority (`usertwin cert`).
    #[arg(long, env = "USERTWIN_TLS", value_parser = BoolishValueParser::new())]
    pub tls: bool,
    /// Serve HTTPS with the certificate in this PEM file, followed by those of its issuers.
    #[arg(long, env = "USERTWIN_TLS_CERT", value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// The private key of the certificate in `--tls-cert`, as PEM.
    #[arg(long, env = "USERTWIN_TLS_KEY", value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// Browser origin, e.g. `http://localhost:3000`, whose apps may call the emulated APIs, or `*` for all; may be
    /// repeated.
    #[arg(long, env = "USERTWIN_CORS", value_name = "ORIGIN", value_delimiter = ',', value_parser = origin_or_any)]
    pub cors: Vec<String>,
    /// Where worlds are stored: `sqlite::memory:` forgets at exit, `sqlite:FILE` survives a crash.
    #[arg(long, env = "USERTWIN_DATABASE", value_name = "URL", default_value = "sqlite::memory:")]
    pub database: String,
    /// State document every world starts from: a file, `demo` or `empty`.
    #[arg(long, env = "USERTWIN_SEED", value_name = "FILE|demo|empty", default_value = "demo")]
    pub seed: String,
    /// Which tokens are good: in `open` any that is not listed as bad, in `strict` only listed ones.
    #[arg(long, env = "USERTWIN_AUTH", value_name = "MODE", default_value = "open")]
    pub auth: AuthMode,
    /// Whether answers contain stored passwords, as the vendors' samples do.
    #[arg(long, env = "USERTWIN_PASSWORDS", value_name = "MODE", default_value = "echo")]
    pub passwords: Passwords,
    /// Bearer token that the control API requires, except for health checks.
    #[arg(long, env = "USERTWIN_CONTROL_TOKEN", value_name = "TOKEN", hide_env_values = true,
          value_parser = NonEmptyStringValueParser::new())]
    pub control_token: Option<String>,
    /// Host name, in addition to IP addresses and localhost, that may reach the control API; may be repeated.
    #[arg(long, env = "USERTWIN_ALLOWED_HOST", value_name = "NAME", value_delimiter = ',', value_parser = host)]
    pub allowed_host: Vec<String>,
    /// Browser origin, e.g. `http://localhost:3000`, that may call the control API; may be repeated.
    #[arg(long, env = "USERTWIN_ALLOWED_ORIGIN", value_name = "URL", value_delimiter = ',', value_parser = origin)]
    pub allowed_origin: Vec<String>,
    /// Make identifiers repeatable: the same number gives every world the same sequence in every run.
    #[arg(long, env = "USERTWIN_IDS_SEED", value_name = "N", value_parser = number(0..=u64::MAX))]
    pub ids_seed: Option<u64>,
    /// Show the framework's error details, as a local caller of the real service sees them.
    #[arg(long, env = "USERTWIN_ERROR_DETAIL", value_parser = BoolishValueParser::new())]
    pub error_detail: bool,
    /// Largest request body, e.g. `10MB` or `256MiB`; a larger one is answered 413.
    #[arg(long, env = "USERTWIN_BODY_LIMIT", value_name = "BYTES", default_value = "256MiB",
          value_parser = size(0..=usize::MAX))]
    pub body_limit: usize,
    /// Memory for all request bodies above 64 KiB together; further ones wait for it.
    #[arg(long, env = "USERTWIN_UPLOAD_MEMORY", value_name = "BYTES", default_value = "1GiB",
          value_parser = size(1..=usize::MAX))]
    pub upload_memory: usize,
    /// Memory for all answers above 64 KiB on their way to slow clients; beyond it the slowest are cut off.
    #[arg(long, env = "USERTWIN_ANSWER_MEMORY", value_name = "BYTES", default_value = "1GiB",
          value_parser = size(0..=usize::MAX))]
    pub answer_memory: usize,
    /// Memory for answers about single users that are kept until the user changes, of all worlds together.
    #[arg(long, env = "USERTWIN_ANSWER_CACHE", value_name = "BYTES", default_value = "128MiB",
          value_parser = size(0..=usize::MAX))]
    pub answer_cache: usize,
    /// How deep a request body may nest; a deeper one is answered 400.
    #[arg(long, env = "USERTWIN_DEPTH_LIMIT", value_name = "N", default_value_t = crate::codec::MAX_DEPTH,
          value_parser = count(1..=10_000))]
    pub depth_limit: usize,
    /// Longest path and query; a longer one is answered 414.
    #[arg(long, env = "USERTWIN_URI_LIMIT", value_name = "BYTES", default_value = "8KiB",
          value_parser = size(1..=65_534))]
    pub uri_limit: usize,
    /// Largest request head, request line and headers; a larger one is answered 431.
    #[arg(long, env = "USERTWIN_HEADER_LIMIT", value_name = "BYTES", default_value = "40KiB",
          value_parser = size(1..=usize::MAX))]
    pub header_limit: usize,
    /// How many headers a request may have; one with more is answered 431.
    #[arg(long, env = "USERTWIN_HEADER_COUNT", value_name = "N", default_value_t = 100,
          value_parser = count(1..=10_000))]
    pub header_count: usize,
    /// How long a client may take to send a request's head, pause in a body, which is answered 408, or pause in taking
    /// an answer.
    #[arg(long, env = "USERTWIN_REQUEST_TIMEOUT", value_name = "TIME", default_value = "30s", value_parser = time_limit)]
    pub request_timeout: Duration,
    /// How long a connection may be open without a request.
    #[arg(long, env = "USERTWIN_IDLE_TIMEOUT", value_name = "TIME", default_value = "2m", value_parser = time_limit)]
    pub idle_timeout: Duration,
    /// How many connections may be open at once; further ones wait until one closes.
    #[arg(long, env = "USERTWIN_MAX_CONNECTIONS", value_name = "N", default_value_t = 4096,
          value_parser = count(1..=usize::MAX))]
    pub max_connections: usize,
    /// How many worlds may exist at once.
    #[arg(long, env = "USERTWIN_MAX_WORLDS", value_name = "N", default_value_t = 1000,
          value_parser = count(1..=usize::MAX))]
    pub max_worlds: usize,
    /// Which worlds exist: in `open` the first use of a name makes one, in `listed` only a control call does.
    #[arg(long, env = "USERTWIN_WORLDS", value_name = "MODE", default_value = "open")]
    pub worlds: WorldsMode,
    /// Drop worlds that nobody used for this long, `30m` or `PT30M`; never `main`, and never one that a control call
    /// made unless it asked for that.
    #[arg(long, env = "USERTWIN_WORLD_IDLE", value_name = "TIME", value_parser = idle_time)]
    pub world_idle: Option<Duration>,
    /// How many exchanges the journal of each world keeps; the oldest go first.
    #[arg(long, env = "USERTWIN_JOURNAL_LIMIT", value_name = "N", default_value_t = 10_000,
          value_parser = count(0..=usize::MAX))]
    pub journal_limit: usize,
    /// Memory for the journals of all worlds together; the world that holds the most gives way first.
    #[arg(long, env = "USERTWIN_JOURNAL_MEMORY", value_name = "BYTES", default_value = "256MiB",
          value_parser = size(0..=usize::MAX))]
    pub journal_memory: usize,
    /// Keep tokens and passwords in the journal unmasked.
    #[arg(long, env = "USERTWIN_JOURNAL_SECRETS", value_parser = BoolishValueParser::new())]
    pub journal_secrets: bool,
    /// Lowest level that is logged to stderr: error, warn, info, debug, trace, or off.
    #[arg(long, env = "USERTWIN_LOG", value_name = "LEVEL", default_value = "info")]
    pub log: tracing::level_filters::LevelFilter,
    /// Shape of log lines.
    #[arg(long, env = "USERTWIN_LOG_FORMAT", value_name = "FORMAT", default_value = "text")]
    pub log_format: LogFormat,
    /// End, as on SIGTERM, when standard input closes, so that no server outlives the program that started it.
    #[arg(long, env = "USERTWIN_EXIT_WITH_STDIN", value_parser = BoolishValueParser::new())]
    pub exit_with_stdin: bool,
}

/// Which bearer tokens are good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AuthMode {
    /// A token is required where the API documents one; any that is not listed as bad is good, with advice.
    Open,
    /// Only listed or issued tokens are good, on every API.
    Strict,
}

/// Which worlds exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WorldsMode {
    /// The first use of a name makes a world.
    Open,
    /// Only those that a control call made, and `main`.
    Listed,
}

/// How answers show stored passwords.
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
    /// Lines for people.
    Text,
    /// Lines for machines, one JSON object each.
    Json,
}

impl Config {
    /// The settings of these flags without the environment, so that a server inside a test is the same on every machine.
    ///
    /// # Errors
    /// A sentence about the first flag that is wrong.
    pub fn from_flags(flags: &[&str]) -> Result<Config, String> {
        let command = Config::augment_args(Command::new("usertwin")).no_binary_name(true);
        let command = with_negative_values(command.mut_args(|argument| argument.env(None::<&str>)));
        let matches = command.try_get_matches_from(flags);
        matches.and_then(|matches| Config::from_arg_matches(&matches)).map_err(|error| error.to_string())
    }

    /// The same settings with any free port.
    #[must_use]
    pub(crate) fn on_a_free_port(mut self) -> Config {
        self.listen = self.listen.with_a_free_port();
        self
    }
}

/// A reader of sizes in bytes, for the settings of other commands.
pub(crate) fn any_size() -> impl Fn(&str) -> Result<usize, String> + Clone + Send + Sync {
    size(0..=usize::MAX)
}

/// The command line so that `-1` is the value of the flag before it, whose own refusal says what it takes.
pub(crate) fn with_negative_values(command: Command) -> Command {
    let command =
        command.mut_args(|argument| match argument.get_long().is_some() && argument.get_action().takes_values() {
            true => argument.allow_negative_numbers(true),
            false => argument,
        });
    command.mut_subcommands(with_negative_values)
}
