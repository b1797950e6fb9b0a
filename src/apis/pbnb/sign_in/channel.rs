//! `POST v1/core/channels/{chnId}/channellogin` (the vendor's page of that name; spec/pbnb.md §2).

use super::{CREDENTIALS, TOKEN, Who, answer};
use crate::apis::operation::{Operation, Provenance};
use crate::contract::Kind;
use crate::frameworks::webapi::{Action, From, Parameter};

/// The operation. Channels are no part of the state: every number is one (chosen).
pub const OPERATION: Operation = Operation {
    id: "channelLogin",
    action: Action {
        method: "POST",
        templates: &["v1/core/channels/{chnId}/channellogin"],
        parameters: &[
            Parameter { name: "chnId", kind: Kind::Int32, from: From::Uri, doc: "The channel." },
            CREDENTIALS,
        ],
    },
    summary: "Sign in as a channel administrator",
    description: "Gives a token for username and password.",
    provenance: Provenance::PublicDoc,
    anonymous: true,
    form: None,
    answers: &[TOKEN],
    samples: &[],
    run: |mut call| {
        let credentials = call.take(1);
        Box::pin(answer(call, credentials, Who::Anybody))
    },
};
