//! A full disk, and files that are read-only, locked by another process or garbage: clear answers in the API's error
//! format, one line in the log with the reason and the file, no damage, and work as usual afterwards.

use crate::support::client::{Answer, Client};
use crate::support::folder::Folder;
use crate::support::process::{Refused, ServerProcess, USERTWIN, database, usertwin};
use rusqlite::Connection;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const USER: &str = "/v1/core/Accounts/2/users/1";

fn send(client: &mut Client, method: &str, path: &str, body: &str) -> Answer {
    let headers =
        [("Authorization", "Bearer good"), ("Accept", "application/json"), ("Content-Type", "application/json")];
    client.send(method, path, &headers, body.as_bytes()).unwrap()
}

fn rename(client: &mut Client, world: &str, name: &str) -> Answer {
    send(client, "PATCH", &format!("{world}{USER}"), &format!(r#"{{"Username":"{name}"}}"#))
}

fn text(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}

#[track_caller]
fn is_fault(answer: &Answer) {
    assert_eq!((answer.status, text(answer).as_str()), (500, r#"{"Message":"An error has occurred."}"#));
}

#[track_caller]
fn is_done(answer: &Answer, name: &str) {
    assert!(text(answer).contains(&format!(r#""Username":"{name}""#)), "{} {}", answer.status, text(answer));
}

#[track_caller]
fn is_one_sentence(refused: Result<ServerProcess, Refused>, about: &str) {
    let refused = refused.err().expect("the server started");
    let sentence = &refused.stderr;
    assert_eq!((refused.status, sentence.lines().count()), (Some(2), 1), "{sentence}");
    assert!(sentence.starts_with("usertwin: --database sqlite:") && sentence.contains(about), "{sentence}");
}

/// The lines of a server's log that are errors, once there is the expected number of them.
#[track_caller]
fn errors(server: &ServerProcess, expected: usize) -> Vec<String> {
    let errors = |log: &str| log.lines().filter(|line| line.contains("ERROR")).map(str::to_owned).collect::<Vec<_>>();
    server.wait_for_log(&format!("{expected} errors"), |log| errors(log).len() >= expected);
    errors(&server.log())
}

/// Runs a script in a mount namespace of its own, which needs no rights where the system lets everybody create one.
fn in_namespace(script: &str, variables: &[(&str, &Path)], flags: &[&str]) -> Option<Result<ServerProcess, Refused>> {
    let namespace = ["--user", "--map-root-user", "--mount"];
    let mut probe = Command::new("unshare");
    probe.args(namespace).args(["mount", "-t", "tmpfs", "tmpfs", "/mnt"]);
    if !probe.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success()) {
        println!("skipped: this system lets nobody mount a file system of their own");
        return None;
    }
    let mut command = Command::new("unshare");
    command.args(namespace).args(["sh", "-c", &format!("set -e; {script}; exec \"$@\""), "sh"]);
    command.args([USERTWIN, "serve", "--listen=127.0.0.1:0", "--log=warn"]).args(flags);
    command.envs(variables.iter().copied());
    Some(ServerProcess::from_command(command))
}

/// A batch of users of about 200 kB, which is new for every number.
fn batch(number: usize) -> String {
    let role = r#"{"Id":"9b815af0-51da-430e-8c25-52f7f6cdf0a6"}"#;
    let user = |of: usize| {
        let email = format!("{}@example.com", "x".repeat(200));
        format!(r#"{{"Username":"batch{number}-{of}","Type":"Internal","Roles":[{role}],"Email":"{email}"}}"#)
    };
    format!("[{}]", (0..500).map(user).collect::<Vec<_>>().join(","))
}

/// Writes until a write does not fit. Those that fitted are stored, the one that did not has left nothing, reads go on,
/// and after `make_room` writes succeed again.
fn is_full_for_a_while(server: &mut ServerProcess, cause: &str, make_room: impl FnOnce(&ServerProcess)) {
    let mut client = Client::connect(server.address).unwrap();
    let stored = (0..100).find(|number| {
        let answer = send(&mut client, "POST", "/external/api/v3/user", &batch(*number));
        if answer.status == 500 {
            is_fault(&answer);
        }
        answer.status == 500
    });
    let stored = stored.expect("a hundred batches fit");
    let errors = errors(server, 1);
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].contains(cause) && errors[0].contains(".worlds/"), "{errors:?}");
    let users =
        |client: &mut Client| text(&send(client, "GET", "/external/api/v3/user", "")).matches("\"batch").count();
    assert_eq!(users(&mut client), stored * 500);
    is_done(&send(&mut client, "GET", USER, ""), "ada");
    make_room(server);
    let answer = send(&mut client, "POST", "/external/api/v3/user", &batch(stored));
    assert!(answer.status < 300, "{}", text(&answer));
    assert_eq!(users(&mut client), (stored + 1) * 500);
    is_done(&rename(&mut client, "", "roomy"), "roomy");
    assert!(server.runs());
}

/// Checks a database file with SQLite's own check.
fn is_whole(file: &Path) {
    let check = Connection::open(file).unwrap().query_row("pragma integrity_check", [], |row| row.get::<_, String>(0));
    assert_eq!(check.unwrap(), "ok", "{}", file.display());
}

#[cfg(target_os = "linux")]
#[test]
fn a_write_that_does_not_fit_the_disk_is_a_fault_and_the_next_one_that_fits_is_not() {
    let folder = Folder::new("full-disk");
    let script =
        r#"mount -t tmpfs -o size=3m tmpfs "$FOLDER"; dd if=/dev/zero of="$FOLDER/filler" bs=1k count=1k 2> /dev/null"#;
    let parent = folder.file("");
    let flag = database(&folder.file("twin.db"));
    let Some(server) = in_namespace(script, &[("FOLDER", &parent)], &[&flag]) else { return };
    let mut server = server.unwrap();
    is_full_for_a_while(&mut server, "disk is full", |server| {
        let inside = format!("/proc/{}/root{}", server.id(), folder.file("filler").display());
        std::fs::remove_file(inside).unwrap();
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_limit_on_the_size_of_files_is_a_fault_and_not_the_end_of_the_server() {
    let folder = Folder::new("file-limit");
    let file = folder.file("twin.db");
    let mut server =
        ServerProcess::from_script("ulimit -S -f 2000; exec \"$@\"", &[&database(&file), "--log=warn"]).unwrap();
    is_full_for_a_while(&mut server, "disk I/O error", |server| {
        let raised = Command::new("prlimit").args(["--pid", &server.id().to_string(), "--fsize=unlimited:"]).status();
        assert!(raised.unwrap().success());
    });
    drop(server);
    is_whole(&folder.file("twin.db.worlds/2.db"));
}

#[test]
fn a_world_that_another_process_writes_to_waits_a_while_and_then_is_a_fault() {
    let folder = Folder::new("locked");
    let server = ServerProcess::start(&[&database(&folder.file("twin.db")), "--log=warn"]).unwrap();
    let mut client = Client::connect(server.address).unwrap();
    is_done(&rename(&mut client, "", "before"), "before");
    let path = folder.file("twin.db.worlds/2.db");
    let other = Connection::open(&path).unwrap();
    other.execute_batch("begin immediate").unwrap();
    let start = Instant::now();
    let answers = std::thread::scope(|threads| {
        let waiting = (0..8).map(|_| threads.spawn(|| rename(&mut Client::connect(server.address).unwrap(), "", "x")));
        let waiting: Vec<_> = waiting.collect();
        let elsewhere = Instant::now();
        is_done(&rename(&mut client, "/w/other", "elsewhere"), "elsewhere");
        is_done(&send(&mut client, "GET", USER, ""), "before");
        assert!(elsewhere.elapsed() < Duration::from_secs(3), "the other world waited {:?}", elsewhere.elapsed());
        waiting.into_iter().map(|waiting| waiting.join().unwrap()).collect::<Vec<_>>()
    });
    let waited = start.elapsed();
    assert!((Duration::from_secs(5)..Duration::from_secs(8)).contains(&waited), "{waited:?}");
    answers.iter().for_each(is_fault);
    let errors = errors(&server, 8);
    let named = |line: &String| line.contains("locked") && line.contains(path.to_str().unwrap());
    assert!(errors.len() == 8 && errors.iter().all(named), "{errors:?}");
    std::thread::scope(|threads| {
        let waiting = threads.spawn(|| rename(&mut client, "", "patient"));
        std::thread::sleep(Duration::from_millis(500));
        other.execute_batch("rollback").unwrap();
        is_done(&waiting.join().unwrap(), "patient");
    });
    drop(server);
    is_whole(&path);
}

#[test]
fn a_second_server_on_a_database_is_refused_in_one_sentence() {
    let folder = Folder::new("second");
    let flag = database(&folder.file("twin.db"));
    let server = ServerProcess::start(&[&flag]).unwrap();
    is_one_sentence(
        ServerProcess::start(&[&flag]),
        "another usertwin serves this database; stop it or name another file",
    );
    is_done(&rename(&mut Client::connect(server.address).unwrap(), "", "alone"), "alone");
    drop(server);
    let server = ServerProcess::start(&[&flag]).unwrap();
    is_done(&send(&mut Client::connect(server.address).unwrap(), "GET", USER, ""), "alone");
}

#[test]
fn a_broken_world_fails_in_the_error_format_of_each_api_and_the_log_names_its_file() {
    let folder = Folder::new("garbage");
    let flags = [&database(&folder.file("twin.db")), "--log=warn"];
    let server = ServerProcess::start(&flags).unwrap();
    let mut client = Client::connect(server.address).unwrap();
    for world in ["/w/header", "/w/pages", "/w/good"] {
        is_done(&rename(&mut client, world, "ada2"), "ada2");
    }
    server.terminate();
    let mut server = server;
    assert_eq!(server.ended(Duration::from_secs(15)).code(), Some(0));
    let [header, pages] = [2, 3].map(|id| folder.file(&format!("twin.db.worlds/{id}.db")));
    std::fs::write(&header, "garbage".repeat(5000)).unwrap();
    let mut bytes = std::fs::read(&pages).unwrap();
    // The first page lists the tables, so that only a read of rows fails.
    bytes[4096..].fill(0xA5);
    std::fs::write(&pages, bytes).unwrap();

    let server = ServerProcess::start(&flags).unwrap();
    let mut client = Client::connect(server.address).unwrap();
    let reseller = "/api/v1.0/accounts/6172bb3d-e843-46bb-93a3-334505974ad9/users";
    for (before, world, file) in [(0, "/w/header", &header), (5, "/w/pages", &pages)] {
        for path in [USER, "/external/api/v3/user", "/api/v1/admin/users"] {
            is_fault(&send(&mut client, "GET", &format!("{world}{path}"), ""));
        }
        let answer = send(&mut client, "GET", &format!("{world}{reseller}"), "");
        assert!(answer.status == 500 && text(&answer).contains(r#""error":500,"message""#), "{}", text(&answer));
        let state = format!("/_usertwin/worlds/{}/state", world.trim_start_matches("/w/"));
        let answer = send(&mut client, "GET", &state, "");
        assert!(answer.status == 500 && text(&answer).contains("the server's log has the reason"), "{}", text(&answer));
        let errors = &errors(&server, before + 5)[before..];
        let named = |line: &String| line.contains(file.to_str().unwrap());
        assert!(errors.len() == 5 && errors.iter().all(named), "{errors:#?}");
        is_done(&rename(&mut client, "/w/good", "ada3"), "ada3");
    }
    let list = text(&send(&mut client, "GET", "/_usertwin/worlds", ""));
    assert!(
        list.contains(r#"{"name":"header","users":null,"#) && list.contains(r#""name":"good","users":1"#),
        "{list}"
    );
    assert_eq!(send(&mut client, "POST", "/_usertwin/worlds/header/reset", "").status, 204);
    assert_eq!(send(&mut client, "DELETE", "/_usertwin/worlds/pages", "").status, 204);
    is_done(&send(&mut client, "GET", &format!("/w/header{USER}"), ""), "ada");
    is_done(&send(&mut client, "GET", &format!("/w/pages{USER}"), ""), "ada");
}

#[test]
fn files_and_folders_that_cannot_be_a_database_are_refused_in_one_sentence_and_left_alone() {
    let folder = Folder::new("no-database");
    let file = |name: &str| folder.file(name);
    std::fs::write(file("garbage.db"), "garbage".repeat(5000)).unwrap();
    std::fs::create_dir(file("folder.db")).unwrap();
    std::fs::write(file("blocked.db.worlds"), "a file").unwrap();
    for name in ["garbage.db", "folder.db", "blocked.db", "no/such/folder.db"] {
        is_one_sentence(ServerProcess::start(&[&database(&file(name))]), name);
    }
    assert_eq!(std::fs::read(file("garbage.db")).unwrap(), "garbage".repeat(5000).into_bytes());
}

#[test]
fn a_damaged_file_of_the_seed_is_made_anew_and_the_worlds_are_kept() {
    let folder = Folder::new("damaged-seed");
    let flag = database(&folder.file("seed.db"));
    for _ in 0..2 {
        let server = ServerProcess::start(&[&flag]).unwrap();
        is_done(&rename(&mut Client::connect(server.address).unwrap(), "", "kept"), "kept");
        drop(server);
        for entry in std::fs::read_dir(folder.file("seed.db.worlds")).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            // The first has the smallest number; after it was made anew it has the largest.
            if name.starts_with("1.db") || name.starts_with("3.db") {
                std::fs::write(&path, "garbage".repeat(5000)).unwrap();
            }
        }
    }
    let server = ServerProcess::start(&[&flag]).unwrap();
    let mut client = Client::connect(server.address).unwrap();
    is_done(&send(&mut client, "GET", USER, ""), "kept");
    is_done(&send(&mut client, "GET", &format!("/w/new{USER}"), ""), "ada");
}

/// Every file of a folder with its bytes.
fn contents(folder: &std::path::Path) -> std::collections::BTreeMap<std::path::PathBuf, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_file()).map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

#[test]
fn a_missing_or_empty_list_beside_worlds_is_refused_and_no_world_is_cleared() {
    let folder = Folder::new("list-is-gone");
    let flag = database(&folder.file("twin.db"));
    let server = ServerProcess::start(&[&flag]).unwrap();
    is_done(&rename(&mut Client::connect(server.address).unwrap(), "", "kept"), "kept");
    drop(server);
    let list = std::fs::read(folder.file("twin.db")).unwrap();
    let log = std::fs::read(folder.file("twin.db-wal")).unwrap_or_default();
    for name in ["twin.db", "twin.db-wal", "twin.db-shm"] {
        let _ = std::fs::remove_file(folder.file(name));
    }
    let worlds = contents(&folder.file("twin.db.worlds"));
    is_one_sentence(ServerProcess::start(&[&flag]), "the file is gone or empty");
    assert!(!folder.file("twin.db").exists());
    std::fs::write(folder.file("twin.db"), "").unwrap();
    is_one_sentence(ServerProcess::start(&[&flag]), "the file is gone or empty");
    assert!(contents(&folder.file("twin.db.worlds")) == worlds);
    std::fs::write(folder.file("twin.db"), list).unwrap();
    std::fs::write(folder.file("twin.db-wal"), log).unwrap();
    let server = ServerProcess::start(&[&flag]).unwrap();
    is_done(&send(&mut Client::connect(server.address).unwrap(), "GET", USER, ""), "kept");
}

#[test]
fn a_database_of_another_program_is_refused_and_left_as_it_is() {
    for (name, sql) in [
        ("table", "create table t (x); insert into t values (1)"),
        ("world", "create table world (id integer primary key, name text)"),
        ("mark", "pragma application_id = 7; create table t (x)"),
        ("migrations", "create table _sqlx_migrations (version bigint); insert into _sqlx_migrations values (1)"),
        ("log", "pragma journal_mode = wal; create table t (x)"),
    ] {
        let folder = Folder::new(&format!("foreign-{name}"));
        let file = folder.file("a b%.db");
        rusqlite::Connection::open(&file).unwrap().execute_batch(sql).unwrap();
        let before = contents(&folder.file(""));
        is_one_sentence(ServerProcess::start(&[&database(&file)]), "a database of another program");
        assert!(contents(&folder.file("")) == before, "{name}");
        assert!(!folder.file("a b%.db.worlds").exists(), "{name}");
    }
}

#[test]
fn a_world_in_whose_place_is_a_file_of_another_program_is_a_fault_and_the_file_is_left_as_it_is() {
    let folder = Folder::new("foreign-world");
    let flag = database(&folder.file("twin.db"));
    let server = ServerProcess::start(&[&flag]).unwrap();
    is_done(&rename(&mut Client::connect(server.address).unwrap(), "", "lost"), "lost");
    drop(server);
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(folder.file(&format!("twin.db.worlds/2.db{suffix}")));
    }
    let file = folder.file("twin.db.worlds/2.db");
    rusqlite::Connection::open(&file).unwrap().execute_batch("create table user (x)").unwrap();
    let before = std::fs::read(&file).unwrap();
    let server = ServerProcess::start(&[&flag]).unwrap();
    assert_eq!(send(&mut Client::connect(server.address).unwrap(), "GET", USER, "").status, 500);
    assert!(std::fs::read(&file).unwrap() == before);
}

#[cfg(target_os = "linux")]
#[test]
fn a_read_only_database_is_refused_in_one_sentence_and_a_read_only_world_is_a_fault() {
    let folder = Folder::new("read-only");
    let flag = database(&folder.file("twin.db"));
    let server = ServerProcess::start(&[&flag]).unwrap();
    is_done(&rename(&mut Client::connect(server.address).unwrap(), "", "written"), "written");
    drop(server);
    let (parent, world) = (folder.file(""), folder.file("twin.db.worlds/2.db"));
    let script = r#"mount --bind "$PLACE" "$PLACE"; mount -o remount,bind,ro "$PLACE""#;
    let Some(refused) = in_namespace(script, &[("PLACE", &parent)], &[&flag]) else { return };
    is_one_sentence(refused, "name a file in a folder that exists and may be written to");

    let server = in_namespace(script, &[("PLACE", &world)], &[&flag]).unwrap().unwrap();
    let mut client = Client::connect(server.address).unwrap();
    is_done(&rename(&mut client, "/w/other", "free"), "free");
    is_fault(&rename(&mut client, "", "never"));
    let errors = errors(&server, 1);
    assert!(errors.len() == 1 && errors[0].contains("readonly") && errors[0].contains("2.db"), "{errors:?}");
    drop(server);
    let server = ServerProcess::start(&[&flag]).unwrap();
    is_done(&send(&mut Client::connect(server.address).unwrap(), "GET", USER, ""), "written");
}

#[cfg(target_os = "linux")]
#[test]
fn a_hard_link_to_a_served_database_is_refused_as_a_symbolic_link_is() {
    let folder = Folder::new("links");
    let file = folder.file("twin.db");
    let server = ServerProcess::start(&[&database(&file)]).unwrap();
    is_done(&rename(&mut Client::connect(server.address).unwrap(), "", "alone"), "alone");
    std::fs::hard_link(&file, folder.file("hard.db")).unwrap();
    std::os::unix::fs::symlink(&file, folder.file("soft.db")).unwrap();
    for link in ["hard.db", "soft.db"] {
        is_one_sentence(
            ServerProcess::start(&[&database(&folder.file(link))]),
            "another usertwin serves this database",
        );
    }
    assert!(!folder.file("hard.db-wal").exists() && !folder.file("hard.db.worlds").exists());
    is_done(&send(&mut Client::connect(server.address).unwrap(), "GET", USER, ""), "alone");
}

fn exported(file: &Path) -> serde_json::Value {
    let output = usertwin().args(["export", "--database", &format!("sqlite:{}", file.display())]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn a_database_that_cannot_be_written_to_is_exported_and_left_as_it_is() {
    for killed in [false, true] {
        let folder = Folder::new("read-only-export");
        let file = folder.file("twin.db");
        let mut server = ServerProcess::start(&[&database(&file)]).unwrap();
        is_done(&rename(&mut Client::connect(server.address).unwrap(), "", "kept"), "kept");
        if !killed {
            server.terminate();
            server.ended(Duration::from_secs(20));
        }
        drop(server);
        let parent = folder.file("");
        let before = (contents(&parent), contents(&folder.file("twin.db.worlds")));
        let mut command = Command::new("unshare");
        let script = r#"set -e; mount --bind "$0" "$0"; mount -o remount,bind,ro "$0"; exec "$@""#;
        command.args(["--user", "--map-root-user", "--mount", "sh", "-c", script]).arg(&parent);
        let output = command.args([USERTWIN, "export", "--database", &format!("sqlite:{}", file.display())]).output();
        let output = output.unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        if said.contains("unshare") || said.contains("mount:") {
            println!("skipped: this system lets nobody mount a file system of their own");
            return;
        }
        assert!(output.status.success(), "killed {killed}: {said}");
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(document["users"][0]["username"], "kept");
        // Nor does an export change what it could.
        assert_eq!(exported(&file)["users"][0]["username"], "kept");
        if !killed {
            assert!((contents(&parent), contents(&folder.file("twin.db.worlds"))) == before);
        }
    }
}

/// Asks until the server is as ready as it should be: an answer counts for a second.
#[track_caller]
fn ready(client: &mut Client, status: u16) -> String {
    let mut last = String::new();
    crate::support::deadline::wait_until(&format!("/health/ready is {status}"), || {
        let answer = send(client, "GET", "/_usertwin/health/ready", "");
        last = text(&answer);
        answer.status == status
    });
    last
}

#[cfg(unix)]
#[test]
fn nothing_is_acknowledged_that_is_written_into_a_folder_that_is_gone() {
    for (moved, back) in [(false, false), (true, true)] {
        let folder = Folder::new("vanished");
        let server = ServerProcess::start(&[&database(&folder.file("twin.db")), "--log=warn"]).unwrap();
        let mut client = Client::connect(server.address).unwrap();
        is_done(&rename(&mut client, "", "before"), "before");
        is_done(&rename(&mut client, "/w/other", "before"), "before");
        ready(&mut client, 200);
        let (worlds, away) = (folder.file("twin.db.worlds"), folder.file("away"));
        match moved {
            true => std::fs::rename(&worlds, &away).unwrap(),
            false => std::fs::remove_dir_all(&worlds).unwrap(),
        }
        for _ in 0..2 {
            is_fault(&rename(&mut client, "", "lost"));
        }
        is_fault(&send(&mut client, "GET", USER, ""));
        assert_eq!(send(&mut client, "POST", "/_usertwin/worlds", r#"{"name":"new"}"#).status, 500);
        let state = send(&mut client, "PUT", "/_usertwin/worlds/other/state", r#"{"users":[]}"#);
        assert_eq!(state.status, 500, "{}", text(&state));
        let reason = ready(&mut client, 503);
        assert!(reason.contains("twin.db.worlds") && reason.contains("removed or replaced"), "{reason}");
        if back {
            std::fs::rename(&away, &worlds).unwrap();
            ready(&mut client, 200);
            is_done(&rename(&mut client, "", "after"), "after");
        }
    }
}

#[cfg(unix)]
#[test]
fn no_world_is_made_or_dropped_in_a_list_that_is_gone() {
    let folder = Folder::new("vanished-list");
    let server = ServerProcess::start(&[&database(&folder.file("twin.db")), "--log=warn"]).unwrap();
    let mut client = Client::connect(server.address).unwrap();
    is_done(&rename(&mut client, "", "before"), "before");
    std::fs::remove_file(folder.file("twin.db")).unwrap();
    assert_eq!(send(&mut client, "POST", "/_usertwin/worlds", r#"{"name":"new"}"#).status, 500);
    is_fault(&send(&mut client, "GET", &format!("/w/fresh{USER}"), ""));
    assert_eq!(send(&mut client, "DELETE", "/_usertwin/worlds/main", "").status, 500);
    assert!(ready(&mut client, 503).contains("twin.db"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_seen_by_the_readiness_check_until_there_is_room() {
    let folder = Folder::new("full-probe");
    let script =
        r#"mount -t tmpfs -o size=3m tmpfs "$FOLDER"; dd if=/dev/zero of="$FOLDER/filler" bs=1k count=1k 2> /dev/null"#;
    let flag = database(&folder.file("twin.db"));
    let Some(server) = in_namespace(script, &[("FOLDER", &folder.file(""))], &[&flag]) else { return };
    let server = server.unwrap();
    let mut client = Client::connect(server.address).unwrap();
    is_done(&rename(&mut client, "", "before"), "before");
    ready(&mut client, 200);
    let inside = format!("/proc/{}/root{}", server.id(), folder.file("").display());
    let more = Path::new(&inside).join("more");
    let _ = std::fs::write(&more, vec![0; 4 << 20]);
    let reason = ready(&mut client, 503);
    assert!(reason.contains("cannot be written to") && reason.contains("No space left"), "{reason}");
    std::fs::remove_file(&more).unwrap();
    ready(&mut client, 200);
}
