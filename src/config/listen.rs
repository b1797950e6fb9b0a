//! Where a server listens, as people write it.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

/// Where a server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listen {
    /// An address and a port.
    Address(SocketAddr),
    /// A port of both loopback addresses: `localhost` is one of them to one client and the other to the next.
    Localhost(u16),
}

impl Listen {
    /// The same addresses with any free port.
    #[must_use]
    pub fn with_a_free_port(self) -> Listen {
        match self {
            Listen::Address(address) => Listen::Address(SocketAddr::new(address.ip(), 0)),
            Listen::Localhost(_) => Listen::Localhost(0),
        }
    }

    /// An address at which this machine reaches the server; the port is 0 where any was asked for.
    #[must_use]
    pub fn reachable(&self) -> SocketAddr {
        match *self {
            Listen::Address(address) => reachable(address),
            Listen::Localhost(port) => (Ipv4Addr::LOCALHOST, port).into(),
        }
    }
}

/// The address at which this machine reaches a socket that may listen on all of its addresses.
#[must_use]
pub fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// chosen: a port alone, with or without a colon in front, is one of 127.0.0.1 as in the default, because a server that
/// is reached from elsewhere should be meant to be.
impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Listen, String> {
        let port = |text: &str| text.parse::<u16>().ok().filter(|_| !text.starts_with('+'));
        if let Some((host, behind)) = text.rsplit_once(':')
            && host.eq_ignore_ascii_case("localhost")
            && let Some(port) = port(behind)
        {
            return Ok(Listen::Localhost(port));
        }
        if let Some(port) = port(text.strip_prefix(':').unwrap_or(text)) {
            return Ok(Listen::Address((Ipv4Addr::LOCALHOST, port).into()));
        }
        let address = text.parse().map(Listen::Address);
        address
            .map_err(|_| "give an address and a port such as 127.0.0.1:8080, [::1]:8080, localhost:8080 or 8080".into())
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Listen::Address(address) => address.fmt(out),
            Listen::Localhost(port) => write!(out, "localhost:{port}"),
        }
    }
}
