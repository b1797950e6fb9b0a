//! Answers that end in a cut connection: their body fails, and the server can then only drop the connection. A body
//! that fails at once takes the head with it, because nothing has been sent by then.

use super::Cut;
use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use http::header::CONTENT_LENGTH;
use http::{HeaderValue, Response};
use std::io::{Error, ErrorKind};
use std::time::Duration;

/// The time that the bytes before the cut have to leave the machine's buffers.
const FLUSH: Duration = Duration::from_millis(20);

/// The part of the answer that is sent, if any, and the answer that sends it: the head with the length of the whole
/// body, and a part of the body.
#[must_use]
pub fn cut(answer: Response<Bytes>, at: Cut) -> (Option<Response<Bytes>>, Response<Body>) {
    let (mut head, body) = answer.into_parts();
    let part = match at {
        // An empty body has no middle.
        Cut::BeforeResponse => None,
        Cut::After(_) if body.is_empty() => None,
        Cut::After(part) => {
            // Never the whole: rounding must not turn a cut answer into a complete one.
            let length = ((body.len() as f64 * part) as usize).min(body.len() - 1);
            Some(body.slice(..length))
        }
    };
    if part.is_some() {
        head.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    }
    let sent = part.clone().map(|part| Response::from_parts(head.clone(), part));
    (sent, Response::from_parts(head, failing(part)))
}

/// A body that sends a part and then fails; without a part it fails at once, before the head is flushed.
fn failing(part: Option<Bytes>) -> Body {
    let first = part.map_or(Step::Fail(Duration::ZERO), Step::Send);
    Body::from_stream(stream::unfold(first, |step| async move {
        match step {
            Step::Send(part) => Some((Ok(part), Step::Fail(FLUSH))),
            Step::Fail(after) => {
                if !after.is_zero() {
                    tokio::time::sleep(after).await;
                }
                Some((Err(Error::from(ErrorKind::ConnectionAborted)), Step::End))
            }
            Step::End => None,
        }
    }))
}

enum Step {
    Send(Bytes),
    Fail(Duration),
    End,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_sent_of_a_body_that_has_one() {
        let sent = |body: &'static str, at| cut(Response::new(Bytes::from(body)), at).0.map(Response::into_body);
        assert_eq!(sent("abcd", Cut::After(0.5)), Some(Bytes::from("ab")));
        assert_eq!(sent("abcd", Cut::After(1.0)), Some(Bytes::from("abc")));
        assert_eq!(sent("", Cut::After(0.5)), None);
        assert_eq!(sent("abcd", Cut::BeforeResponse), None);
    }
}
