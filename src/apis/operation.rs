//! An operation as data: its address and parameters, what it answers, where each fact comes from, and the endpoint
//! behind it. Routing, `usertwin routes` and the OpenAPI documents all read this one table.

use super::Call;
use super::call::Outcome;
use crate::contract::{Kind, ObjectType};
use crate::frameworks::webapi::Action;
use std::fmt;
use std::pin::Pin;

/// The endpoint's function, boxed so that a table can hold it.
pub type Run = fn(Call) -> Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// One operation of an API.
pub struct Operation {
    /// The OpenAPI `operationId`, unique within the API.
    pub id: &'static str,
    /// Method, address and parameters.
    pub action: Action,
    /// One line.
    pub summary: &'static str,
    /// A paragraph.
    pub description: &'static str,
    /// Where the operation itself is documented.
    pub provenance: Provenance,
    /// Whether it is asked without a token, as sign-in is.
    pub anonymous: bool,
    /// A posted form that the endpoint reads by itself, as token endpoints do; its answers are JSON whatever is accepted.
    pub form: Option<&'static ObjectType>,
    /// What it answers, success first.
    pub answers: &'static [Documented],
    /// Samples of the vendor's page, or ones that the server gives.
    pub samples: &'static [Sample],
    /// The endpoint.
    pub run: Run,
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operation").field("id", &self.id).field("action", &self.action).finish_non_exhaustive()
    }
}

/// Where a fact comes from; nobody should take an invented detail for the vendor's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provenance {
    /// One of the pages the product was asked for with.
    Seed,
    /// Another public page of the vendor.
    PublicDoc,
    /// What the vendor's framework does by itself.
    Framework,
    /// Our choice, where nothing is published.
    Chosen,
}

impl Provenance {
    /// The word in `usertwin routes` and in `x-provenance`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Provenance::Seed => "seed",
            Provenance::PublicDoc => "public-doc",
            Provenance::Framework => "framework",
            Provenance::Chosen => "chosen",
        }
    }
}

/// An answer of an operation.
#[derive(Debug, Clone, Copy)]
pub struct Documented {
    /// The status.
    pub status: u16,
    /// When it is given.
    pub when: &'static str,
    /// What it holds; `None` for an empty body or the framework's error dictionary.
    pub content: AnswerContent,
    /// Where that is documented.
    pub provenance: Provenance,
}

/// What an answer holds.
#[derive(Debug, Clone, Copy)]
pub enum AnswerContent {
    /// Nothing.
    Empty,
    /// A value of a contract.
    Value(Kind),
    /// The framework's `HttpError`.
    HttpError,
}

/// A sample for the OpenAPI document.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// The key under which the document lists it, unique among those of one answer and media type.
    pub name: &'static str,
    /// One line.
    pub summary: &'static str,
    /// `None` for a request body, a status for an answer.
    pub status: Option<u16>,
    /// The media types it is a sample of.
    pub media_types: &'static [&'static str],
    /// The text as it stands on the page; binary formats as hexadecimal digits.
    pub text: &'static str,
    /// Where it was printed.
    pub provenance: Provenance,
}
