//! Clients that take their time: heads that never end, answers that nobody takes.

use super::{Press, USER, connect};
use crate::harness::support::client::Client;
use std::io::Write;
use std::thread::sleep;
use std::time::Duration;

/// Heads that never end, one byte per second.
pub(super) fn drip(press: &Press) -> String {
    let Press { address, scale, .. } = *press;
    let mut clients: Vec<Client> = (0..scale.connections).map(|_| connect(address)).collect();
    clients.iter_mut().for_each(|client| client.write_all(b"GET / HTTP/1.1\r\nX: ").unwrap());
    for _ in 0..scale.seconds {
        sleep(Duration::from_secs(1));
        clients.iter_mut().for_each(|client| client.write_all(b"x").unwrap());
    }
    String::new()
}

/// Requests for answers of a megabyte that nobody reads.
pub(super) fn take_nothing(press: &Press) -> String {
    let Press { address, scale, .. } = *press;
    let text = "x".repeat(2 * 1024 * 1024);
    let fault = format!(r#"{{"match":{{"method":"DELETE"}},"effect":{{"status":200,"body":"{text}"}}}}"#);
    let headers = [("Content-Type", "application/json")];
    let added = connect(address).send("POST", "/_usertwin/worlds/main/faults", &headers, fault.as_bytes()).unwrap();
    assert_eq!(added.status, 201);
    let mut clients: Vec<Client> = (0..scale.connections).map(|_| connect(address)).collect();
    let request = format!("DELETE {USER} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    // The kernel holds the first ones; more than it takes stays with the server.
    clients.iter_mut().for_each(|client| client.write_all(request.repeat(4).as_bytes()).unwrap());
    sleep(Duration::from_secs(scale.seconds));
    String::new()
}
