//! Cross-origin requests of browsers: the policy that both generations of the framework apply, each in its own way
//! (`webapi::cors`, `aspnetcore::cors`). The vendors publish none, so without a setting there is none.

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN,
};
use http::{HeaderMap, HeaderName};

/// Headers of an answer, in order.
pub(crate) type Headers = Vec<(HeaderName, String)>;

/// Which origins may call, and which headers their scripts may read. chosen: any method and any header may be sent, as
/// who writes a policy for an app of their own allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorsPolicy {
    /// `None` for any origin. chosen: then without credentials, because ASP.NET Core refuses to start with both.
    pub origins: Option<Vec<String>>,
    /// The headers of answers that scripts may read, in order.
    pub exposed: Vec<String>,
}

impl CorsPolicy {
    /// Whether this origin may call. Origins are compared letter by letter: browsers send them in lower case.
    #[must_use]
    pub(crate) fn allows(&self, origin: &str) -> bool {
        self.origins.as_ref().is_none_or(|origins| origins.iter().any(|known| known == origin))
    }

    /// The headers that let this origin in.
    #[must_use]
    pub(crate) fn of_origin(&self, origin: &str) -> Headers {
        match self.origins {
            None => vec![(ACCESS_CONTROL_ALLOW_ORIGIN, "*".to_owned())],
            Some(_) => vec![
                (ACCESS_CONTROL_ALLOW_ORIGIN, origin.to_owned()),
                (ACCESS_CONTROL_ALLOW_CREDENTIALS, "true".to_owned()),
            ],
        }
    }

    pub(crate) fn exposed(&self) -> String {
        self.exposed.join(",")
    }
}

/// The origin and the method that a browser asks about before it sends a request to another origin.
#[must_use]
pub fn preflight<'a>(method: &str, headers: &'a HeaderMap) -> Option<(&'a str, &'a str)> {
    if !method.eq_ignore_ascii_case("OPTIONS") {
        return None;
    }
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    Some((text(ORIGIN)?, text(ACCESS_CONTROL_REQUEST_METHOD)?))
}

/// The values of a header that holds lists, in order.
pub(crate) fn listed<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',').map(str::trim)).filter(|value| !value.is_empty())
}
