//! Memory that dropped worlds give back.

use crate::support::client::Client;
use crate::support::deadline::wait_until;
use crate::support::process::ServerProcess;

/// The memory of a process that is in use, in bytes.
fn resident(process: u32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
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
