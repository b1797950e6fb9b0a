//! Operations as path items: parameters, request bodies and answers in every media type.

use super::errors::{self, Possible};
use super::media::{self, Media};
use super::schema::{Schemas, View, put};
use super::{TAG, samples};
use crate::apis::operation::{AnswerContent, Operation};
use crate::apis::{Api, Sample};
use crate::codec::EnumStyle;
use crate::contract::Kind;
use crate::webapi::{Format, From, Parameter};
use serde_json::{Map, Value, json};

/// The path items of an API. Answers that every operation gets the same way go into `responses`.
pub(super) fn of(api: &Api, schemas: &mut Schemas, responses: &mut Map<String, Value>) -> Map<String, Value> {
    let mut paths: Map<String, Value> = Map::new();
    for operation in api.operations {
        for (place, template) in operation.action.templates.iter().enumerate() {
            // An operationId is unique; only the first address has the plain one.
            let id = if place == 0 { operation.id.to_owned() } else { format!("{}{}", operation.id, place + 1) };
            let item = paths.entry(path(template)).or_insert_with(|| json!({}));
            let described = describe(api, operation, template, &id, schemas, responses);
            put(item, &operation.action.method.to_ascii_lowercase(), described);
        }
    }
    paths
}

/// A template as OpenAPI writes it: a slash in front, parameters without their constraints.
fn path(template: &str) -> String {
    let segment = |segment: &str| match segment.split_once(':') {
        Some((name, _)) if name.starts_with('{') => format!("/{name}}}"),
        _ => format!("/{segment}"),
    };
    template.split('/').map(segment).collect()
}

fn describe(
    api: &Api,
    operation: &Operation,
    template: &str,
    id: &str,
    schemas: &mut Schemas,
    responses: &mut Map<String, Value>,
) -> Value {
    let mut described = json!({
        "operationId": id,
        "tags": [TAG],
        "summary": operation.summary,
        "description": operation.description,
        "x-provenance": operation.provenance.word(),
    });
    let path = path(template);
    let (bodies, addressed): (Vec<&Parameter>, Vec<&Parameter>) =
        operation.action.parameters.iter().partition(|parameter| parameter.from == From::Body);
    let parameters: Vec<Value> = addressed.into_iter().map(|of| parameter(of, &path, schemas)).collect();
    if !parameters.is_empty() {
        put(&mut described, "parameters", json!(parameters));
    }
    if let Some(body) = bodies.first() {
        put(&mut described, "requestBody", request_body(api, body, operation.samples, schemas));
    }
    put(&mut described, "responses", answers(api, operation, schemas, responses));
    described
}

fn parameter(parameter: &Parameter, path: &str, schemas: &mut Schemas) -> Value {
    let in_path = path.to_ascii_lowercase().contains(&format!("{{{}}}", parameter.name.to_ascii_lowercase()));
    let view = View { format: Format::Json(EnumStyle::Names), request: true };
    json!({
        "name": parameter.name,
        "in": if in_path { "path" } else { "query" },
        "required": in_path || parameter.from == From::Uri,
        "description": parameter.doc,
        "schema": schemas.plain(&parameter.kind, view, 1),
    })
}

fn request_body(api: &Api, body: &Parameter, printed: &[Sample], schemas: &mut Schemas) -> Value {
    let mut content = Map::new();
    for (media_type, format) in media::read_by(api) {
        let schema = logical(&body.kind, View { format, request: true }, schemas);
        let examples = samples::of(printed, None, (media_type, format));
        content.insert(media_type.to_owned(), media_object(on_the_wire(schema, format), examples));
    }
    json!({ "description": body.doc, "required": true, "content": content })
}

fn answers(api: &Api, operation: &Operation, schemas: &mut Schemas, responses: &mut Map<String, Value>) -> Value {
    let possible = errors::of(api, operation);
    let mut statuses: Vec<u16> = possible.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    statuses.dedup();
    let mut answers = Map::new();
    for status in statuses {
        let same_status: Vec<&Possible> = possible.iter().filter(|answer| answer.status == status).collect();
        let response = response(api, &same_status, operation.samples, schemas);
        let name = errors::component_name(status);
        let general = operation.answers.iter().all(|answer| answer.status != status);
        let shared = general && *responses.entry(name.clone()).or_insert_with(|| response.clone()) == response;
        let response = if shared { json!({ "$ref": format!("#/components/responses/{name}") }) } else { response };
        answers.insert(status.to_string(), response);
    }
    answers.into()
}

/// One response of all the answers with one status.
fn response(api: &Api, possible: &[&Possible], printed: &[Sample], schemas: &mut Schemas) -> Value {
    let whens: Vec<&str> = possible.iter().map(|answer| answer.when).collect();
    let mut provenances: Vec<&str> = possible.iter().map(|answer| answer.provenance.word()).collect();
    provenances.sort_unstable();
    provenances.dedup();
    let provenance = if let [one] = provenances.as_slice() { json!(one) } else { json!(provenances) };
    let mut response = json!({ "description": whens.join(" Or: "), "x-provenance": provenance });
    let headers: Map<String, Value> = possible.iter().flat_map(|answer| &answer.headers).map(header).collect();
    if !headers.is_empty() {
        put(&mut response, "headers", headers.into());
    }
    let mut contents: Vec<AnswerContent> = Vec::new();
    for content in possible.iter().map(|answer| answer.content) {
        if !matches!(content, AnswerContent::Empty) && !contents.iter().any(|known| errors::same(known, &content)) {
            contents.push(content);
        }
    }
    let mut content = Map::new();
    for media in media::written_by(api).into_iter().filter(|_| !contents.is_empty()) {
        let shapes: Vec<Value> = contents.iter().map(|content| shape(content, media.1, schemas)).collect();
        let schema = if let [one] = shapes.as_slice() { one.clone() } else { json!({ "anyOf": shapes }) };
        let examples = examples(possible, printed, media);
        content.insert(media.0.to_owned(), media_object(on_the_wire(schema, media.1), examples));
    }
    if !content.is_empty() {
        put(&mut response, "content", content.into());
    }
    response
}

fn examples(possible: &[&Possible], printed: &[Sample], media: Media) -> Map<String, Value> {
    let status = possible.first().map(|answer| answer.status);
    let mut examples = samples::of(printed, status, media);
    let as_values = matches!(media.1, Format::Json(_)) && media.0 != "text/javascript";
    let mut shown: Vec<&Value> = Vec::new();
    for constant in possible.iter().filter(|_| as_values).filter_map(|answer| answer.constant.as_ref()) {
        if shown.contains(&&constant.value) {
            continue;
        }
        shown.push(&constant.value);
        let name = if shown.len() == 1 { "error".to_owned() } else { format!("error{}", shown.len()) };
        let provenance = constant.provenance.word();
        let example = json!({ "summary": constant.when, "x-provenance": provenance, "value": constant.value });
        examples.insert(name, example);
    }
    examples
}

fn header(name: &String) -> (String, Value) {
    let description = match name.as_str() {
        "Allow" => "The methods that the address knows.",
        "WWW-Authenticate" => "The challenge: `Bearer`, perhaps with what was wrong with the token.",
        _ => "Constant for a deployment.",
    };
    (name.clone(), json!({ "description": description, "schema": { "type": "string" } }))
}

fn shape(content: &AnswerContent, format: Format, schemas: &mut Schemas) -> Value {
    match content {
        AnswerContent::Empty => json!({}),
        AnswerContent::Value(kind) => logical(kind, View { format, request: false }, schemas),
        AnswerContent::HttpError => match format {
            Format::DataContractXml | Format::XmlSerializerXml => {
                schemas.register("HttpErrorXml".to_owned(), |_| errors::http_error_xml())
            }
            _ => schemas.register("HttpError".to_owned(), |_| errors::http_error()),
        },
    }
}

fn logical(kind: &Kind, view: View, schemas: &mut Schemas) -> Value {
    schemas.body(kind, view)
}

/// The schema of the bytes: BSON is opaque to OpenAPI, so what it holds stands beside.
fn on_the_wire(schema: Value, format: Format) -> Value {
    if format != Format::Bson {
        return schema;
    }
    json!({
        "type": "string",
        "format": "binary",
        "contentMediaType": "application/bson",
        "description": "A BSON document of the shape in `x-schema`; identifiers are binary values of subtype 4 in .NET's \
                        byte order.",
        "x-schema": schema,
    })
}

fn media_object(schema: Value, examples: Map<String, Value>) -> Value {
    let mut object = json!({ "schema": schema });
    if !examples.is_empty() {
        put(&mut object, "examples", examples.into());
    }
    object
}
