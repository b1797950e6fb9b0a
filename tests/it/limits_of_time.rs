//! Limits of how long a client may keep a server waiting, of connections, and of the memory that waiting takes. Time is
//! the subject: a sleep here is a client that is slow on purpose.

use crate::support::client::Client;
use crate::twin::server;
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
    let mut client = Client::to(server.url());
    client.send_bytes("GET /_usertwin/health HTTP/1.1\r\nHost: localhost\r\n");
    let start = Instant::now();
    let mut drops = 0;
    while client.is_silent_for(ms(30)) {
        client.try_send_bytes(b"X: y\r\n");
        drops += 1;
        assert!(start.elapsed() < ms(5000), "dripping keeps the connection open");
    }
    let answer = client.answer();
    assert_eq!((answer.status, answer.text(), answer.closes()), (408, "", true));
    assert!(answer.header("date").is_some(), "{:?}", answer.headers);
    assert!(start.elapsed() >= ms(300) && drops > 1, "{:?} {drops}", start.elapsed());
}

#[tokio::test]
async fn a_body_that_stalls_or_drips_is_408_in_its_apis_error_format() {
    let server = server(&["--request-timeout", "100ms"]).await;
    let sentence = "The server timed out waiting for the request.";
    for (method, path, accept, expected) in [
        ("PATCH", PBNB, "*/*", format!(r#"{{"Message":"{sentence}"}}"#)),
        ("PUT", EXPOINTS, "text/xml", format!("<Error><Message>{sentence}</Message></Error>")),
    ] {
        for declared in ["Content-Length: 1000\r\n", "Transfer-Encoding: chunked\r\n", "Content-Length: 200000\r\n"] {
            for drips in [false, true] {
                let mut client = Client::to(server.url());
                let start = Instant::now();
                client.send_head(method, path, &format!("Accept: {accept}\r\n{JSON}{declared}"));
                while client.is_silent_for(ms(12)) {
                    assert!(start.elapsed() < ms(5000), "{declared}: dripping keeps the connection open");
                    if drips {
                        client.try_send_bytes(b"1\r\n \r\n");
                    }
                }
                let answer = client.answer();
                assert_eq!((answer.status, answer.text(), answer.closes()), (408, expected.as_str(), true));
                assert!(start.elapsed() >= ms(100), "{:?}", start.elapsed());
            }
        }
    }
    let mut client = Client::to(server.url());
    client.send_head("POST", "/_usertwin/worlds", "Content-Length: 10\r\n").send_bytes("{");
    let answer = client.answer();
    assert_eq!((answer.status, answer.header("content-type")), (408, Some("application/problem+json")));
}

#[tokio::test]
async fn an_upload_that_progresses_may_take_longer_than_the_timeout() {
    let server = server(&["--request-timeout", "500ms"]).await;
    let mut client = Client::to(server.url());
    client.send_head("PATCH", PBNB, &format!("{JSON}Content-Length: 8000\r\n"));
    for _ in 0..8 {
        sleep(ms(80));
        client.send_bytes([b' '; 999]);
    }
    client.send_bytes("      {}");
    assert_eq!(client.answer().status, 200);
}

#[tokio::test]
async fn an_endpoint_may_take_longer_than_the_timeout() {
    let server = server(&["--request-timeout", "400ms", "--idle-timeout", "400ms"]).await;
    let mut client = Client::to(server.url());
    assert_eq!(client.send_head("GET", PBNB, "Prefer: delay=1000\r\n").answer().status, 200);
}

#[tokio::test]
async fn an_idle_connection_is_closed_without_an_answer() {
    let server = server(&["--idle-timeout", "500ms"]).await;
    let idle = Client::to(server.url()).closed();
    assert!((ms(400)..ms(5000)).contains(&idle), "{idle:?}");
    let mut used = Client::to(server.url());
    for _ in 0..4 {
        sleep(ms(200));
        assert_eq!(used.send_head("GET", HEALTH, "").answer().status, 200);
    }
    let idle = used.closed();
    assert!((ms(400)..ms(5000)).contains(&idle), "{idle:?}");
}

#[tokio::test]
async fn an_idle_connection_outlives_the_request_timeout() {
    let server = server(&["--request-timeout", "50ms"]).await;
    let mut client = Client::to(server.url());
    assert!(client.is_silent_for(ms(300)));
    assert_eq!(client.send_head("GET", HEALTH, "").answer().status, 200);
}

#[tokio::test]
async fn a_connection_beyond_the_limit_waits_until_another_closes() {
    let server = server(&["--max-connections", "2"]).await;
    let (mut first, mut second, mut third) =
        (Client::to(server.url()), Client::to(server.url()), Client::to(server.url()));
    assert_eq!(first.send_head("GET", HEALTH, "").answer().status, 200);
    assert_eq!(second.send_head("GET", HEALTH, "").answer().status, 200);
    assert!(third.send_head("GET", HEALTH, "").is_silent_for(ms(200)));
    drop(first);
    assert_eq!(third.answer().status, 200);
    assert_eq!(second.send_head("GET", HEALTH, "").answer().status, 200);
}

/// The head of a PATCH with a body of 100,000 bytes, which begins with blanks, and its end.
const BIG: &str = "Content-Type: application/json\r\nContent-Length: 100000\r\n";
static MOST: [u8; 99_998] = [b' '; 99_998];
const CHUNKED: &str = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n";

#[tokio::test]
async fn bodies_wait_for_memory_in_turn() {
    let server = server(&["--upload-memory", "150000"]).await;
    let (mut first, mut second, mut third) =
        (Client::to(server.url()), Client::to(server.url()), Client::to(server.url()));
    first.send_head_and_wait("PATCH", PBNB, BIG).send_bytes(MOST);
    second.send_head("PATCH", PBNB, BIG).send_bytes(MOST).send_bytes("{}");
    // A body of unknown length reserves all the memory once it is larger than what needs no reservation.
    third
        .send_head("PATCH", PBNB, CHUNKED)
        .send_bytes("1869e\r\n")
        .send_bytes(MOST)
        .send_bytes("\r\n2\r\n{}\r\n0\r\n\r\n");
    assert!(second.is_silent_for(ms(150)) && third.is_silent_for(ms(1)));
    // Small bodies need none.
    let mut small = Client::to(server.url());
    small.send_head("PATCH", PBNB, &format!("{JSON}Content-Length: 2\r\n")).send_bytes("{}");
    assert_eq!(small.answer().status, 200);
    first.send_bytes("{}");
    for client in [&mut first, &mut second, &mut third] {
        assert_eq!(client.answer().status, 200);
    }
}

#[tokio::test]
async fn a_body_larger_than_all_the_memory_has_it_to_itself() {
    let server = server(&["--upload-memory", "1"]).await;
    for _ in 0..2 {
        let mut client = Client::to(server.url());
        client.send_head("PATCH", PBNB, BIG).send_bytes(MOST).send_bytes("{}");
        assert_eq!(client.answer().status, 200);
    }
}

#[tokio::test]
async fn a_body_for_which_no_memory_is_freed_is_408() {
    let server = server(&["--upload-memory", "150000", "--request-timeout", "500ms"]).await;
    let (mut first, mut second) = (Client::to(server.url()), Client::to(server.url()));
    first.send_head_and_wait("PATCH", PBNB, BIG);
    second.send_head("PATCH", PBNB, BIG);
    for _ in 0..10 {
        sleep(ms(60));
        first.send_bytes([b' '; 1000]);
    }
    assert_eq!(second.answer().status, 408);
    first.send_bytes([b' '; 89_998]).send_bytes("{}");
    assert_eq!(first.answer().status, 200);
}

#[tokio::test]
async fn a_body_waits_for_memory_as_long_as_other_bodies_finish() {
    let server = server(&["--upload-memory", "100000", "--request-timeout", "1s"]).await;
    let mut clients = waiting_for_memory(&server, 4);
    let start = Instant::now();
    for client in &mut clients {
        sleep(ms(400));
        client.send_bytes(MOST).send_bytes("{}");
        assert_eq!(client.answer().status, 200);
    }
    assert!(start.elapsed() > ms(1500));
}

#[tokio::test]
async fn a_body_waits_for_memory_as_long_as_other_clients_hang_up() {
    let server = server(&["--upload-memory", "100000", "--request-timeout", "1s"]).await;
    let mut clients = waiting_for_memory(&server, 4);
    let mut last = clients.pop().unwrap();
    for client in clients {
        sleep(ms(400));
        drop(client);
    }
    sleep(ms(200));
    last.send_bytes(MOST).send_bytes("{}");
    assert_eq!(last.answer().status, 200);
}

/// Clients that have sent the heads of large bodies, and wait for memory in their order.
fn waiting_for_memory(server: &usertwin::TestServer, clients: usize) -> Vec<Client> {
    let client = |_| {
        let mut client = Client::to(server.url());
        client.send_head("PATCH", PBNB, BIG);
        // So that the order is this one, which nothing else shows.
        sleep(ms(20));
        client
    };
    (0..clients).map(client).collect()
}

/// Lets the server answer `/v1/core/Accounts/2/users/1` with the given number of bytes.
fn large_answer(server: &usertwin::TestServer, bytes: usize) {
    let fault = format!(r#"{{"effect":{{"status":200,"contentType":"text/plain","body":"{}"}}}}"#, "x".repeat(bytes));
    let mut client = Client::to(server.url());
    client
        .send_head("POST", "/_usertwin/worlds/main/faults", &format!("{JSON}Content-Length: {}\r\n", fault.len()))
        .send_bytes(fault);
    assert_eq!(client.answer().status, 201);
}

/// More than the machine's buffers take.
const LARGE: usize = 16 * 1024 * 1024;

#[tokio::test]
async fn an_answer_that_is_not_taken_ends_its_connection() {
    let server = server(&["--request-timeout", "300ms"]).await;
    large_answer(&server, LARGE);
    let (mut stalled, mut slow) = (Client::to(server.url()), Client::to(server.url()));
    stalled.send_head("GET", PBNB, "");
    slow.send_head("GET", PBNB, "Connection: close\r\n");
    for _ in 0..6 {
        sleep(ms(100));
        // More than the machine's buffers may hold in all, so that each makes room for more.
        slow.skip(LARGE / 8);
    }
    assert!(stalled.until_closed().len() < LARGE);
    assert!(slow.until_closed().len() > LARGE / 4, "one that takes its answer slowly gets it whole");
}

#[tokio::test]
async fn no_answer_is_made_while_the_memory_for_answers_is_taken() {
    let server = server(&["--answer-memory", "10000000"]).await;
    large_answer(&server, LARGE);
    let (mut first, mut second) = (Client::to(server.url()), Client::to(server.url()));
    first.send_head("GET", PBNB, "").skip(1);
    let start = Instant::now();
    assert_eq!(second.send_head("GET", HEALTH, "").answer().status, 200);
    // The first answer is given up no earlier than a second after a sweep has seen it.
    assert!(start.elapsed() > ms(500), "{:?}", start.elapsed());
}

#[tokio::test]
async fn answers_that_were_taken_free_their_memory() {
    let server = server(&["--answer-memory", "20000000"]).await;
    large_answer(&server, LARGE);
    let mut client = Client::to(server.url());
    for _ in 0..3 {
        assert_eq!(client.send_head("GET", PBNB, "").answer().body.len(), LARGE);
    }
}

#[tokio::test]
async fn answers_beyond_the_memory_for_them_end_the_oldest_first() {
    let server = server(&["--answer-memory", "40000000"]).await;
    large_answer(&server, LARGE);
    let mut clients: Vec<Client> = (0..4)
        .map(|_| {
            let mut client = Client::to(server.url());
            client.send_head("GET", PBNB, "");
            // Longer than between two sweeps, by which the older is distinguished from the younger.
            sleep(ms(300));
            client
        })
        .collect();
    // Long enough for several sweeps.
    sleep(ms(1000));
    let whole: Vec<bool> = clients
        .iter_mut()
        .map(|client| client.send_head("GET", HEALTH, "Connection: close\r\n").until_closed().len() > LARGE)
        .collect();
    assert_eq!(whole, [false, false, true, true]);
}

#[tokio::test]
async fn who_asks_for_little_does_not_wait_for_readers_that_take_nothing() {
    let server = server(&["--answer-memory", "128MiB"]).await;
    large_answer(&server, LARGE / 4);
    let mut modest = Client::to(server.url());
    assert_eq!(modest.send_head("GET", HEALTH, "").answer().status, 200);
    let readers: Vec<Client> = (0..60)
        .map(|_| {
            let mut client = Client::to(server.url());
            client.send_head("GET", PBNB, "");
            client
        })
        .collect();
    // From when on as many answers as there is memory for are on their way, until some are given up.
    sleep(ms(1000));
    let start = Instant::now();
    for _ in 0..20 {
        assert_eq!(modest.send_head("GET", HEALTH, "").answer().status, 200);
    }
    assert!(start.elapsed() < ms(500), "{:?}", start.elapsed());
    drop(readers);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_system_holds_little_of_an_answer_that_nobody_takes() {
    let server = server(&[]).await;
    large_answer(&server, LARGE);
    let mut reader = Client::to(server.url());
    reader.send_head("GET", PBNB, "").skip(1);
    sleep(ms(300));
    let port: u16 = server.url().rsplit(':').next().unwrap().parse().unwrap();
    let table = std::fs::read_to_string("/proc/self/net/tcp").unwrap();
    let queues = table.lines().skip(1).filter_map(|line| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let (queued, _) = columns[4].split_once(':')?;
        columns[1].ends_with(&format!(":{port:04X}")).then(|| usize::from_str_radix(queued, 16).unwrap())
    });
    let queued = queues.max().unwrap();
    assert!((1..1024 * 1024).contains(&queued), "{queued} bytes of an answer wait in the system");
}

#[tokio::test]
async fn a_stopping_server_closes_idle_connections_and_finishes_requests() {
    let config = usertwin::config::Config::from_flags(&["--log", "off"]).unwrap();
    let app = usertwin::App::open(usertwin::Apis::four(), config).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(usertwin::serve(listener, app, async {
        let _ = stopped.await;
    }));
    let client = tokio::task::spawn_blocking(move || {
        let (mut idle, mut unused, mut busy) =
            (Client::connect(address).unwrap(), Client::connect(address).unwrap(), Client::connect(address).unwrap());
        assert_eq!(idle.send_head("GET", HEALTH, "").answer().status, 200);
        busy.send_delayed_get(PBNB, 700);
        stop.send(()).unwrap();
        assert!(idle.closed() < ms(3000) && unused.closed() < ms(3000), "long before the idle timeout");
        let answer = busy.answer();
        assert_eq!((answer.status, answer.closes()), (200, true));
        busy.closed();
    });
    client.await.unwrap();
    let start = Instant::now();
    server.await.unwrap();
    assert!(start.elapsed() < ms(5000), "long before the grace ends");
}
