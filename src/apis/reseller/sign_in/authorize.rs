//! `/connect/authorize` (docs/spec/reseller.md §3). The genuine server asks a person to sign in and to approve; here
//! both have happened, so the client is sent back with its code at once (chosen: an automated test has no person). Who
//! signed in is the user with the e-mail address in `login_hint`; without one the client stands for itself (chosen). The
//! genuine server shows its errors on a page of its own and never sends them to the client; here the text of that page
//! is the answer (chosen).

use super::scope::Scope;
use super::{CODE_SECONDS, error, proof, secret, uncached};
use crate::apis::prelude::*;
use crate::apis::reseller::contract::{AuthorizeRequest, OAuthError, REDIRECT_URI_LIMIT};
use crate::apis::reseller::facet::ResellerFacet;
use crate::apis::{oauth, reseller};
use crate::codec::form::pairs;
use crate::codec::percent;
use crate::store::{Grant, GrantedBy};
use http::StatusCode;
use http::header::LOCATION;
use uuid::Uuid;

/// The operation.
pub const GET: Operation = Operation {
    id: "authorize",
    action: Action {
        method: "GET",
        templates: &["connect/authorize"],
        parameters: &[
            required("client_id", "The client, as the portal shows it.").example("app").parameter::<Text>(),
            required("redirect_uri", "Where the client waits for its code.")
                .example("http://localhost:3000/callback")
                .parameter::<Text>(),
            required("response_type", "`code`.").example("code").parameter::<Text>(),
            optional("state", "Returned with the code.").example("af0ifjsldkj").parameter::<Text>(),
            optional("scope", "`openid offline_access onboarding`, the default.")
                .example("openid offline_access onboarding")
                .parameter::<Text>(),
            optional("code_challenge", "The challenge of PKCE.").parameter::<Text>(),
            optional("code_challenge_method", "`S256`, or `plain`, the default.").parameter::<Text>(),
            optional("nonce", "Repeated in the id token.").example("n-0S6_WzA2Mj").parameter::<Text>(),
            optional("login_hint", "The e-mail address of the user who signs in.")
                .example("hedy@example.com")
                .parameter::<Text>(),
        ],
    },
    summary: "Ask for an authorization code",
    description: "Sends the client back to redirect_uri with a code at once: signing in and approving count as done.",
    provenance: Provenance::PublicDoc,
    anonymous: true,
    answers: &[FOUND, REFUSED],
    run: |call, _| Box::pin(get(call)),
    ..Operation::NEW
};

/// The same with the parameters as a form, which OpenID Connect demands of every server.
pub const POST: Operation = Operation {
    id: "authorizeByForm",
    action: Action { method: "POST", templates: &["connect/authorize"], parameters: &[] },
    summary: "Ask for an authorization code with a form",
    description: "The same as the GET, its parameters as a form (application/x-www-form-urlencoded).",
    provenance: Provenance::Framework,
    anonymous: true,
    form: Some(AuthorizeRequest::CLASS),
    samples: &[Sample::form(
        "client_id=app&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fcallback&response_type=code&login_hint=hedy%40example.com",
    )],
    answers: &[FOUND, REFUSED, NO_FORM],
    run: |call, _| Box::pin(post(call)),
    ..Operation::NEW
};

const FOUND: Documented =
    Documented::empty(302, "Location has the redirect_uri with code, scope and state.", Provenance::Chosen);
const REFUSED: Documented = Documented::value::<OAuthError>(
    400,
    "The error that the authorization server would show on a page.",
    Provenance::Chosen,
);
const NO_FORM: Documented = Documented::empty(415, "The body is not a form.", Provenance::Framework);

/// The authorization server reads query and form alike and by itself, names with their case.
type Text = Option<String>;

async fn get(call: Call) -> Outcome {
    let query = call.request.query.clone().unwrap_or_default();
    authorize(call, &pairs::parse(query.as_bytes())).await
}

async fn post(call: Call) -> Outcome {
    match oauth::form(&call) {
        Some(form) => authorize(call, &form).await,
        None => Ok(Reply::empty(StatusCode::UNSUPPORTED_MEDIA_TYPE)),
    }
}

/// The checks in the server's order, with its texts (IdentityServer4 AuthorizeRequestValidator).
async fn authorize(call: Call, sent: &[(String, String)]) -> Outcome {
    let field = |name| oauth::field(sent, name).filter(|value| !value.trim().is_empty());
    let within = |name, limit: usize| field(name).filter(|value| value.encode_utf16().count() <= limit);
    let Some(client_id) = within("client_id", 100) else {
        return Ok(error("invalid_request", Some("Invalid client_id")));
    };
    let mut transaction = call.write().await?;
    if transaction.client(reseller::API.name, client_id)?.is_none() {
        return Ok(error("unauthorized_client", Some("Unknown client or client not enabled")));
    }
    // chosen: a state document registers no addresses, so every absolute one is the client's.
    let Some(redirect_uri) = within("redirect_uri", REDIRECT_URI_LIMIT).filter(|uri| is_absolute(uri)) else {
        return Ok(error("invalid_request", Some("Invalid redirect_uri")));
    };
    match field("response_type") {
        Some("code") => {}
        Some(other) if OTHER_FLOWS.contains(&other) => {
            return Ok(error("unauthorized_client", Some("Invalid grant type for client")));
        }
        Some(_) => return Ok(error("unsupported_response_type", Some("Response type not supported"))),
        None => return Ok(error("unsupported_response_type", Some("Missing response_type"))),
    }
    let proof = match proof::announced(sent) {
        Ok(proof) => proof,
        Err(description) => return Ok(error("invalid_request", Some(description))),
    };
    let Some(scope) = Scope::parse(field("scope")) else {
        return Ok(error("invalid_scope", Some("Invalid scope")));
    };
    let nonce = field("nonce").map(str::to_owned);
    if nonce.as_ref().is_some_and(|nonce| nonce.encode_utf16().count() > NONCE_LIMIT) {
        return Ok(error("invalid_request", Some("Invalid nonce")));
    }
    let state = field("state").map(|state| ("state", state));
    let user = match field("login_hint") {
        Some(address) => transaction.find_by_email::<ResellerFacet>(address, Uuid::nil())?,
        None => None,
    };
    if user.as_ref().is_some_and(|stored| !stored.user.shared.enabled) {
        // chosen: whoever may not sign in gets no further than to cancel.
        return Ok(back_to(redirect_uri, [("error", "access_denied")].into_iter().chain(state)));
    }
    let end = oauth::later(transaction.now(), CODE_SECONDS);
    let grant = Grant {
        scope: Some(scope.text()),
        redirect_uri: Some(redirect_uri.to_owned()),
        user: user.map(|stored| GrantedBy::new(&stored.user.shared)),
        proof,
        nonce,
        ..Grant::new(secret(&call), reseller::API.name, client_id.to_owned(), end)
    };
    transaction.save_grant(&grant)?;
    transaction.commit_together().await?;
    let scope = scope.text();
    Ok(back_to(redirect_uri, [("code", grant.secret.as_str()), ("scope", &scope)].into_iter().chain(state)))
}

/// The longest nonce, in UTF-16 units (IdentityServer4 InputLengthRestrictions).
const NONCE_LIMIT: usize = 300;

/// Sends the client back to where it waits.
fn back_to<'a>(redirect_uri: &str, query: impl Iterator<Item = (&'a str, &'a str)>) -> Reply {
    uncached(Reply::empty(StatusCode::FOUND).header(LOCATION, with_query(redirect_uri, query)))
}

/// Response types of flows that the server knows and the vendor's clients do not have.
const OTHER_FLOWS: [&str; 6] =
    ["token", "id_token", "id_token token", "code id_token", "code token", "code id_token token"];

/// Whether an address is absolute and can be sent in a header.
fn is_absolute(uri: &str) -> bool {
    let Some((scheme, rest)) = uri.split_once(':') else { return false };
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.chars().all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter))
        && !rest.is_empty()
        && !uri.chars().any(|letter| letter.is_whitespace() || letter.is_control())
}

fn with_query<'a>(uri: &str, query: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut address = uri.to_owned();
    for (name, value) in query {
        address.push(if address.contains('?') { '&' } else { '?' });
        address.push_str(name);
        address.push('=');
        percent::push_encoded(&mut address, value);
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_its_own_query() {
        let query = || [("code", "1"), ("state", "a b&ü")].into_iter();
        assert_eq!(with_query("http://c/cb", query()), "http://c/cb?code=1&state=a%20b%26%C3%BC");
        assert_eq!(with_query("http://c/cb?x=1", query()), "http://c/cb?x=1&code=1&state=a%20b%26%C3%BC");
    }

    #[test]
    fn relative_addresses_and_ones_that_break_a_header_are_refused() {
        for good in ["http://127.0.0.1:8000", "com.example.app:/callback", "https://c/ü"] {
            assert!(is_absolute(good), "{good}");
        }
        for bad in ["", "/callback", "http:", ":x", "1http://c", "http://c/\r\nX: y", "http://c/a b"] {
            assert!(!is_absolute(bad), "{bad:?}");
        }
    }
}
