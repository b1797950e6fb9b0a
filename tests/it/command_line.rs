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
    let lines = format!(
        "usertwin: 0 requests in 0 worlds; advice given 0 times\n\
         usertwin: world t: {users} users; 0 added, 0 changed, 1 removed since the seed\n"
    );
    assert_eq!(text(&output.stderr), lines);
}

/// A function of bash that sends `METHOD PATH BODY` over its own socket and prints the status line.
const ASK: &str = r#"ask() {
    exec 3<>"/dev/tcp/127.0.0.1/$port"
    printf '%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nAuthorization: Bearer good\r\nContent-Length: %d\r\n\r\n%s' "$1" "$2" "${#3}" "$3" >&3
    head -n 1 <&3; cat <&3 >/dev/null; exec 3>&-
}
address="${USERTWIN_URL#http://}"; address="${address%%/*}"; port="${address##*:}"
"#;

/// `exec` with a script that may `ask`.
fn exec(flags: &[&str], script: &str) -> Output {
    let script = format!("{ASK}{script}");
    let flags = [&["exec"], flags, &["--", "bash", "-c", &script]].concat();
    usertwin(&flags)
}

#[test]
fn exec_reports_requests_and_advice_of_dropped_worlds_first_what_matters_and_in_few_lines() {
    let script = r#"
        for n in $(seq 30); do ask GET "/w/quiet$n/v1/core/Accounts/2/users/1"; done
        ask PATCH /w/t1/v1/core/Accounts/2/users/1 '{"Email":"countess@example.com"}'
        ask GET /w/t1/v1/core/Accounts/99/nothing
        ask PATCH /w/kept/v1/core/Accounts/2/users/1 '{"Username":"countess"}'
        ask DELETE /_usertwin/worlds/t1"#;
    let output = exec(&["--log", "off"], script);
    assert_eq!(text(&output.stdout).matches("HTTP/1.1 2").count(), 33, "{output:?}");
    let report: Vec<&str> = text(&output.stderr).lines().collect();
    assert_eq!(report[0], "usertwin: 33 requests in 32 worlds; advice given 1 times");
    assert!(
        report[1].starts_with("usertwin:   1 x advice pbnb.member-not-updatable in t1: Email was sent"),
        "{report:?}"
    );
    assert_eq!(report[2], "usertwin:   1 x pbnb no operation: 404");
    assert_eq!(report[3], "usertwin:   30 x pbnb getUser: 200");
    assert_eq!(report[4], "usertwin:   2 x pbnb patchUser: 200");
    assert!(report[5].starts_with("usertwin: world kept: "), "{report:?}");
    assert_eq!(report[6..], ["usertwin: 30 worlds as the seed"]);
}

#[test]
fn exec_puts_a_world_into_every_address() {
    let script = r#"
        echo "$USERTWIN_URL $USERTWIN_PBNB_URL $USERTWIN_RESELLER_URL $USERTWIN_EXPOINTS_URL $USERTWIN_ADMIN_USERS_URL"
        below="${USERTWIN_RESELLER_URL#*$port}"
        ask GET "$below/v1.0/accounts"
        ask PATCH "${USERTWIN_PBNB_URL#*$port}/v1/core/Accounts/2/users/1" '{"Username":"countess"}'
        "$BINARY" ready"#;
    let output = exec(&["--log", "off", "--world", "team-1"], script);
    assert!(output.status.success(), "{output:?}");
    let mut lines = text(&output.stdout).lines();
    let url = lines.next().unwrap().split(' ').next().unwrap().to_owned();
    assert!(url.ends_with("/w/team-1"), "{url}");
    assert!(text(&output.stdout).starts_with(&format!("{url} {url} {url}/api {url} {url}\n")), "{output:?}");
    assert!(lines.all(|line| line.starts_with("HTTP/1.1 200")), "{output:?}");
    assert!(text(&output.stderr).contains("world team-1: "), "{output:?}");
    let refused = usertwin(&["exec", "--world", "a b", "--", "true"]);
    assert!(refused.status.code() == Some(2) && text(&refused.stderr).contains("--world"), "{refused:?}");
}

#[test]
fn an_unreadable_state_document_is_the_same_sentence_and_exit_status_to_every_command() {
    let missing = "/nowhere/seed.json";
    let reason = format!("{missing}: No such file or directory (os error 2); give a readable state document");
    let check = usertwin(&["check", missing]);
    assert_eq!((check.status.code(), text(&check.stderr)), (Some(2), format!("usertwin: {reason}\n").as_str()));
    for arguments in [&["serve", "--seed", missing][..], &["exec", "--seed", missing, "--", "true"]] {
        let output = usertwin(arguments);
        let said = format!("usertwin: --seed {reason}, `demo` or `empty`\n");
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(2), said.as_str()));
    }
    let folder = Folder::new("documents");
    let wrong = folder.file("wrong.json");
    std::fs::write(&wrong, r#"{"user": []}"#).unwrap();
    let wrong = wrong.to_str().unwrap();
    let check = usertwin(&["check", wrong]);
    assert_eq!(check.status.code(), Some(1), "{check:?}");
    assert!(text(&check.stdout).starts_with(&format!("{wrong}:1: user: Unknown member")), "{check:?}");
    assert_eq!(usertwin(&["check", wrong, missing]).status.code(), Some(2));
    let file = folder.file("made.db");
    for database in ["sqlite::memory:".to_owned(), format!("sqlite:{}", file.display())] {
        let serve = usertwin(&["serve", "--seed", wrong, "--database", &database]);
        let sentence = format!("usertwin: --seed {wrong}:1: user: Unknown member");
        assert!(serve.status.code() == Some(2) && text(&serve.stderr).starts_with(&sentence), "{serve:?}");
        assert!(!text(&serve.stderr).contains("lists all") && !file.exists(), "{serve:?}");
    }
}

#[test]
fn export_of_an_unknown_world_is_an_error_without_a_database_too() {
    let unknown = usertwin(&["export", "--world", "nope"]);
    assert_eq!((unknown.status.code(), text(&unknown.stdout)), (Some(2), ""));
    assert!(text(&unknown.stderr).contains("main"), "{unknown:?}");
}

#[test]
fn a_reader_that_has_enough_is_no_failure() {
    for command in ["export", "schema", "routes", "openapi", "completions bash"] {
        let script = format!("set -o pipefail; \"$BINARY\" {command} | true");
        let output = Command::new("bash").args(["-c", &script]).env("BINARY", USERTWIN).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{command}: {output:?}");
    }
}

#[test]
fn a_request_is_one_line_in_the_log_without_its_secrets() {
    let server = ServerProcess::start(&[]).unwrap();
    let url = format!("http://{}", server.address);
    get(&url, "/w/t/v1/core/Accounts/2/users/1?token=s3cret");
    get(&url, "/api/v1.0/nothing");
    server.wait_for_log("both requests are in the log", |log| log.lines().count() == 2);
    let log = server.whole_log();
    let lines: Vec<&str> = log.lines().collect();
    for part in [" INFO ", "method=GET", "path=/v1/core/Accounts/2/users/1 ", "world=t ", "status=200 ", "ms="] {
        assert!(lines[0].contains(part), "{part}: {log}");
    }
    assert!(lines[1].contains("world=main status=404"), "{log}");
    assert!(!log.contains("s3cret") && !log.contains("token") && !log.contains('\u{1b}'), "{log}");
    let server = ServerProcess::start(&["--log-format=json"]).unwrap();
    get(&format!("http://{}", server.address), "/w/t/v1/core/Accounts/2/users/1?token=s3cret");
    server.wait_for_log("the request is in the log", |log| log.ends_with('\n'));
    let line: serde_json::Value = serde_json::from_str(&server.whole_log()).unwrap();
    let fields = &line["fields"];
    assert_eq!((&fields["method"], &fields["world"], &fields["status"]), (&"GET".into(), &"t".into(), &200.into()));
    assert!(fields["path"] == "/v1/core/Accounts/2/users/1" && fields["ms"].is_number(), "{line}");
    let server = ServerProcess::start(&["--log=warn"]).unwrap();
    get(&format!("http://{}", server.address), "/v1/core/Accounts/2/users/1");
    std::thread::sleep(std::time::Duration::from_millis(50));
    assert_eq!(server.whole_log(), "");
}

#[test]
fn a_log_that_nobody_reads_stalls_no_request() {
    use std::io::BufRead;
    let mut command = process::usertwin();
    command.args(["serve", "--listen", "127.0.0.1:0"]);
    let mut server = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    std::io::BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let mut client = Client::to(line.trim_end().rsplit(' ').next().unwrap());
    // A pipe takes 64 KiB; these lines are several times as many bytes.
    for _ in 0..3_000 {
        assert_eq!(client.send("GET", "/v1/core/Accounts/2/users/1", &[], &[]).unwrap().status, 200);
    }
    server.kill().unwrap();
    server.wait().unwrap();
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
