//! OpenAPI 3.1 documents, interpreted from contracts and operation tables. `media` lists which formats an API reads and
//! writes; `schema` (with `view`, `member`, `xml`, `form` and `json_patch`) what a kind looks like in each; `errors`
//! the answers of an operation in addition to those of its table; `tags` its resource; `paths` and `responses` put it together.
//! `json_only` makes the document for generators of it, `collection` requests for editors.

mod collection;
mod errors;
mod example;
mod form;
mod http_error;
mod json_only;
mod json_patch;
mod media;
mod member;
mod paths;
mod responses;
mod schema;
mod tags;
mod view;
mod xml;

pub use collection::files as collections;
pub use json_only::json_only;

use crate::apis::Api;
use crate::apis::authentication::TokenTransport;
use crate::apis::evidence::Evidence;
use schema::Schemas;
use serde_json::{Map, Value, json};

/// A document as JSON text, with a newline at the end. The same binary always gives the same text.
#[must_use]
pub fn text(document: &Value) -> String {
    // The alternate form of a JSON value is its pretty-printed text.
    format!("{document:#}\n")
}

/// An API's document.
#[must_use]
pub fn document(api: &Api, evidence: &Evidence) -> Value {
    let mut schemas = Schemas::new(media::enum_style(api));
    let mut responses = Map::new();
    let paths = paths::items(api, evidence, &mut schemas, &mut responses);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": api.title,
            "version": env!("CARGO_PKG_VERSION"),
            "contact": contact(),
            "license": license(),
            "description": format!(
                "{} This is the surface of a local stand-in, not the vendor's own document; `x-provenance` gives the \
                 source of each part: `seed` and `public-doc` are pages of the vendor, `framework` is what its \
                 framework does by itself, `chosen` is this server's choice where nothing is published.",
                api.description,
            ),
        },
        "servers": servers(api),
        "security": security(api.transport),
        "tags": tags::all(api),
        "paths": paths,
        "components": {
            "schemas": schemas.into_components(),
            "responses": responses,
            "securitySchemes": security_schemes(api.transport),
        },
    })
}

/// Who answers for a document.
pub(crate) fn contact() -> Value {
    json!({ "name": "usertwin" })
}

/// The licence of a document: the program's.
pub(crate) fn license() -> Value {
    json!({ "name": env!("CARGO_PKG_LICENSE"), "url": "https://www.apache.org/licenses/LICENSE-2.0" })
}

/// Where the server listens by default.
const ORIGIN: &str = "http://localhost:8080";

/// Where most operations are.
fn servers(api: &Api) -> Vec<Value> {
    let mut directories: Vec<&str> = Vec::new();
    for mount in api.mounts {
        if !directories.contains(&mount.directory) {
            directories.push(mount.directory);
        }
    }
    places(&directories)
}

/// Where an operation is that cannot be found below the first of them, e.g. an authorization server.
fn servers_of(api: &Api, template: &str) -> Option<Vec<Value>> {
    let first = api.mounts.first()?.directory;
    let directories = api.directories(template);
    (!directories.contains(&first)).then(|| places(&directories))
}

/// The documented place first, each place once more inside a world.
fn places(directories: &[&str]) -> Vec<Value> {
    let server = |(place, directory): (usize, &&str)| {
        let what = if place == 0 { "The documented place" } else { "An alternative place" };
        [
            json!({ "url": format!("{ORIGIN}{directory}"), "description": format!("{what}.") }),
            json!({
                "url": format!("{ORIGIN}/w/{{world}}{directory}"),
                "description": format!("{what}, in a world of its own."),
                "variables": {
                    "world": { "default": "main", "description": "The world: 1 to 64 of A-Z a-z 0-9 . _ -" },
                },
            }),
        ]
    };
    directories.iter().enumerate().flat_map(server).collect()
}

fn security(transport: TokenTransport) -> Vec<Value> {
    // An empty requirement makes the others optional.
    let optional = (!transport.documented).then(|| json!({}));
    let header = transport.header.map(|_| json!({ "token": [] }));
    optional.into_iter().chain([json!({ "bearer": [] })]).chain(header).collect()
}

fn security_schemes(transport: TokenTransport) -> Value {
    let provenance = if transport.documented { "public-doc" } else { "chosen" };
    let description = "Unless tokens are checked strictly, any token is as good as another.";
    let mut schemes = json!({
        "bearer": { "type": "http", "scheme": "bearer", "description": description, "x-provenance": provenance },
    });
    if let (Some(name), Some(schemes)) = (transport.header, schemes.as_object_mut()) {
        let token = json!({ "type": "apiKey", "in": "header", "name": name, "description": description, "x-provenance": "chosen" });
        schemes.insert("token".to_owned(), token);
    }
    schemes
}
