//! A recorded request as it is sent to the twin: with the twin's names for what the recording calls otherwise, and with
//! credentials in the place of masked ones.

use super::counterparts::Counterparts;
use super::exchange::Exchange;
use super::scalar::is_masked;
use crate::codec::mask::MASK;
use crate::listener::Secure;
use crate::model::{Document, TokenState};
use axum::body::Body;
use http::header::{HOST, HeaderName, HeaderValue};
use http::{Method, Request};

/// Headers that belong to the connection that was recorded.
const OF_THE_CONNECTION: [&str; 6] =
    ["host", "content-length", "transfer-encoding", "connection", "content-encoding", "expect"];

/// What stands for masked values.
#[derive(Debug, Default)]
pub struct Credentials {
    token: Option<String>,
    users: Vec<(String, String)>,
    clients: Vec<(String, String)>,
}

impl Credentials {
    /// Those of a seed.
    #[must_use]
    pub fn of(seed: &Document) -> Credentials {
        let unlimited = seed.tokens.iter().filter(|token| token.state == TokenState::Valid && token.user.is_none());
        let token = unlimited.filter(|token| token.scope.is_none()).map(|token| token.token.clone()).next();
        let user = |name: &Option<String>, password: &Option<String>| Some((name.clone()?, password.clone()?));
        let users =
            seed.users.iter().filter_map(|user_| user(&user_.shared.username, &user_.shared.password)).collect();
        let clients =
            seed.clients.iter().map(|client| (client.client_id.clone(), client.client_secret.clone())).collect();
        Credentials { token, users, clients }
    }

    /// The value for a masked one in a body or query that names a user or a client somewhere.
    fn for_body(&self, body: &str) -> String {
        let named = |list: &[(String, String)]| {
            list.iter().find(|(name, _)| body.contains(name.as_str())).map(|(_, secret)| secret.clone())
        };
        let is_client = body.contains("client_secret=*");
        let found = if is_client { named(&self.clients).or_else(|| named(&self.users)) } else { named(&self.users) };
        found.unwrap_or_else(|| "Masked1842".to_owned())
    }
}

/// The request.
///
/// # Errors
/// A reason why it cannot be sent.
pub fn to_twin(exchange: &Exchange, names: &Counterparts, credentials: &Credentials) -> Result<Request<Body>, String> {
    let method = Method::from_bytes(exchange.method.as_bytes()).map_err(|_| "has a method that is none".to_owned())?;
    let mut target = names.applied_to_target(&exchange.target);
    if target.contains(MASK) {
        target = target.replace(MASK, &credentials.for_body(&target));
    }
    let body = body(exchange, names, credentials)?;
    let mut request = Request::builder().method(method).uri(&target);
    for (name, value) in &exchange.headers {
        if OF_THE_CONNECTION.contains(&name.as_str()) {
            continue;
        }
        let mut value = names.applied(value);
        let (scheme, secret) = value.rsplit_once(' ').unwrap_or(("", &value));
        if is_masked(secret) {
            let token = credentials.token.as_deref().unwrap_or("recorded");
            value = format!("{scheme} {token}").trim_start().to_owned();
        }
        // Letters of a recording stand for bytes.
        let bytes: Vec<u8> = match value.chars().all(|letter| u32::from(letter) < 256) {
            true => value.chars().filter_map(|letter| u8::try_from(u32::from(letter)).ok()).collect(),
            false => value.into_bytes(),
        };
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(&bytes)) {
            request = request.header(name, value);
        }
    }
    request = request.header(HOST, &exchange.authority);
    if exchange.scheme == "https" {
        request = request.extension(Secure);
    }
    if !body.is_empty() || exchange.headers.iter().any(|(name, _)| name == "content-length") {
        request = request.header("content-length", body.len());
    }
    request.body(Body::from(body)).map_err(|error| format!("cannot be sent: {error}"))
}

/// The body with names and masked values replaced. A binary one counts its own bytes, so it is written anew.
///
/// # Errors
/// A reason why it cannot be sent.
fn body(exchange: &Exchange, names: &Counterparts, credentials: &Credentials) -> Result<Vec<u8>, String> {
    let is_bson = exchange.headers.iter().any(|(name, value)| name == "content-type" && value.contains("bson"));
    if is_bson {
        return bson(&exchange.body, names, credentials);
    }
    let Ok(text) = std::str::from_utf8(&exchange.body) else { return Ok(exchange.body.clone()) };
    if text.contains('\0') {
        return Ok(exchange.body.clone());
    }
    if is_masked(text) {
        return Err("has a body that was masked as a whole".to_owned());
    }
    let text = names.applied(text);
    let text = if text.contains(MASK) { text.replace(MASK, &credentials.for_body(&text)) } else { text };
    Ok(text.into_bytes())
}

fn bson(body: &[u8], names: &Counterparts, credentials: &Credentials) -> Result<Vec<u8>, String> {
    let letters = String::from_utf8_lossy(body);
    let applied = names.applied(&letters);
    let masked = letters.contains(MASK);
    if !masked && applied == letters {
        return Ok(body.to_vec());
    }
    let document = bson::Document::from_reader(body);
    let Ok(mut document) = document else {
        let reason = "has a body in BSON that is malformed, and of which a part was masked";
        return if masked { Err(reason.to_owned()) } else { Ok(body.to_vec()) };
    };
    let secret = credentials.for_body(&applied);
    document.iter_mut().for_each(|(_, value)| renamed(value, names, &secret));
    document.to_vec().map_err(|error| format!("cannot be sent: {error}"))
}

/// A value of BSON with names and masked texts replaced; a masked text is as long as the secret was.
fn renamed(value: &mut bson::Bson, names: &Counterparts, secret: &str) {
    match value {
        bson::Bson::String(text) if is_masked(text) => secret.clone_into(text),
        bson::Bson::String(text) => *text = names.applied(text),
        bson::Bson::Document(inner) => inner.iter_mut().for_each(|(_, value)| renamed(value, names, secret)),
        bson::Bson::Array(items) => items.iter_mut().for_each(|value| renamed(value, names, secret)),
        _ => {}
    }
}
