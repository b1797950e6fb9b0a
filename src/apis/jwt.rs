//! Tokens in JWT form (RFC 7519): what clients decode, verify by the published keys and read the end of. A server does
//! not need any of it to recognise its own tokens.

use super::signing_key::{self, KEY_ID};
use crate::contract::{DateTime, TICKS_PER_SECOND, UNIX_EPOCH_TICKS};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

/// A moment as claims write it: whole seconds since 1970.
#[must_use]
pub fn seconds(at: DateTime) -> i64 {
    (at.ticks - UNIX_EPOCH_TICKS).div_euclid(TICKS_PER_SECOND)
}

/// The signed token of these claims, whose order it keeps. `kind` is the header's `typ`.
///
/// # Errors
/// When it cannot be signed.
pub fn signed(kind: &str, claims: impl IntoIterator<Item = (&'static str, Value)>) -> anyhow::Result<String> {
    let header = json!({ "alg": "RS256", "kid": KEY_ID, "typ": kind });
    let claims: Value = claims.into_iter().map(|(name, claim)| (name.to_owned(), claim)).collect();
    let mut token = URL_SAFE_NO_PAD.encode(header.to_string());
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(claims.to_string(), &mut token);
    let signature = signing_key::sign(token.as_bytes())?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    Ok(token)
}

/// `at_hash`: the left half of the hash of an access token, which binds an id token to it (OpenID Connect Core 1.0, ID token).
#[must_use]
pub fn half_hash(token: &str) -> String {
    let hash = digest(&SHA256, token.as_bytes());
    let (left, _) = hash.as_ref().split_at(hash.as_ref().len() / 2);
    URL_SAFE_NO_PAD.encode(left)
}

/// The challenge of a PKCE verifier by the method `S256` (RFC 7636).
#[must_use]
pub fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::DateTimeKind;

    #[test]
    fn a_challenge_is_that_of_the_standards_example() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(challenge_of(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn moments_are_cut_to_seconds() {
        let at = |ticks| DateTime { ticks, kind: DateTimeKind::Utc };
        assert_eq!(seconds(at(UNIX_EPOCH_TICKS + TICKS_PER_SECOND - 1)), 0);
        assert_eq!(seconds(at(UNIX_EPOCH_TICKS + TICKS_PER_SECOND)), 1);
    }
}
