//! A client of a real service, for commands that ask one: HTTP/1.1, over TLS where its address says so. Bodies are
//! streams both ways, header names leave as they came, and connections are used again. It follows no redirect and knows
//! no cookie: what it is given goes out, what comes back is handed on.

mod address;
mod connection;
mod trust;

use address::Address;
use axum::body::Body;
use connection::Sender;
use http::header::HOST;
use http::{HeaderValue, Request, Response, Uri, Version};
use hyper::body::Incoming;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio_rustls::TlsConnector;

/// chosen: for how long a connection without a request is kept; servers close theirs after a minute or two.
const IDLE: Duration = Duration::from_secs(15);
/// chosen: how long a connection may take to come about, the handshake included.
const CONNECTING: Duration = Duration::from_secs(10);
/// chosen: how long a service may take until its answer begins.
const ANSWERING: Duration = Duration::from_secs(120);

/// A real service.
#[derive(Debug, Clone)]
pub struct Upstream(Arc<Service>);

struct Service {
    address: Address,
    host: HeaderValue,
    tls: Option<TlsConnector>,
    idle: Mutex<Vec<(Instant, Sender)>>,
}

impl Upstream {
    /// The service at an address: `https://api.vendor.example`, with a path if everything of it is below one. With `ca`
    /// only the authorities in that PEM file are trusted, else those of this machine.
    ///
    /// # Errors
    /// A sentence that names the setting and a remedy.
    pub fn open(setting: &str, url: &str, ca: Option<&Path>) -> Result<Upstream, String> {
        let address = Address::parse(url).map_err(|reason| format!("{setting} {url}: {reason}"))?;
        let host = HeaderValue::from_str(&address.authority)
            .map_err(|_| format!("{setting} {url}: its host is no header's value"))?;
        let tls = match (address.is_secure, ca) {
            (true, ca) => Some(trust::connector(ca)?),
            (false, None) => None,
            (false, Some(file)) => {
                return Err(format!(
                    "--ca {}: {setting} is an http address; leave --ca out, or use https",
                    file.display()
                ));
            }
        };
        Ok(Upstream(Arc::new(Service { address, host, tls, idle: Mutex::default() })))
    }

    /// The address without a slash at its end: what stands in front of each path.
    #[must_use]
    pub fn base(&self) -> String {
        self.origin() + &self.0.address.directory
    }

    /// The same without what stands in front of each path.
    #[must_use]
    pub fn origin(&self) -> String {
        let Address { is_secure, authority, .. } = &self.0.address;
        format!("{}://{authority}", if *is_secure { "https" } else { "http" })
    }

    /// Sends a request, whose path and query are below the service's address; `Host` becomes the service's, in its place
    /// among the headers.
    ///
    /// # Errors
    /// A sentence about a service that cannot be reached or does not answer.
    pub async fn send(&self, request: Request<Body>) -> Result<Response<Incoming>, String> {
        let mut request = self.addressed(request)?;
        // A connection that was kept may just have been closed: what it did not take goes over a new one.
        while let Some(mut sender) = self.kept() {
            match sender.try_send(request).await {
                Ok(answer) => return self.within(answer, sender).await,
                Err(returned) => request = returned,
            }
        }
        let connecting = connection::open(&self.0.address, self.0.tls.as_ref());
        let mut sender = tokio::time::timeout(CONNECTING, connecting)
            .await
            .unwrap_or_else(|_| Err(format!("no connection within {} s", CONNECTING.as_secs())))
            .map_err(|reason| self.failed(&reason))?;
        match sender.try_send(request).await {
            Ok(answer) => self.within(answer, sender).await,
            Err(_) => Err(self.failed("it closed the connection before it took the request")),
        }
    }

    fn addressed(&self, mut request: Request<Body>) -> Result<Request<Body>, String> {
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        let target = format!("{}{target}", self.0.address.directory);
        *request.uri_mut() = target.parse::<Uri>().map_err(|_| format!("'{target}' cannot be asked for"))?;
        *request.version_mut() = Version::HTTP_11;
        request.headers_mut().insert(HOST, self.0.host.clone());
        Ok(request)
    }

    async fn within(&self, answer: connection::Answer, mut sender: Sender) -> Result<Response<Incoming>, String> {
        let answer = tokio::time::timeout(ANSWERING, answer).await;
        let answer = answer.map_err(|_| self.failed(&format!("no answer within {} s", ANSWERING.as_secs())))?;
        let answer = answer.map_err(|error| self.failed(&connection::reason(&error)))?;
        let service = Arc::clone(&self.0);
        // The connection is free once the answer's body has been read.
        tokio::spawn(async move {
            if sender.is_ready_again().await {
                service.idle.lock().unwrap_or_else(PoisonError::into_inner).push((Instant::now(), sender));
            }
        });
        Ok(answer)
    }

    fn kept(&self) -> Option<Sender> {
        let mut idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(since, sender)| since.elapsed() < IDLE && sender.is_open());
        idle.pop().map(|(_, sender)| sender)
    }

    fn failed(&self, reason: &str) -> String {
        format!("{}: {reason}", self.base())
    }
}

impl std::fmt::Debug for Service {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Service").field("address", &self.address).finish_non_exhaustive()
    }
}
