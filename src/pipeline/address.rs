//! Which world and which API a request addresses: `/w/{world}` in front of a path, or `{world}.localhost` as host
//! (spec/control.md §2). What was taken off the path becomes part of the base of every link the server writes.

use crate::apis::{self, Mount};
use crate::store::WorldName;
use http::header::HOST;
use http::{HeaderMap, HeaderName};
use std::borrow::Cow;

static FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
static FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// A request's address, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address<'a> {
    /// The world, `main` when none is named.
    pub world: WorldName,
    /// The path without the world's prefix.
    pub path: &'a str,
    /// `http://host` with the world's prefix, without a trailing slash.
    pub base: String,
}

/// Why an address is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no name of a world: 1 to 64 of A-Z a-z 0-9 . _ - are")]
pub struct BadWorld(pub String);

impl<'a> Address<'a> {
    /// Takes a path and the headers apart.
    ///
    /// # Errors
    /// When a world is named with a name that none can have.
    pub fn of(path: &'a str, headers: &HeaderMap) -> Result<Address<'a>, BadWorld> {
        let origin = origin(headers);
        if let Some(rest) = path.strip_prefix("/w/") {
            let end = rest.find('/').unwrap_or(rest.len());
            let (name, path) = rest.split_at(end);
            let base = format!("{origin}/w/{name}");
            let path = if path.is_empty() { "/" } else { path };
            return Ok(Address { world: world(name)?, path, base });
        }
        let world = match host(headers).and_then(world_of_host) {
            Some(name) => world(name)?,
            None => WorldName::main(),
        };
        Ok(Address { world, path, base: origin })
    }

    /// The API and the mount behind the path, with the path below the mount's virtual directory.
    #[must_use]
    pub fn api(&self) -> Option<(usize, &'static Mount, &'a str)> {
        let (api, mount) = apis::owner_of(self.path)?;
        Some((api, mount, self.path.get(mount.directory.len()..)?))
    }
}

/// A path for logs and command lines: what is no visible ASCII is percent-encoded, which means the same to a server and
/// can neither start a line nor steer a terminal.
#[must_use]
pub fn visible(path: &str) -> Cow<'_, str> {
    if path.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Cow::Borrowed(path);
    }
    let shown = |byte: u8| match byte.is_ascii_graphic() {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    Cow::Owned(path.bytes().map(shown).collect())
}

fn world(name: &str) -> Result<WorldName, BadWorld> {
    name.parse().map_err(|_| BadWorld(name.to_owned()))
}

/// `scheme://host` as the client, or the proxy in front of us, knows it.
fn origin(headers: &HeaderMap) -> String {
    let forwarded = |name: &HeaderName| {
        let list = headers.get(name)?.to_str().ok()?;
        list.split(',').next().map(str::trim).filter(|value| !value.is_empty())
    };
    let scheme = forwarded(&FORWARDED_PROTO).filter(|scheme| matches!(*scheme, "http" | "https")).unwrap_or("http");
    let host = forwarded(&FORWARDED_HOST).filter(|host| is_host(host)).or_else(|| host(headers));
    [scheme, "://", host.filter(|host| is_host(host)).unwrap_or("localhost")].concat()
}

/// Whether a text may stand between `//` and the path of a link: a name or an address, with a port or without. chosen:
/// what may not counts as not sent.
fn is_host(text: &str) -> bool {
    let may = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b':' | b'[' | b']');
    !text.is_empty() && text.bytes().all(may)
}

fn host(headers: &HeaderMap) -> Option<&str> {
    headers.get(HOST)?.to_str().ok()
}

fn world_of_host(host: &str) -> Option<&str> {
    let name = host.split(':').next().unwrap_or(host);
    let (world, rest) = name.split_at_checked(name.len().checked_sub(".localhost".len())?)?;
    (rest.eq_ignore_ascii_case(".localhost") && !world.is_empty()).then_some(world)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_path_is_shown_in_visible_letters() {
        assert_eq!(visible("/a/%20b?c"), "/a/%20b?c");
        assert_eq!(visible("/a b\n\u{1b}[31m\u{9b}é"), "/a%20b%0A%1B[31m%C2%9B%C3%A9");
    }

    #[test]
    fn a_prefix_names_a_world_and_stays_in_links() {
        let headers = headers(&[("host", "localhost:8080")]);
        let address = Address::of("/w/t-1/v1/core/Accounts/2/users/1", &headers).unwrap();
        assert_eq!(address.world.as_str(), "t-1");
        assert_eq!(address.path, "/v1/core/Accounts/2/users/1");
        assert_eq!(address.base, "http://localhost:8080/w/t-1");
    }

    #[test]
    fn a_host_below_localhost_names_a_world() {
        let address = Address::of("/v1", &headers(&[("host", "t2.localhost:8080")])).unwrap();
        assert_eq!((address.world.as_str(), address.base.as_str()), ("t2", "http://t2.localhost:8080"));
    }

    #[test]
    fn forwarded_headers_win_and_the_world_is_main() {
        let headers = headers(&[("host", "a"), ("x-forwarded-host", "b:9, c"), ("x-forwarded-proto", "https")]);
        let address = Address::of("/v1", &headers).unwrap();
        assert_eq!((address.world.as_str(), address.base.as_str()), ("main", "https://b:9"));
    }

    #[test]
    fn what_is_no_host_comes_into_no_link() {
        for (name, value) in [("x-forwarded-host", "a/"), ("x-forwarded-host", "a b"), ("x-forwarded-proto", "java:")] {
            let headers = headers(&[("host", "b:9"), (name, value)]);
            assert_eq!(Address::of("/v1", &headers).unwrap().base, "http://b:9", "{name}: {value}");
        }
        assert_eq!(Address::of("/v1", &headers(&[("host", "a?<b>")])).unwrap().base, "http://localhost");
    }

    #[test]
    fn a_name_that_no_world_can_have_is_refused() {
        assert!(Address::of("/w//v1", &HeaderMap::new()).is_err());
        assert!(Address::of("/w/a%20b/v1", &HeaderMap::new()).is_err());
    }

    #[test]
    fn the_longest_mount_owns_a_path() {
        for (path, api, below) in [
            ("/pbnb/v1/core/x", 0, "/v1/core/x"),
            ("/V1/CORE/x", 0, "/V1/CORE/x"),
            ("/api/v1.0/accounts", 1, "/v1.0/accounts"),
            ("/v1.0/accounts", 1, "/v1.0/accounts"),
            ("/external/api/v3/user", 2, "/external/api/v3/user"),
            ("/api/v1/admin/users", 3, "/api/v1/admin/users"),
        ] {
            let address = Address::of(path, &HeaderMap::new()).unwrap();
            assert_eq!(address.api().map(|(n, _, path)| (n, path)), Some((api, below)), "{path}");
        }
        assert_eq!(Address::of("/v1.1/x", &HeaderMap::new()).unwrap().api().map(|(n, ..)| n), None);
    }
}
