//! An operation as data: its address and parameters, its documented answers, the source of each fact, and the
//! endpoint behind it. Routing, `usertwin routes` and the OpenAPI documents all read this one table.

use super::call::{Call, Outcome, Refusal};
use crate::contract::{Contracted, Kind, ObjectType, Value};
use crate::frameworks::webapi::Action;
use std::fmt;
use std::pin::Pin;

/// The endpoint over the bound values, one per parameter; boxed so that a table can hold it.
pub type Run = fn(Call, Vec<Value>) -> Pin<Box<dyn Future<Output = Outcome> + Send>>;

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
    /// Whether it is called without a token, as sign-in is.
    pub anonymous: bool,
    /// A posted form that the endpoint reads by itself, as token endpoints do; its answers are JSON regardless of `Accept`.
    pub form: Option<&'static ObjectType>,
    /// Whether its answers are JSON regardless of `Accept` although it takes no such form.
    pub only_json: bool,
    /// Whether its answer contains every user or account of a container, and so takes as long as the world is large.
    pub grows_with_world: bool,
    /// Whether its answers are kept until the user changes that they show: each depends on nothing but its address, the
    /// format that is asked for, and the users and items that it reads. One that reads several users is not kept.
    pub keeps_answers: bool,
    /// Its answers, success first.
    pub answers: &'static [Documented],
    /// Samples from the vendor's page, or answers of this server.
    pub samples: &'static [Sample],
    /// The endpoint.
    pub run: Run,
}

impl Operation {
    /// The values that most operations have: a token is needed, the body is bound, and there are no samples. The
    /// members that no two operations share are empty here; a test of the table finds one that was left so.
    pub const NEW: Operation = Operation {
        id: "",
        action: Action { method: "", templates: &[], parameters: &[] },
        summary: "",
        description: "",
        provenance: Provenance::Chosen,
        anonymous: false,
        form: None,
        only_json: false,
        grows_with_world: false,
        keeps_answers: false,
        answers: &[],
        samples: &[],
        run: |_, _| Box::pin(async { Err(Refusal::Fault(anyhow::anyhow!("the operation has no endpoint"))) }),
    };
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operation").field("id", &self.id).field("action", &self.action).finish_non_exhaustive()
    }
}

/// The source of a fact, so that an invented detail is not taken for the vendor's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provenance {
    /// One of the vendor's pages that this product was specified with.
    Seed,
    /// Another public page of the vendor.
    PublicDoc,
    /// Behaviour of the vendor's framework.
    Framework,
    /// Our choice, where nothing is published.
    Chosen,
}

impl Provenance {
    /// The word in `usertwin routes` and in `x-provenance`.
    #[must_use]
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn word(self) -> &'static str {
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
    /// When it is the answer.
    pub when: &'static str,
    /// The content of its body.
    pub content: AnswerContent,
    /// Where that is documented.
    pub provenance: Provenance,
}

impl Documented {
    /// A 200 that contains a `T`.
    #[must_use]
    pub const fn ok<T: Contracted>(when: &'static str, provenance: Provenance) -> Documented {
        Documented::value::<T>(200, when, provenance)
    }

    /// An answer that contains a `T`.
    #[must_use]
    pub const fn value<T: Contracted>(status: u16, when: &'static str, provenance: Provenance) -> Documented {
        Documented { status, when, content: AnswerContent::Value(T::KIND), provenance }
    }

    /// An answer without a body.
    #[must_use]
    pub const fn empty(status: u16, when: &'static str, provenance: Provenance) -> Documented {
        Documented { status, when, content: AnswerContent::Empty, provenance }
    }

    /// An answer that contains the framework's `HttpError`.
    #[must_use]
    pub const fn error(status: u16, when: &'static str, provenance: Provenance) -> Documented {
        Documented { status, when, content: AnswerContent::HttpError, provenance }
    }
}

/// The content of an answer.
#[derive(Debug, Clone, Copy)]
pub enum AnswerContent {
    /// An empty body.
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
    /// The media types of which it is a sample.
    pub media_types: &'static [&'static str],
    /// The text exactly as on the page; binary formats as hexadecimal digits.
    pub text: &'static str,
    /// Where it was printed.
    pub provenance: Provenance,
    /// Whether the vendor's own rules refuse it: documents keep it apart from the examples, which have to follow their
    /// schema.
    pub refused: bool,
}

impl Sample {
    /// A body that the demo seed accepts, where it cannot be made from the parameter's own example.
    #[must_use]
    pub const fn demo(media_types: &'static [&'static str], text: &'static str) -> Sample {
        let summary = "A body that the demo seed accepts.";
        Sample {
            name: "demo",
            summary,
            status: None,
            media_types,
            text,
            provenance: Provenance::Chosen,
            refused: false,
        }
    }

    /// A posted form that the demo seed accepts.
    #[must_use]
    pub const fn form(text: &'static str) -> Sample {
        Sample::demo(&["application/x-www-form-urlencoded"], text)
    }
}

#[cfg(test)]
mod tests {
    use crate::apis::Apis;

    #[test]
    fn every_operation_has_the_members_that_no_default_can_give() {
        for (api, operation) in
            Apis::four().iter().flat_map(|api| api.operations.iter().map(move |operation| (api, operation)))
        {
            let missing = operation.id.is_empty()
                || operation.action.method.is_empty()
                || operation.action.templates.is_empty()
                || operation.summary.is_empty()
                || operation.description.is_empty()
                || operation.answers.is_empty()
                || std::ptr::fn_addr_eq(operation.run, super::Operation::NEW.run);
            assert!(!missing, "{} {:?}", api.name, operation);
        }
    }
}
