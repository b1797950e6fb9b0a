//! The commands around the server as processes: exec, export, completions; and the server inside a Rust test.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Output, Stdio};
use usertwin::TestServer;
use usertwin::model::Document;

fn usertwin(arguments: &[&str]) -> Output {
    let binary = env!("CARGO_BIN_EXE_usertwin");
    let mut command = Command::new(binary);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("USERTWIN_")) {
        command.env_remove(name);
    }
    command.args(arguments).env("BINARY", binary).output().unwrap()
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
fn exec_tells_what_changed_in_each_world() {
    // No HTTP client in a shell can be counted on, so the request goes over bash's own socket.
    let script = r#"exec 3<>"/dev/tcp/127.0.0.1/${USERTWIN_URL##*:}"
        printf 'DELETE /_usertwin/worlds/t/users/f4237dd3-01ff-48d8-8d90-16c06605724f HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
        head -n 1 <&3"#;
    let output = usertwin(&["exec", "--log", "off", "--", "bash", "-c", script]);
    assert!(text(&output.stdout).starts_with("HTTP/1.1 204"), "{output:?}");
    let users = Document::demo().users.len() - 1;
    let line = format!("usertwin: world t: {users} users; 0 added, 0 changed, 1 removed since the seed\n");
    assert_eq!(text(&output.stderr), line);
}

#[test]
fn a_server_short_of_descriptors_has_fewer_connections_and_answers() {
    // One request among connections that say nothing.
    let script = r#"host=127.0.0.1; port=${USERTWIN_URL##*:}
        exec 3<>"/dev/tcp/$host/$port"
        for n in $(seq 4 60); do eval "exec $n<>/dev/tcp/$host/$port"; done
        printf 'GET /v1/core/Accounts/2/users/1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
        head -n 1 <&3"#;
    let folder = std::env::temp_dir().join(format!("usertwin-descriptors-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let serve = r#"ulimit -n 72; exec "$BINARY" exec --log warn --database "sqlite:$0/twin.db" -- bash -c "$1""#;
    let mut command = Command::new("bash");
    command.args(["-c", serve, folder.to_str().unwrap(), script]).env("BINARY", env!("CARGO_BIN_EXE_usertwin"));
    let output = command.output().unwrap();
    assert!(text(&output.stdout).starts_with("HTTP/1.1 200"), "{output:?}");
    assert!(text(&output.stderr).contains("fewer connections than --max-connections"), "{output:?}");
    let _ = std::fs::remove_dir_all(folder);
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
    assert_eq!(Document::parse(text(&seed.stdout)), Ok(Document::demo()));
    let folder = std::env::temp_dir().join(format!("usertwin-export-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("twin.db");
    let url = format!("sqlite:{}", file.display());
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
    assert_eq!(Document::parse(exported), Ok(Document::demo()), "{path}");
    let later = usertwin(&["export", "--database", &url, "--world", "t"]);
    assert_eq!(text(&later.stdout), exported);
    let unknown = usertwin(&["export", "--database", &url, "--world", "u"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("it holds: t"), "{unknown:?}");
    let _ = std::fs::remove_dir_all(folder);
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

/// What a server that listens on every address says on stderr until it is ready.
fn warning(flags: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_usertwin"));
    command.args(["serve", "--listen", "0.0.0.0:0", "--log", "warn"]).args(flags);
    command.env_remove("USERTWIN_CONTROL_TOKEN").stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut server = command.spawn().unwrap();
    let mut first = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(first.starts_with("usertwin listening on http://0.0.0.0:"), "{first}");
    server.kill().unwrap();
    let output = server.wait_with_output().unwrap();
    text(&output.stderr).to_owned()
}

#[test]
fn listening_beyond_this_machine_without_a_token_is_warned_of_in_one_line() {
    let open = warning(&[]);
    assert_eq!(open.lines().count(), 1, "{open}");
    assert!(open.contains("--control-token"), "{open}");
    assert_eq!(warning(&["--control-token", "secret"]), "");
    assert_eq!(usertwin(&["serve", "--control-token", ""]).status.code(), Some(2));
}

/// A request over a blocking socket, as the simplest client would send it.
fn ask(url: &str, path: &str) -> String {
    let authority = url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(authority).unwrap();
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {authority}\r\nAccept: application/json\r\nAuthorization: Bearer x\r\n\
         Connection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[tokio::test]
async fn a_test_server_answers_blocking_clients_and_is_gone_when_dropped() {
    let server = TestServer::start().await;
    let url = server.url().to_owned();
    assert_eq!(server.world_url("t"), format!("{url}/w/t"));
    let answer = ask(&url, "/w/t/v1/core/Accounts/2/users/1");
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(r#""Username":"ada""#), "{answer}");
    let idle = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
    drop(server);
    assert!(TcpStream::connect(url.trim_start_matches("http://")).is_err());
    drop(idle);
}

#[tokio::test]
async fn a_test_server_takes_the_flags_of_serve() {
    let server = TestServer::with_flags(&["--auth", "strict"]).await.unwrap();
    assert!(ask(server.url(), "/v1/core/Accounts/2/users/1").starts_with("HTTP/1.1 401"));
    assert!(TestServer::with_flags(&["--auth", "none"]).await.unwrap_err().contains("--auth"));
    assert!(TestServer::with_flags(&["--seed", "/nowhere.json"]).await.unwrap_err().contains("/nowhere.json"));
}
