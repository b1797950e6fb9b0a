//! `GET /{tenant}/discovery/v2.0/keys`: the keys by which clients verify tokens, the same for every tenant.

use super::document;
use crate::apis::prelude::*;
use crate::apis::signing_key::{self, KeySet};

arguments! {
    struct Arguments {
        /// Ignored: the keys are those of every tenant.
        _tenant: Option<String> = required("tenant", "The tenant of the identity provider; any will do.").example("common"),
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "getKeys",
    action: Action { method: "GET", templates: &["{tenant}/discovery/v2.0/keys"], parameters: Arguments::PARAMETERS },
    summary: "The keys that sign tokens",
    description: "One RSA key, which is part of usertwin and no secret. The provider's own keys come with certificates.",
    provenance: Provenance::Framework,
    anonymous: true,
    only_json: true,
    answers: &[Documented::ok::<KeySet>("The keys.", Provenance::Framework)],
    run: |_, _| Box::pin(async { Ok(document(signing_key::published())) }),
    ..Operation::NEW
};
