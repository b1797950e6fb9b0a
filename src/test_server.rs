//! A server inside a Rust test: real sockets, but no process to start or stop. It runs on a thread and a runtime of its
//! own, so that blocking clients and single-threaded test runtimes can call it.

use crate::apis::Apis;
use crate::config::Config;
use crate::listener::Listener;
use crate::pipeline::app::App;
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// A running server on the demo seed, in memory; it stops when it is dropped.
///
/// ```no_run
/// # async fn test() {
/// let server = usertwin::TestServer::start().await;
/// let client_base_url = server.world_url("checkout-test-7");
/// # }
/// ```
#[derive(Debug)]
pub struct TestServer {
    url: String,
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
        let url = started.await.map_err(|_| "its thread ended early".to_owned())??;
        Ok(TestServer { url, stop: Some(stop), thread: Some(thread) })
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

/// The server's thread. Stopping cuts requests in flight: the test that sent them is over.
fn run(apis: Apis, config: Config, ready: oneshot::Sender<Result<String, String>>, stopped: oneshot::Receiver<()>) {
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
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
        let _ = ready.send(Ok(url));
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
