//! `POST v1/core/accountlogin` (the vendor's page of that name; docs/spec/pbnb.md §2).

use super::{CREDENTIALS, TOKEN, Who, answer};
use crate::apis::pbnb::contract::Credentials;
use crate::apis::prelude::*;

arguments! {
    struct Arguments {
        credentials: Option<Credentials> = CREDENTIALS,
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "accountLogin",
    action: Action { method: "POST", templates: &["v1/core/accountlogin"], parameters: Arguments::PARAMETERS },
    summary: "Sign in as an account administrator",
    description: "Gives a token for username and password of an account administrator; it reaches that account.",
    provenance: Provenance::PublicDoc,
    anonymous: true,
    answers: &[TOKEN],
    run: |call, values| Box::pin(answer(call, Arguments::from(values).credentials, Who::Administrators)),
    ..Operation::NEW
};
