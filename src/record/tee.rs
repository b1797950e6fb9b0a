//! A body that goes on its way while a copy of it is kept, up to a limit and while there is room: nobody waits for the copy.

use super::room::{Room, Taken};
use axum::body::{Body, Bytes, HttpBody};
use hyper::body::Frame;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

/// Why there is no copy of a body.
const FULL: &str = "finds no room: the recording has reached --recording-memory";

/// What was kept of a body.
#[derive(Debug)]
pub(super) struct Copy(Mutex<Kept>);

#[derive(Debug)]
struct Kept {
    /// The bytes so far, or why they are not kept.
    bytes: Result<Vec<u8>, &'static str>,
    is_whole: bool,
    room: Taken,
}

impl Copy {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The whole body, once.
    ///
    /// # Errors
    /// Why it is not known.
    pub(super) fn whole(&self) -> Result<Vec<u8>, &'static str> {
        let mut kept = self.kept();
        let bytes = std::mem::replace(&mut kept.bytes, Ok(Vec::new()))?;
        if !kept.is_whole {
            return Err("did not arrive whole");
        }
        Ok(bytes)
    }

    /// Never gives its room back: the body is in the recording.
    pub(super) fn keep(&self) {
        self.kept().room.keep();
    }
}

/// A body that is copied; when it has ended or is given up, it says so once.
pub(super) struct Tee {
    inner: Body,
    copy: Arc<Copy>,
    limit: usize,
    /// How many bytes are to come, if that is known.
    left: Option<u64>,
    ended: Option<Box<dyn FnOnce() + Send>>,
}

impl Tee {
    /// A body with its copy.
    pub(super) fn around(
        inner: Body,
        (limit, room): (usize, &Room),
        ended: impl FnOnce() + Send + 'static,
    ) -> (Body, Arc<Copy>) {
        let kept = Kept { bytes: Ok(Vec::new()), is_whole: false, room: room.for_a_body() };
        let copy = Arc::new(Copy(Mutex::new(kept)));
        let left = inner.size_hint().exact();
        let mut tee = Tee { inner, copy: Arc::clone(&copy), limit, left, ended: Some(Box::new(ended)) };
        tee.look_for_end();
        (Body::new(tee), copy)
    }

    fn keep(&mut self, data: &Bytes) {
        let mut kept = self.copy.kept();
        let Kept { bytes, room, .. } = &mut *kept;
        if let Ok(so_far) = bytes {
            if so_far.len() + data.len() > self.limit {
                *bytes = Err("is longer than --body-limit");
            } else if room.grow(data.len()) {
                so_far.extend_from_slice(data);
            } else {
                *bytes = Err(FULL);
            }
        }
        drop(kept);
        self.left = self.left.map(|left| left.saturating_sub(data.len() as u64));
    }

    /// Who reads a body of a known length does not ask for what comes after it.
    fn look_for_end(&mut self) {
        if self.left == Some(0) || self.inner.is_end_stream() {
            self.copy.kept().is_whole = true;
        }
    }
}

impl HttpBody for Tee {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(context);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(data) = frame.data_ref() {
                    self.keep(data);
                }
                self.look_for_end();
            }
            Poll::Ready(None) => self.copy.kept().is_whole = true,
            Poll::Ready(Some(Err(_))) | Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> hyper::body::SizeHint {
        self.inner.size_hint()
    }
}

impl Drop for Tee {
    fn drop(&mut self) {
        if let Some(ended) = self.ended.take() {
            ended();
        }
    }
}
