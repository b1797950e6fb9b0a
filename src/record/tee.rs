//! A body that goes on its way while a copy of it is kept, up to a limit: nobody waits for the copy.

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::Frame;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

/// What was kept of a body.
#[derive(Debug, Default)]
pub(super) struct Copy {
    /// The bytes so far; `None` beyond the limit.
    bytes: Mutex<(Option<Vec<u8>>, bool)>,
}

impl Copy {
    fn new() -> Arc<Copy> {
        Arc::new(Copy { bytes: Mutex::new((Some(Vec::new()), false)) })
    }

    /// The whole body.
    ///
    /// # Errors
    /// Why it is not known.
    pub(super) fn whole(&self) -> Result<Vec<u8>, &'static str> {
        let kept = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        match &*kept {
            (None, _) => Err("is longer than --body-limit"),
            (_, false) => Err("did not arrive whole"),
            (Some(bytes), true) => Ok(bytes.clone()),
        }
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
    pub(super) fn around(inner: Body, limit: usize, ended: impl FnOnce() + Send + 'static) -> (Body, Arc<Copy>) {
        let copy = Copy::new();
        let left = inner.size_hint().exact();
        let mut tee = Tee { inner, copy: Arc::clone(&copy), limit, left, ended: Some(Box::new(ended)) };
        tee.look_for_end();
        (Body::new(tee), copy)
    }

    fn keep(&mut self, data: &Bytes) {
        let mut kept = self.copy.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut kept.0 {
            Some(bytes) if bytes.len() + data.len() <= self.limit => bytes.extend_from_slice(data),
            all => *all = None,
        }
        self.left = self.left.map(|left| left.saturating_sub(data.len() as u64));
    }

    /// Who reads a body of a known length does not ask for what comes after it.
    fn look_for_end(&mut self) {
        if self.left == Some(0) || self.inner.is_end_stream() {
            self.copy.bytes.lock().unwrap_or_else(PoisonError::into_inner).1 = true;
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
            Poll::Ready(None) => self.copy.bytes.lock().unwrap_or_else(PoisonError::into_inner).1 = true,
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
