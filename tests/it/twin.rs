//! A server in the test's own process: every test has its own database, clock and worlds, and sends requests through
//! the whole router.

use axum::body::Body;
use clap::Parser;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::BodyExt;
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tower::ServiceExt;
use usertwin::TestServer;
use usertwin::apis::Apis;
use usertwin::config::Config;
use usertwin::model::clock::Clock;
use usertwin::model::ids::Ids;
use usertwin::model::{Document, Schema, UserRecord};
use usertwin::pipeline::app::App;
use usertwin::store::{Limits, Mail, Store, WorldName};

/// What the four APIs declare of the state.
pub fn schema() -> Schema {
    Apis::four().schema()
}

/// The demo seed.
pub fn demo_seed() -> Document {
    Apis::four().demo_seed()
}

/// The moment at which every test's clock stands still.
pub const NOW: &str = "2024-03-28T08:12:49.3595132Z";

/// The flags alone, as `usertwin serve` takes them.
#[derive(Debug, Parser)]
struct Flags {
    #[command(flatten)]
    config: Config,
}

/// A server on a socket of its own, on the demo seed and the real clock.
pub async fn server(flags: &[&str]) -> TestServer {
    TestServer::with_flags(&[&["--log", "off"], flags].concat()).await.unwrap()
}

/// A server with its router.
pub struct Twin {
    router: axum::Router,
    store: Store,
    app: App,
}

impl Twin {
    /// A server on the demo seed, its clock frozen at [`NOW`].
    pub async fn demo() -> Twin {
        Twin::with(&[], demo_seed()).await
    }

    /// A server on a state document given as JSON text, its clock frozen at [`NOW`].
    pub async fn seeded(document: &str) -> Twin {
        let document = schema().parse(document).unwrap_or_else(|problems| panic!("{problems:?}"));
        Twin::with(&[], document).await
    }

    /// A server with flags.
    pub async fn with(flags: &[&str], mut seed: Document) -> Twin {
        seed.clock.get_or_insert(frozen());
        let Flags { config } = Flags::parse_from(std::iter::once("usertwin").chain(flags.iter().copied()));
        let limits = Limits::from(&config);
        let store = Store::open(&config.database, &schema(), &seed, limits).await.unwrap();
        let app = App::new(Apis::four(), config, store.clone(), Ids::repeatable(1));
        Twin { router: usertwin::router(app.clone()), store, app }
    }

    /// Sends a request.
    pub async fn send(&self, request: Call) -> Answer {
        Answer::of(self.open(request).await).await
    }

    /// Sends a request and leaves the answer's body to be read.
    pub async fn open(&self, request: Call) -> Response<Body> {
        let mut builder = Request::builder().method(request.method.as_str()).uri(&request.path);
        builder = builder.header("host", request.host);
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        if let Some(body) = &request.body {
            builder = builder.header("content-length", body.len());
        }
        let sent = builder.body(Body::from(request.body.unwrap_or_default())).unwrap();
        self.router.clone().oneshot(sent).await.unwrap()
    }

    /// Serves it on a socket until the test's runtime ends; the address.
    pub async fn listen(&self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(usertwin::serve(listener, self.app(), std::future::pending()));
        address
    }

    /// What the world `main` holds.
    pub async fn document(&self) -> Document {
        self.store.read(&WorldName::main()).await.unwrap().export().unwrap()
    }

    /// Every user of a world.
    pub async fn users(&self, world: &str) -> Vec<UserRecord> {
        self.store.read(&world.parse().unwrap()).await.unwrap().records().unwrap()
    }

    /// The mails that wait in the world `main`.
    pub async fn outbox(&self) -> Vec<Mail> {
        self.store.read(&WorldName::main()).await.unwrap().outbox().unwrap()
    }

    /// The server's state, for what goes around the router.
    pub fn app(&self) -> App {
        self.app.clone()
    }

    /// Moves the clock of the world `main` forward by seconds.
    pub async fn advance(&self, seconds: i64) {
        let mut transaction = self.store.write(&WorldName::main()).await.unwrap();
        let now = transaction.clock().advanced(seconds * usertwin::contract::TICKS_PER_SECOND);
        transaction.set_clock(now).unwrap();
        transaction.commit().unwrap();
    }

    /// Sends a GET that accepts a media type.
    pub async fn get(&self, path: &str, accept: &str) -> Answer {
        self.send(Call::new("GET", path).header("accept", accept)).await
    }

    /// Lets the clock of the world `main` stand at another moment.
    pub async fn set_clock(&self, now: &str) {
        let document = schema().parse(&format!(r#"{{"clock":{{"now":"{now}","frozen":true}}}}"#)).unwrap();
        let mut transaction = self.store.write(&WorldName::main()).await.unwrap();
        let clock = Clock::starting_at(document.clock.unwrap().now, true);
        transaction.set_clock(clock).unwrap();
        transaction.commit().unwrap();
    }
}

fn frozen() -> usertwin::model::ClockState {
    let document = format!(r#"{{"clock":{{"now":"{NOW}","frozen":true}}}}"#);
    schema().parse(&document).unwrap().clock.unwrap()
}

/// A request to send.
pub struct Call {
    method: String,
    path: String,
    host: &'static str,
    headers: Vec<(&'static str, String)>,
    body: Option<Vec<u8>>,
}

impl Call {
    /// A request without headers and body, but with a token that every seed of these tests lets in.
    pub fn new(method: &str, path: &str) -> Call {
        let headers = vec![("authorization", "Bearer good".to_owned())];
        Call { method: method.to_owned(), path: path.to_owned(), host: "localhost", headers, body: None }
    }

    /// Without the token.
    pub fn anonymous(method: &str, path: &str) -> Call {
        Call { headers: Vec::new(), ..Call::new(method, path) }
    }

    /// To another host name.
    pub fn host(self, host: &'static str) -> Call {
        Call { host, ..self }
    }

    /// With a header.
    pub fn header(mut self, name: &'static str, value: &str) -> Call {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// With a body of a media type.
    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Call {
        self.body = Some(body.into());
        self.header("content-type", content_type)
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    async fn of(response: Response<Body>) -> Answer {
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: head.status, headers: head.headers, body }
    }

    /// A header's value, several joined by a comma.
    pub fn header(&self, name: &str) -> Option<String> {
        let values: Vec<_> = self.headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// Status, media type and body in three lines: what most tests compare as a whole.
    pub fn whole(&self) -> String {
        let media_type = self.header("content-type").unwrap_or_else(|| "no content type".to_owned());
        format!("{}\n{media_type}\n{}", self.status.as_u16(), self.text())
    }
}
