//! Every request that the documents show is accepted as it stands by a fresh server on the demo seed, in every media
//! type: what "try it" on the page of the documents sends first has to work.

use super::bytes_of;
use crate::twin::{Call, Twin};
use serde_json::{Value, json};
use std::fmt::Write;

const FORM: &str = "application/x-www-form-urlencoded";

/// Requests that cannot succeed as they stand: document, operation, media type (`*` for any), example (`*` for any) and
/// why. Each is sent nevertheless, and has to be refused: one that is accepted after all does not belong here.
const REFUSED: &[(&str, &str, &str, &str, &str)] = &[
    ("expoints", "updateUsers", "*", "helpPage", "the vendor's sample names the user `sample string 2` twice"),
    ("reseller", "token", "", "", "a code comes from /connect/authorize and is good for once"),
    ("control", "removeFault", "", "", "the id of a fault is made when it is added"),
    ("control", "getRequest", "", "", "the journal of a fresh world has no entry"),
    ("control", "getRequestAsCurl", "", "", "the journal of a fresh world has no entry"),
    ("control", "diffRequest", "", "", "the journal of a fresh world has no entry"),
    ("control", "getCertificateAuthority", "", "", "a server without TLS has none"),
];

/// A request of a document.
#[derive(Debug)]
pub struct Shown {
    pub document: String,
    pub operation: String,
    pub method: String,
    pub address: String,
    pub media_type: String,
    pub example: String,
    pub body: Option<Vec<u8>>,
}

/// The documents by name.
pub fn documents() -> Vec<(String, Value)> {
    let folder = format!("{}/openapi", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    // The document for generators is of the same API.
    let name = |path: &std::path::Path| {
        let name = path.file_stem().unwrap().to_str().unwrap();
        name.strip_suffix(".json-only").unwrap_or(name).to_owned()
    };
    files.map(|path| (name(&path), serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap())).collect()
}

/// Every request of a document: an operation's own body examples, or its address alone.
pub fn shown(name: &str, document: &Value) -> Vec<Shown> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let operations = item.as_object().unwrap().iter().filter(|(method, _)| *method != "parameters");
        for (method, operation) in operations {
            let address = address(document, path, item, operation);
            let request = |media_type: &str, example: &str, body: Option<Vec<u8>>| Shown {
                document: name.to_owned(),
                operation: operation["operationId"].as_str().unwrap().to_owned(),
                method: method.to_uppercase(),
                address: address.clone(),
                media_type: media_type.to_owned(),
                example: example.to_owned(),
                body,
            };
            let before = all.len();
            for (media_type, media) in operation["requestBody"]["content"].as_object().into_iter().flatten() {
                if let Some(value) = media.get("example") {
                    all.push(request(media_type, "", Some(sent(media_type, value))));
                }
                for (example, of) in media["examples"].as_object().into_iter().flatten() {
                    all.push(request(media_type, example, Some(sent(media_type, &of["value"]))));
                }
            }
            if all.len() == before {
                all.push(request("", "", None));
            }
        }
    }
    all
}

/// The bytes that an example stands for.
fn sent(media_type: &str, value: &Value) -> Vec<u8> {
    if let (FORM, Value::Object(fields)) = (media_type, value) {
        let field = |(name, value): (&String, &Value)| format!("{name}={}", escaped(value.as_str().unwrap()));
        return fields.iter().map(field).collect::<Vec<_>>().join("&").into_bytes();
    }
    match value.as_str() {
        Some(digits) if media_type == "application/bson" => bytes_of(digits),
        Some(text) => text.as_bytes().to_vec(),
        None => value.to_string().into_bytes(),
    }
}

/// A text as part of an address or of a form.
fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        match byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            true => out.push(char::from(byte)),
            false => write!(out, "%{byte:02X}").unwrap(),
        }
        out
    })
}

/// An address with the examples of its parameters: all that have one.
fn address(document: &Value, path: &str, item: &Value, operation: &Value) -> String {
    let server = operation["servers"].get(0).unwrap_or(&document["servers"][0])["url"].as_str().unwrap();
    let directory = server.splitn(4, '/').nth(3).map(|rest| format!("/{rest}")).unwrap_or_default();
    let mut address = format!("{directory}{path}");
    let mut query = String::new();
    for list in [&item["parameters"], &operation["parameters"]] {
        for parameter in list.as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap();
            let Some(example) = parameter.get("example") else { continue };
            let text = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
            let escaped = escaped(&text);
            match parameter["in"].as_str() {
                Some("path") => address = address.replace(&format!("{{{name}}}"), &escaped),
                _ => write!(query, "{}{name}={escaped}", if query.is_empty() { '?' } else { '&' }).unwrap(),
            }
        }
    }
    address + &query
}

/// Whether the request is accepted, and what was answered if it is not.
async fn accepted(request: &Shown) -> Result<(), String> {
    let twin = Twin::demo().await;
    let mut call = Call::new(&request.method, &request.address).header("accept", "application/json");
    if let Some(body) = &request.body {
        call = call.body(&request.media_type, body.clone());
    }
    let response = twin.open(call).await;
    let status = response.status();
    // A stream never ends.
    if request.operation.starts_with("stream") {
        return if status == 200 { Ok(()) } else { Err(status.to_string()) };
    }
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let text = String::from_utf8_lossy(&body);
    // Asking for a code succeeds with a redirection to the client.
    let succeeded = status.is_success() || (status == 302 && request.operation.starts_with("authorize"));
    let envelope: Value = serde_json::from_slice(&body).unwrap_or_default();
    match succeeded && (request.document != "pbnb" || envelope["Success"] == json!(true)) {
        true => Ok(()),
        false => Err(format!("{status} {text}")),
    }
}

#[tokio::test]
async fn every_request_example_is_accepted_by_the_demo_seed_as_it_stands() {
    let mut wrong = Vec::new();
    let mut used = vec![false; REFUSED.len()];
    let mut succeeded = 0;
    for (name, document) in documents() {
        for request in shown(&name, &document) {
            let fits = |pattern: &str, value: &str| pattern == "*" || pattern == value;
            let exception = REFUSED.iter().position(|(document, operation, media_type, example, _)| {
                *document == request.document
                    && *operation == request.operation
                    && fits(media_type, &request.media_type)
                    && fits(example, &request.example)
            });
            match (accepted(&request).await, exception) {
                (Ok(()), None) => succeeded += 1,
                (Err(_), Some(exception)) => used[exception] = true,
                (Ok(()), Some(_)) => wrong.push(format!("accepted, so no exception: {request:?}")),
                (Err(answer), None) => {
                    let body = request.body.as_deref().map(String::from_utf8_lossy);
                    wrong.push(format!(
                        "{} {} {} {} {} {} {body:?}\n    {answer}",
                        request.document,
                        request.operation,
                        request.method,
                        request.address,
                        request.media_type,
                        request.example
                    ));
                }
            }
        }
    }
    println!("{succeeded} requests of the documents are accepted");
    assert!(wrong.is_empty(), "{} are not:\n{}", wrong.len(), wrong.join("\n"));
    assert!(used.iter().all(|used| *used), "an exception names no request: {used:?}");
    assert!(succeeded > 150, "{succeeded}");
}

#[test]
fn every_body_and_every_path_has_an_example() {
    for (name, document) in documents() {
        for request in shown(&name, &document) {
            let exception = REFUSED.iter().any(|(of, operation, ..)| *of == name && *operation == request.operation);
            assert!(exception || !request.address.contains('{'), "{request:?}");
        }
        for (path, item) in document["paths"].as_object().unwrap() {
            for operation in item.as_object().unwrap().values().filter(|of| of.get("requestBody").is_some()) {
                let id = operation["operationId"].as_str().unwrap();
                let exception = REFUSED.iter().any(|(of, operation, ..)| *of == name && *operation == id);
                for (media_type, media) in operation["requestBody"]["content"].as_object().unwrap() {
                    let some = media.get("example").is_some() || media.get("examples").is_some();
                    assert!(some || exception, "{name} {path} {media_type} has no example");
                }
            }
        }
    }
}
