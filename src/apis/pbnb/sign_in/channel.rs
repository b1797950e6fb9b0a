//! `POST v1/core/channels/{chnId}/channellogin` (the vendor's page of that name; docs/spec/pbnb.md §2).

use super::{CREDENTIALS, TOKEN, Who, answer};
use crate::apis::pbnb::contract::Credentials;
use crate::apis::prelude::*;

arguments! {
    struct Arguments {
        /// Ignored: every number is a channel (chosen).
        _channel: i32 = required("chnId", "The channel.").example("1"),
        credentials: Option<Credentials> = CREDENTIALS,
    }
}

/// The operation. Channels are not part of the state: every number is one (chosen).
pub const OPERATION: Operation = Operation {
    id: "channelLogin",
    action: Action {
        method: "POST",
        templates: &["v1/core/channels/{chnId}/channellogin"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Sign in as a channel administrator",
    description: "Gives a token for username and password of an administrator.",
    provenance: Provenance::PublicDoc,
    anonymous: true,
    answers: &[TOKEN],
    run: |call, values| Box::pin(answer(call, Arguments::from(values).credentials, Who::Administrators)),
    ..Operation::NEW
};
