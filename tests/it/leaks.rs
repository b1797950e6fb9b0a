//! The log of the real binary at its most verbose level: it contains no password, token or client secret of any request
//! or answer, and nothing of a client's that starts a line or steers a terminal.

mod exercise;
#[cfg(target_os = "linux")]
mod memory;

use crate::support::client::Client;
use crate::support::folder::Folder;
use crate::support::process::{ServerProcess, database, usertwin};
use exercise::{Secrets, control, exercise, header};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

/// A server of the real binary at its most verbose level, on a database in a folder of its own.
struct Server {
    process: ServerProcess,
    folder: Folder,
    /// How often it answered with which status.
    statuses: RefCell<BTreeMap<u16, usize>>,
}

impl Server {
    fn start(name: &str, flags: &[&str]) -> Server {
        let folder = Folder::new(name);
        fs::create_dir(folder.file("data")).unwrap();
        let database = database(&folder.file("data/twin.db"));
        let process = ServerProcess::start(&[&["--log", "trace", &database], flags].concat()).unwrap();
        Server { process, folder, statuses: RefCell::default() }
    }

    /// Sends bytes as they are and reads until the server closes the connection, as a fault may do early.
    fn raw(&self, bytes: &[u8]) -> String {
        let answer = Client::connect(self.process.address).unwrap().send_bytes(bytes).until_closed();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        if let Some(status) = answer.split(' ').nth(1).and_then(|status| status.parse().ok()) {
            *self.statuses.borrow_mut().entry(status).or_default() += 1;
        }
        answer
    }

    /// Sends a request with further header lines; the answer with its head.
    fn ask(&self, method: &str, path: &str, headers: &[String], body: &[u8]) -> String {
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        headers.iter().for_each(|line| head += &format!("{line}\r\n"));
        head += &format!("Content-Length: {}\r\n\r\n", body.len());
        self.raw(&[head.as_bytes(), body].concat())
    }

    /// Overwrites every file of the database, so that the store fails.
    fn ruin(&self) {
        fn files(folder: &Path) -> Vec<PathBuf> {
            let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
            entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
        }
        for path in files(&self.folder.file("data")) {
            let length = usize::try_from(fs::metadata(&path).unwrap().len()).unwrap();
            // In place: a file that shrinks under a memory map would kill the process.
            File::options().write(true).open(&path).unwrap().write_all(&vec![0xFF; length]).unwrap();
        }
    }
}

fn found(log: &str, secrets: &[String]) -> Vec<String> {
    secrets.iter().filter(|secret| log.contains(secret.as_str())).cloned().collect()
}

#[test]
fn no_secret_is_logged_at_any_level_in_either_format() {
    for format in ["text", "json"] {
        let secrets = Secrets::default();
        let token = secrets.make();
        let server = Server::start("leaks", &["--log-format", format, "--control-token", &token]);
        exercise(&server, &secrets);
        control(&server, &secrets, &token);
        let learned =
            secrets.0.borrow().iter().filter(|secret| !secret.starts_with("Zq7") && !secret.starts_with("zq7")).count();
        assert!(learned > 6, "the server handed out {learned} secrets");
        for prefer in ["status=500", "status=503, delay=1", "disconnect=mid-body", "disconnect=before-response"] {
            let headers = [header("Prefer", prefer), header("AuthToken", &secrets.make())];
            server.ask(
                "GET",
                &format!("/w/marker-{format}/v1/core/Accounts/2/users/1?password={}", secrets.make()),
                &headers,
                b"",
            );
        }
        server.ruin();
        exercise(&server, &secrets);
        control(&server, &secrets, &token);
        let statuses = server.statuses.borrow().clone();
        let often = |status: u16| statuses.get(&status).copied().unwrap_or_default();
        assert!(often(200) > 50 && often(400) > 20 && often(401) > 3 && often(500) > 50, "{statuses:?}");
        let log = server.process.whole_log();
        let secrets = secrets.0.into_inner();
        assert_eq!(found(&log, &secrets), Vec::<String>::new(), "of {} secrets", secrets.len());
        // A text that is not secret is found, so the search works.
        let marker = vec![format!("marker-{format}")];
        assert_eq!(found(&log, &marker), marker);
        assert!(log.contains("ERROR") && log.contains("fault"), "no fault was logged");
        assert!(log.lines().count() > 300, "{} lines", log.lines().count());
    }
}

#[test]
fn what_clients_send_starts_no_log_line_and_steers_no_terminal() {
    for format in ["text", "json"] {
        let server = Server::start("leaks", &["--log-format", format]);
        let forged = "2026-01-01T00:00:00.000000Z  INFO forged";
        let encoded = "%0A%0D2026-01-01T00:00:00.000000Z%20%20INFO%20forged%1B%5B31m%00%9B";
        let names = ["\u{1b}[31m", "\u{9b}31m", "\n", "\r", "\u{7f}", "\u{2028}"];
        let send = |method: &str, path: &str, body: &str| {
            let headers = [header("Content-Type", "application/json"), header("Authorization", "Bearer good")];
            server.ask(method, path, &headers, body.as_bytes())
        };
        for ruined in [false, true] {
            for path in [
                "/v1/",
                "/w/",
                "/v1/core/Accounts/2/users/",
                "/external/api/v3/",
                "/_usertwin/worlds/",
                "/x/oauth2/v2.0/",
            ] {
                send("GET", &format!("{path}{encoded}"), "");
                send("GET", &format!("{path}?{encoded}"), "");
                for name in names {
                    send("GET", &format!("{path}{name}{forged}"), "");
                }
            }
            for name in names {
                let name = serde_json::Value::from(format!("{name}{forged}"));
                send("POST", "/v1/core/Accounts/2/users", &format!(r#"{{"Username":{name},{name}:1}}"#));
                send("PUT", "/external/api/v3/user", &format!(r#"[{{"Username":{name},"Type":{name},"Roles":[]}}]"#));
                send("POST", "/_usertwin/worlds", &format!(r#"{{"name":{name}}}"#));
                send("POST", "/_usertwin/worlds/main/users", &format!(r#"{{"username":{name},{name}:{name}}}"#));
                send(
                    "POST",
                    "/_usertwin/worlds/main/faults",
                    &format!(r#"{{"name":{name},"effect":{{"status":500}},"match":{{"path":{name}}}}}"#),
                );
            }
            for line in [
                "User-Agent: \u{9b}31m",
                "X-Forwarded-Host: \u{9b}\t",
                "Referer: a\rb",
                "Prefer: status=\u{1b}[1m",
                "Host: \u{9b}",
            ] {
                server.ask("GET", "/v1/core/Accounts/2/users/1", &[line.to_owned()], b"");
            }
            server.raw(b"GET /v1/ HTTP/1.1\nHost: a\nConnection: close\n\n");
            server.raw(b"\x1b[31m /v1/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            if !ruined {
                server.ruin();
            }
        }
        let log = server.process.whole_log();
        assert!(log.contains("fault"), "the store did not fail");
        for line in log.lines() {
            match format {
                "json" => assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "{line:?}"),
                _ => assert!(
                    line.starts_with("20") && line[10..].starts_with('T') && !line.starts_with(forged),
                    "{line:?}"
                ),
            }
        }
        assert_eq!(steering(&log), Vec::<char>::new());
    }
}

/// Letters other than line feeds that could steer a terminal.
fn steering(text: &str) -> Vec<char> {
    text.chars().filter(|letter| letter.is_control() && *letter != '\n').collect()
}

#[test]
fn commands_print_names_that_clients_and_files_chose_without_their_control_characters() {
    let folder = Folder::new("terminal");
    let file = folder.file("state.json");
    fs::write(&file, r#"{"\u001b[2J\nforged": 1, "users": [{"username": "a\u009b31m", "pbnb": {}}, {"\r": 1}]}"#)
        .unwrap();
    let checked = usertwin().arg("check").arg(&file).output().unwrap();
    let said = String::from_utf8(checked.stdout).unwrap();
    assert!(said.contains(r"\u{1b}[2J\nforged") && !checked.status.success(), "{said}");
    assert!(steering(&said).is_empty() && !said.contains("\nforged"), "{said:?}");
    fs::write(&file, r#"{"\u001b[2J\nforged": 1}"#).unwrap();
    let refused = usertwin().args(["serve", "--seed"]).arg(&file).output().unwrap();
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(steering(&said).is_empty() && said.lines().count() == 1 && said.contains("forged"), "{said:?}");
    // An unknown member is named in the advice, which exec prints when its command has ended.
    let script = r#"exec 3<>"/dev/tcp/127.0.0.1/${USERTWIN_URL##*:}"
        body='{"\u001b[2J\nforged\u009b":1}'
        printf 'PATCH /v1/core/Accounts/2/users/1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s' "${#body}" "$body" >&3
        head -n 1 <&3"#;
    let ran = usertwin().args(["exec", "--log", "off", "--", "bash", "-c", script]).output().unwrap();
    let said = String::from_utf8(ran.stderr).unwrap();
    assert!(said.contains("forged") && said.contains("json.unknown-member"), "{said}");
    assert!(steering(&said).is_empty() && !said.contains("\nforged"), "{said:?}");
}
