//! The stock bearer handler: where it looks for a token and how it challenges (spec/reseller.md §3). Which tokens are
//! good is the caller's question.

use super::Refusal;
use http::{HeaderMap, header};

/// Why a token that was sent is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejected {
    /// Not a token at all; the challenge then has no description.
    Unreadable,
    /// Refused with one of the handler's descriptions, e.g. `The token is expired`.
    Because(&'static str),
}

/// Runs `accept` on the token of a request.
///
/// # Errors
/// [`Refusal::Unauthorized`] with the challenge: bare when no token came, `invalid_token` when it was rejected.
pub fn authenticate<T>(headers: &HeaderMap, accept: impl FnOnce(&str) -> Result<T, Rejected>) -> Result<T, Refusal> {
    let challenge = match token(headers) {
        None => "Bearer".to_owned(),
        Some(token) => match accept(token) {
            Ok(caller) => return Ok(caller),
            Err(Rejected::Unreadable) => "Bearer error=\"invalid_token\"".to_owned(),
            Err(Rejected::Because(why)) => format!("Bearer error=\"invalid_token\", error_description=\"{why}\""),
        },
    };
    Err(Refusal::Unauthorized { challenge })
}

/// The token: the scheme in any case, blanks around the token dropped; an empty one counts as none.
fn token(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_at_checked("Bearer ".len())?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("Bearer ") && !token.is_empty()).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn challenge(authorization: Option<&str>) -> Result<String, String> {
        let mut headers = HeaderMap::new();
        if let Some(value) = authorization {
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
        }
        let accept = |token: &str| match token {
            "good" => Ok(token.to_owned()),
            "old" => Err(Rejected::Because("The token is expired")),
            _ => Err(Rejected::Unreadable),
        };
        authenticate(&headers, accept).map_err(|refusal| match refusal {
            Refusal::Unauthorized { challenge } => challenge,
            other => format!("{other:?}"),
        })
    }

    #[test]
    fn scheme_ignores_case_and_the_token_is_trimmed() {
        assert_eq!(challenge(Some("bEARER   good ")), Ok("good".to_owned()));
    }

    #[test]
    fn no_token_gives_a_bare_challenge() {
        for value in [None, Some("Basic good"), Some("Bearer "), Some("Bearer"), Some("Bearergood")] {
            assert_eq!(challenge(value), Err("Bearer".to_owned()), "{value:?}");
        }
    }

    #[test]
    fn rejected_tokens_are_described_when_there_is_a_description() {
        assert_eq!(challenge(Some("Bearer x")), Err("Bearer error=\"invalid_token\"".to_owned()));
        let described = "Bearer error=\"invalid_token\", error_description=\"The token is expired\"";
        assert_eq!(challenge(Some("Bearer old")), Err(described.to_owned()));
    }
}
