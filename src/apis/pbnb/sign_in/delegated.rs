//! `POST v1/core/accountdelegatedlogin` (the vendor's page of that name; docs/spec/pbnb.md §2).

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
    id: "accountDelegatedLogin",
    action: Action { method: "POST", templates: &["v1/core/accountdelegatedlogin"], parameters: Arguments::PARAMETERS },
    summary: "Sign in as a delegated administrator",
    description: "Gives a token for username and password of a user who has a delegated-admin role.",
    provenance: Provenance::PublicDoc,
    anonymous: true,
    answers: &[TOKEN],
    run: |call, values| Box::pin(answer(call, Arguments::from(values).credentials, Who::Delegates)),
    ..Operation::NEW
};
