//! The server that usertwin is compared with: a bare axum server in a process of its own, which answers a request with the bytes
//! that usertwin answered to it. A read comes from memory; of a change the body is read and put into a map.

use crate::harness::support::client::{Answer, Client};
use crate::harness::support::process::ServerProcess;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::Bench;
use crate::harness::batch;
use crate::harness::workload::Workload;

/// The argument that makes the bench's binary this server; the file with the answer follows.
pub const ARGUMENT: &str = "--bare-axum";

impl Bench {
    /// A bare server that answers what `server` answers.
    pub fn bare(&self, server: &ServerProcess, workload: Workload) -> ServerProcess {
        let mut request = Vec::new();
        workload.write(&mut request, 1, 0);
        let answer = Client::connect(server.address).unwrap().exchange(&request).unwrap();
        assert!(answer.status == 200 && workload.is_done(&answer.body), "{workload:?} was answered {answer:?}");
        let file = self.folder.file("answer");
        std::fs::write(&file, in_a_file(&answer)).unwrap();
        let program = std::env::current_exe().unwrap();
        ServerProcess::pinned(self.pinned, &program, &[ARGUMENT, file.to_str().unwrap()]).unwrap()
    }
}

/// One header per line, an empty line, the body. What hyper adds by itself is left out.
fn in_a_file(answer: &Answer) -> Vec<u8> {
    let own = answer.headers.iter().filter(|(name, _)| !matches!(name.as_str(), "content-length" | "date"));
    let head: String = own.map(|(name, value)| format!("{name}: {value}\n")).collect();
    [head.as_bytes(), b"\n", &answer.body].concat()
}

struct Canned {
    headers: HeaderMap,
    body: Bytes,
    changes: Mutex<HashMap<String, Bytes>>,
}

/// Serves until it is killed.
pub fn serve(file: &str) {
    let content = std::fs::read(file).unwrap();
    let end = content.windows(2).position(|pair| pair == b"\n\n").unwrap();
    let head = std::str::from_utf8(&content[..end]).unwrap();
    let headers = head.lines().filter_map(|line| line.split_once(": "));
    let headers =
        headers.map(|(name, value)| (name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap()));
    let body = Bytes::copy_from_slice(&content[end + 2..]);
    let canned = Arc::new(Canned { headers: headers.collect(), body, changes: Mutex::default() });
    let user = axum::routing::get(read).patch(change);
    let router = Router::new()
        .route("/v1/core/Accounts/{account}/users/{user}", user.clone())
        .route("/api/v1.0/accounts/{account}/users/{user}", user)
        .route(batch::PATH, axum::routing::put(replace))
        .with_state(canned);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("bare axum listening on http://{}", listener.local_addr().unwrap());
        axum::serve(listener, router).await.unwrap();
    });
}

async fn read(State(canned): State<Arc<Canned>>) -> (HeaderMap, Bytes) {
    (canned.headers.clone(), canned.body.clone())
}

async fn change(
    State(canned): State<Arc<Canned>>,
    Path((_, user)): Path<(String, String)>,
    body: Bytes,
) -> (HeaderMap, Bytes) {
    canned.changes.lock().unwrap().insert(user, body);
    (canned.headers.clone(), canned.body.clone())
}

async fn replace(State(canned): State<Arc<Canned>>, body: Bytes) -> (HeaderMap, Bytes) {
    canned.changes.lock().unwrap().insert(batch::PATH.to_owned(), body);
    (canned.headers.clone(), canned.body.clone())
}
