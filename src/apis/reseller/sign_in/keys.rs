//! `/.well-known/openid-configuration/jwks`: the keys by which clients verify tokens.

use super::document;
use crate::apis::prelude::*;
use crate::apis::signing_key::{self, KeySet};

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "getKeys",
    action: Action { method: "GET", templates: &[".well-known/openid-configuration/jwks"], parameters: &[] },
    summary: "The keys that sign tokens",
    description: "One RSA key, which is part of usertwin and no secret.",
    provenance: Provenance::Framework,
    anonymous: true,
    answers: &[Documented::ok::<KeySet>("The keys.", Provenance::Framework)],
    run: |_, _| Box::pin(async { Ok(document(signing_key::published())) }),
    ..Operation::NEW
};
