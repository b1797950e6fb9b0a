//! Where a server listens, as people write it: an address and a port, a port alone, `localhost` with a port, or a Unix
//! socket.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

/// Where a server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listen {
    /// One address.
    Address(SocketAddr),
    /// A port on 127.0.0.1 and on `[::1]`, for clients that take `localhost` for either.
    Localhost(u16),
    /// A Unix socket.
    Unix(PathBuf),
}

impl Listen {
    /// The same with any free port.
    #[must_use]
    pub(crate) fn with_a_free_port(self) -> Listen {
        match self {
            Listen::Address(address) => Listen::Address(SocketAddr::new(address.ip(), 0)),
            Listen::Localhost(_) => Listen::Localhost(0),
            Listen::Unix(path) => Listen::Unix(path),
        }
    }

    /// The address at which this machine reaches a server that listens here, maybe on all of its addresses; none for a
    /// Unix socket.
    #[must_use]
    pub fn reachable(&self) -> Option<SocketAddr> {
        match self {
            Listen::Address(address) => Some(reachable(*address)),
            Listen::Localhost(port) => Some(SocketAddr::from((Ipv4Addr::LOCALHOST, *port))),
            Listen::Unix(_) => None,
        }
    }
}

/// The address at which this machine reaches a listener that may listen on all of its addresses.
#[must_use]
pub fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

impl FromStr for Listen {
    type Err = String;

    /// Reads an address. chosen: a port alone, or with a colon in front, is on 127.0.0.1, because a server that is
    /// reached from elsewhere should be meant to be.
    fn from_str(text: &str) -> Result<Listen, String> {
        if let Some(path) = text.strip_prefix("unix:") {
            return match path {
                "" => Err("give the path of a socket such as unix:/tmp/usertwin.sock".to_owned()),
                path if cfg!(unix) => Ok(Listen::Unix(PathBuf::from(path))),
                _ => Err("there are no Unix sockets on this system; give an address and a port".to_owned()),
            };
        }
        // Numbers in Rust may begin with a plus.
        let number = |text: &str| text.parse::<u16>().ok().filter(|_| !text.starts_with('+'));
        let host = "localhost:";
        if let Some((front, port)) = text.split_at_checked(host.len())
            && front.eq_ignore_ascii_case(host)
            && let Some(port) = number(port)
        {
            return Ok(Listen::Localhost(port));
        }
        match number(text.strip_prefix(':').unwrap_or(text)) {
            Some(port) => Ok(Listen::Address(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))),
            None => text.parse().map(Listen::Address).map_err(|_| {
                "give an address and a port such as 127.0.0.1:8080, [::1]:8080, localhost:8080 or 8080, or unix:PATH"
                    .to_owned()
            }),
        }
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Listen::Address(address) => address.fmt(formatter),
            Listen::Localhost(port) => write!(formatter, "localhost:{port}"),
            Listen::Unix(path) => write!(formatter, "unix:{}", path.display()),
        }
    }
}
