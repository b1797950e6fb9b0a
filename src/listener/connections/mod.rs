//! The connections of a server and their limits: their number, the time that a client may keep one waiting, and the
//! memory of answers while slow clients fetch them. One sweep over all connections keeps the time, so that a request
//! costs no timer.

mod activity;
mod answer;
mod connection;
mod handshake;
mod name_case;
mod phases;
mod socket;
mod sweep;

pub use connection::{Holds, Secure};

use super::sockets::{Listener, is_of_the_client};
use super::threads::{Place, Threads};
use super::tls::Tls;
use crate::config::Config;
use activity::{Activity, Order};
use axum::extract::Request;
use axum::response::Response;
use hyper::server::conn::http1;
use name_case::NameCase;
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use sweep::Watched;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::sleep;
use tower::Service;

/// The largest buffer for bytes read from a connection, unless heads may be longer.
const BUFFER: usize = 64 * 1024;
/// Headers that hyper makes room for on the stack.
const USUAL_HEADERS: usize = 100;
/// The pause between two attempts to accept when the process has no descriptor left.
const DESCRIPTOR_PAUSE: Duration = Duration::from_millis(100);

/// The limits of a connection.
#[derive(Debug, Clone, Copy)]
struct Limits {
    uri: usize,
    request_timeout: Duration,
    idle_timeout: Duration,
    answer_memory: usize,
}

/// The connections of a server.
#[derive(Debug)]
pub struct Connections {
    limits: Limits,
    protocol: http1::Builder,
    name_case: NameCase,
    tls: Option<Tls>,
    open: Mutex<HashMap<u64, Watched>>,
    /// Bytes of large answers that have not been sent yet.
    held: Arc<AtomicUsize>,
    next: AtomicU64,
    /// The connections on the thread of whoever accepts them, where the listener has no threads.
    here: Arc<AtomicUsize>,
    /// The number of slots.
    limit: usize,
    slots: Arc<Semaphore>,
    /// Whether connections end after the request in flight.
    stopping: AtomicBool,
}

impl Connections {
    /// No connections yet, with the limits of the settings. Answers have their headers in title case, but for
    /// `names`.
    #[must_use]
    pub fn new(config: &Config, names: &[&str], tls: Option<Tls>) -> Connections {
        let mut protocol = http1::Builder::new();
        protocol
            .title_case_headers(true)
            .writev(false)
            .max_header_size(config.header_limit)
            .max_buf_size(BUFFER.max(config.header_limit));
        if config.header_count != USUAL_HEADERS {
            protocol.max_headers(config.header_count);
        }
        let limits = Limits {
            uri: config.uri_limit,
            request_timeout: config.request_timeout,
            idle_timeout: config.idle_timeout,
            answer_memory: config.answer_memory,
        };
        let limit = config.max_connections.min(Semaphore::MAX_PERMITS);
        let slots = Arc::new(Semaphore::new(limit));
        let (open, held, here, next) = (Mutex::default(), Arc::default(), Arc::default(), AtomicU64::new(0));
        let name_case = NameCase::of(names);
        let stopping = AtomicBool::new(false);
        Connections { limits, protocol, name_case, tls, open, held, next, here, limit, slots, stopping }
    }

    /// The same for messages from elsewhere, whose names of headers stay as they are and to which nothing is added.
    #[must_use]
    pub fn keeping_names(mut self) -> Connections {
        self.protocol.preserve_header_case(true).auto_date_header(false);
        self
    }

    /// Accepts connections while it is polled, and serves them on `threads`, or in this runtime. Connections beyond the
    /// limit wait in the listener's backlog.
    pub async fn accept<S>(self: &Arc<Self>, listener: &Listener, threads: Option<&Threads>, service: &S)
    where
        S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
        S::Future: Send,
    {
        while let Ok(slot) = Arc::clone(&self.slots).acquire_owned().await {
            let stream = match listener.accept().await {
                Ok(stream) => stream,
                Err(error) => {
                    if !is_of_the_client(&error) {
                        tracing::warn!(%error, "no connection can be accepted");
                        sleep(DESCRIPTOR_PAUSE).await;
                    }
                    continue;
                }
            };
            let (service, connections) = (service.clone(), Arc::clone(self));
            let Some(threads) = threads else {
                let place = Place::on(&self.here);
                tokio::spawn(async move {
                    connection::serve(stream, service, connections, place).await;
                    drop(slot);
                });
                continue;
            };
            // Only a lack of descriptors or memory keeps a socket from changing its runtime; it costs that connection.
            let Ok(stream) = stream.detach() else { continue };
            threads.serve(|place| async move {
                if let Ok(stream) = stream.attach() {
                    connection::serve(stream, service, connections, place).await;
                }
                drop(slot);
            });
        }
    }

    /// Accepts the connections that are in the listener's backlog and closes it: their requests have been sent, and
    /// closing the listener alone would reset them. They get no slots, as those may be held for long; each ends after a
    /// request. To be called after [`Connections::stop`].
    pub fn accept_queued<S>(self: &Arc<Self>, listener: Listener, service: &S) -> JoinSet<()>
    where
        S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
        S::Future: Send,
    {
        let mut queued = JoinSet::new();
        for stream in listener.into_queued() {
            let place = Place::on(&self.here);
            queued.spawn(connection::serve(stream, service.clone(), Arc::clone(self), place));
        }
        queued
    }

    /// Lets requests in flight finish and ends every other connection.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
        self.give_order(Order::Stop);
    }

    /// Ends every connection.
    pub fn cut(&self) {
        self.give_order(Order::Cut);
    }

    fn give_order(&self, order: Order) {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.values().for_each(|watched| watched.activity.give_order(order));
    }

    /// Waits until every connection has ended, those without a slot too.
    pub async fn ended(&self, mut queued: JoinSet<()>) {
        let all = u32::try_from(self.limit).unwrap_or(u32::MAX);
        let _ = self.slots.acquire_many(all).await;
        while queued.join_next().await.is_some() {}
    }
}

/// An open connection; the sweep forgets it when this is dropped.
#[derive(Debug)]
struct Opened {
    connections: Arc<Connections>,
    number: u64,
    activity: Arc<Activity>,
}

impl Opened {
    fn register(connections: Arc<Connections>, place: Place) -> Opened {
        let number = connections.next.fetch_add(1, Ordering::Relaxed);
        let activity = Arc::new(Activity::new(Arc::clone(&connections.held), place));
        let watched = Watched::new(Arc::clone(&activity));
        connections.open.lock().unwrap_or_else(PoisonError::into_inner).insert(number, watched);
        // One that was not in the list yet when all of them were told to stop.
        if connections.stopping.load(Ordering::SeqCst) {
            activity.give_order(Order::Stop);
        }
        Opened { connections, number, activity }
    }

    fn activity(&self) -> &Arc<Activity> {
        &self.activity
    }

    fn limits(&self) -> &Limits {
        &self.connections.limits
    }

    fn protocol(&self) -> &http1::Builder {
        &self.connections.protocol
    }

    fn tls(&self) -> Option<&Tls> {
        self.connections.tls.as_ref()
    }

    fn name_case(&self) -> &NameCase {
        &self.connections.name_case
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.connections.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.number);
    }
}
