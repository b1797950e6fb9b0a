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

/// How long an attempt may take to connect, to send and to hear.
const LIMIT: Duration = Duration::from_secs(2);

/// The pause between two attempts.
const PAUSE: Duration = Duration::from_millis(50);

/// Runs the command.
pub fn run(arguments: &Arguments) -> ExitCode {
    let (shown, server) = match (&arguments.url, arguments.listen.reachable()) {
        (Some(url), _) => match authority(url) {
            Ok(authority) => (url.clone(), Server::At(authority)),
            Err(reason) => return bad_setting(format_args!("--url {url}: {reason}")),
        },
        (None, Some(address)) => (format!("http://{address}"), Server::At(address.to_string())),
        (None, None) => (arguments.listen.to_string(), Server::Behind(arguments.listen.clone())),
    };
    let deadline = Instant::now() + arguments.timeout;
    loop {
        match ask(&server) {
            Ok(()) => return ExitCode::SUCCESS,
            Err(error) if !arguments.wait || Instant::now() >= deadline => {
                eprintln!("usertwin: {shown}: {error}");
                return ExitCode::FAILURE;
            }
            Err(_) => std::thread::sleep(PAUSE),
        }
    }
}

/// The server to ask.
#[derive(Debug)]
enum Server {
    /// At a host and a port.
    At(String),
    /// Behind a Unix socket.
    Behind(Listen),
}

/// The bytes of a connection.
trait Stream: Read + Write {}

impl<T: Read + Write> Stream for T {}

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
fn ask(server: &Server) -> Result<(), String> {
    let status = status(server).map_err(|error| format!("it does not answer: {error}"))?;
    let authority = server.authority();
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
fn status(server: &Server) -> std::io::Result<String> {
    let refused = |text: &str| std::io::Error::other(text.to_owned());
    let (mut stream, authority) = (server.connect()?, server.authority());
    let request = format!("GET /_usertwin/health/ready HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut head = [0; 12];
    stream.read_exact(&mut head)?;
    let head = std::str::from_utf8(&head).ok().and_then(|head| head.strip_prefix("HTTP/1.1 "));
    head.map(str::to_owned).ok_or_else(|| refused("what answers is not this server"))
}

impl Server {
    fn authority(&self) -> &str {
        match self {
            Server::At(authority) => authority,
            Server::Behind(_) => "localhost",
        }
    }

    fn connect(&self) -> std::io::Result<Box<dyn Stream>> {
        match self {
            Server::At(authority) => {
                let no_host = || std::io::Error::other("no such host");
                let address = authority.to_socket_addrs()?.next().ok_or_else(no_host)?;
                let stream = TcpStream::connect_timeout(&address, LIMIT)?;
                stream.set_read_timeout(Some(LIMIT))?;
                stream.set_write_timeout(Some(LIMIT))?;
                Ok(Box::new(stream))
            }
            #[cfg(unix)]
            Server::Behind(Listen::Unix(path)) => {
                let stream = std::os::unix::net::UnixStream::connect(path)?;
                stream.set_read_timeout(Some(LIMIT))?;
                stream.set_write_timeout(Some(LIMIT))?;
                Ok(Box::new(stream))
            }
            Server::Behind(_) => Err(std::io::ErrorKind::Unsupported.into()),
        }
    }
}
