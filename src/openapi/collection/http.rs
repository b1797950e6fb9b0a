//! `.http` files, in the part of the format that IntelliJ, VS Code, Visual Studio and httpYac share.

use super::{Body, Request, Round, pairs};
use crate::apis::Api;
use crate::openapi::ORIGIN;
use crate::openapi::media::{FORM_TYPE, JSON_TYPE};
use std::fmt::Write;

/// The file of an API.
pub(super) fn file(api: &Api, rounds: &[Round]) -> String {
    let mut file = format!(
        "# {}: the examples of openapi/{}.json. Written by `usertwin openapi --collections`.\n\
         # Requests work in a world of their own, which the first of them begins anew; in order, each is answered as noted.\n\
         @origin = {ORIGIN}\n\
         @world = collection-{}\n\
         @token = good\n",
        api.title, api.document, api.document,
    );
    for (number, round) in (1..).zip(rounds) {
        // Writing to a text cannot fail.
        let _ = restart(&mut file, number);
        for request in round {
            let _ = send(&mut file, request);
        }
    }
    file
}

fn restart(file: &mut String, number: usize) -> std::fmt::Result {
    write!(
        file,
        "\n### The world as it was seeded\n# @name restart{number}\n# Answers 204.\n\
         POST {{{{origin}}}}/_usertwin/worlds/{{{{world}}}}/reset\n",
    )
}

fn send(file: &mut String, request: &Request) -> std::fmt::Result {
    let Request { id, summary, tag, method, path, status, .. } = request;
    writeln!(file, "\n### {tag}: {summary}\n# @name {id}\n# Answers {status}.")?;
    if (300..400).contains(status) {
        writeln!(file, "# @no-redirect")?;
    }
    writeln!(file, "{method} {{{{origin}}}}/w/{{{{world}}}}{path}{}", request.query_text())?;
    writeln!(file, "Accept: {JSON_TYPE}")?;
    if request.token {
        writeln!(file, "Authorization: Bearer {{{{token}}}}")?;
    }
    match &request.body {
        Some(Body::Json(body)) => writeln!(file, "Content-Type: {JSON_TYPE}\n\n{body:#}"),
        Some(Body::Form(fields)) => {
            let fields = fields.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default()));
            writeln!(file, "Content-Type: {FORM_TYPE}\n\n{}", pairs(fields))
        }
        None => Ok(()),
    }
}
