//! Which world a request addresses: `/w/{world}` in front of a path, or `{world}.localhost` as host
//! (docs/spec/control.md §2). The prefix becomes part of the base of every link that the server writes.

use crate::listener::{Secure, below_localhost};
use crate::store::WorldName;
use axum::extract::OriginalUri;
use http::header::HOST;
use http::{Extensions, HeaderMap, HeaderName, Uri};
use std::net::{IpAddr, Ipv6Addr};

static FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
static FORWARDED: HeaderName = http::header::FORWARDED;
static FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// The first segment of the control API's paths.
pub const CONTROL: &str = "/_usertwin";

/// The parts of a request's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address<'a> {
    /// The world, `main` unless one is named.
    pub world: WorldName,
    /// The path without the world's prefix.
    pub path: &'a str,
    /// `http://host` with the path at which the router is nested and the world's prefix, without a trailing slash.
    pub base: String,
}

/// Why an address cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not the name of a world: 1 to 64 of A-Z a-z 0-9 . _ - are, but not '.', '..' or 'seed'")]
pub struct BadWorld(pub String);

/// How a request reached the router: what a link begins with and the request's headers do not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// `http` or `https`, as this server was asked; a proxy in front may have been asked otherwise.
    pub scheme: &'static str,
    /// The path at which another axum program has nested the router; empty at the root.
    pub nest: &'a str,
}

impl<'a> Place<'a> {
    /// The place of the router.
    #[must_use]
    pub fn of(uri: &Uri, extensions: &'a Extensions) -> Place<'a> {
        let original = extensions.get::<OriginalUri>().map(|OriginalUri(original)| original.path());
        let nest = original.and_then(|original| original.strip_suffix(uri.path())).unwrap_or_default();
        Place { scheme: scheme_of(extensions), nest }
    }
}

fn scheme_of(extensions: &Extensions) -> &'static str {
    if extensions.get::<Secure>().is_some() { "https" } else { "http" }
}

impl<'a> Address<'a> {
    /// Reads a path and the headers of a request to a router at a place.
    ///
    /// # Errors
    /// When the path names a world by a name that none can have.
    pub fn parse(place: Place, path: &'a str, headers: &HeaderMap) -> Result<Address<'a>, BadWorld> {
        let in_world = path.trim_start_matches('/').strip_prefix("w/").filter(|_| path.starts_with('/'));
        if let Some(rest) = in_world {
            let end = rest.find('/').unwrap_or(rest.len());
            let (name, path) = rest.split_at(end);
            let base = base(headers, host(headers), place, &["/w/", name]);
            let path = if path.is_empty() { "/" } else { path };
            return Ok(Address { world: world(name)?, path, base });
        }
        let host = host(headers);
        let world = match host.and_then(world_of_host) {
            // A browser sends names in lower case, whatever was typed.
            Some(name) if name.bytes().any(|byte| byte.is_ascii_uppercase()) => world(&name.to_ascii_lowercase())?,
            Some(name) => world(name)?,
            None => WorldName::main(),
        };
        Ok(Address { world, path, base: base(headers, host, place, &[]) })
    }
}

/// The path at which the router is nested, by a request to the control API, whose path may name a world in front.
#[must_use]
pub fn nest_of_control(original: &Uri) -> &str {
    let path = original.path();
    let whole = |behind: &str| behind.is_empty() || behind.starts_with('/');
    let mut found = path.match_indices(CONTROL).map(|(at, _)| path.split_at(at));
    let found = found.find(|(_, behind)| behind.strip_prefix(CONTROL).is_some_and(whole));
    let front = found.map(|(front, _)| front).unwrap_or_default();
    match front.rsplit_once('/') {
        Some((rest, _)) => rest.strip_suffix("/w").unwrap_or(front),
        None => front,
    }
}

/// The path as it was meant, where a world is named behind its first segments: `/api/w/t1/v1.0` for `/w/t1/api/v1.0`. A
/// client does that which appends the world to an API's base address.
#[must_use]
pub fn with_world_in_front(path: &str) -> Option<String> {
    path.match_indices("/w/").find_map(|(at, _)| {
        let (front, behind) = (path.get(..at)?, path.get(at + "/w/".len()..)?);
        let (name, rest) = behind.split_at(behind.find('/').unwrap_or(behind.len()));
        let name: WorldName = name.parse().ok()?;
        Some(format!("/w/{name}{front}{rest}"))
    })
}

fn world(name: &str) -> Result<WorldName, BadWorld> {
    name.parse().map_err(|_| BadWorld(name.to_owned()))
}

/// `scheme://host` as the client, or the proxy in front of the server, knows it, and a path below it.
fn base(headers: &HeaderMap, host: Option<&str>, place: Place, path: &[&str]) -> String {
    let forwarded = Forwarded::of(headers);
    let scheme = forwarded.proto.unwrap_or(place.scheme);
    let host = forwarded.host.or_else(|| host.filter(|host| is_host(host))).unwrap_or("localhost");
    let length = path.iter().map(|part| part.len()).sum::<usize>();
    let mut base = String::with_capacity(scheme.len() + host.len() + place.nest.len() + length + 3);
    [scheme, "://", host, place.nest].iter().chain(path).for_each(|part| base.push_str(part));
    base
}

/// What the proxy nearest to the client was asked.
#[derive(Debug, Default)]
struct Forwarded<'a> {
    proto: Option<&'a str>,
    host: Option<&'a str>,
}

impl<'a> Forwarded<'a> {
    /// Reads `X-Forwarded-Proto` and `X-Forwarded-Host`, or, for what they do not say, `Forwarded` (RFC 7239).
    fn of(headers: &'a HeaderMap) -> Forwarded<'a> {
        // Comparing the few names of a request costs less than hashing ours.
        if !headers.keys().any(|name| [&FORWARDED_PROTO, &FORWARDED_HOST, &FORWARDED].contains(&name)) {
            return Forwarded::default();
        }
        let first = |name: &HeaderName| {
            let list = headers.get(name)?.to_str().ok()?;
            list.split(',').next().map(str::trim).filter(|value| !value.is_empty())
        };
        let is_scheme = |scheme: &&str| matches!(*scheme, "http" | "https");
        let (proto, host) =
            (first(&FORWARDED_PROTO).filter(is_scheme), first(&FORWARDED_HOST).filter(|it| is_host(it)));
        let Some(element) = first(&FORWARDED).filter(|_| proto.is_none() || host.is_none()) else {
            return Forwarded { proto, host };
        };
        let said = |wanted: &str| {
            let mut pairs = element.split(';').filter_map(|pair| pair.split_once('='));
            let (_, value) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted))?;
            Some(value.trim().trim_matches('"'))
        };
        Forwarded {
            proto: proto.or_else(|| said("proto").filter(is_scheme)),
            host: host.or_else(|| said("host").filter(|it| is_host(it))),
        }
    }
}

/// Whether a text may stand between `//` and the path of a link: a name or an address, with or without a port. chosen:
/// any other text counts as not sent.
fn is_host(text: &str) -> bool {
    let may = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b':' | b'[' | b']');
    !text.is_empty() && text.bytes().all(may)
}

fn host(headers: &HeaderMap) -> Option<&str> {
    headers.get(HOST)?.to_str().ok()
}

fn world_of_host(host: &str) -> Option<&str> {
    below_localhost(name_and_port(host).0)
}

/// A host as its name, an IPv6 address without its brackets, and what stands behind it: a colon with the port, or
/// nothing.
#[must_use]
pub fn name_and_port(host: &str) -> (&str, &str) {
    match host.strip_prefix('[') {
        Some(rest) => rest.split_once(']').unwrap_or((rest, "")),
        None => host.split_at(host.bytes().position(|byte| byte == b':').unwrap_or(host.len())),
    }
}

/// Whether a `Host` cannot be a rebound name: an IP address, `localhost`, a name below it, or listed.
#[must_use]
pub fn is_known_host(host: &str, listed: &[String]) -> bool {
    let (name, behind) = name_and_port(host);
    if !behind.strip_prefix(':').unwrap_or(behind).bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let address =
        || if host.starts_with('[') { name.parse::<Ipv6Addr>().is_ok() } else { name.parse::<IpAddr>().is_ok() };
    let plain = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
    let rooted = name.strip_suffix('.').unwrap_or(name);
    rooted.eq_ignore_ascii_case("localhost")
        || address()
        || below_localhost(name).is_some_and(plain)
        || listed.iter().any(|known| known.eq_ignore_ascii_case(rooted) || known.eq_ignore_ascii_case(host))
}

/// The host of a request that is not known, if there is one. The request line may name a host as well, which takes
/// precedence in HTTP: then both must be known.
#[must_use]
pub fn unknown_host<'a>(headers: &'a HeaderMap, uri: &'a Uri, listed: &[String]) -> Option<&'a str> {
    let line = uri.authority().map(http::uri::Authority::as_str);
    let sent = headers.get(HOST).map(|host| host.to_str().unwrap_or_default());
    [sent, line].into_iter().flatten().find(|host| !is_known_host(host, listed))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: Place = Place { scheme: "http", nest: "" };

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_prefix_names_a_world_and_stays_in_links() {
        let headers = headers(&[("host", "localhost:8080")]);
        let address = Address::parse(ROOT, "/w/t-1/v1/core/Accounts/2/users/1", &headers).unwrap();
        assert_eq!(address.world.as_str(), "t-1");
        assert_eq!(address.path, "/v1/core/Accounts/2/users/1");
        assert_eq!(address.base, "http://localhost:8080/w/t-1");
    }

    #[test]
    fn a_host_below_localhost_names_a_world() {
        let address = Address::parse(ROOT, "/v1", &headers(&[("host", "t2.localhost:8080")])).unwrap();
        assert_eq!((address.world.as_str(), address.base.as_str()), ("t2", "http://t2.localhost:8080"));
    }

    #[test]
    fn a_host_below_localhost_is_the_same_world_in_any_case_and_with_a_dot_behind() {
        for host in ["hw.localhost", "HW.localhost", "Hw.LocalHost:80", "hw.localhost.", "hw.localhost.:8080"] {
            assert_eq!(
                Address::parse(ROOT, "/v1", &headers(&[("host", host)])).unwrap().world.as_str(),
                "hw",
                "{host}"
            );
        }
        assert_eq!(Address::parse(ROOT, "/w/HW/v1", &HeaderMap::new()).unwrap().world.as_str(), "HW");
    }

    #[test]
    fn names_that_mean_something_else_are_no_worlds() {
        for path in ["/w/./v1", "/w/../v1", "/w/seed/v1"] {
            assert!(Address::parse(ROOT, path, &HeaderMap::new()).is_err(), "{path}");
        }
        assert!(Address::parse(ROOT, "/v1", &headers(&[("host", "Seed.localhost")])).is_err());
    }

    #[test]
    fn a_world_behind_the_first_segments_is_moved_in_front_of_them() {
        for (path, meant) in [
            ("/api/w/t1/v1.0/accounts", Some("/w/t1/api/v1.0/accounts")),
            ("/w/t1", Some("/w/t1")),
            ("/pbnb/w/a/w/b", Some("/w/a/pbnb/w/b")),
            ("/api/w/", None),
            ("/api/w/a%20b/v1.0", None),
            ("/api/v1.0/www/x", None),
        ] {
            assert_eq!(with_world_in_front(path).as_deref(), meant, "{path}");
        }
    }

    #[test]
    fn only_names_that_cannot_be_rebound_are_known_hosts() {
        let listed = ["twin.test".to_owned()];
        for host in [
            "127.0.0.1:80",
            "[::1]:8080",
            "10.0.0.1",
            "LocalHost:1",
            "a.localhost",
            "localhost.",
            "a.localhost.:1",
            "Twin.test:8080",
        ] {
            assert!(is_known_host(host, &listed), "{host}");
        }
        for host in ["", "evil.test", "localhost.evil.test", "127.0.0.1.evil.test", "[evil]:80", "notlocalhost"]
            .into_iter()
            .chain([
                "[::1].evil.test",
                "localhost:80@evil.test",
                "localhost:evil.test",
                "localhost..",
                "2130706433",
                "evil.test/.localhost",
            ])
        {
            assert!(!is_known_host(host, &listed), "{host}");
        }
    }

    #[test]
    fn forwarded_headers_win_and_the_world_is_main() {
        let headers = headers(&[("host", "a"), ("x-forwarded-host", "b:9, c"), ("x-forwarded-proto", "https")]);
        let address = Address::parse(ROOT, "/v1", &headers).unwrap();
        assert_eq!((address.world.as_str(), address.base.as_str()), ("main", "https://b:9"));
    }

    #[test]
    fn a_request_over_tls_has_https_in_its_links_unless_a_proxy_was_asked_otherwise() {
        let place = Place { scheme: "https", nest: "" };
        let base = |pairs: &[(&'static str, &'static str)]| Address::parse(place, "/v1", &headers(pairs)).unwrap().base;
        assert_eq!(base(&[("host", "a")]), "https://a");
        assert_eq!(base(&[("host", "a"), ("x-forwarded-proto", "http")]), "http://a");
    }

    #[test]
    fn the_standard_forwarded_header_is_read_where_the_older_ones_are_silent() {
        let base = |pairs: &[(&'static str, &'static str)]| Address::parse(ROOT, "/v1", &headers(pairs)).unwrap().base;
        let standard = r#"for=192.0.2.60; Proto=https ;host="api.test:8443", for=10.0.0.1;proto=http;host=inner"#;
        assert_eq!(base(&[("host", "a"), ("forwarded", standard)]), "https://api.test:8443");
        let older = ("x-forwarded-host", "older.test");
        assert_eq!(base(&[("host", "a"), ("forwarded", standard), older]), "https://older.test");
        assert_eq!(base(&[("host", "a"), ("forwarded", "for=1.2.3.4;host=a/b;proto=gopher")]), "http://a");
    }

    #[test]
    fn only_a_host_comes_into_a_link() {
        for (name, value) in [("x-forwarded-host", "a/"), ("x-forwarded-host", "a b"), ("x-forwarded-proto", "java:")] {
            let headers = headers(&[("host", "b:9"), (name, value)]);
            assert_eq!(Address::parse(ROOT, "/v1", &headers).unwrap().base, "http://b:9", "{name}: {value}");
        }
        assert_eq!(Address::parse(ROOT, "/v1", &headers(&[("host", "a?<b>")])).unwrap().base, "http://localhost");
    }

    #[test]
    fn a_name_that_no_world_can_have_is_refused() {
        assert!(Address::parse(ROOT, "/w//v1", &HeaderMap::new()).is_err());
        assert!(Address::parse(ROOT, "/w/a%20b/v1", &HeaderMap::new()).is_err());
    }

    #[test]
    fn links_begin_where_the_router_is_nested() {
        let address = Address::parse(Place { nest: "/mock", ..ROOT }, "/w/t/v1/x", &headers(&[("host", "a")])).unwrap();
        assert_eq!((address.path, address.base.as_str()), ("/v1/x", "http://a/mock/w/t"));
        let mut extensions = Extensions::new();
        assert_eq!(Place::of(&Uri::from_static("/v1/x"), &extensions).nest, "");
        extensions.insert(OriginalUri(Uri::from_static("/mock/v1/x?y")));
        assert_eq!(Place::of(&Uri::from_static("/v1/x?y"), &extensions).nest, "/mock");
    }

    #[test]
    fn the_control_api_knows_where_it_is_nested() {
        for (path, nest) in [
            ("/_usertwin/worlds", ""),
            ("/w/t/_usertwin/worlds", ""),
            ("/mock/_usertwin/worlds", "/mock"),
            ("/a/mock/w/t/_usertwin/worlds", "/a/mock"),
            ("/_usertwin-mock/_usertwin/worlds/_usertwin/state", "/_usertwin-mock"),
        ] {
            assert_eq!(nest_of_control(&Uri::from_static(path)), nest, "{path}");
        }
    }
}
