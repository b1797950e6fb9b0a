//! `POST v1/core/accountdelegatedlogin` (the vendor's page of that name; spec/pbnb.md §2).

use super::{CREDENTIALS, TOKEN, Who, answer};
use crate::apis::operation::{Operation, Provenance};
use crate::frameworks::webapi::Action;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "accountDelegatedLogin",
    action: Action { method: "POST", templates: &["v1/core/accountdelegatedlogin"], parameters: &[CREDENTIALS] },
    summary: "Sign in as a delegated administrator",
    description: "Gives a token for username and password of a user who has a delegated-admin role.",
    provenance: Provenance::PublicDoc,
    anonymous: true,
    form: None,
    answers: &[TOKEN],
    samples: &[],
    run: |mut call| {
        let credentials = call.take(0);
        Box::pin(answer(call, credentials, Who::Delegates))
    },
};
