//! Memory that dropped worlds give back.

use crate::support::client::Client;
use crate::support::deadline::wait_until;
use crate::support::process::ServerProcess;

const ID: &str = "00000000-0000-4000-8000-000000000021";

/// The memory of a process that is in use, in bytes.
fn resident(process: u32) -> usize {
    status(process, "VmRSS:")
}

/// A field of a process's status, in bytes.
fn status(process: u32, field: &str) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(field)).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
}

#[test]
fn a_thousand_worlds_in_memory_give_their_memory_back_when_they_are_dropped() {
    let server = ServerProcess::start(&["--log=warn", "--max-worlds=2000"]).unwrap();
    let mut client = Client::connect(server.address).unwrap();
    let mut send = |method: &str, path: &str| client.send(method, path, &[], &[]).unwrap().status;
    let user = "/v1/core/Accounts/2/users/1";
    assert_eq!(send("GET", user), 200);
    let start = resident(server.id());
    for _ in 0..2 {
        for world in 0..1000 {
            assert_eq!(send("GET", &format!("/w/w{world}{user}")), 200);
        }
        assert!(resident(server.id()) > start + 100 * 1024 * 1024, "worlds take no memory, so this shows nothing");
        for world in 0..1000 {
            assert_eq!(send("DELETE", &format!("/_usertwin/worlds/w{world}")), 204);
        }
    }
    wait_until("no more than 100 MB stay", || resident(server.id()) < start + 100_000_000);
}

/// A batch of nothing: each `{}` is a user that lacks everything, so that reading it takes many times its size.
fn batch(bytes: usize) -> Vec<u8> {
    let mut body = b"[".to_vec();
    while body.len() < bytes {
        body.extend_from_slice(b"{},");
    }
    body.extend_from_slice(b"{}]");
    body
}

#[test]
fn a_process_whose_memory_is_limited_refuses_what_does_not_fit_and_does_not_abort() {
    let flags = ["--log=warn", "--upload-memory=24MiB", "--journal-memory=8MiB"];
    // Twice the limits' sum, for what the allocator, the stacks of threads and SQLite's caches reserve without using it.
    let mut server = ServerProcess::from_script("ulimit -v 2500000; exec \"$@\"", &flags).unwrap();
    let address = server.address;
    let user = "/v1/core/Accounts/2/users/1";
    let mut client = Client::connect(address).unwrap();
    assert_eq!(client.send("GET", user, &[], &[]).unwrap().status, 200);
    let start = resident(server.id());
    let uploads: Vec<_> = (0..18)
        .map(|number| {
            std::thread::spawn(move || {
                let (method, path, body) = match number % 3 {
                    0 => ("PUT", "/external/api/v3/user", batch(2 << 20)),
                    1 => ("PATCH", user, format!(r#"{{"Remark":"{}"}}"#, "x".repeat(12 << 20)).into_bytes()),
                    _ => ("PUT", "/_usertwin/worlds/large/state", batch(2 << 20)),
                };
                let headers = [("Authorization", "Bearer good"), ("Content-Type", "application/json")];
                let patience = std::time::Duration::from_secs(120);
                let mut client = Client::with_patience(address, patience).unwrap();
                // Whoever is refused early may lose the answer while it still sends.
                client.send(method, path, &headers, &body).map(|answer| answer.status)
            })
        })
        .collect();
    let statuses: Vec<_> = uploads.into_iter().map(|upload| upload.join().unwrap()).collect();
    assert!(server.runs(), "{}", server.whole_log());
    let answered: Vec<u16> = statuses.into_iter().flatten().collect();
    assert!(answered.iter().any(|status| (400..500).contains(status)), "nothing was too much: {answered:?}");
    assert!(answered.iter().all(|status| *status == 200 || (400..=503).contains(status)), "{answered:?}");
    assert_eq!(client.send("GET", user, &[], &[]).unwrap().status, 200);
    wait_until("no more than 100 MB stay", || resident(server.id()) < start + 100_000_000);
}

#[test]
fn eight_differences_of_a_large_world_take_little_more_memory_than_the_world() {
    let server = ServerProcess::start(&["--log=warn"]).unwrap();
    let address = server.address;
    let user = |n: usize| {
        let (pbnb, admin) = (format!(r#"{{"accountId":2,"userId":{n}}}"#), r#"{"mobilePhone":"1","timeZone":"UTC"}"#);
        format!(r#"{{"username":"user-{n}","email":"user{n}@example.com","pbnb":{pbnb},"adminUsers":{admin}}}"#)
    };
    let users: Vec<String> = (1..=4000).map(user).collect();
    let document = format!(
        r#"{{"pbnb":{{"accounts":[{{"id":2}}]}},"adminUsers":{{"accounts":[{{"id":"{ID}","name":"Main"}}],"languages":[{{"id":"{ID}","name":"English"}}]}},"users":[{}]}}"#,
        users.join(",")
    );
    let mut client = Client::connect(address).unwrap();
    let put = client.send("PUT", "/_usertwin/worlds/large/state", &[], document.as_bytes()).unwrap();
    assert_eq!(put.status, 204, "{}", put.text());
    // Forgets the peak that reading the document was.
    std::fs::write(format!("/proc/{}/clear_refs", server.id()), "5").unwrap();
    let start = resident(server.id());
    let readers: Vec<_> = (0..8)
        .map(|_| {
            std::thread::spawn(move || {
                let mut client = Client::connect(address).unwrap();
                let answer = client.send("GET", "/_usertwin/worlds/large/diff", &[], &[]).unwrap();
                (answer.status, answer.body.len() > 1_000_000)
            })
        })
        .collect();
    assert!(readers.into_iter().all(|reader| reader.join().unwrap() == (200, true)));
    let peak = status(server.id(), "VmHWM:");
    // As values they would take twice that.
    assert!(peak < start + 72 * 1024 * 1024, "{} MiB more", (peak - start) >> 20);
}
