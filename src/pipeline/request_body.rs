//! Reading request bodies within limits of size, time and memory. A body larger than what a connection's buffers take
//! anyway first reserves its memory, and is not read from the socket until it has it: TCP makes the client wait. A
//! reservation is for the whole body, so that half-read bodies never wait for each other; they are served in turn.
//!
//! What is read from a body takes a multiple of its length. It is reserved, from as much memory again, once the body has
//! arrived: a client that sends slowly holds up the others' bodies, and not their work.

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
/// The most memory that work takes without a reservation, in bytes: a copy of a world of a few hundred users (chosen).
const LITTLE_WORK: usize = 1024 * 1024;
/// The size of a unit of the reservable memory, in bytes.
const RESERVATION_UNIT: usize = 1024;
/// The lowest average rate of a body, in bytes per second; Kestrel's default.
const LOWEST_RATE: u64 = 240;

/// What a body is for, by which is counted what is read from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A request to an API: a value of its contract.
    Request,
    /// A call of the control API, most of which are documents: a tree with the line of every value, the users in it,
    /// and their rows.
    Document,
}

/// The most that the items of a body take in addition to its texts, however short they are written: there are a million
/// at most.
const MOST_OF_ITEMS: usize = 320 * 1024 * 1024;

impl Purpose {
    /// The memory that is taken by what is read from a body of this length, as measured (chosen).
    fn read(self, length: usize) -> usize {
        match self {
            Purpose::Request => length.saturating_mul(3).saturating_add(length.saturating_mul(28).min(MOST_OF_ITEMS)),
            Purpose::Document => length.saturating_mul(DOCUMENT_FACTOR),
        }
    }
}

/// The multiple of a document's length that its reading takes.
const DOCUMENT_FACTOR: usize = 20;

/// Why there is no body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyError {
    /// It is larger than `--body-limit`.
    TooLarge,
    /// It is longer than this, from where on a document takes more than `--upload-memory`.
    TooMuchMemory(usize),
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
    _reserved: Option<[Reservation; 2]>,
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
    /// For the bodies as they arrive.
    arriving: Memory,
    /// For what is read from them.
    read: Memory,
}

/// Memory that bodies share.
#[derive(Debug)]
struct Memory {
    units: usize,
    free: Arc<Semaphore>,
    /// How often some was freed.
    freed: Arc<AtomicUsize>,
}

impl RequestBodies {
    /// The limits that the settings ask for.
    #[must_use]
    pub fn new(config: &Config) -> RequestBodies {
        let memory = || Memory::new(config.upload_memory);
        RequestBodies { limit: config.body_limit, patience: config.request_timeout, arriving: memory(), read: memory() }
    }

    /// Memory for work that takes as much as what is read from a large body: `None` for little, which takes no
    /// reservation. To be reserved before anything that others may wait for.
    ///
    /// # Errors
    /// [`BodyError::TooSlow`] when nothing was freed for as long as a body may stall.
    pub async fn reserve(&self, bytes: usize) -> Result<Option<Reservation>, BodyError> {
        match bytes {
            0..=LITTLE_WORK => Ok(None),
            bytes => self.read.reserve(bytes, self.patience).await.map(Some),
        }
    }

    /// The length from which on a body is refused.
    fn longest(&self, purpose: Purpose) -> (usize, BodyError) {
        let fits = self.read.units.saturating_mul(RESERVATION_UNIT) / DOCUMENT_FACTOR;
        // What clients of an API may send follows `--body-limit` alone.
        match purpose {
            Purpose::Document if fits.max(SMALL_BODY) < self.limit => {
                (fits.max(SMALL_BODY), BodyError::TooMuchMemory(fits.max(SMALL_BODY)))
            }
            Purpose::Document | Purpose::Request => (self.limit, BodyError::TooLarge),
        }
    }

    /// Reads a body.
    ///
    /// # Errors
    /// When it is too large, which a declared length shows before a byte is read, too slow, or does not come whole.
    pub async fn receive(&self, headers: &HeaderMap, body: Body, purpose: Purpose) -> Result<Received, BodyError> {
        let (limit, too_large) = self.longest(purpose);
        let declared = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        if declared.is_some_and(|length| length > limit as u64) {
            return Err(too_large);
        }
        if body.is_end_stream() {
            return Ok(Received { bytes: Bytes::new(), _reserved: None });
        }
        let length = body.size_hint().exact().and_then(|length| usize::try_from(length).ok());
        let mut reservation = None;
        if let Some(length) = length.filter(|length| *length > SMALL_BODY) {
            // Boxed, because it is rare and would make the future of every request larger.
            reservation = Some(Box::pin(self.arriving.reserve(length, self.patience)).await?);
        }
        let mut body = Paced::new(body, self.patience);
        let mut whole = Vec::new();
        while let Some(piece) = body.next().await? {
            if piece.len() > limit.saturating_sub(whole.len()) {
                return Err(too_large);
            }
            // A body in one piece, as small ones are, is returned as it is.
            if whole.is_empty() && body.has_ended() {
                return self.received(piece, reservation, purpose).await;
            }
            if whole.len() + piece.len() > SMALL_BODY && reservation.is_none() {
                // However long it will be; what it does not need is given back.
                reservation = Some(Box::pin(self.arriving.reserve(limit, self.patience)).await?);
                body.start_again();
            }
            if whole.is_empty() {
                whole.reserve(length.unwrap_or_default());
            }
            whole.extend_from_slice(&piece);
        }
        if let Some(reservation) = &mut reservation {
            reservation.shrink(whole.len());
        }
        self.received(Bytes::from(whole), reservation, purpose).await
    }

    /// A body that has arrived, with the memory for what is read from it.
    async fn received(
        &self,
        bytes: Bytes,
        arrived: Option<Reservation>,
        purpose: Purpose,
    ) -> Result<Received, BodyError> {
        let reserved = match arrived {
            None => None,
            Some(arrived) => {
                let reading = Box::pin(self.read.reserve(purpose.read(bytes.len()), self.patience)).await?;
                Some([arrived, reading])
            }
        };
        Ok(Received { bytes, _reserved: reserved })
    }
}

impl Memory {
    fn new(bytes: usize) -> Memory {
        let units = (bytes / RESERVATION_UNIT).clamp(1, Semaphore::MAX_PERMITS.min(u32::MAX as usize));
        Memory { units, free: Arc::new(Semaphore::new(units)), freed: Arc::default() }
    }

    /// Reserves some, after everybody who asked before. Who wants more than there is has all of it.
    async fn reserve(&self, bytes: usize, patience: Duration) -> Result<Reservation, BodyError> {
        let wanted = u32::try_from(units(bytes).min(self.units)).unwrap_or(u32::MAX);
        let mut acquired = pin!(Arc::clone(&self.free).acquire_many_owned(wanted));
        loop {
            let freed = self.freed.load(Ordering::Relaxed);
            match timeout(patience, &mut acquired).await {
                Ok(Ok(permit)) => return Ok(Reservation { permit, freed: Arc::clone(&self.freed) }),
                // As long as others get done, it is only a matter of waiting.
                Err(_) if self.freed.load(Ordering::Relaxed) != freed => {}
                Ok(Err(_)) | Err(_) => return Err(BodyError::TooSlow),
            }
        }
    }
}

impl Reservation {
    /// Gives back what a body of this length does not need.
    fn shrink(&mut self, length: usize) {
        drop(self.permit.split(self.permit.num_permits().saturating_sub(units(length))));
        self.freed.fetch_add(1, Ordering::Relaxed);
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
