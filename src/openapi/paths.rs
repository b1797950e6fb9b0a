//! Operations as path items: parameters, and request bodies in every media type the API reads.

use super::member::NOT_BLANK;
use super::schema::{Schemas, put};
use super::view::View;
use super::{example, media, responses, tags};
use crate::apis::evidence::{Evidence, Recorded};
use crate::apis::operation::Operation;
use crate::apis::{Api, Framework, Sample};
use crate::codec::{FORM, JSON_ENUM_NAMES};
use crate::contract::Kind;
use crate::frameworks::webapi::{BindFrom, Parameter};
use serde_json::{Map, Value, json};

/// The path items of an API. Answers that every operation gets the same way go into `shared`.
pub(super) fn items(
    api: &Api,
    evidence: &Evidence,
    schemas: &mut Schemas,
    shared: &mut Map<String, Value>,
) -> Map<String, Value> {
    let mut paths: Map<String, Value> = Map::new();
    for operation in api.operations {
        for (place, template) in operation.action.templates.iter().enumerate() {
            // An operationId is unique; only the first address has the plain one.
            let id = if place == 0 { operation.id.to_owned() } else { format!("{}{}", operation.id, place + 1) };
            let item = paths.entry(path(template)).or_insert_with(|| json!({}));
            let mut described = describe(api, operation, template, &id, schemas, shared);
            if let Some(Recorded { date, exchanges }) = evidence.of(api.name, operation.id) {
                put(&mut described, "x-recorded", json!({ "date": date, "exchanges": exchanges }));
            }
            let method = operation.action.method.to_ascii_lowercase();
            match item.get_mut(&method) {
                Some(first) => add_alternative(first, described),
                None => put(item, &method, described),
            }
        }
    }
    paths
}

/// Adds an operation that the query alone tells from another one, which OpenAPI cannot: its parameters become optional
/// ones of the first, an answer may be that of either, and `x-alternatives` names it.
fn add_alternative(first: &mut Value, mut other: Value) {
    if let (Some(first), Some(id)) = (first.as_object_mut(), other.get_mut("operationId").map(Value::take)) {
        let alternatives = first.entry("x-alternatives").or_insert_with(|| json!([]));
        alternatives.as_array_mut().into_iter().for_each(|alternatives| alternatives.push(id.clone()));
    }
    let known = |parameters: &Vec<Value>, name: &Value| parameters.iter().any(|known| known.get("name") == Some(name));
    if let (Some(Value::Array(parameters)), Some(Value::Array(further))) =
        (first.get_mut("parameters"), other.get_mut("parameters"))
    {
        for mut parameter in std::mem::take(further) {
            let name = parameter.get("name").cloned().unwrap_or_default();
            if !known(parameters, &name) {
                put(&mut parameter, "required", false.into());
                // A value that is filled in would choose the other operation.
                parameter.as_object_mut().map(|parameter| parameter.shift_remove("example"));
                parameters.push(parameter);
            }
        }
    }
    let (Some(Value::Object(answers)), Some(Value::Object(further))) =
        (first.get_mut("responses"), other.get_mut("responses"))
    else {
        return;
    };
    for (status, answer) in std::mem::take(further) {
        match answers.get_mut(&status) {
            Some(known) => either(known, answer),
            None => {
                answers.insert(status, answer);
            }
        }
    }
}

/// Lets an answer's bodies be those of another answer as well.
fn either(answer: &mut Value, mut other: Value) {
    let (Some(Value::Object(content)), Some(Value::Object(further))) =
        (answer.get_mut("content"), other.get_mut("content"))
    else {
        return;
    };
    for (media_type, mut media) in std::mem::take(further) {
        let schemas = (content.get_mut(&media_type).and_then(|known| known.get_mut("schema")), media.get_mut("schema"));
        let (Some(known), Some(schema)) = schemas else { continue };
        let schema = schema.take();
        match known.get_mut("anyOf") {
            Some(Value::Array(schemas)) if schemas.contains(&schema) => {}
            Some(Value::Array(schemas)) => schemas.push(schema),
            _ => *known = json!({ "anyOf": [known.take(), schema] }),
        }
    }
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
    shared: &mut Map<String, Value>,
) -> Value {
    let mut described = json!({
        "operationId": id,
        "tags": [tags::of(api, operation, template).0],
        "summary": operation.summary,
        "description": operation.description,
        "x-provenance": operation.provenance.word(),
    });
    let path = path(template);
    let (bodies, addressed): (Vec<&Parameter>, Vec<&Parameter>) =
        operation.action.parameters.iter().partition(|parameter| parameter.from == BindFrom::Body);
    let parameters: Vec<Value> = addressed.into_iter().map(|of| parameter(api, of, &path, schemas)).collect();
    if !parameters.is_empty() {
        put(&mut described, "parameters", json!(parameters));
    }
    if let Some(body) = bodies.first() {
        put(&mut described, "requestBody", request_body(api, body, operation.samples, schemas));
    }
    if let Some(form) = operation.form {
        let media_type = media::FORM_TYPE;
        let schema = schemas.body(&Kind::Object(form), View::request(&FORM));
        let media = (media_type, &FORM);
        let examples = media::examples(operation.samples, None, media);
        let content = json!({ media_type: media::object(media, schema, examples) });
        put(
            &mut described,
            "requestBody",
            json!({ "description": "What the endpoint is asked with.", "required": true, "content": content }),
        );
    }
    if operation.anonymous {
        put(&mut described, "security", json!([]));
    }
    if let Some(servers) = super::servers_of(api, template) {
        put(&mut described, "servers", json!(servers));
    }
    put(&mut described, "responses", responses::by_status(api, operation, schemas, shared));
    described
}

fn parameter(api: &Api, parameter: &Parameter, path: &str, schemas: &mut Schemas) -> Value {
    let in_path = path.to_ascii_lowercase().contains(&format!("{{{}}}", parameter.name.to_ascii_lowercase()));
    let mut schema = schemas.plain(&parameter.kind, View::request(&JSON_ENUM_NAMES), 1);
    let required = in_path || parameter.from == BindFrom::Uri;
    // A blank value counts as none, which Web API refuses even where the parameter is optional (oracle:
    // rt-get-query-noval).
    if matches!(parameter.kind, Kind::String) && (required || matches!(api.framework, Framework::WebApi(_))) {
        put(&mut schema, "pattern", json!(NOT_BLANK));
    }
    let mut described = json!({
        "name": parameter.name,
        "in": if in_path { "path" } else { "query" },
        "required": required,
        "description": parameter.doc,
        "schema": schema,
    });
    if let Some(text) = parameter.example {
        put(&mut described, "example", example::of_address(&parameter.kind, text));
    }
    if !required && matches!(api.framework, Framework::AspNetCore(_)) {
        // ASP.NET Core takes a blank value for null.
        put(&mut described, "allowEmptyValue", json!(true));
    }
    described
}

fn request_body(api: &Api, body: &Parameter, printed: &[Sample], schemas: &mut Schemas) -> Value {
    let mut content = Map::new();
    for media in media::read_by(api) {
        let schema = schemas.body(&body.kind, View::request(media.1));
        // The one that is known to work here comes first: clients offer the first.
        let mut examples = example::of_body(body, media);
        examples.extend(media::examples(printed, None, media));
        content.insert(media.0.to_owned(), media::object(media, schema, examples));
    }
    json!({ "description": body.doc, "required": true, "content": content })
}
