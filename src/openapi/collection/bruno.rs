//! A collection of Bruno: a folder per API, a file per request, and the environment that names the server.

use super::{Body, Request, Round};
use crate::apis::Api;
use crate::openapi::ORIGIN;
use crate::openapi::media::JSON_TYPE;
use std::fmt::{Result, Write};

/// What stands beside the folders.
pub(super) fn root() -> [(String, String); 2] {
    let collection = "{\n  \"version\": \"1\",\n  \"name\": \"usertwin\",\n  \"type\": \"collection\"\n}\n";
    let environment = format!("vars {{\n  origin: {ORIGIN}\n  world: collection\n  token: good\n}}\n");
    [("bruno/bruno.json".to_owned(), collection.to_owned()), ("bruno/environments/local.bru".to_owned(), environment)]
}

/// The folder of an API.
pub(super) fn folder(api: &Api, rounds: &[Round]) -> Vec<(String, String)> {
    let about = format!("meta {{\n  name: {}\n}}\n", api.title);
    let mut files = vec![(format!("bruno/{}/folder.bru", api.document), about)];
    let mut add = |name: &str, text: String| files.push((format!("bruno/{}/{name}.bru", api.document), text));
    let mut place = 0;
    for (number, round) in (1..).zip(rounds) {
        let name = format!("restart{number}");
        place += 1;
        add(&name, restart(api, &name, place));
        for request in round {
            place += 1;
            let mut text = String::new();
            // Writing to a text cannot fail.
            let _ = send(&mut text, api, request, place);
            add(&request.id, text);
        }
    }
    files
}

fn restart(api: &Api, name: &str, place: usize) -> String {
    format!(
        "meta {{\n  name: {name}\n  type: http\n  seq: {place}\n}}\n\n\
         post {{\n  url: {{{{origin}}}}/_usertwin/worlds/{{{{world}}}}-{}/reset\n  body: none\n  auth: none\n}}\n\n\
         assert {{\n  res.status: eq 204\n}}\n\n\
         docs {{\n  The world as it was seeded.\n}}\n",
        api.document,
    )
}

fn send(file: &mut String, api: &Api, request: &Request, place: usize) -> Result {
    let Request { id, summary, tag, path, status, .. } = request;
    let body = match &request.body {
        Some(Body::Json(_)) => "json",
        Some(Body::Form(_)) => "formUrlEncoded",
        None => "none",
    };
    let auth = if request.token { "bearer" } else { "none" };
    let address = format!("{{{{origin}}}}/w/{{{{world}}}}-{}{path}{}", api.document, request.query_text());
    writeln!(file, "meta {{\n  name: {id}\n  type: http\n  seq: {place}\n  tags: [\n    {}\n  ]\n}}\n", slug(tag))?;
    let method = request.method.to_ascii_lowercase();
    writeln!(file, "{method} {{\n  url: {address}\n  body: {body}\n  auth: {auth}\n}}\n")?;
    if !request.query.is_empty() {
        block(file, "params:query", request.query.iter().map(|(name, value)| (name.as_str(), value.as_str())))?;
    }
    writeln!(file, "headers {{\n  Accept: {JSON_TYPE}\n}}\n")?;
    if request.token {
        writeln!(file, "auth:bearer {{\n  token: {{{{token}}}}\n}}\n")?;
    }
    match &request.body {
        Some(Body::Json(body)) => writeln!(file, "body:json {{\n{}\n}}\n", indented(&format!("{body:#}")))?,
        Some(Body::Form(fields)) => {
            let fields = fields.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default()));
            block(file, "body:form-urlencoded", fields)?;
        }
        None => {}
    }
    writeln!(file, "assert {{\n  res.status: eq {status}\n}}\n")?;
    if (300..400).contains(status) {
        writeln!(file, "settings {{\n  followRedirects: false\n}}\n")?;
    }
    writeln!(file, "docs {{\n{}\n}}", indented(summary))
}

fn block<'p>(file: &mut String, name: &str, pairs: impl Iterator<Item = (&'p str, &'p str)>) -> Result {
    writeln!(file, "{name} {{")?;
    for (name, value) in pairs {
        writeln!(file, "  {name}: {value}")?;
    }
    writeln!(file, "}}\n")
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

/// A tag in the letters that Bruno allows.
fn slug(tag: &str) -> String {
    tag.to_ascii_lowercase().replace(' ', "-")
}
