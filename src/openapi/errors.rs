//! The answers of an operation: those that its table documents, then those that the API's framework gives to every
//! request. Refusals come from the API's own functions, so a document cannot differ from the server.

use super::http_error;
use crate::apis::authentication::Denial;
use crate::apis::operation::{AnswerContent, Operation, Provenance};
use crate::apis::{Api, Framework, ServerError};
use crate::contract::DateTime;
use crate::frameworks::aspnetcore::{BindingError, Refusal};
use crate::frameworks::webapi::{BindFrom, Content, Reply};
use http::StatusCode;
use serde_json::Value;

/// An answer, or one of several with its status.
#[derive(Debug, Clone)]
pub(super) struct Possible {
    pub status: u16,
    pub when: &'static str,
    pub content: AnswerContent,
    pub provenance: Provenance,
    /// Names of its headers.
    pub headers: Vec<String>,
    /// An `HttpError` that it may contain.
    pub constant: Option<Constant>,
}

/// An example of a content: for most refusals, the only one.
#[derive(Debug, Clone)]
pub(super) struct Constant {
    pub when: &'static str,
    pub provenance: Provenance,
    pub value: Value,
}

/// Every answer of an operation, the documented ones first.
pub(super) fn answers(api: &Api, operation: &Operation) -> Vec<Possible> {
    let has_body = operation.action.parameters.iter().any(|parameter| parameter.from == BindFrom::Body);
    let mut answers: Vec<Possible> = operation
        .answers
        .iter()
        .map(|answer| Possible {
            status: answer.status,
            when: answer.when,
            content: answer.content,
            provenance: answer.provenance,
            headers: Vec::new(),
            constant: None,
        })
        .collect();
    let denied = (!operation.anonymous).then(|| denials(api)).into_iter().flatten();
    let general = by_framework(api, operation, has_body).into_iter().chain(denied).chain(server_errors(api, has_body));
    let documented = answers.len();
    for answer in general {
        // The table's sentence about a status and a content is more specific than a general one.
        let mut known = answers.iter_mut().take(documented);
        match known.find(|known| known.status == answer.status && same(&known.content, &answer.content)) {
            Some(known) => {
                known.headers.extend(answer.headers);
                known.constant = known.constant.take().or(answer.constant);
            }
            None => answers.push(answer),
        }
    }
    answers
}

const INVALID: &str = "Something could not be bound or breaks a rule of the member table.";
const NO_ROUTE: &str = "Nothing has this address.";
const NO_METHOD: &str = "The address does not know the method.";
const NO_READER: &str = "The body's media type cannot be read.";

fn by_framework(api: &Api, operation: &Operation, has_body: bool) -> Vec<Possible> {
    let unreadable = |answer: &Possible| has_body || answer.status != 415;
    let answers: Vec<Possible> = match api.framework {
        Framework::WebApi(_) => {
            let provenance = Provenance::Framework;
            let answer = |status, when, headers| {
                let content = AnswerContent::HttpError;
                Possible { status, when, content, provenance, headers, constant: None }
            };
            let error = http_error::example(operation.action.parameters);
            let constant = error.map(|error| Constant { when: INVALID, provenance, value: http_error::value(&error) });
            vec![
                Possible { constant, ..answer(400, INVALID, vec![]) },
                answer(404, NO_ROUTE, vec![]),
                answer(405, NO_METHOD, vec!["Allow".to_owned()]),
                answer(415, NO_READER, vec![]),
            ]
        }
        Framework::AspNetCore(refused) => {
            let refusals = [
                (INVALID, Refusal::Invalid(vec![BindingError::body("")])),
                (NO_ROUTE, Refusal::NotFound),
                (NO_METHOD, Refusal::MethodNotAllowed { allow: String::new() }),
                (NO_READER, Refusal::UnsupportedMediaType),
            ];
            let path = format!("/{}", operation.action.templates.first().unwrap_or(&""));
            let possible = |(when, refusal)| from_reply(&refused(&refusal, &path, MOMENT), when, Provenance::Framework);
            refusals.map(possible).into()
        }
    };
    answers.into_iter().filter(unreadable).collect()
}

/// Any moment: only the shape of an answer matters.
const MOMENT: DateTime = DateTime::MIN;

fn denials(api: &Api) -> [Possible; 2] {
    let provenance = if api.transport.documented { Provenance::Framework } else { Provenance::Chosen };
    [
        (Denial::Missing, "The token is missing, or it is not, or no longer, good."),
        (Denial::Forbidden, "The token is good and may not use this API."),
    ]
    .map(|(denial, when)| from_reply(&(api.denied)(&denial, MOMENT), when, provenance))
}

fn server_errors(api: &Api, has_body: bool) -> Vec<Possible> {
    let answers = [
        (ServerError::BodyIncomplete, "The body did not arrive whole.", Provenance::Chosen),
        (ServerError::TextTooLong, "A text of the body is longer than 1 MiB.", Provenance::Chosen),
        (ServerError::BodyTooSlow, "The body did not come on for too long.", Provenance::Chosen),
        (ServerError::BodyTooLarge, "The body is larger than the server takes.", Provenance::Framework),
        (ServerError::TooManyWorlds, "The request would bring one world too many into being.", Provenance::Chosen),
        (ServerError::Fault, "Something of the server's own failed.", Provenance::Framework),
    ];
    let about_body =
        |error| matches!(error, ServerError::BodyIncomplete | ServerError::BodyTooSlow | ServerError::BodyTooLarge);
    // ASP.NET Core's bodies are documents, whose members have limits of their own.
    let limited = matches!(api.framework, Framework::WebApi(_)) && has_body;
    let applies = |error| match error {
        ServerError::TextTooLong => limited,
        error => has_body || !about_body(error),
    };
    let possible = answers.into_iter().filter(|(error, ..)| applies(*error));
    possible.map(|(error, when, provenance)| from_reply(&(api.server_error)(error, MOMENT), when, provenance)).collect()
}

fn from_reply(reply: &Reply, when: &'static str, provenance: Provenance) -> Possible {
    let (content, constant) = match &reply.content {
        Content::Value(_, kind) => (AnswerContent::Value(*kind), None),
        Content::Error(error) => {
            (AnswerContent::HttpError, Some(Constant { when, provenance, value: http_error::value(error) }))
        }
        _ => (AnswerContent::Empty, None),
    };
    let headers = reply.headers.iter().map(|(name, _)| canonical(name.as_str())).collect();
    Possible { status: reply.status.as_u16(), when, content, provenance, headers, constant }
}

/// Whether two answers have contents of the same kind.
pub(super) fn same(one: &AnswerContent, other: &AnswerContent) -> bool {
    match (one, other) {
        (AnswerContent::Value(one), AnswerContent::Value(other)) => one.clr_name() == other.clr_name(),
        _ => std::mem::discriminant(one) == std::mem::discriminant(other),
    }
}

/// The component name of answers that the framework gives to every request, e.g. `MethodNotAllowed`.
pub(super) fn component_name(status: u16) -> String {
    let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    reason.unwrap_or("Other").split_whitespace().collect()
}

/// `www-authenticate` as it is usually written.
fn canonical(name: &str) -> String {
    if name == "www-authenticate" {
        return "WWW-Authenticate".to_owned();
    }
    let capital = |part: &str| {
        let (first, rest) = part.split_at(part.len().min(1));
        first.to_ascii_uppercase() + rest
    };
    name.split('-').map(capital).collect::<Vec<_>>().join("-")
}
