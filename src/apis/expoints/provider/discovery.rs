//! `GET /{tenant}/v2.0/.well-known/openid-configuration`: where the provider's endpoints are and what they offer, at the
//! address by which the client knows this server. The provider's members for endpoints that are not emulated are left
//! out, but for the one that client libraries insist on.

use super::{directory, document, issuer};
use crate::apis::expoints::contract::Discovery;
use crate::apis::prelude::*;

arguments! {
    struct Arguments {
        tenant: Option<String> = required("tenant", "The tenant of the identity provider; any will do.").example("common"),
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "discover",
    action: Action {
        method: "GET",
        templates: &["{tenant}/v2.0/.well-known/openid-configuration"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "The identity provider's endpoints",
    description: "OpenID Connect discovery.",
    provenance: Provenance::Framework,
    anonymous: true,
    only_json: true,
    answers: &[Documented::ok::<Discovery>("What the provider offers.", Provenance::Framework)],
    run: |call, values| Box::pin(async move { Ok(discover(&call, values.into())) }),
    ..Operation::NEW
};

fn discover(call: &Call, Arguments { tenant }: Arguments) -> Reply {
    let issuer = issuer(call, directory(tenant.as_deref()));
    // As it stands in the address: decoded it might be no part of one.
    let segment = call.request.path.trim_start_matches('/').split('/').next().unwrap_or_default();
    let base = format!("{}/{segment}", call.request.origin);
    let list = |values: &[&str]| Some(values.iter().map(|value| Some((*value).to_owned())).collect());
    document(Discovery {
        token_endpoint: Some(format!("{base}/oauth2/v2.0/token")),
        token_endpoint_auth_methods_supported: list(&["client_secret_post", "client_secret_basic"]),
        jwks_uri: Some(format!("{base}/discovery/v2.0/keys")),
        response_modes_supported: list(&["query", "fragment", "form_post"]),
        subject_types_supported: list(&["pairwise"]),
        id_token_signing_alg_values_supported: list(&["RS256"]),
        response_types_supported: list(&["code", "id_token", "code id_token", "id_token token"]),
        scopes_supported: list(&["openid", "profile", "email", "offline_access"]),
        issuer: Some(issuer),
        authorization_endpoint: Some(format!("{base}/oauth2/v2.0/authorize")),
        claims_supported: list(&[
            "aud", "iss", "iat", "nbf", "exp", "azp", "azpacr", "oid", "roles", "sub", "tid", "ver",
        ]),
    })
}
