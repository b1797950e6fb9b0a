//! Limits of how long a client may keep a server waiting, of connections, and of the memory that waiting takes.

use crate::wire::{Wire, server};
use std::thread::sleep;
use std::time::{Duration, Instant};

const PBNB: &str = "/v1/core/Accounts/2/users/1";
const EXPOINTS: &str = "/external/api/v3/user";
const JSON: &str = "Content-Type: application/json\r\n";
const HEALTH: &str = "/_usertwin/health";

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

#[tokio::test]
async fn a_head_that_drips_is_408_when_its_time_is_up() {
    let server = server(&["--request-timeout", "300ms"]).await;
    let mut wire = Wire::to(&server);
    wire.send("GET /_usertwin/health HTTP/1.1\r\nHost: localhost\r\n");
    let start = Instant::now();
    let mut drops = 0;
    while wire.is_silent_for(ms(30)) {
        wire.try_send(b"X: y\r\n");
        drops += 1;
        assert!(start.elapsed() < ms(5000), "dripping keeps the connection open");
    }
    let answer = wire.answer();
    assert_eq!((answer.status, answer.body.as_str(), answer.closes()), (408, "", true));
    assert!(answer.header("date").is_some(), "{}", answer.head);
    assert!(start.elapsed() >= ms(300) && drops > 1, "{:?} {drops}", start.elapsed());
}

#[tokio::test]
async fn a_body_that_stalls_or_drips_is_408_in_the_dress_of_its_api() {
    let server = server(&["--request-timeout", "100ms"]).await;
    let sentence = "The server timed out waiting for the request.";
    for (method, path, accept, expected) in [
        ("PATCH", PBNB, "*/*", format!(r#"{{"Message":"{sentence}"}}"#)),
        ("PUT", EXPOINTS, "text/xml", format!("<Error><Message>{sentence}</Message></Error>")),
    ] {
        for declared in ["Content-Length: 1000\r\n", "Transfer-Encoding: chunked\r\n", "Content-Length: 200000\r\n"] {
            for drips in [false, true] {
                let mut wire = Wire::to(&server);
                let start = Instant::now();
                wire.ask(method, path, &format!("Accept: {accept}\r\n{JSON}{declared}"));
                while wire.is_silent_for(ms(12)) {
                    assert!(start.elapsed() < ms(5000), "{declared}: dripping keeps the connection open");
                    if drips {
                        wire.try_send(b"1\r\n \r\n");
                    }
                }
                let answer = wire.answer();
                assert_eq!((answer.status, answer.body.as_str(), answer.closes()), (408, expected.as_str(), true));
                assert!(start.elapsed() >= ms(100), "{:?}", start.elapsed());
            }
        }
    }
    let mut wire = Wire::to(&server);
    wire.ask("POST", "/_usertwin/worlds", "Content-Length: 10\r\n").send("{");
    let answer = wire.answer();
    assert_eq!((answer.status, answer.header("content-type")), (408, Some("application/problem+json")));
}

#[tokio::test]
async fn an_upload_that_comes_on_may_take_longer_than_the_timeout() {
    let server = server(&["--request-timeout", "500ms"]).await;
    let mut wire = Wire::to(&server);
    wire.ask("PATCH", PBNB, &format!("{JSON}Content-Length: 8000\r\n"));
    for _ in 0..8 {
        sleep(ms(80));
        wire.send([b' '; 999]);
    }
    wire.send("      {}");
    assert_eq!(wire.answer().status, 200);
}

#[tokio::test]
async fn an_endpoint_may_take_longer_than_the_timeout() {
    let server = server(&["--request-timeout", "400ms", "--idle-timeout", "400ms"]).await;
    let mut wire = Wire::to(&server);
    assert_eq!(wire.ask("GET", PBNB, "Prefer: delay=1000\r\n").answer().status, 200);
}

#[tokio::test]
async fn an_idle_connection_is_closed_without_a_word() {
    let server = server(&["--idle-timeout", "500ms"]).await;
    let idle = Wire::to(&server).closed();
    assert!((ms(400)..ms(5000)).contains(&idle), "{idle:?}");
    let mut used = Wire::to(&server);
    for _ in 0..4 {
        sleep(ms(200));
        assert_eq!(used.ask("GET", HEALTH, "").answer().status, 200);
    }
    let idle = used.closed();
    assert!((ms(400)..ms(5000)).contains(&idle), "{idle:?}");
}

#[tokio::test]
async fn an_idle_connection_outlives_the_request_timeout() {
    let server = server(&["--request-timeout", "50ms"]).await;
    let mut wire = Wire::to(&server);
    assert!(wire.is_silent_for(ms(300)));
    assert_eq!(wire.ask("GET", HEALTH, "").answer().status, 200);
}

#[tokio::test]
async fn a_connection_too_many_waits_for_another_to_close() {
    let server = server(&["--max-connections", "2"]).await;
    let (mut first, mut second, mut third) = (Wire::to(&server), Wire::to(&server), Wire::to(&server));
    assert_eq!(first.ask("GET", HEALTH, "").answer().status, 200);
    assert_eq!(second.ask("GET", HEALTH, "").answer().status, 200);
    assert!(third.ask("GET", HEALTH, "").is_silent_for(ms(200)));
    drop(first);
    assert_eq!(third.answer().status, 200);
    assert_eq!(second.ask("GET", HEALTH, "").answer().status, 200);
}

/// The head of a PATCH with a body of 100,000 bytes, which begins with blanks, and its end.
const BIG: &str = "Content-Type: application/json\r\nContent-Length: 100000\r\n";
static MOST: [u8; 99_998] = [b' '; 99_998];
const CHUNKED: &str = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n";

#[tokio::test]
async fn bodies_wait_for_memory_in_turn() {
    let server = server(&["--upload-memory", "150000"]).await;
    let (mut first, mut second, mut third) = (Wire::to(&server), Wire::to(&server), Wire::to(&server));
    first.ask("PATCH", PBNB, BIG).send(MOST);
    sleep(ms(50));
    second.ask("PATCH", PBNB, BIG).send(MOST).send("{}");
    // A body whose length nobody knows takes as much as there is, once it is larger than what is not counted.
    third.ask("PATCH", PBNB, CHUNKED).send("1869e\r\n").send(MOST).send("\r\n2\r\n{}\r\n0\r\n\r\n");
    assert!(second.is_silent_for(ms(150)) && third.is_silent_for(ms(1)));
    // Small bodies need none.
    let mut small = Wire::to(&server);
    small.ask("PATCH", PBNB, &format!("{JSON}Content-Length: 2\r\n")).send("{}");
    assert_eq!(small.answer().status, 200);
    first.send("{}");
    for wire in [&mut first, &mut second, &mut third] {
        assert_eq!(wire.answer().status, 200);
    }
}

#[tokio::test]
async fn a_body_larger_than_all_the_memory_has_it_to_itself() {
    let server = server(&["--upload-memory", "1"]).await;
    for _ in 0..2 {
        let mut wire = Wire::to(&server);
        wire.ask("PATCH", PBNB, BIG).send(MOST).send("{}");
        assert_eq!(wire.answer().status, 200);
    }
}

#[tokio::test]
async fn a_body_that_no_memory_comes_free_for_is_408() {
    let server = server(&["--upload-memory", "150000", "--request-timeout", "500ms"]).await;
    let (mut first, mut second) = (Wire::to(&server), Wire::to(&server));
    first.ask("PATCH", PBNB, BIG);
    sleep(ms(50));
    second.ask("PATCH", PBNB, BIG);
    for _ in 0..10 {
        sleep(ms(60));
        first.send([b' '; 1000]);
    }
    assert_eq!(second.answer().status, 408);
    first.send([b' '; 89_998]).send("{}");
    assert_eq!(first.answer().status, 200);
}

#[tokio::test]
async fn a_body_waits_on_as_long_as_others_get_done() {
    let server = server(&["--upload-memory", "100000", "--request-timeout", "1s"]).await;
    let mut wires: Vec<Wire> = (0..4)
        .map(|_| {
            let mut wire = Wire::to(&server);
            wire.ask("PATCH", PBNB, BIG);
            sleep(ms(20));
            wire
        })
        .collect();
    let start = Instant::now();
    for wire in &mut wires {
        sleep(ms(400));
        wire.send(MOST).send("{}");
        assert_eq!(wire.answer().status, 200);
    }
    assert!(start.elapsed() > ms(1500));
}

/// Lets the server have an answer of so many bytes at `/v1/core/Accounts/2/users/1`.
fn large_answer(server: &usertwin::TestServer, bytes: usize) {
    let fault = format!(r#"{{"effect":{{"status":200,"contentType":"text/plain","body":"{}"}}}}"#, "x".repeat(bytes));
    let mut wire = Wire::to(server);
    wire.ask("POST", "/_usertwin/worlds/main/faults", &format!("{JSON}Content-Length: {}\r\n", fault.len()))
        .send(fault);
    assert_eq!(wire.answer().status, 201);
}

/// More than the machine's buffers take.
const LARGE: usize = 16 * 1024 * 1024;

#[tokio::test]
async fn an_answer_that_is_not_taken_ends_its_connection() {
    let server = server(&["--request-timeout", "300ms"]).await;
    large_answer(&server, LARGE);
    let (mut stalled, mut slow) = (Wire::to(&server), Wire::to(&server));
    stalled.ask("GET", PBNB, "");
    slow.ask("GET", PBNB, "Connection: close\r\n");
    for _ in 0..6 {
        sleep(ms(100));
        // More than the machine's buffers may hold in all, so that each makes room for more.
        slow.read(LARGE / 8);
    }
    assert!(stalled.drain() < LARGE);
    assert!(slow.drain() > LARGE / 4, "one that takes its answer slowly gets it whole");
}

#[tokio::test]
async fn answers_beyond_the_memory_for_them_end_the_oldest_first() {
    let server = server(&["--answer-memory", "40000000"]).await;
    large_answer(&server, LARGE);
    let mut wires: Vec<Wire> = (0..4)
        .map(|_| {
            let mut wire = Wire::to(&server);
            wire.ask("GET", PBNB, "");
            // Longer than between two sweeps, which tell the older from the younger.
            sleep(ms(300));
            wire
        })
        .collect();
    sleep(ms(1000));
    let whole: Vec<bool> =
        wires.iter_mut().map(|wire| wire.ask("GET", HEALTH, "Connection: close\r\n").drain() > LARGE).collect();
    assert_eq!(whole, [false, false, true, true]);
}

#[tokio::test]
async fn a_stopping_server_closes_idle_connections_and_finishes_requests() {
    let config = usertwin::config::Config::of_flags(&["--log", "off"]).unwrap();
    let app = usertwin::pipeline::app::App::open(config).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(usertwin::listener::server::serve(listener, app, async {
        let _ = stopped.await;
    }));
    let client = tokio::task::spawn_blocking(move || {
        let (mut idle, mut unused, mut busy) = (Wire::at(address), Wire::at(address), Wire::at(address));
        assert_eq!(idle.ask("GET", HEALTH, "").answer().status, 200);
        busy.ask("GET", PBNB, "Prefer: delay=700\r\n");
        sleep(ms(150));
        stop.send(()).unwrap();
        assert!(idle.closed() < ms(3000) && unused.closed() < ms(3000), "long before the idle timeout");
        let answer = busy.answer();
        assert_eq!((answer.status, answer.closes()), (200, true));
        busy.closed();
    });
    client.await.unwrap();
    let start = Instant::now();
    server.await.unwrap().unwrap();
    assert!(start.elapsed() < ms(5000), "long before the grace ends");
}
