//! Which worlds exist: with `--worlds listed` only those that somebody made; with `--world-idle` none that nobody uses
//! for long. The list of worlds tells where each came from and when it was used.

use crate::support::client::{Answer, Client};
use crate::support::deadline::wait_until;
use crate::support::folder::Folder;
use crate::support::process::{ServerProcess, database};
use serde_json::Value;
use std::time::Duration;

const USER: &str = "/v1/core/Accounts/2/users/1";

fn send(client: &mut Client, method: &str, path: &str, body: &str) -> Answer {
    let headers = [("Authorization", "Bearer good"), ("Content-Type", "application/json")];
    client.send(method, path, &headers, body.as_bytes()).unwrap()
}

fn make(client: &mut Client, body: &str) {
    let made = send(client, "POST", "/_usertwin/worlds", body);
    assert_eq!(made.status, 201, "{}", made.text());
}

/// The rows of the list, by name.
fn rows(client: &mut Client) -> Vec<(String, Value)> {
    let list = send(client, "GET", "/_usertwin/worlds", "");
    let list: Value = serde_json::from_slice(&list.body).unwrap();
    let rows = list["worlds"].as_array().unwrap().iter();
    rows.map(|row| (row["name"].as_str().unwrap().to_owned(), row.clone())).collect()
}

fn row(client: &mut Client, name: &str) -> Value {
    rows(client).into_iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("no world {name}")).1
}

#[track_caller]
fn is_absent(answer: &Answer) {
    assert_eq!((answer.status, answer.header("content-type")), (404, Some("application/problem+json")));
    let text = answer.text();
    assert!(text.contains("There is no world 'wrong'") && text.contains("POST /_usertwin/worlds"), "{text}");
}

#[test]
fn where_worlds_are_listed_a_name_that_nobody_made_is_404_everywhere_and_makes_nothing() {
    let server = ServerProcess::start(&["--worlds=listed", "--log=warn"]).unwrap();
    let mut client = Client::connect(server.address).unwrap();
    let customers = "/api/v1.0/accounts/6172bb3d-e843-46bb-93a3-334505974ad9/users";
    for path in [USER, customers, "/external/api/v3/user", "/api/v1/admin/users", "/v1/nothing"] {
        is_absent(&send(&mut client, "GET", &format!("/w/wrong{path}"), ""));
    }
    is_absent(&send(&mut client, "POST", "/w/wrong/external/api/v3/user", "[]"));
    let mut by_host = Client::connect(server.address).unwrap();
    let head = format!("GET {USER} HTTP/1.1\r\nHost: wrong.localhost\r\n\r\n");
    is_absent(&by_host.exchange(head.as_bytes()).unwrap());
    for (method, rest, body) in [
        ("GET", "/state", ""),
        ("PUT", "/state", r#"{"users":[]}"#),
        ("GET", "/diff", ""),
        ("GET", "/users", ""),
        ("POST", "/users", r#"{"username":"x"}"#),
        ("GET", "/users/f4237dd3-01ff-48d8-8d90-16c06605724f", ""),
        ("GET", "/clock", ""),
        ("PUT", "/clock", "{}"),
        ("GET", "/outbox", ""),
        ("GET", "/requests", ""),
        ("DELETE", "/requests", ""),
        ("GET", "/requests/latest", ""),
        ("GET", "/requests.har", ""),
        ("GET", "/requests/stream", ""),
        ("GET", "/advice", ""),
        ("POST", "/verify", r#"{"match":{},"times":{"exactly":0}}"#),
        ("GET", "/faults", ""),
        ("POST", "/faults", r#"{"effect":{"status":503}}"#),
        ("DELETE", "/faults", ""),
        ("POST", "/reset", ""),
    ] {
        is_absent(&send(&mut client, method, &format!("/_usertwin/worlds/wrong{rest}"), body));
    }
    let names: Vec<String> = rows(&mut client).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["main"]);
    // What is to be dropped need not exist.
    assert_eq!(send(&mut client, "DELETE", "/_usertwin/worlds/wrong", "").status, 204);
}

#[test]
fn where_worlds_are_listed_main_and_those_that_were_made_are_served_until_they_are_dropped() {
    let folder = Folder::new("listed");
    for place in [None, Some(database(&folder.file("twin.db")))] {
        let flags: Vec<&str> = ["--worlds=listed", "--log=warn"].into_iter().chain(place.as_deref()).collect();
        let mut server = ServerProcess::start(&flags).unwrap();
        let mut client = Client::connect(server.address).unwrap();
        assert_eq!(send(&mut client, "GET", USER, "").status, 200);
        make(&mut client, r#"{"name":"wrong"}"#);
        assert_eq!(send(&mut client, "GET", &format!("/w/wrong{USER}"), "").status, 200);
        if place.is_some() {
            server.terminate();
            server.ended(Duration::from_secs(20));
            server = ServerProcess::start(&flags).unwrap();
            client = Client::connect(server.address).unwrap();
        }
        assert_eq!(send(&mut client, "POST", "/_usertwin/worlds/wrong/reset", "").status, 204);
        assert_eq!(send(&mut client, "GET", &format!("/w/wrong{USER}"), "").status, 200);
        assert_eq!(send(&mut client, "DELETE", "/_usertwin/worlds/wrong", "").status, 204);
        is_absent(&send(&mut client, "GET", &format!("/w/wrong{USER}"), ""));
    }
}

#[test]
fn a_request_whose_listed_world_is_dropped_while_its_body_comes_is_404() {
    let server = ServerProcess::start(&["--worlds=listed", "--log=warn"]).unwrap();
    let mut client = Client::connect(server.address).unwrap();
    make(&mut client, r#"{"name":"wrong"}"#);
    let mut upload = Client::connect(server.address).unwrap();
    let lines = "Content-Type: application/json\r\nContent-Length: 2\r\n";
    upload.send_head_and_wait("PATCH", &format!("/w/wrong{USER}"), lines).send_bytes("{");
    assert_eq!(send(&mut client, "DELETE", "/_usertwin/worlds/wrong", "").status, 204);
    is_absent(&upload.send_bytes("}").answer());
}

#[test]
fn the_list_tells_what_each_world_holds_where_it_came_from_and_when_it_was_used() {
    let folder = Folder::new("rows");
    let flags = [&database(&folder.file("twin.db")), "--log=warn", "--journal-limit=2"];
    let mut server = ServerProcess::start(&flags).unwrap();
    let mut client = Client::connect(server.address).unwrap();
    make(&mut client, r#"{"name":"copy","from":"main"}"#);
    make(&mut client, r#"{"name":"fresh"}"#);
    // The clock of a world is its own; the list follows the machine's.
    let frozen = r#"{"now":"2001-02-03T04:05:06Z","frozen":true}"#;
    assert_eq!(send(&mut client, "PUT", "/_usertwin/worlds/copy/clock", frozen).status, 200);
    let before = row(&mut client, "copy");
    for _ in 0..3 {
        let unknown = send(&mut client, "PATCH", &format!("/w/copy{USER}"), r#"{"Usrname":"x"}"#);
        assert_eq!(unknown.status, 200);
    }
    let copy = row(&mut client, "copy");
    assert_eq!((&copy["requests"], &copy["dropped"], &copy["from"]), (&2.into(), &1.into(), &"main".into()), "{copy}");
    assert!(copy["advice"].as_u64().unwrap() >= 2 && copy["users"].as_u64().unwrap() > 3, "{copy}");
    let text =
        |row: &Value, member: &str| row[member].as_str().unwrap_or_else(|| panic!("{member} of {row}")).to_owned();
    assert_eq!(text(&copy, "createdAt"), text(&before, "createdAt"));
    assert!(text(&copy, "lastUsedAt") > text(&before, "lastUsedAt"), "{before} {copy}");
    assert!(text(&copy, "createdAt").as_str() > "2026" && text(&copy, "createdAt").ends_with('Z'), "{copy}");
    // Looking at the list is no use of its worlds.
    assert_eq!(row(&mut client, "copy")["lastUsedAt"], copy["lastUsedAt"]);
    let fresh = row(&mut client, "fresh");
    assert_eq!(
        (&fresh["from"], &fresh["requests"], &fresh["advice"]),
        (&"seed".into(), &0.into(), &0.into()),
        "{fresh}"
    );
    assert_eq!(send(&mut client, "POST", "/_usertwin/worlds/fresh/reset", r#"{"from":"copy"}"#).status, 204);
    let reset = row(&mut client, "fresh");
    assert_eq!((&reset["from"], &reset["createdAt"]), (&"copy".into(), &fresh["createdAt"]));
    server.terminate();
    server.ended(Duration::from_secs(20));
    let server = ServerProcess::start(&flags).unwrap();
    let again = row(&mut Client::connect(server.address).unwrap(), "copy");
    assert_eq!((&again["from"], &again["createdAt"]), (&copy["from"], &copy["createdAt"]));
    assert_eq!((&again["lastUsedAt"], &again["requests"]), (&Value::Null, &0.into()));
}

#[test]
fn worlds_that_nobody_uses_go_but_never_main_nor_one_that_was_made_without_leave() {
    let folder = Folder::new("idle");
    for place in [None, Some(database(&folder.file("twin.db")))] {
        let flags: Vec<&str> = ["--world-idle=300ms"].into_iter().chain(place.as_deref()).collect();
        let server = ServerProcess::start(&flags).unwrap();
        let mut client = Client::connect(server.address).unwrap();
        make(&mut client, r#"{"name":"made"}"#);
        make(&mut client, r#"{"name":"with-leave","idle":true}"#);
        for world in ["", "/w/used", "/w/used-once"] {
            assert_eq!(send(&mut client, "GET", &format!("{world}{USER}"), "").status, 200);
        }
        wait_until("unused worlds are gone", || {
            assert_eq!(send(&mut client, "GET", &format!("/w/used{USER}"), "").status, 200);
            let names: Vec<String> = rows(&mut client).into_iter().map(|(name, _)| name).collect();
            names == ["made", "main", "used"]
        });
        server.wait_for_log("it says so", |log| log.contains("used-once") && log.contains("--world-idle"));
    }
}

#[test]
fn world_idle_is_read_as_people_write_times() {
    for good in ["30m", "PT30M", "PT1H30M", "P1D", "90s", "P1DT2H"] {
        let read = usertwin::Config::from_flags(&["--world-idle", good]);
        assert!(read.is_ok(), "{good}");
    }
    let read = |text: &str| usertwin::Config::from_flags(&["--world-idle", text]).unwrap().world_idle;
    assert_eq!(read("PT1H30M"), Some(Duration::from_secs(5400)));
    assert_eq!(read("P1DT2H"), Some(Duration::from_secs(93_600)));
    for bad in ["", "0s", "P", "PT", "PT30", "P30M", "PT1M1H", "soon", "PT0S", "PT99999999999999999999H"] {
        assert!(usertwin::Config::from_flags(&["--world-idle", bad]).is_err(), "{bad}");
    }
}
