//! The address of a real service, as people write it.

use http::Uri;

/// Where a service is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    /// Whether TLS is spoken there.
    pub is_secure: bool,
    /// The host, without the brackets of IPv6.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Host and port as `Host` has them: the port where it is not the usual one.
    pub authority: String,
    /// What stands in front of every path; empty, or with a slash at its front and none at its end.
    pub directory: String,
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// A sentence with an example.
    pub(super) fn parse(text: &str) -> Result<Address, String> {
        let refused = || "give the address of the service such as https://api.vendor.example".to_owned();
        let uri: Uri = text.trim().parse().map_err(|_| refused())?;
        let is_secure = match uri.scheme_str().map(str::to_ascii_lowercase).as_deref() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(refused()),
        };
        let named = uri.authority().ok_or_else(refused)?;
        if named.as_str().contains('@') {
            return Err("leave out the user in front of the host; the client sends its own credentials".to_owned());
        }
        if uri.query().is_some() || text.contains('#') {
            return Err("leave out the query and the fragment; each request has its own".to_owned());
        }
        let usual = if is_secure { 443 } else { 80 };
        let port = named.port_u16().unwrap_or(usual);
        let host = named.host().to_owned();
        if host.is_empty() || (named.port().is_none() && named.as_str().ends_with(':')) {
            return Err(refused());
        }
        let authority = if port == usual { host.clone() } else { format!("{host}:{port}") };
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        Ok(Address { is_secure, host, port, authority, directory: uri.path().trim_end_matches('/').to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_scheme_a_host_and_perhaps_a_port_and_a_directory() {
        for (text, is_secure, host, port, authority, directory) in [
            ("https://api.vendor.example", true, "api.vendor.example", 443, "api.vendor.example", ""),
            ("HTTP://127.0.0.1:8080/", false, "127.0.0.1", 8080, "127.0.0.1:8080", ""),
            ("http://[::1]:80/a/b/", false, "::1", 80, "[::1]", "/a/b"),
        ] {
            let parsed = Address::parse(text).unwrap();
            let seen = (parsed.is_secure, parsed.host.as_str(), parsed.port);
            assert_eq!(seen, (is_secure, host, port), "{text}");
            assert_eq!((parsed.authority.as_str(), parsed.directory.as_str()), (authority, directory), "{text}");
        }
        for text in ["", "api.vendor.example", "ftp://x", "https://", "https://u:p@x", "https://x?a=b", "https://x#a"] {
            assert!(Address::parse(text).is_err(), "{text}");
        }
    }
}
