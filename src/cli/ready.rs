//! `usertwin ready`: asks for a server's health. An image needs no curl for its health check, and a CI script waits
//! with the same command.

use super::bad_setting;
use crate::config::duration;
use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The server to ask.
    #[arg(long, env = "USERTWIN_URL", value_name = "URL", default_value = "http://127.0.0.1:8080")]
    url: String,
    /// Keep asking until it answers.
    #[arg(long)]
    wait: bool,
    /// How long to keep asking, e.g. `30s` or `500ms`.
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration)]
    timeout: Duration,
}

/// The pause between two attempts.
const PAUSE: Duration = Duration::from_millis(50);

/// Runs the command.
pub fn run(arguments: &Arguments) -> ExitCode {
    let Some(host) = arguments.url.strip_prefix("http://").map(|rest| rest.trim_end_matches('/')) else {
        return bad_setting(format_args!("--url {}: give an address such as http://127.0.0.1:8080", arguments.url));
    };
    let authority = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
    let deadline = Instant::now() + arguments.timeout;
    loop {
        match ask(&authority) {
            Ok(()) => return ExitCode::SUCCESS,
            Err(error) if !arguments.wait || Instant::now() >= deadline => {
                eprintln!("usertwin: {} does not answer: {error}", arguments.url);
                return ExitCode::FAILURE;
            }
            Err(_) => std::thread::sleep(PAUSE),
        }
    }
}

/// One attempt; an answer other than 200 is an error.
fn ask(authority: &str) -> std::io::Result<()> {
    let refused = |text: &str| std::io::Error::other(text.to_owned());
    let limit = Duration::from_secs(2);
    let address = authority.to_socket_addrs()?.next().ok_or_else(|| refused("no such host"))?;
    let mut stream = TcpStream::connect_timeout(&address, limit)?;
    stream.set_read_timeout(Some(limit))?;
    stream.set_write_timeout(Some(limit))?;
    let request = format!("GET /_usertwin/health/ready HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut head = [0; 12];
    stream.read_exact(&mut head)?;
    if head.ends_with(b" 200") { Ok(()) } else { Err(refused("it answers, but not that it is ready")) }
}
