//! An exchange under way. It is recorded when it is dropped, so that also a client that went away, and a panic, leave
//! their line.

use super::{Entry, Message, sequence};
use crate::contract::DateTime;
use crate::pipeline::app::App;
use crate::store::WorldName;
use bytes::Bytes;
use http::{Method, Response, Uri};
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// An exchange whose answer is not known yet.
#[derive(Debug)]
pub struct Recording {
    app: App,
    started: Instant,
    entry: Option<Arc<Entry>>,
}

impl Recording {
    /// Starts with what is known of a request from its head; `path` is without the world's prefix.
    #[must_use]
    pub fn start(app: &App, world: WorldName, now: DateTime, method: &Method, uri: &Uri, path: &str) -> Recording {
        let entry = Entry {
            id: app.ids().next_id_of(|| sequence(&world)),
            at: now,
            world,
            api: None,
            operation: None,
            method: method.as_str().to_owned(),
            path: path.to_owned(),
            query: uri.query().map(str::to_owned),
            status: None,
            duration: Duration::ZERO,
            request: Message::default(),
            response: Message::default(),
            fault: None,
            advice: Vec::new(),
        };
        Recording { app: app.clone(), started: Instant::now(), entry: Some(Arc::new(entry)) }
    }

    /// The exchange's identifier, which log lines repeat.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.entry.as_ref().map(|entry| entry.id).unwrap_or_default()
    }

    /// Adds what became known.
    pub fn with(&mut self, add: impl FnOnce(&mut Entry)) {
        // Nobody else has it before it is recorded.
        if let Some(entry) = self.entry.as_mut().and_then(Arc::get_mut) {
            add(entry);
        }
    }

    /// Adds the answer.
    pub fn answered(&mut self, response: &Response<Bytes>) {
        self.with(|entry| {
            entry.status = Some(response.status().as_u16());
            entry.response = Message::of(response.headers(), response.body());
        });
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        let duration = self.started.elapsed();
        self.with(|entry| entry.duration = duration);
        if let Some(entry) = self.entry.take() {
            self.app.journal().record(entry);
        }
    }
}
