//! The OpenAPI documents, and a page that shows them and sends requests. The page works without a network: RapiDoc
//! 9.3.8 (MIT, see docs/LICENSE-rapidoc.txt) is part of the binary, and a strict policy keeps it from loading anything
//! from elsewhere.

use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::on;
use http::HeaderValue;
use http::header::CONTENT_SECURITY_POLICY;

use super::assets;
use super::call::{Answer, Call};
use super::front_page::escaped;
use super::refusal::Refusal;
use crate::pipeline::app::App;

/// The resources that the page may load: its own files, the styles that RapiDoc writes into its elements, and pictures
/// that a request sent from it returns.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
                      object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// An OpenAPI document by its file name.
pub const OPENAPI: Call = Call {
    path: "/openapi/{document}",
    id: "getDocument",
    tag: "documents",
    summary: "The OpenAPI document of an API, or of the control API",
    anonymous: true,
    answer: Answer::Json(200, "OpenApi"),
    refusals: &[404],
    handler: |method| on(method, openapi),
    ..Call::NEW
};

async fn openapi(State(app): State<App>, Path(file): Path<String>) -> Result<Response, Refusal> {
    let name = file.strip_suffix(".json").unwrap_or_default();
    let json_only = name.strip_suffix(".json-only");
    let name = json_only.unwrap_or(name);
    let document = match app.apis().documented_as(name) {
        Some(api) => crate::openapi::document(api, app.apis().evidence()),
        None if name == "control" => super::openapi::document(app.apis()),
        None => {
            let documents = app.apis().document_list(".json");
            return Err(Refusal::not_found(format!(
                "The documents are {documents}. For generators, each also ends in .json-only.json."
            )));
        }
    };
    let document = if json_only.is_some() { crate::openapi::json_only(document) } else { document };
    Ok(assets::page("application/json", crate::openapi::text(&document)))
}

/// The JSON Schema of state documents, for editors: a document may name this address as its `$schema`.
pub const SCHEMA: Call = Call {
    path: "/schema/state.json",
    id: "getStateSchema",
    tag: "documents",
    summary: "The JSON Schema of state documents",
    anonymous: true,
    answer: Answer::Json(200, "JsonSchema"),
    handler: |method| on(method, schema),
    ..Call::NEW
};

async fn schema(State(app): State<App>) -> Response {
    assets::page("application/json", format!("{:#}\n", app.apis().schema().json_schema()))
}

/// The page that shows the documents.
pub const PAGE: Call = Call {
    path: "/docs",
    id: "getDocs",
    tag: "documents",
    summary: "A page that shows the documents and sends requests; it works offline",
    anonymous: true,
    answer: Answer::Text("text/html"),
    handler: |method| on(method, page),
    ..Call::NEW
};

async fn page(State(app): State<App>) -> Response {
    let option = |name: &str, title: &str| format!("      <option value=\"{name}\">{}</option>\n", escaped(title));
    let options: String = app.apis().iter().map(|api| option(api.document, api.title)).collect();
    let options = options + &option("control", "Control API");
    let page = include_str!("docs/index.html").replace("      <!-- options -->\n", &options);
    let mut response = assets::page("text/html; charset=utf-8", page);
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}
