//! `/.well-known/openid-configuration`: where the authorization server's endpoints are and what they offer, at the address
//! by which the client knows this server. IdentityServer's members for endpoints that the vendor's pages do not show are
//! left out.

use super::document;
use crate::apis::prelude::*;
use crate::apis::reseller::contract::Discovery;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "discover",
    action: Action { method: "GET", templates: &[".well-known/openid-configuration"], parameters: &[] },
    summary: "The authorization server's endpoints",
    description: "OpenID Connect discovery.",
    provenance: Provenance::Framework,
    anonymous: true,
    answers: &[Documented::ok::<Discovery>("What the server offers.", Provenance::Framework)],
    run: |call, _| Box::pin(async move { Ok(discover(&call)) }),
    ..Operation::NEW
};

fn discover(call: &Call) -> Reply {
    let issuer = &call.request.origin;
    let list = |values: &[&str]| Some(values.iter().map(|value| Some((*value).to_owned())).collect());
    document(Discovery {
        issuer: Some(issuer.clone()),
        jwks_uri: Some(format!("{issuer}/.well-known/openid-configuration/jwks")),
        authorization_endpoint: Some(format!("{issuer}/connect/authorize")),
        token_endpoint: Some(format!("{issuer}/connect/token")),
        scopes_supported: list(&["openid", "onboarding", "offline_access"]),
        claims_supported: list(&["sub"]),
        grant_types_supported: list(&["authorization_code", "refresh_token"]),
        response_types_supported: list(&["code"]),
        response_modes_supported: list(&["query"]),
        token_endpoint_auth_methods_supported: list(&["client_secret_basic", "client_secret_post"]),
        id_token_signing_alg_values_supported: list(&["RS256"]),
        subject_types_supported: list(&["public"]),
        code_challenge_methods_supported: list(&["plain", "S256"]),
    })
}
