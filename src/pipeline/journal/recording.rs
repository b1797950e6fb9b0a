//! An exchange in progress. It is recorded when it is dropped, so that a panic, or a client that hung up, also leaves
//! an entry.

use super::{Entry, Journal};
use crate::codec::percent::percent_encode_invisible;
use crate::contract::DateTime;
use crate::store::WorldName;
use bytes::Bytes;
use http::Response;
use http::request::Parts;
use std::fmt::Debug;
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// An exchange whose answer is not known yet.
#[derive(Debug)]
pub struct Recording {
    journal: Arc<Journal>,
    started: Instant,
    entry: Option<Arc<Entry>>,
    /// The ring of the world while the answer is held back.
    held: Option<u64>,
    /// Whether it was held back for as long as it had to.
    answered: bool,
}

impl Recording {
    /// Starts with the head of a request; `path` is without the world's prefix.
    #[must_use]
    pub fn start(
        journal: Arc<Journal>,
        id: Uuid,
        world: WorldName,
        now: DateTime,
        head: &Parts,
        path: &str,
    ) -> Recording {
        let mut entry = Entry::begun(id, now, world);
        entry.set_head(head.method.as_str(), path, head.uri.query(), &head.headers);
        Recording { journal, started: Instant::now(), entry: Some(Arc::new(entry)), held: None, answered: false }
    }

    /// The exchange's identifier, which log lines repeat.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.entry.as_ref().map(|entry| entry.id).unwrap_or_default()
    }

    /// Changes the entry.
    pub fn with(&mut self, add: impl FnOnce(&mut Entry)) {
        // Nothing else refers to it before it is recorded.
        if let Some(entry) = self.entry.as_mut().and_then(Arc::get_mut) {
            add(entry);
        }
    }

    /// Adds the body of the request.
    pub fn received(&mut self, body: &[u8]) {
        self.with(|entry| entry.set_request_body(body));
    }

    /// Adds the answer.
    pub fn answered(&mut self, response: &Response<Bytes>) {
        self.with(|entry| {
            entry.status = Some(response.status().as_u16());
            entry.set_response(response.headers(), response.body());
        });
    }

    /// Holds the answer back. The work is done, in the world as it is now: when that world is reset or dropped
    /// meanwhile, the exchange is no part of the one that follows. A client that does not wait gets no answer.
    pub async fn hold(&mut self, delay: Duration) {
        let Some(entry) = &self.entry else { return };
        let ring = self.journal.rings().id(&entry.world);
        self.held = Some(ring);
        tokio::time::sleep(delay).await;
        self.answered = true;
    }
}

/// A log that writes a line for each request by itself: an event of tracing costs several times as much as such a line.
pub trait RequestLog: Debug + Send + Sync {
    /// Writes the line of a request that has ended.
    fn request(&self, entry: &Entry);
}

/// The line of a request as an event, for programs with a subscriber of their own. The query is left out, as it may contain codes, tokens and passwords; no path of an
/// API does. Fields are written inside the macro, so that they cost nothing while nobody reads them.
fn log(entry: &Entry) {
    tracing::info!(
        target: "usertwin",
        method = %percent_encode_invisible(entry.method()),
        path = %percent_encode_invisible(entry.path()),
        world = %entry.world,
        status = entry.status,
        ms = (entry.duration.as_secs_f64() * 1e6).round() / 1e3,
        "request"
    );
}

impl Drop for Recording {
    fn drop(&mut self) {
        let (duration, unanswered) = (self.started.elapsed(), self.held.is_some() && !self.answered);
        self.with(|entry| {
            entry.duration = duration;
            if unanswered {
                entry.status = None;
            }
            entry.end();
        });
        if let Some(entry) = self.entry.take() {
            match self.journal.log.get() {
                Some(log) => log.request(&entry),
                None => log(&entry),
            }
            self.journal.record(entry, self.held);
        }
    }
}
