//! Names of headers as the emulated servers write them. HTTP ignores their case, but clients and captures that compare
//! bytes do not. hyper writes them in lower case or in title case, which is right for nearly all; the others it writes as
//! a proxy would pass them on, from what it kept of a message that it has read.

use axum::body::Body;
use futures_util::FutureExt;
use http::{Extensions, HeaderName, Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::future::ready;
use std::sync::{Mutex, PoisonError};

/// The names that are not in title case.
#[derive(Debug)]
pub(super) struct NameCase {
    names: Vec<HeaderName>,
    /// What hyper kept of them.
    kept: Extensions,
}

impl NameCase {
    /// Names as they are to be written.
    pub(super) fn of(names: &[&str]) -> NameCase {
        NameCase { names: names.iter().filter_map(|name| name.parse().ok()).collect(), kept: kept(names) }
    }

    /// Has an answer's names written so. Most answers have none of them.
    pub(super) fn apply<B>(&self, response: &mut Response<B>) {
        // Comparing the few names of an answer costs less than hashing ours.
        if response.headers().keys().any(|name| self.names.contains(name)) {
            response.extensions_mut().extend(self.kept.clone());
        }
    }
}

/// What hyper keeps of the names of a request: its type is private, so a request has to go through hyper. If it kept
/// nothing, the names would be in title case.
fn kept(names: &[&str]) -> Extensions {
    let lines: String = names.iter().map(|name| format!("{name}: -\r\n")).collect();
    let head = format!("GET / HTTP/1.1\r\n{lines}\r\n");
    let kept = Mutex::new(Extensions::new());
    let service = service_fn(|mut request: Request<Incoming>| {
        *kept.lock().unwrap_or_else(PoisonError::into_inner) = std::mem::take(request.extensions_mut());
        ready(Ok::<_, Infallible>(Response::new(Body::empty())))
    });
    let client = TokioIo::new(tokio::io::join(head.as_bytes(), tokio::io::sink()));
    // Nothing of it waits.
    let _ = http1::Builder::new().preserve_header_case(true).serve_connection(client, service).now_or_never();
    kept.into_inner().unwrap_or_else(PoisonError::into_inner)
}
