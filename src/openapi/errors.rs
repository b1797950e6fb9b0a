//! What an operation answers: what its table documents, then what the API's framework answers to anybody. Refusals are
//! asked of the API's own functions, so a document cannot say anything else than the server.

use super::{http_error, invalid};
use crate::apis::authentication::Denial;
use crate::apis::operation::{AnswerContent, Operation, Provenance};
use crate::apis::{Api, Framework, Trouble};
use crate::contract::DateTime;
use crate::frameworks::aspnetcore::{BindingError, Refusal};
use crate::frameworks::webapi::{Content, From, Reply};
use http::StatusCode;
use serde_json::Value;

/// An answer, or one of several with its status.
#[derive(Debug, Clone)]
pub(super) struct Possible {
    pub status: u16,
    pub when: &'static str,
    pub content: AnswerContent,
    pub provenance: Provenance,
    /// Names of the headers it brings.
    pub headers: Vec<String>,
    /// An `HttpError` that it may hold.
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
pub(super) fn of(api: &Api, operation: &Operation) -> Vec<Possible> {
    let has_body = operation.action.parameters.iter().any(|parameter| parameter.from == From::Body);
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
    let general = by_framework(api, operation, has_body).into_iter().chain(denied).chain(troubles(api, has_body));
    let documented = answers.len();
    for answer in general {
        // What the table says about a status and a content says more than a general sentence.
        let mut told = answers.iter_mut().take(documented);
        match told.find(|told| told.status == answer.status && same(&told.content, &answer.content)) {
            Some(told) => {
                told.headers.extend(answer.headers);
                told.constant = told.constant.take().or(answer.constant);
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
            let error = invalid::example(operation.action.parameters);
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
            let told = |(when, refusal)| told(&refused(&refusal, &path, MOMENT), when, Provenance::Framework);
            refusals.map(told).into()
        }
    };
    answers.into_iter().filter(unreadable).collect()
}

/// Any moment: what is asked for is the shape of an answer.
const MOMENT: DateTime = DateTime::MIN;

fn denials(api: &Api) -> [Possible; 2] {
    let provenance = if api.transport.documented { Provenance::Framework } else { Provenance::Chosen };
    [
        (Denial::Missing, "The token is missing, or it is not, or no longer, good."),
        (Denial::Forbidden, "The token is good and may not use this API."),
    ]
    .map(|(denial, when)| told(&(api.denied)(&denial, MOMENT), when, provenance))
}

fn troubles(api: &Api, has_body: bool) -> Vec<Possible> {
    let answers = [
        (Trouble::BodyIncomplete, "The body did not arrive whole.", Provenance::Chosen),
        (Trouble::BodyTooSlow, "The body did not come on for too long.", Provenance::Chosen),
        (Trouble::BodyTooLarge, "The body is larger than the server takes.", Provenance::Framework),
        (Trouble::TooManyWorlds, "The request would bring one world too many into being.", Provenance::Chosen),
        (Trouble::Fault, "Something of the server's own failed.", Provenance::Framework),
    ];
    let about_body =
        |trouble| matches!(trouble, Trouble::BodyIncomplete | Trouble::BodyTooSlow | Trouble::BodyTooLarge);
    let possible = answers.into_iter().filter(|(trouble, ..)| has_body || !about_body(*trouble));
    possible.map(|(trouble, when, provenance)| told(&(api.trouble)(trouble, MOMENT), when, provenance)).collect()
}

fn told(reply: &Reply, when: &'static str, provenance: Provenance) -> Possible {
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

/// Whether two answers hold the same kind of thing.
pub(super) fn same(one: &AnswerContent, other: &AnswerContent) -> bool {
    match (one, other) {
        (AnswerContent::Value(one), AnswerContent::Value(other)) => one.clr_name() == other.clr_name(),
        _ => std::mem::discriminant(one) == std::mem::discriminant(other),
    }
}

/// The component name of answers that the framework gives to anybody, e.g. `MethodNotAllowed`.
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
