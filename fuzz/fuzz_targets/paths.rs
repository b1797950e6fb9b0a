//! Addresses: worlds in front of a path, mounts, templates, percent-encoding and the query. The input is an address
//! alone; each verb of the APIs is tried on it.

#![no_main]

use http::{HeaderMap, Method, Uri};
use libfuzzer_sys::fuzz_target;
use usertwin_fuzz::pipeline;
use usertwin_fuzz::requests::Sent;

fuzz_target!(|data: &[u8]| {
    let Ok(uri) = Uri::try_from(data) else { return };
    for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        let (headers, body) = (HeaderMap::new(), bytes::Bytes::new());
        pipeline::check(&Sent { method, uri: uri.clone(), headers, body });
    }
});
