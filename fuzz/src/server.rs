//! The whole server in process: the requests of an input go through the router, one after the other, in worlds that are
//! dropped afterwards, so that an input does the same every time. Checks: no answer is a 5xx unless a fault was
//! requested, contents match their Content-Types, and a world's state can be exported and read again.

use crate::answers;
use crate::requests::{self, Sent};
use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use http_body_util::BodyExt;
use std::sync::LazyLock;
use std::time::Duration;
use tokio::runtime::Runtime;
use tower::ServiceExt;
use usertwin::apis::Apis;
use usertwin::config::Config;
use usertwin::model::Document;
use usertwin::pipeline::app::App;

/// Requests of one input.
const MOST: usize = 5;
/// Longer than any request takes.
const PATIENCE: Duration = Duration::from_secs(8);
/// How long to wait for a request that a fault may delay.
const HASTE: Duration = Duration::from_millis(500);
/// The flags of the servers: the defaults, and as strict and verbose as possible.
const FLAGS: [&[&str]; 2] = [&[], &["--auth", "strict", "--error-detail", "--passwords", "hide", "--journal-secrets"]];

struct Servers {
    runtime: Runtime,
    routers: Vec<Router>,
}

static SERVERS: LazyLock<Servers> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let open = |flags: &[&str]| {
        let flags = [&["--journal-limit", "64", "--max-worlds", "64", "--ids-seed", "1"], flags].concat();
        let app = App::open(Apis::four(), Config::from_flags(&flags).unwrap());
        usertwin::router(runtime.block_on(app).unwrap())
    };
    let routers = FLAGS.map(open).into();
    Servers { runtime, routers }
});

/// An answer that has arrived.
struct Got {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// Sends the requests of an input and looks at the worlds that they leave.
///
/// # Panics
/// When something does not hold.
pub fn check(data: &[u8]) {
    let sent = requests::split(data, MOST);
    // A header that no server reads selects the strict one.
    let strict = sent.first().is_some_and(|sent| sent.headers.contains_key("x-strict"));
    if sent.is_empty() || sent.iter().any(delays) {
        return;
    }
    let Servers { runtime, routers } = &*SERVERS;
    let router = &routers[usize::from(strict)];
    runtime.block_on(async {
        run(router, sent).await;
        for world in worlds(router).await {
            survives(router, &world).await;
            let dropped = call(router, Method::DELETE, &format!("/_usertwin/worlds/{world}"), "").await;
            assert!(dropped.status.is_success(), "{} for dropping {world}", dropped.status);
        }
    });
}

async fn run(router: &Router, sent: Vec<Sent>) {
    let mut faults = false;
    for mut sent in sent {
        let path = sent.uri.path().to_owned();
        // A fault that was asked for may be anything.
        faults |= path.contains("/faults");
        let asked_for = faults || sent.headers.contains_key("prefer");
        sent.headers.entry(AUTHORIZATION).or_insert(HeaderValue::from_static("Bearer good"));
        let replaced = replaced_state(&sent);
        let shown = format!("{} {}", sent.method, sent.uri);
        let head = sent.method == Method::HEAD;
        let Some(got) = exchange(router, sent.framed(), asked_for).await else { continue };
        assert!(asked_for || !got.status.is_server_error(), "{} for {shown}", got.status);
        if !asked_for && !head && got.status != StatusCode::NO_CONTENT {
            answers::check_content(&got.headers, &got.body);
        }
        if let (Some((world, text)), true) = (replaced, got.status.is_success()) {
            let wanted = usertwin::Apis::four().schema().parse(&text).expect("a document that was taken");
            let held = export(router, &world).await;
            // The clock has gone on by now.
            let without_clock = |document: Document| Document { clock: None, ..document };
            assert_eq!(without_clock(held), without_clock(wanted), "{world} holds something else than it was given");
        }
    }
}

/// The world and the text of a call that replaces a world's state.
fn replaced_state(sent: &Sent) -> Option<(String, String)> {
    let world = sent.uri.path().strip_prefix("/_usertwin/worlds/")?.strip_suffix("/state")?;
    let text = String::from_utf8(sent.body.to_vec()).ok()?;
    (sent.method == Method::PUT && !world.contains(['%', '/'])).then(|| (world.to_owned(), text))
}

/// What a world has become can be shown, and read again as what it was.
async fn survives(router: &Router, world: &str) {
    let document = export(router, world).await;
    assert_eq!(usertwin::Apis::four().schema().parse(&document.to_json().to_string()), Ok(document));
    for call_at in ["requests", "requests.har", "advice", "diff"] {
        let got = call(router, Method::GET, &format!("/_usertwin/worlds/{world}/{call_at}"), "").await;
        assert_eq!(got.status, StatusCode::OK, "{call_at} of {world}");
        answers::check_content(&got.headers, &got.body);
    }
}

async fn export(router: &Router, world: &str) -> Document {
    let got = call(router, Method::GET, &format!("/_usertwin/worlds/{world}/state"), "").await;
    assert_eq!(got.status, StatusCode::OK, "the state of {world}");
    let text = std::str::from_utf8(&got.body).expect("a state is text");
    usertwin::Apis::four()
        .schema()
        .parse(text)
        .unwrap_or_else(|problems| panic!("{world} cannot be read again: {problems:?}\n{text}"))
}

async fn worlds(router: &Router) -> Vec<String> {
    let got = call(router, Method::GET, "/_usertwin/worlds", "").await;
    let list: serde_json::Value = serde_json::from_slice(&got.body).expect("worlds are listed");
    let items = list["worlds"].as_array().expect("a list of worlds");
    items.iter().map(|world| world["name"].as_str().expect("a world has a name").to_owned()).collect()
}

async fn call(router: &Router, method: Method, path: &str, body: &'static str) -> Got {
    let request = Request::builder().method(method).uri(path).header("host", "localhost");
    let request = request.body(Body::from(body)).unwrap();
    exchange(router, request, false).await.expect("a control call is answered")
}

/// The answer; `None` for one that was cut or that never ends.
async fn exchange(router: &Router, request: Request<Body>, asked_for: bool) -> Option<Got> {
    let shown = format!("{} {}", request.method(), request.uri());
    let answer = async {
        let (head, body) = router.clone().oneshot(request).await.unwrap().into_parts();
        if head.headers.get(CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream") {
            return None;
        }
        match body.collect().await {
            Ok(body) => Some(Got { status: head.status, headers: head.headers, body: body.to_bytes() }),
            Err(error) if asked_for => {
                assert!(!error.to_string().is_empty());
                None
            }
            Err(error) => panic!("{shown} breaks off: {error}"),
        }
    };
    let got = tokio::time::timeout(if asked_for { HASTE } else { PATIENCE }, answer).await;
    assert!(got.is_ok() || asked_for, "{shown} is never answered");
    got.ok().flatten()
}

/// Whether a request asks for a delay, for which a fuzzer has no time.
fn delays(sent: &Sent) -> bool {
    let held = |value: &HeaderValue| value.as_bytes().to_ascii_lowercase().windows(5).any(|part| part == b"delay");
    sent.headers.get_all("prefer").iter().any(held)
        || sent.uri.path().contains("/faults") && sent.body.windows(5).any(|part| part == b"delay")
}
