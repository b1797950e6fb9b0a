//! The body of an answer: at its end the connection waits for the next request, and a large one is counted while it is
//! in memory, because the client decides how long that is.

use super::activity::{Activity, Phase};
use axum::body::Body;
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// The largest body that is not counted, in bytes: a connection's buffers take as much anyway.
const SMALL_BODY: usize = 64 * 1024;
/// The number of bytes that hyper gets at a time. It copies bodies behind their heads, which saves small answers a
/// vectored write.
const PIECE: usize = 32 * 1024;

/// The body of an answer.
#[derive(Debug)]
pub(super) struct Answer {
    body: Body,
    /// The rest of a large piece of the body.
    rest: Bytes,
    /// The number of bytes of it that are counted.
    held: usize,
    /// The number of bytes that the body keeps until its end, which are counted as well.
    kept: usize,
    /// Whether anything was counted.
    is_large: bool,
    activity: Arc<Activity>,
}

impl Answer {
    pub(super) fn new(body: Body, kept: usize, activity: Arc<Activity>) -> Answer {
        let is_large = kept > 0;
        if is_large {
            activity.hold(kept);
        }
        Answer { body, rest: Bytes::new(), held: 0, kept, is_large, activity }
    }

    /// The next piece of the rest.
    fn piece(&mut self) -> Bytes {
        let piece = self.rest.split_to(PIECE.min(self.rest.len()));
        if self.rest.is_empty() {
            self.release();
        }
        piece
    }

    fn release(&mut self) {
        self.activity.release(std::mem::take(&mut self.held));
    }
}

impl hyper::body::Body for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if !self.rest.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(self.piece()))));
        }
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        Poll::Ready(frame.map(|frame| {
            frame.map(|frame| {
                frame.map_data(|bytes| {
                    if bytes.len() <= SMALL_BODY {
                        return bytes;
                    }
                    (self.held, self.is_large) = (bytes.len(), true);
                    self.activity.hold(self.held);
                    self.rest = bytes;
                    self.piece()
                })
            })
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        // hyper asks before the first piece, when no rest is left of another.
        self.body.size_hint()
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        if self.is_large {
            self.activity.release(std::mem::take(&mut self.kept));
            self.release();
        } else {
            self.activity.answered_little();
        }
        self.activity.enter(Phase::Idle);
    }
}
