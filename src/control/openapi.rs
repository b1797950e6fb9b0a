//! The control API's own OpenAPI document, interpreted from the calls. The shapes of bodies stand in `schemas.json`,
//! except those that follow from declarations elsewhere.

use super::CALLS;
use super::call::{Answer, Body, Call, Parameter};
use crate::apis::Apis;
use crate::model::SchemaPlace;
use crate::pipeline::journal::Match;
use serde_json::{Map, Value, json};

/// The document.
#[must_use]
pub fn document(apis: &Apis) -> Value {
    let mut paths = Map::new();
    for call in CALLS {
        let path = paths.entry(call.path).or_insert_with(|| json!({ "parameters": path_parameters(call.path) }));
        if let Some(path) = path.as_object_mut() {
            path.insert(call.method.name().to_lowercase(), operation(call));
        }
    }
    let mut tags: Vec<&str> = CALLS.iter().map(|call| call.tag).collect();
    tags.sort_unstable();
    tags.dedup();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "usertwin control API",
            "version": env!("CARGO_PKG_VERSION"),
            "contact": crate::openapi::contact(),
            "license": crate::openapi::license(),
            "description": "Worlds, users, clock, journal and faults of this local stand-in. The vendors have \
                            nothing like it: it sets up, drives and inspects the stand-in.",
        },
        "servers": [{ "url": "http://127.0.0.1:8080/_usertwin" }],
        // An empty requirement makes the token optional: only a server that was started with one requires it.
        "security": [{}, { "controlToken": [] }],
        "tags": tags.iter().map(|tag| json!({ "name": tag, "description": format!("Calls about {tag}.") })).collect::<Value>(),
        "paths": paths,
        "components": {
            "schemas": schemas(generated(apis)),
            "responses": { "Refused": {
                "description": "Refused; `detail` gives the reason in a sentence.",
                "content": { "application/problem+json": { "schema": schema("Problem") } },
            } },
            "securitySchemes": { "controlToken": {
                "type": "http", "scheme": "bearer", "description": "The server's --control-token.",
            } },
        },
    })
}

/// The schemas that follow from declarations: state documents, the filter, and the names in the table of APIs.
fn generated(apis: &Apis) -> Map<String, Value> {
    let schema = apis.schema();
    let mut schemas = schema.definitions(SchemaPlace::OPENAPI);
    schemas.insert("Document".to_owned(), schema.document_schema(SchemaPlace::OPENAPI));
    let names: Vec<&str> = schema.api_names().collect();
    let documents = |ending: &'static str| {
        apis.iter().map(|api| api.document).chain(["control"]).map(move |document| format!("{document}.{ending}"))
    };
    let documents: Vec<String> = documents("json").chain(documents("json-only.json")).collect();
    schemas.insert("Match".to_owned(), Match::schema(&names));
    schemas.insert("ApiName".to_owned(), json!({ "type": "string", "enum": names }));
    schemas.insert("DocumentName".to_owned(), json!({ "type": "string", "enum": documents }));
    schemas
}

/// `components.schemas`: those of `schemas.json`, and those that were generated from declarations; of two with one name
/// the generated one.
fn schemas(generated: Map<String, Value>) -> Map<String, Value> {
    // Checked by a test; an empty object would leave every reference dangling.
    let mut schemas: Map<String, Value> = serde_json::from_str(include_str!("schemas.json")).unwrap_or_default();
    schemas.extend(generated);
    schemas
}

fn operation(call: &Call) -> Value {
    let mut operation = json!({
        "operationId": call.id,
        "tags": [call.tag],
        "summary": call.summary,
        "x-provenance": "chosen",
    });
    let mut put = |name: &str, value: Value| {
        if let Some(members) = operation.as_object_mut() {
            members.insert(name.to_owned(), value);
        }
    };
    if call.anonymous {
        put("security", json!([{}]));
    }
    if !call.query.is_empty() {
        put("parameters", call.query.iter().map(query_parameter).collect());
    }
    if let Body::Json(name) | Body::OptionalJson(name) = call.body {
        let mut content = json!({ "schema": schema(name) });
        if let (Ok(example), Some(content)) = (serde_json::from_str::<Value>(call.example), content.as_object_mut()) {
            content.insert("example".to_owned(), example);
        }
        let content = json!({ "application/json": content });
        put("requestBody", json!({ "required": matches!(call.body, Body::Json(_)), "content": content }));
    }
    let mut responses = Map::new();
    for (status, answer) in call.also.iter().chain([&call.answer]).map(|answer| response(*answer)) {
        responses.insert(status.to_string(), answer);
    }
    for status in refusals(call) {
        responses.insert(status.to_string(), json!({ "$ref": "#/components/responses/Refused" }));
    }
    put("responses", Value::Object(responses));
    operation
}

fn query_parameter(parameter: &Parameter) -> Value {
    json!({
        "name": parameter.name,
        "in": "query",
        "description": parameter.description,
        "schema": schema(parameter.schema),
    })
}

/// The statuses of every refusal, in ascending order.
fn refusals(call: &Call) -> Vec<u16> {
    let takes_input = call.body != Body::None || !call.query.is_empty() || call.path.contains("{world}");
    let usual: &[u16] = match (call.anonymous, takes_input) {
        (true, _) => &[403],
        (false, true) => &[400, 401, 403, 500],
        (false, false) => &[401, 403, 500],
    };
    let of_a_body: &[u16] = if call.body == Body::None { &[] } else { &[408, 413] };
    // With `--worlds listed`; what is dropped need not exist.
    let of_a_world: &[u16] = if call.path.contains("{world}") && call.id != "dropWorld" { &[404] } else { &[] };
    let mut refusals = [usual, of_a_body, of_a_world, call.refusals].concat();
    refusals.sort_unstable();
    refusals.dedup();
    refusals
}

fn response(answer: Answer) -> (u16, Value) {
    let content = |kind: &str, schema: Value| json!({ kind: { "schema": schema } });
    match answer {
        Answer::NoContent => (204, json!({ "description": "Done." })),
        Answer::Json(status, name) => {
            (status, json!({ "description": "Done.", "content": content("application/json", schema(name)) }))
        }
        Answer::Text(kind) => {
            (200, json!({ "description": "Done.", "content": content(kind, json!({ "type": "string" })) }))
        }
    }
}

fn schema(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn path_parameters(path: &str) -> Vec<Value> {
    let names = path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
    let users = path.contains("/users/");
    let parameter = |name: &str| {
        let (text, of, example) = match name {
            "world" => ("The world; its first use creates it.", "WorldName", "main"),
            "document" => ("The document's file name.", "DocumentName", "pbnb.json"),
            _ if users => ("The user's id.", "UserId", "f4237dd3-01ff-48d8-8d90-16c06605724f"),
            _ if path.contains("/requests/") => ("The id.", "Text", "latest"),
            // Every server makes its own.
            _ => ("The id.", "Text", ""),
        };
        let mut parameter =
            json!({ "name": name, "in": "path", "required": true, "description": text, "schema": schema(of) });
        if let (false, Some(parameter)) = (example.is_empty(), parameter.as_object_mut()) {
            parameter.insert("example".to_owned(), json!(example));
        }
        parameter
    };
    names.map(parameter).collect()
}
