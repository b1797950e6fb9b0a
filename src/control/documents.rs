//! The OpenAPI documents, and a page that shows them and tries requests. The page works without a network: RapiDoc
//! 9.3.8 (MIT, see docs/LICENSE-rapidoc.txt) is part of the binary, and a strict policy keeps it from loading anything
//! from elsewhere.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};

use super::refusal::Refusal;
use crate::apis::APIS;

/// What the page may load: its own files, the styles that RapiDoc writes into its elements, and pictures that a tried
/// request answers with.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
                      object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Packed once with gzip; every browser unpacks it.
static RAPIDOC: &[u8] = include_bytes!("docs/rapidoc-min.js.gz");

/// `GET /openapi/{name}.json`
pub async fn openapi(Path(file): Path<String>) -> Result<Response, Refusal> {
    let name = file.strip_suffix(".json").unwrap_or_default();
    let text = match APIS.iter().find(|api| api.document == name) {
        Some(api) => crate::openapi::text(api),
        None if name == "control" => crate::openapi::control::text(),
        None => {
            let detail = "There are pbnb.json, reseller.json, expoints.json, admin-users.json and control.json.";
            return Err(Refusal::not_found(detail));
        }
    };
    Ok(served("application/json", text))
}

/// `GET /docs`
pub async fn page() -> Response {
    let mut response = served("text/html; charset=utf-8", include_str!("docs/index.html"));
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// `GET /docs/docs.js`
pub async fn script() -> Response {
    served("text/javascript; charset=utf-8", include_str!("docs/docs.js"))
}

/// `GET /docs/rapidoc-min.js`
pub async fn rapidoc() -> Response {
    let mut response = served("text/javascript; charset=utf-8", RAPIDOC);
    response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    response
}

/// A body that browsers ask for again after an update and never guess the type of.
fn served(media_type: &'static str, body: impl IntoResponse) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, body).into_response()
}
