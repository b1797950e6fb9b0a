//! Reading request bodies within limits of size, time and memory. A body larger than what a connection's buffers take
//! anyway first reserves its memory, and is not read from the socket until it has it: TCP makes the client wait. A
//! reservation is for the whole body, so that half-read bodies never wait for each other; they are served in turn.

use crate::config::Config;
use axum::body::Body;
use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_LENGTH;
use http_body_util::BodyExt;
use hyper::body::Body as _;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep_until, timeout};

/// The largest body that takes no reservation, in bytes.
const SMALL_BODY: usize = 64 * 1024;
/// The size of a unit of the reservable memory, in bytes.
const RESERVATION_UNIT: usize = 1024;
/// The lowest average rate of a body, in bytes per second; Kestrel's default.
const LOWEST_RATE: u64 = 240;

/// Why there is no body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyError {
    /// It is larger than `--body-limit`.
    TooLarge,
    /// It did not come on for `--request-timeout`, or there was no memory for it for as long.
    TooSlow,
    /// The connection ended before it did.
    Incomplete,
}

/// A body that has been read.
#[derive(Debug)]
pub struct Received {
    /// All of it.
    pub bytes: Bytes,
    /// Its memory, to be kept for as long as the request is worked on.
    _reservation: Option<Reservation>,
}

/// Memory that is a body's until this is dropped.
#[derive(Debug)]
pub struct Reservation {
    permit: OwnedSemaphorePermit,
    freed: Arc<AtomicUsize>,
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.freed.fetch_add(1, Ordering::Relaxed);
    }
}

/// The limits of request bodies and the memory they share.
#[derive(Debug)]
pub struct RequestBodies {
    limit: usize,
    patience: Duration,
    units: usize,
    memory: Arc<Semaphore>,
    /// How often memory was freed.
    freed: Arc<AtomicUsize>,
}

impl RequestBodies {
    /// The limits that the settings ask for.
    #[must_use]
    pub fn new(config: &Config) -> RequestBodies {
        let units = (config.upload_memory / RESERVATION_UNIT).clamp(1, Semaphore::MAX_PERMITS.min(u32::MAX as usize));
        RequestBodies {
            limit: config.body_limit,
            patience: config.request_timeout,
            units,
            memory: Arc::new(Semaphore::new(units)),
            freed: Arc::default(),
        }
    }

    /// Reads a body.
    ///
    /// # Errors
    /// When it is too large, which a declared length shows before a byte is read, too slow, or does not come whole.
    pub async fn receive(&self, headers: &HeaderMap, body: Body) -> Result<Received, BodyError> {
        let declared = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        if declared.is_some_and(|length| length > self.limit as u64) {
            return Err(BodyError::TooLarge);
        }
        let length = body.size_hint().exact().and_then(|length| usize::try_from(length).ok());
        let mut reservation = None;
        if let Some(length) = length.filter(|length| *length > SMALL_BODY) {
            reservation = Some(self.reserve(length).await?);
        }
        let mut body = Paced::new(body, self.patience);
        let mut whole = Vec::new();
        while let Some(piece) = body.next().await? {
            if piece.len() > self.limit.saturating_sub(whole.len()) {
                return Err(BodyError::TooLarge);
            }
            // A body in one piece, as small ones are, is returned as it is.
            if whole.is_empty() && body.has_ended() {
                return Ok(Received { bytes: piece, _reservation: reservation });
            }
            if whole.len() + piece.len() > SMALL_BODY && reservation.is_none() {
                // However long it will be; what it does not need is given back.
                reservation = Some(self.reserve(self.limit).await?);
                body.start_again();
            }
            if whole.is_empty() {
                whole.reserve(length.unwrap_or_default());
            }
            whole.extend_from_slice(&piece);
        }
        if let Some(reservation) = &mut reservation {
            let units = units(whole.len());
            drop(reservation.permit.split(reservation.permit.num_permits().saturating_sub(units)));
            self.freed.fetch_add(1, Ordering::Relaxed);
        }
        Ok(Received { bytes: Bytes::from(whole), _reservation: reservation })
    }

    /// Reserves memory, after everybody who asked before. A body larger than all of it has it to itself.
    async fn reserve(&self, bytes: usize) -> Result<Reservation, BodyError> {
        let wanted = u32::try_from(units(bytes).min(self.units)).unwrap_or(u32::MAX);
        let mut acquired = pin!(Arc::clone(&self.memory).acquire_many_owned(wanted));
        loop {
            let freed = self.freed.load(Ordering::Relaxed);
            match timeout(self.patience, &mut acquired).await {
                Ok(Ok(permit)) => return Ok(Reservation { permit, freed: Arc::clone(&self.freed) }),
                // As long as others get done, it is only a matter of waiting.
                Err(_) if self.freed.load(Ordering::Relaxed) != freed => {}
                Ok(Err(_)) | Err(_) => return Err(BodyError::TooSlow),
            }
        }
    }
}

fn units(bytes: usize) -> usize {
    bytes.div_ceil(RESERVATION_UNIT)
}

/// A body whose sender has to keep up a pace once it has let the server wait.
struct Paced {
    body: Body,
    patience: Duration,
    waits: Option<Waits>,
}

struct Waits {
    since: Instant,
    last: Instant,
    taken: u64,
    alarm: Pin<Box<Sleep>>,
}

impl Paced {
    fn new(body: Body, patience: Duration) -> Paced {
        Paced { body, patience, waits: None }
    }

    /// Whether nothing can follow.
    fn has_ended(&self) -> bool {
        self.body.is_end_stream()
    }

    /// Forgets the past, in which it was the server that let the client wait.
    fn start_again(&mut self) {
        self.waits = None;
    }

    /// The next bytes; `None` behind the last ones.
    async fn next(&mut self) -> Result<Option<Bytes>, BodyError> {
        loop {
            let frame = poll_fn(|context| self.poll_frame(context)).await?;
            match frame.map(hyper::body::Frame::into_data) {
                None => return Ok(None),
                Some(Ok(bytes)) => {
                    if let Some(waits) = &mut self.waits {
                        waits.taken += bytes.len() as u64;
                        waits.last = Instant::now();
                    }
                    return Ok(Some(bytes));
                }
                // Trailers.
                Some(Err(_)) => {}
            }
        }
    }

    fn poll_frame(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<hyper::body::Frame<Bytes>>, BodyError>> {
        if let Poll::Ready(frame) = pin!(self.body.frame()).poll(context) {
            return Poll::Ready(frame.transpose().map_err(|_| BodyError::Incomplete));
        }
        let patience = self.patience;
        let waits = self.waits.get_or_insert_with(|| Waits::new(patience));
        while waits.alarm.as_mut().poll(context).is_ready() {
            let deadline = waits.deadline(patience);
            if deadline <= Instant::now() {
                return Poll::Ready(Err(BodyError::TooSlow));
            }
            waits.alarm.as_mut().reset(deadline);
        }
        Poll::Pending
    }
}

impl Waits {
    fn new(patience: Duration) -> Waits {
        let now = Instant::now();
        Waits { since: now, last: now, taken: 0, alarm: Box::pin(sleep_until(now + patience)) }
    }

    /// When patience ends: after the last bytes, and earlier for a sender that drips.
    fn deadline(&self, patience: Duration) -> Instant {
        let earned = Duration::from_secs(self.taken / LOWEST_RATE);
        (self.last + patience).min(self.since + patience + earned)
    }
}
