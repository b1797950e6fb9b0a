//! Answers that are written piece by piece as a reader takes them, on threads for blocking work: whole ones would take many
//! times the memory of what they are written from.

use super::blocking::on_blocking_thread;
use super::refusal::Refusal;
use crate::listener::Holds;
use crate::long_work::long_work;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::header::CONTENT_TYPE;
use std::error::Error;
use std::future::ready;

/// The length of a piece, in bytes, that nothing further is added to.
pub(super) const PIECE: usize = 64 * 1024;

/// Why a piece cannot be written.
pub(super) type Failure = Box<dyn Error + Send + Sync>;

/// An answer that has yet to be written.
pub(super) trait Pieces: Send + 'static {
    /// The next piece.
    ///
    /// # Errors
    /// The answer then breaks off.
    fn piece(&mut self) -> Result<Bytes, Failure>;

    /// Whether that was the last one.
    fn has_ended(&self) -> bool;

    /// The memory that the others keep, in bytes.
    fn keeps(&self) -> usize {
        0
    }
}

/// Answers with JSON that is collected and written on threads for blocking work. A short one is whole at once.
///
/// # Errors
/// Those of `collect`, and when the first piece cannot be written; later pieces then break the answer off.
pub(super) async fn in_pieces<P: Pieces>(
    collect: impl FnOnce() -> Result<P, Refusal> + Send + 'static,
) -> Result<Response, Refusal> {
    on_blocking_thread(move || begun(collect()?)).await?
}

/// The answer with its first piece.
pub(super) fn begun<P: Pieces>(mut pieces: P) -> Result<Response, Refusal> {
    let first = pieces.piece().map_err(|failure| {
        tracing::error!(error = &*failure, "a control call failed");
        Refusal::failed()
    })?;
    let holds = Holds(pieces.keeps());
    let body = if pieces.has_ended() {
        Body::from(first)
    } else {
        let others = stream::try_unfold(pieces, |mut pieces| async move {
            if pieces.has_ended() {
                return Ok(None);
            }
            let (piece, pieces) = long_work(move || (pieces.piece(), pieces)).await?;
            let piece = piece.inspect_err(|failure| tracing::error!(error = &**failure, "an answer broke off"))?;
            Ok(Some((piece, pieces)))
        });
        Body::from_stream(stream::once(ready(Ok::<Bytes, Failure>(first))).chain(others))
    };
    let mut response = ([(CONTENT_TYPE, "application/json")], body).into_response();
    if holds.0 > PIECE {
        response.extensions_mut().insert(holds);
    }
    Ok(response)
}
