//! `usertwin ready`: asks for a server's health. An image needs no curl for its health check, and a CI script waits
//! with the same command.

use super::bad_setting;
use crate::config::{Listen, duration};
use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The server to ask; without it the one that listens where `--listen` says.
    #[arg(long, env = "USERTWIN_URL", value_name = "URL")]
    url: Option<String>,
    /// The address that the server was told to listen on.
    #[arg(long, env = "USERTWIN_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: Listen,
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
    let url = arguments.url.clone().unwrap_or_else(|| format!("http://{}", arguments.listen.reachable()));
    let authority = match authority(&url) {
        Ok(authority) => authority,
        Err(reason) => return bad_setting(format_args!("--url {url}: {reason}")),
    };
    let deadline = Instant::now() + arguments.timeout;
    loop {
        match ask(&authority) {
            Ok(()) => return ExitCode::SUCCESS,
            Err(error) if !arguments.wait || Instant::now() >= deadline => {
                eprintln!("usertwin: {url}: {error}");
                return ExitCode::FAILURE;
            }
            Err(_) => std::thread::sleep(PAUSE),
        }
    }
}

/// The host and port of an address, whatever its path: the address of an API or a world leads to its server.
fn authority(url: &str) -> Result<String, String> {
    let rest = url.strip_prefix("http://").ok_or("give an address such as http://127.0.0.1:8080")?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = match authority.rsplit_once(':') {
        // A colon inside brackets belongs to an IPv6 address.
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (authority, "80"),
    };
    if host.is_empty() {
        return Err("the address names no host".to_owned());
    }
    match port.parse::<u16>() {
        Ok(1..) => Ok(format!("{host}:{port}")),
        _ => Err(format!("'{port}' is not a port")),
    }
}

/// One attempt; an answer other than 200 is an error.
fn ask(authority: &str) -> Result<(), String> {
    let status = status(authority).map_err(|error| format!("it does not answer: {error}"))?;
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    match status.as_str() {
        "200" => Ok(()),
        "403" => Err(format!(
            "it answers 403: its control API does not know the host '{host}'; start it with --allowed-host {host}, or ask \
             by its address"
        )),
        status => Err(format!("it answers {status}, not that it is ready")),
    }
}

/// The status of the answer to a question for readiness.
fn status(authority: &str) -> std::io::Result<String> {
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
    let head = std::str::from_utf8(&head).ok().and_then(|head| head.strip_prefix("HTTP/1.1 "));
    head.map(str::to_owned).ok_or_else(|| refused("what answers is not this server"))
}
