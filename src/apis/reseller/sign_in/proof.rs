//! PKCE as IdentityServer4 checks it (AuthorizeRequestValidator, TokenRequestValidator; RFC 7636): a challenge with the
//! request for a code, its verifier when the code is redeemed.

use crate::apis::{jwt, oauth};
use crate::store::Proof;

/// The lengths of challenges and verifiers.
const LENGTHS: std::ops::RangeInclusive<usize> = 43..=128;

/// The proof that a request for a code announces, if any.
///
/// # Errors
/// The description of what is wrong with it.
pub fn announced(sent: &[(String, String)]) -> Result<Option<Proof>, &'static str> {
    let Some(challenge) = oauth::field(sent, "code_challenge") else { return Ok(None) };
    if !LENGTHS.contains(&challenge.len()) {
        return Err("Invalid code_challenge");
    }
    // chosen: `plain`, which is the default, is allowed; whether the vendor allows it for its clients is unknown.
    let plain = match oauth::field(sent, "code_challenge_method") {
        Some("plain") | None => true,
        Some("S256") => false,
        Some(_) => return Err("Transform algorithm not supported"),
    };
    Ok(Some(Proof { challenge: challenge.to_owned(), plain }))
}

/// Whether a verifier is the one that was announced. One that nobody announced is as wrong as a missing one.
pub fn holds(announced: Option<&Proof>, verifier: Option<&str>) -> bool {
    match (announced, verifier) {
        (None, verifier) => verifier.is_none(),
        (Some(_), None) => false,
        (Some(proof), Some(verifier)) if proof.plain => verifier == proof.challenge,
        (Some(proof), Some(verifier)) => {
            LENGTHS.contains(&verifier.len()) && jwt::challenge_of(verifier) == proof.challenge
        }
    }
}
