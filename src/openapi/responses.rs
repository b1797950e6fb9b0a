//! The answers of an operation, put together by status: descriptions joined, contents in every media type the API
//! writes.

use super::errors::{self, Possible};
use super::http_error;
use super::media::{self, Media};
use super::schema::{Schemas, put};
use super::view::View;
use crate::apis::operation::{AnswerContent, Operation};
use crate::apis::{Api, Sample};
use crate::codec::Codec;
use crate::codec::view::Layout;
use serde_json::{Map, Value, json};

/// The responses of an operation by status. A response that is the same for every operation goes into `shared` and is
/// referred to.
pub(super) fn by_status(
    api: &Api,
    operation: &Operation,
    schemas: &mut Schemas,
    shared: &mut Map<String, Value>,
) -> Value {
    let possible = errors::answers(api, operation);
    let mut statuses: Vec<u16> = possible.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    statuses.dedup();
    let mut answers = Map::new();
    for status in statuses {
        let same_status: Vec<&Possible> = possible.iter().filter(|answer| answer.status == status).collect();
        let response = response(api, operation, &same_status, schemas);
        let name = errors::component_name(status);
        let general = operation.answers.iter().all(|answer| answer.status != status);
        let refer = general && *shared.entry(name.clone()).or_insert_with(|| response.clone()) == response;
        let response = if refer { json!({ "$ref": format!("#/components/responses/{name}") }) } else { response };
        answers.insert(status.to_string(), response);
    }
    answers.into()
}

/// One response of all the answers with one status.
fn response(api: &Api, operation: &Operation, possible: &[&Possible], schemas: &mut Schemas) -> Value {
    let whens: Vec<&str> = possible.iter().map(|answer| answer.when).collect();
    let mut provenances: Vec<&str> = possible.iter().map(|answer| answer.provenance.word()).collect();
    provenances.sort_unstable();
    provenances.dedup();
    let provenance = if let [one] = provenances.as_slice() { json!(one) } else { json!(provenances) };
    let mut response = json!({ "description": whens.join(" Or: "), "x-provenance": provenance });
    let headers: Map<String, Value> =
        possible.iter().flat_map(|answer| &answer.headers).map(|name| header(name)).collect();
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
    for media in media::written_by(api, operation).into_iter().filter(|_| !contents.is_empty()) {
        let shapes: Vec<Value> = contents.iter().map(|content| shape(content, media.1, schemas)).collect();
        let schema = if let [one] = shapes.as_slice() { one.clone() } else { json!({ "anyOf": shapes }) };
        let examples = examples(possible, operation.samples, media);
        content.insert(media.0.to_owned(), media::object(media, schema, examples));
    }
    if !content.is_empty() {
        put(&mut response, "content", content.into());
    }
    response
}

fn examples(possible: &[&Possible], printed: &[Sample], media: Media) -> Map<String, Value> {
    let status = possible.first().map(|answer| answer.status);
    let mut examples = media::examples(printed, status, media);
    let as_values = media::shows_values(media);
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

fn header(name: &str) -> (String, Value) {
    let description = match name {
        "Allow" => "The methods that the address knows.",
        "WWW-Authenticate" => "The challenge: `Bearer`, perhaps with what was wrong with the token.",
        _ => "Constant for a deployment.",
    };
    (name.to_owned(), json!({ "description": description, "schema": { "type": "string" } }))
}

fn shape(content: &AnswerContent, codec: &'static Codec, schemas: &mut Schemas) -> Value {
    match content {
        AnswerContent::Empty => json!({}),
        AnswerContent::Value(kind) => schemas.body(kind, View::answer(codec)),
        AnswerContent::HttpError => match codec.view.layout {
            Layout::Xml(_) => schemas.register("HttpErrorXml".to_owned(), |_| http_error::xml_schema()),
            Layout::Tree | Layout::Fields => schemas.register("HttpError".to_owned(), |_| http_error::schema()),
        },
    }
}
