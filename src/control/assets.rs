//! The files of the console and of the documents page, which are part of the binary. They hold no data of any world, so
//! they need no token: a person who opens the console has to be asked for it somewhere.

use crate::pipeline::app::App;
use axum::Router;
use axum::extract::OriginalUri;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

/// The resources that the console may load: its own files. No inline script or style, no other host.
pub(super) const POLICY: &str =
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// One file.
struct Asset {
    /// Its path below `/_usertwin`.
    path: &'static str,
    /// Its name in this folder; the ending decides its type, and `.gz` that it is packed.
    name: &'static str,
    bytes: &'static [u8],
}

/// A file at the path that is its name, or at another path.
macro_rules! asset {
    ($name:literal) => {
        asset!($name, concat!("/", $name))
    };
    ($name:literal, $path:expr) => {
        Asset { path: $path, name: $name, bytes: include_bytes!($name) }
    };
}

/// Every file.
static ASSETS: &[Asset] = &[
    asset!("console/index.html", ROOT),
    asset!("console/address.js"),
    asset!("console/apis.js"),
    asset!("console/app.js"),
    asset!("console/bodies.js"),
    asset!("console/bson.js"),
    asset!("console/cell.js"),
    asset!("console/clock.js"),
    asset!("console/composer.js"),
    asset!("console/console.css"),
    asset!("console/copies.js"),
    asset!("console/drift.js"),
    asset!("console/faults.js"),
    asset!("console/html.js"),
    asset!("console/icon.svg"),
    asset!("console/live.js"),
    asset!("console/metrics.js"),
    asset!("console/outbox.js"),
    asset!("console/parts.js"),
    asset!("console/request.js"),
    asset!("console/seed.js"),
    asset!("console/server.js"),
    asset!("console/text.js"),
    asset!("console/tryit.js"),
    asset!("console/users.js"),
    asset!("console/worlds.js"),
    asset!("console/vendor/VENDOR.md"),
    asset!("console/vendor/hooks.module.js"),
    asset!("console/vendor/htm.module.js"),
    asset!("console/vendor/preact.module.js"),
    asset!("../../docs/advice.md", "/console/advice.md"),
    asset!("docs/docs.js"),
    asset!("front_page.css", "/front-page.css"),
    asset!("docs/rapidoc-min.js.gz", "/docs/rapidoc-min.js"),
];

/// The path of the console's page.
const ROOT: &str = "/";

/// The entity tags of [`ASSETS`], in their order.
static TAGS: LazyLock<Vec<String>> = LazyLock::new(|| ASSETS.iter().map(|asset| tag(asset.bytes)).collect());

/// Adds a route for each file.
pub(super) fn routes(router: Router<App>) -> Router<App> {
    ASSETS.iter().enumerate().fold(router, |router, (place, asset)| {
        let answer = move |OriginalUri(uri): OriginalUri, headers: HeaderMap| async move {
            // Names in the page are relative to a folder, and the address without a slash is none.
            if asset.path == ROOT && !uri.path().ends_with('/') {
                return Redirect::temporary("_usertwin/").into_response();
            }
            let tag = TAGS.get(place).map(String::as_str).unwrap_or_default();
            asset.answer(tag, &headers)
        };
        router.route(asset.path, get(answer))
    })
}

/// Whether a path below `/_usertwin` is one of a file.
pub(super) fn holds(path: &str) -> bool {
    ASSETS.iter().any(|asset| asset.path == path)
}

impl Asset {
    fn answer(&self, tag: &str, asked: &HeaderMap) -> Response {
        let known = asked.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let mut known = known.flat_map(|value| value.split(',')).map(str::trim);
        let unchanged = known.any(|known| known == "*" || known.trim_start_matches("W/") == tag);
        let mut response = match unchanged {
            true => StatusCode::NOT_MODIFIED.into_response(),
            false => page(self.media_type(), self.bytes),
        };
        let headers = response.headers_mut();
        if !unchanged && self.name.ends_with(".gz") {
            // Packed once; every browser unpacks it.
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        if let Ok(tag) = HeaderValue::from_str(tag) {
            headers.insert(ETAG, tag);
        }
        response
    }

    fn media_type(&self) -> &'static str {
        let name = self.name.strip_suffix(".gz").unwrap_or(self.name);
        match name.rsplit_once('.').map(|(_, ending)| ending) {
            Some("html") => "text/html; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("svg") => "image/svg+xml",
            _ => "text/plain; charset=utf-8",
        }
    }
}

/// A body of ours in a browser: it is fetched again after an update, its type is never guessed, and it loads nothing from
/// elsewhere.
pub(super) fn page(media_type: &'static str, body: impl IntoResponse) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, body).into_response()
}

/// An entity tag that changes with the bytes.
fn tag(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::ASSETS;
    use std::path::Path;

    #[test]
    fn every_file_of_the_console_is_in_the_table() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/control");
        let mut folders = vec![folder.join("console")];
        let mut names = Vec::new();
        while let Some(next) = folders.pop() {
            for entry in std::fs::read_dir(next).unwrap() {
                let path = entry.unwrap().path();
                let licence = path.file_name().unwrap().to_str().unwrap().starts_with("LICENSE");
                match path.is_dir() {
                    true => folders.push(path),
                    false if licence => {}
                    false => names.push(path.strip_prefix(&folder).unwrap().to_str().unwrap().to_owned()),
                }
            }
        }
        assert!(!names.is_empty());
        for name in names {
            assert!(ASSETS.iter().any(|asset| asset.name == name), "{name}");
        }
    }
}
