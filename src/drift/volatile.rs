//! Headers that say nothing about an API: whoever carried or hosted the answer writes them, or they are of one moment.
//! They go by their exact names; a family, such as `x-ms-*`, by all of its name in front of the star.

/// Headers that are not compared, by the reason why.
pub const HEADERS: [(&str, &[&str]); 8] = [
    ("the moment", &["age", "date"]),
    (
        "the number of one request",
        &[
            "correlation-id",
            "request-context",
            "request-id",
            "traceparent",
            "tracestate",
            "x-amzn-trace-id",
            "x-b3-*",
            "x-correlation-id",
            "x-ms-*",
            "x-request-id",
            "x-trace-id",
        ],
    ),
    ("cookies of one session", &["set-cookie"]),
    ("what is left of a quota", &["ratelimit-*", "x-rate-limit-*", "x-ratelimit-*"]),
    (
        "how the body travelled",
        &[
            "alt-svc",
            "connection",
            "content-encoding",
            "content-length",
            "keep-alive",
            "proxy-connection",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "vary",
        ],
    ),
    (
        "proxies, caches and networks on the way",
        &[
            "cf-*",
            "forwarded",
            "nel",
            "report-to",
            "reporting-endpoints",
            "server-timing",
            "via",
            "x-amz-cf-*",
            "x-azure-*",
            "x-cache",
            "x-cache-hits",
            "x-forwarded-*",
            "x-served-by",
            "x-timer",
            "x-varnish",
        ],
    ),
    (
        "the machine that hosts it, and its rules for browsers",
        &[
            "content-security-policy",
            "content-security-policy-report-only",
            "permissions-policy",
            "referrer-policy",
            "server",
            "strict-transport-security",
            "x-aspnet-version",
            "x-aspnetmvc-version",
            "x-content-type-options",
            "x-frame-options",
            "x-powered-by",
            "x-powered-by-plesk",
            "x-xss-protection",
        ],
    ),
    ("what a request of the twin asked for", &["preference-applied"]),
];

/// Whether a header, its name in lower case, is not compared.
#[must_use]
pub fn is_volatile(header: &str) -> bool {
    let fits = |name: &&str| match name.strip_suffix('*') {
        Some(family) => header.starts_with(family),
        None => header == *name,
    };
    HEADERS.iter().any(|(_, names)| names.iter().any(fits))
}

/// The rules by which values that differ are no difference, a sentence each; every report prints them.
#[must_use]
pub fn rules() -> Vec<String> {
    let values = [
        "moments: their form is compared, and how many digits their fractions have",
        "GUIDs, ids in the answer to a POST, and tokens: each new one is matched with the twin's, and has to stay matched",
        "values masked as ***, and ETags: that there is one is compared",
        "the order of a list's items in what `usertwin record` wrote, where stand-ins sort otherwise than the names",
        "the scheme and authority of a Location",
    ];
    let headers = HEADERS.iter().map(|(reason, names)| format!("headers for {reason}: {}", names.join(", ")));
    values.into_iter().map(str::to_owned).chain(headers).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_go_by_whole_names_and_by_families() {
        for volatile in ["date", "age", "via", "x-ms-request-id", "x-b3-traceid", "set-cookie"] {
            assert!(is_volatile(volatile), "{volatile}");
        }
        for compared in [
            "x-page",
            "page",
            "x-usage",
            "x-message",
            "language",
            "content-language",
            "update",
            "x-valid-date",
            "x-server-version",
            "aviation",
            "x-ms",
            "expires",
            "cache-control",
            "link",
            "retry-after",
            "www-authenticate",
        ] {
            assert!(!is_volatile(compared), "{compared}");
        }
    }

    #[test]
    fn the_list_is_in_order_and_in_lower_case() {
        for (reason, names) in HEADERS {
            assert!(names.is_sorted() && names.iter().all(|name| *name == name.to_ascii_lowercase()), "{reason}");
        }
    }
}
