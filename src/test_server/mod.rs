//! A server inside a Rust test: real sockets, but no process to start or stop. It runs on a thread and a runtime of its
//! own, so that blocking clients and single-threaded test runtimes can call it.

mod control;
mod world;

pub use world::{TestClock, TestSnapshot, TestUrls, TestWorld};

use crate::apis::Apis;
use crate::config::Config;
use crate::listener::Listener;
use crate::long_work::blocking_threads;
use crate::pipeline::app::App;
use control::Control;
use serde_json::Value;
use std::thread::JoinHandle;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

/// A running server on the demo seed, in memory; it stops when it is dropped. Each test takes a world of its own:
///
/// ```
/// use serde_json::json;
/// # use std::io::{Read, Write};
/// # fn get(url: &str) -> std::io::Result<String> {
/// #     let (address, path) = url.trim_start_matches("http://").split_once('/').unwrap_or_default();
/// #     let mut client = std::net::TcpStream::connect(address)?;
/// #     write!(client, "GET /{path} HTTP/1.0\r\n\r\n")?;
/// #     let mut answer = String::new();
/// #     client.read_to_string(&mut answer)?;
/// #     Ok(answer)
/// # }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let server = usertwin::TestServer::start().await;
/// let world = server.world("checkout-test-7");
/// world.fault(json!({ "match": { "api": "pbnb" }, "times": 1, "effect": { "status": 503 } }));
///
/// // Your client, with `world.urls().pbnb` as its base address.
/// let answer = get(&format!("{}/v1/core/Accounts/2/users/1", world.urls().pbnb))?;
/// assert!(answer.starts_with("HTTP/1.0 503 "));
///
/// world.verify(json!({ "operation": "getUser" }), json!({ "exactly": 1 }));
/// assert_eq!(world.diff()["empty"], true);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct TestServer {
    url: String,
    control: Control,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl TestServer {
    /// Starts a server on a free port of this machine.
    ///
    /// # Panics
    /// When there is no free port; the message is a sentence.
    pub async fn start() -> TestServer {
        match TestServer::with_flags(&[]).await {
            Ok(server) => server,
            Err(sentence) => panic!("usertwin does not start: {sentence}"),
        }
    }

    /// Starts a server with flags of `usertwin serve`, e.g. `&["--auth", "strict"]`; the environment is ignored.
    ///
    /// # Errors
    /// A sentence about the flag that is wrong, or the reason why the server cannot listen.
    pub async fn with_flags(flags: &[&str]) -> Result<TestServer, String> {
        TestServer::with_apis(Apis::four(), flags).await
    }

    /// Starts a server of another table of APIs with flags of `usertwin serve`.
    ///
    /// # Errors
    /// A sentence about the flag that is wrong, or the reason why the server cannot listen.
    pub async fn with_apis(apis: Apis, flags: &[&str]) -> Result<TestServer, String> {
        let config = Config::from_flags(flags)?.on_a_free_port();
        let (ready, started) = oneshot::channel();
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new().name("usertwin".to_owned());
        let thread = thread.spawn(move || run(apis, config, ready, stopped)).map_err(|error| error.to_string())?;
        let (url, control) = started.await.map_err(|_| "its thread ended early".to_owned())??;
        Ok(TestServer { url, control, stop: Some(stop), thread: Some(thread) })
    }

    /// `http://127.0.0.1:PORT`: the base of the APIs in the world `main`, and of the control API.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The base of the APIs in a world of its own: each of several parallel tests takes a name.
    #[must_use]
    pub fn world_url(&self, world: &str) -> String {
        format!("{}/w/{world}", self.url)
    }

    /// Makes a world on the server's seed, with what a test sets up and asserts. It is dropped with its handle after a
    /// pass; when the test panics, its requests are printed with their advice.
    ///
    /// # Panics
    /// When there is a world of that name, or it is no name; the message is a sentence.
    #[must_use]
    #[track_caller]
    pub fn world(&self, name: &str) -> TestWorld {
        TestWorld::new(self.control.clone(), &self.url, name, None)
    }

    /// Makes a world on a state document of its own, which reset goes back to and diff compares with.
    ///
    /// # Panics
    /// As [`TestServer::world`] does, and when the document is not one.
    #[must_use]
    #[track_caller]
    pub fn world_with_seed(&self, name: &str, document: &Value) -> TestWorld {
        TestWorld::new(self.control.clone(), &self.url, name, Some(document))
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The address of the server and how it is controlled, or why it does not start.
type Started = Result<(String, Control), String>;

/// The server's thread. Stopping cuts requests in flight: the test that sent them is over.
fn run(apis: Apis, config: Config, ready: oneshot::Sender<Started>, stopped: oneshot::Receiver<()>) {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(2).max_blocking_threads(blocking_threads());
    let runtime = match runtime.enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let _ = ready.send(Err(error.to_string()));
            return;
        }
    };
    runtime.block_on(async {
        let (listener, url, app) = match open(apis, config).await {
            Ok(opened) => opened,
            Err(sentence) => {
                let _ = ready.send(Err(sentence));
                return;
            }
        };
        let control = Control::new(&app, Handle::current());
        let _ = ready.send(Ok((url, control)));
        tokio::select! {
            () = crate::server::serve(listener, app, std::future::pending()) => {}
            _ = stopped => {}
        }
    });
}

async fn open(apis: Apis, config: Config) -> Result<(Listener, String, App), String> {
    let listener = Listener::bind(&config).await?;
    let url = listener.url().map_err(|error| error.to_string())?;
    Ok((listener, url, App::open(apis, config).await?))
}
