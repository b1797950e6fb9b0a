//! The commands around the server as processes: exec, export, completions; and the server inside a Rust test.

use crate::support::client::{Answer, Client};
use crate::support::folder::Folder;
use crate::support::process::{self, ServerProcess, USERTWIN};
use std::net::TcpStream;
use std::process::{Command, Output};
use usertwin::TestServer;

fn usertwin(arguments: &[&str]) -> Output {
    process::usertwin().args(arguments).env("BINARY", USERTWIN).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn exec_serves_the_command_and_returns_its_exit_status() {
    let script = r#""$BINARY" ready && echo "$USERTWIN_URL $USERTWIN_PBNB_URL $USERTWIN_RESELLER_URL $USERTWIN_EXPOINTS_URL $USERTWIN_ADMIN_USERS_URL"; exit 7"#;
    let output = usertwin(&["exec", "--log", "off", "--", "sh", "-c", script]);
    assert_eq!(output.status.code(), Some(7), "{output:?}");
    let line = text(&output.stdout).trim_end();
    let url = line.split(' ').next().unwrap();
    assert!(url.starts_with("http://127.0.0.1:") && !url.ends_with(":8080"), "{line}");
    assert_eq!(line, format!("{url} {url} {url}/api {url} {url}"));
    assert!(TcpStream::connect(url.trim_start_matches("http://")).is_err(), "the server is gone");
}

#[test]
fn exec_gives_its_command_an_address_that_can_be_reached() {
    for (listen, reached) in [("0.0.0.0:0", "http://127.0.0.1:"), ("[::]:0", "http://[::1]:")] {
        if std::net::TcpListener::bind(listen).is_err() {
            println!("skipped: this system has no {listen}");
            continue;
        }
        let script = r#""$BINARY" ready --url "$USERTWIN_URL" && echo "$USERTWIN_URL""#;
        let output = usertwin(&["exec", "--log", "off", "--listen", listen, "--", "sh", "-c", script]);
        assert!(output.status.success() && text(&output.stdout).starts_with(reached), "{output:?}");
    }
}

#[test]
fn exec_reports_the_changes_in_each_world() {
    // A shell may lack every HTTP client, so the request goes over bash's own socket.
    let script = r#"exec 3<>"/dev/tcp/127.0.0.1/${USERTWIN_URL##*:}"
        printf 'DELETE /_usertwin/worlds/t/users/f4237dd3-01ff-48d8-8d90-16c06605724f HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
        head -n 1 <&3"#;
    let output = usertwin(&["exec", "--log", "off", "--", "bash", "-c", script]);
    assert!(text(&output.stdout).starts_with("HTTP/1.1 204"), "{output:?}");
    let users = usertwin::Apis::four().demo_seed().users.len() - 1;
    let line = format!("usertwin: world t: {users} users; 0 added, 0 changed, 1 removed since the seed\n");
    assert_eq!(text(&output.stderr), line);
}

#[test]
fn a_server_short_of_descriptors_has_fewer_connections_and_answers() {
    // One request among connections that send nothing.
    let script = r#"host=127.0.0.1; port=${USERTWIN_URL##*:}
        exec 3<>"/dev/tcp/$host/$port"
        for n in $(seq 4 60); do eval "exec $n<>/dev/tcp/$host/$port"; done
        printf 'GET /v1/core/Accounts/2/users/1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
        head -n 1 <&3"#;
    let folder = Folder::new("descriptors");
    let serve = r#"ulimit -n 72; exec "$BINARY" exec --log warn --database "sqlite:$0/twin.db" -- bash -c "$1""#;
    let mut command = Command::new("bash");
    command.args(["-c", serve, folder.path().to_str().unwrap(), script]).env("BINARY", USERTWIN);
    let output = command.output().unwrap();
    assert!(text(&output.stdout).starts_with("HTTP/1.1 200"), "{output:?}");
    assert!(text(&output.stderr).contains("fewer connections than --max-connections"), "{output:?}");
}

#[test]
fn exec_refuses_what_it_cannot_run() {
    let missing = usertwin(&["exec", "--log", "off", "--", "no-such-command-anywhere"]);
    assert_eq!(missing.status.code(), Some(127));
    assert!(text(&missing.stderr).starts_with("usertwin: no-such-command-anywhere: "), "{missing:?}");
    assert_eq!(usertwin(&["exec", "--log", "off"]).status.code(), Some(2));
    assert_eq!(usertwin(&["exec", "--seed", "/nowhere.json", "--", "true"]).status.code(), Some(2));
}

#[test]
fn export_prints_a_world_that_check_finds_good() {
    let seed = usertwin(&["export"]);
    assert_eq!(crate::twin::schema().parse(text(&seed.stdout)), Ok(crate::twin::demo_seed()));
    let folder = Folder::new("export");
    let (file, url) = (folder.file("twin.db"), folder.database("twin.db"));
    let absent = usertwin(&["export", "--database", &url]);
    assert_eq!((absent.status.code(), file.exists()), (Some(2), false), "{absent:?}");
    let path = file.to_str().unwrap();
    let wait = r#"exec 3<>"/dev/tcp/127.0.0.1/${USERTWIN_URL##*:}"
        printf 'POST /_usertwin/worlds HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 12\r\n\r\n{"name":"t"}' >&3
        head -n 1 <&3
        "$BINARY" export --database "$0" --world t"#;
    let running = usertwin(&["exec", "--log", "off", "--database", &url, "--", "bash", "-c", wait, &url]);
    let (head, exported) = text(&running.stdout).split_once('\n').unwrap();
    assert!(head.starts_with("HTTP/1.1 201"), "{running:?}");
    assert_eq!(usertwin::Apis::four().schema().parse(exported), Ok(usertwin::Apis::four().demo_seed()), "{path}");
    let later = usertwin(&["export", "--database", &url, "--world", "t"]);
    assert_eq!(text(&later.stdout), exported);
    let unknown = usertwin(&["export", "--database", &url, "--world", "u"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("it holds: t"), "{unknown:?}");
}

#[test]
fn completions_name_every_command() {
    for shell in ["bash", "zsh", "fish"] {
        let output = usertwin(&["completions", shell]);
        for command in ["serve", "ready", "check", "routes", "openapi", "export", "exec", "completions"] {
            assert!(text(&output.stdout).contains(command), "{shell} {command}");
        }
    }
}

#[test]
fn manual_pages_name_every_flag_that_help_names() {
    let words = |text: &str| -> std::collections::BTreeSet<String> {
        let plain = text.replace("\\-", "-").replace("\\fB", " ").replace("\\fR", " ");
        let flags = plain.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
        flags.filter(|word| word.starts_with("--") && word.len() > 2).map(str::to_owned).collect()
    };
    for command in [None, Some("serve"), Some("ready"), Some("export"), Some("exec")] {
        let help: Vec<&str> = command.into_iter().chain(["--help"]).collect();
        let page: Vec<&str> = ["man"].into_iter().chain(command).collect();
        let (help, page) = (usertwin(&help), usertwin(&page));
        assert!(page.status.success(), "{page:?}");
        assert!(text(&page.stdout).contains(".TH usertwin"), "{page:?}");
        let (told, written) = (words(text(&help.stdout)), words(text(&page.stdout)));
        assert!(told.contains("--help"), "{help:?}");
        assert!(told.is_subset(&written), "{command:?}: {:?}", told.difference(&written).collect::<Vec<_>>());
    }
    assert_eq!(usertwin(&["man", "nothing"]).status.code(), Some(2));
}

/// The warnings of a server that listens on every address, until it is ready.
fn warning(flags: &[&str]) -> String {
    let mut command = process::usertwin();
    command.args(["serve", "--listen", "0.0.0.0:0", "--log", "warn"]).args(flags);
    let server = ServerProcess::from_command(command).unwrap();
    assert!(server.address.ip().is_unspecified(), "{}", server.address);
    server.whole_log()
}

#[test]
fn listening_beyond_this_machine_without_a_token_is_warned_of_in_one_line() {
    let open = warning(&[]);
    assert_eq!(open.lines().count(), 1, "{open}");
    assert!(open.contains("--control-token"), "{open}");
    assert_eq!(warning(&["--control-token", "secret"]), "");
    assert_eq!(usertwin(&["serve", "--control-token", ""]).status.code(), Some(2));
}

/// The answer to a request for a path, as the simplest client sends it.
fn get(url: &str, path: &str) -> Answer {
    let headers = [("Accept", "application/json"), ("Authorization", "Bearer x")];
    Client::to(url).send("GET", path, &headers, &[]).unwrap()
}

#[tokio::test]
async fn a_test_server_answers_blocking_clients_and_is_gone_when_dropped() {
    let server = TestServer::start().await;
    let url = server.url().to_owned();
    assert_eq!(server.world_url("t"), format!("{url}/w/t"));
    let answer = get(&url, "/w/t/v1/core/Accounts/2/users/1");
    assert!(answer.status == 200 && answer.text().contains(r#""Username":"ada""#), "{}", answer.text());
    let idle = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
    drop(server);
    assert!(TcpStream::connect(url.trim_start_matches("http://")).is_err());
    drop(idle);
}

#[tokio::test]
async fn a_test_server_takes_the_flags_of_serve() {
    let server = TestServer::with_flags(&["--auth", "strict"]).await.unwrap();
    assert_eq!(get(server.url(), "/v1/core/Accounts/2/users/1").status, 401);
    assert!(TestServer::with_flags(&["--auth", "none"]).await.unwrap_err().contains("--auth"));
    assert!(TestServer::with_flags(&["--seed", "/nowhere.json"]).await.unwrap_err().contains("/nowhere.json"));
}
