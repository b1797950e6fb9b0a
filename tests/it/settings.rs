//! Settings as people write them, and how a server starts and ends by them.

use crate::support::process::{ServerProcess, usertwin};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Output, Stdio};
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(20);

fn serve(variables: &[(&str, &str)], flags: &[&str]) -> Output {
    // A seed that does not exist ends the command after the settings were read.
    let mut command = usertwin();
    command.args(["serve", "--seed", "/nowhere.json"]).args(flags);
    variables.iter().for_each(|(name, value)| {
        command.env(name, value);
    });
    command.output().unwrap()
}

fn sentence(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn empty_variables_count_as_unset_and_switches_take_the_usual_words() {
    let empty = ["USERTWIN_CONTROL_TOKEN", "USERTWIN_ERROR_DETAIL", "USERTWIN_LISTEN", "USERTWIN_MAX_WORLDS"];
    assert!(sentence(&serve(&empty.map(|name| (name, "")), &[])).contains("/nowhere.json"));
    for word in ["1", "0", "true", "false", "yes", "no"] {
        assert!(sentence(&serve(&[("USERTWIN_ERROR_DETAIL", word)], &[])).contains("/nowhere.json"), "{word}");
    }
    assert!(!sentence(&serve(&[("USERTWIN_ERROR_DETAIL", "perhaps")], &[])).contains("/nowhere.json"));
}

#[test]
fn a_port_alone_and_localhost_are_addresses_of_loopback() {
    for listen in ["0", ":0", "localhost:0", "LocalHost:0", "127.0.0.1:0"] {
        let mut command = usertwin();
        command.args(["serve", "--log", "off", "--listen", listen]);
        assert!(ServerProcess::from_command(command).unwrap().address.ip().is_loopback(), "{listen}");
    }
    for listen in ["localhost", "70000", "+1", ":+1", "localhost:-1", "example.com:80", "localhost:x"] {
        assert!(sentence(&serve(&[], &["--listen", listen])).contains("127.0.0.1:8080"), "{listen}");
    }
}

#[test]
fn sizes_have_units_wherever_a_size_is_read() {
    let flags =
        ["body-limit", "upload-memory", "answer-memory", "answer-cache", "uri-limit", "header-limit", "journal-memory"];
    for flag in flags {
        for value in ["10kB", "16KiB", "8k", "9000", "0.01 MB"] {
            let output = serve(&[], &[&format!("--{flag}={value}")]);
            assert!(sentence(&output).contains("/nowhere.json"), "{flag} {value} {output:?}");
        }
        for value in ["x", "-1", "10XB", "1e3"] {
            let refused = sentence(&serve(&[], &[&format!("--{flag}"), value]));
            assert!(refused.contains(&format!("--{flag}")) && refused.contains("256MiB"), "{refused}");
            assert_eq!(refused.lines().count(), 1, "{refused}");
        }
    }
    let server = ServerProcess::start(&["--log=off", "--body-limit", "1kB"]).unwrap();
    let post = |bytes: usize| {
        let head = "POST /v1/core/Accounts/2/users HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
        answer(&server, &format!("{head}Content-Length: {bytes}\r\n\r\n{}", "x".repeat(bytes)))
    };
    assert_eq!(post(1001).get(9..12), Some("413"));
    assert_ne!(post(1000).get(9..12), Some("413"));
}

#[test]
fn a_number_that_cannot_be_is_refused_in_a_sentence_that_names_the_setting_and_an_example() {
    for (flag, value) in [
        ("--journal-limit", "-1"),
        ("--max-worlds", "0"),
        ("--max-worlds", "-5"),
        ("--max-connections", "0"),
        ("--depth-limit", "20000"),
        ("--header-count", "many"),
        ("--ids-seed", "abc"),
        ("--request-timeout", "-1"),
        ("--idle-timeout", "soon"),
    ] {
        let refused = sentence(&serve(&[], &[flag, value]));
        assert!(refused.contains(flag) && refused.contains("such as"), "{refused}");
        assert_eq!(refused.lines().count(), 1, "{refused}");
    }
}

#[test]
fn a_host_or_an_origin_that_no_request_can_have_is_refused() {
    for (flag, variable, value, form) in [
        ("--allowed-host", "USERTWIN_ALLOWED_HOST", "http://x", "usertwin:8080"),
        ("--allowed-origin", "USERTWIN_ALLOWED_ORIGIN", "x:1", "http://localhost:3000"),
    ] {
        let refused = sentence(&serve(&[], &[flag, value]));
        assert!(refused.contains(flag) && refused.contains(form), "{refused}");
        let refused = sentence(&serve(&[(variable, value)], &[]));
        assert!(refused.contains(flag) && refused.contains(form), "{refused}");
    }
    let hosts = [("USERTWIN_ALLOWED_HOST", "a,b:80"), ("USERTWIN_ALLOWED_ORIGIN", "http://a/,https://b")];
    assert!(sentence(&serve(&hosts, &[])).contains("/nowhere.json"));
}

#[test]
fn a_mistyped_command_or_flag_is_told_what_it_may_mean() {
    let mistyped = usertwin().arg("serv").output().unwrap();
    assert!(sentence(&mistyped).contains("did you mean 'serve'?"), "{mistyped:?}");
    assert!(sentence(&serve(&[], &["--liste=1"])).contains("did you mean '--listen'?"));
}

#[test]
fn ready_names_a_host_that_the_server_does_not_know() {
    let server = ServerProcess::start(&["--log=off"]).unwrap();
    // A name that leads to this machine and is none that the server knows.
    let name = std::fs::read_to_string("/etc/hostname").unwrap_or_default().trim().to_owned();
    let resolves = std::net::ToSocketAddrs::to_socket_addrs(&(name.as_str(), 80))
        .is_ok_and(|found| found.into_iter().any(|address| address.ip().is_loopback()));
    if name.is_empty() || name == "localhost" || !resolves {
        println!("skipped: this machine has no name that leads to loopback");
        return;
    }
    let url = format!("http://{name}:{}", server.address.port());
    let output = usertwin().args(["ready", "--url", &url]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(&format!("--allowed-host {name}")), "{said}");
}

#[test]
fn localhost_listens_on_both_loopback_addresses() {
    let mut command = usertwin();
    command.args(["serve", "--log", "off", "--listen", "localhost:0"]);
    let mut server = ServerProcess::from_command(command).unwrap();
    assert_eq!(answer(&server, &format!("{GET}Host: localhost\r\n")).get(9..12), Some("200"));
    if std::net::TcpListener::bind("[::1]:0").is_err() {
        println!("skipped: this system has no ::1");
        return;
    }
    let port = server.address.port();
    server.address = format!("[::1]:{port}").parse().unwrap();
    assert_eq!(answer(&server, &format!("{GET}Host: localhost\r\n")).get(9..12), Some("200"));
    assert_eq!(answer(&server, &format!("{GET}Host: evil.test\r\n")).get(9..12), Some("421"), "both are guarded");
    let localhost = format!("localhost:{port}");
    let ready = usertwin().arg("ready").env("USERTWIN_LISTEN", &localhost).output().unwrap();
    assert_eq!(ready.status.code(), Some(0), "{ready:?}");
    let taken = std::net::TcpListener::bind("[::1]:0").unwrap();
    let listen = format!("localhost:{}", taken.local_addr().unwrap().port());
    let mut command = usertwin();
    command.args(["serve", "--listen", &listen]);
    let refused = ServerProcess::from_command(command).err().unwrap();
    assert!(refused.status == Some(2) && refused.stderr.contains("[::1]"), "{refused:?}");
}

#[test]
fn ready_asks_where_the_server_was_told_to_listen_and_names_the_cause_of_a_failure() {
    let mut command = usertwin();
    command.args(["serve", "--log", "off", "--listen", "0.0.0.0:0"]);
    let server = ServerProcess::from_command(command).unwrap();
    let port = server.address.port();
    let ready = usertwin().arg("ready").env("USERTWIN_LISTEN", format!("0.0.0.0:{port}")).output().unwrap();
    assert_eq!(ready.status.code(), Some(0), "{ready:?}");
    let ask = |url: &str| {
        let output = usertwin().args(["ready", "--url", url]).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(ask(&format!("http://127.0.0.1:{port}/w/ci")), (Some(0), String::new()));
    let (status, sentence) = ask("http://127.0.0.1:80x/w/ci");
    assert!(status == Some(2) && sentence.contains("'80x' is not a port"), "{sentence}");
}

#[test]
fn exec_uses_the_address_that_its_flag_names() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let listen = format!("127.0.0.1:{port}");
    let output = usertwin()
        .args(["exec", "--log", "off", "--listen", &listen, "--", "sh", "-c", "echo $USERTWIN_URL"])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("http://{listen}\n"));
    let refused = usertwin().args(["exec", "--exit-with-stdin", "--", "true"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn exec_says_in_its_help_where_it_listens_and_what_it_logs() {
    let help = |command: &str| {
        let output = usertwin().args([command, "--help"]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(help("exec").contains("[default: 127.0.0.1:0]") && !help("exec").contains("127.0.0.1:8080]"));
    assert!(help("serve").contains("[default: 127.0.0.1:8080]"));
    assert!(help("exec").contains("[default: warn]") && help("serve").contains("[default: info]"));
}

#[cfg(unix)]
#[test]
fn every_signal_that_ends_a_server_ends_it_cleanly_from_the_first_line_on() {
    // Under nohup, tests and servers inherit that hang-ups are ignored.
    let ignored = std::fs::read_to_string("/proc/self/status").ok().and_then(|status| {
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
        u64::from_str_radix(mask.trim(), 16).ok()
    });
    let hangups_end = ignored.is_none_or(|mask| mask & 1 == 0);
    for signal in ["TERM", "INT", "HUP"].into_iter().filter(|signal| *signal != "HUP" || hangups_end) {
        for _ in 0..5 {
            let mut server = ServerProcess::start(&["--log=off"]).unwrap();
            let sent =
                std::process::Command::new("kill").arg(format!("-{signal}")).arg(server.id().to_string()).status();
            assert!(sent.unwrap().success());
            assert_eq!(server.ended(LIMIT).code(), Some(0), "{signal}");
        }
    }
}

#[test]
fn a_server_ends_with_its_standard_input() {
    let mut command = usertwin();
    command.args(["serve", "--log", "off", "--listen", "127.0.0.1:0", "--exit-with-stdin"]);
    let mut server = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = server.stdin.take().unwrap();
    let mut line = [0; 18];
    server.stdout.as_mut().unwrap().read_exact(&mut line).unwrap();
    stdin.write_all(b"not the end\n").unwrap();
    std::thread::sleep(Duration::from_millis(200));
    assert!(server.try_wait().unwrap().is_none());
    drop(stdin);
    let begun = std::time::Instant::now();
    while server.try_wait().unwrap().is_none() {
        assert!(begun.elapsed() < LIMIT, "the server outlives its input");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(server.wait().unwrap().code(), Some(0));
}

/// The status line and body of the answer to a head.
fn answer(server: &ServerProcess, head: &str) -> String {
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

const GET: &str = "GET /v1/core/Accounts/2/users/1 HTTP/1.1\r\nConnection: close\r\n";

#[test]
fn a_request_names_one_host_and_no_coding_but_chunked() {
    let server = ServerProcess::start(&["--log=off"]).unwrap();
    let post = "POST /v1/core/Accounts/2/users HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
        .replace("Host: a", "Host: localhost");
    for (head, status) in [
        (GET.to_owned(), "400"),
        (format!("{GET}Host: a.localhost\r\nHost: b.localhost\r\n"), "400"),
        (format!("{GET}Host: localhost\r\n"), "200"),
        (GET.replace("1.1", "1.0"), "200"),
        (format!("{post}Transfer-Encoding: gzip, chunked\r\n"), "501"),
        (format!("{post}Transfer-Encoding: chunked, chunked\r\n"), "400"),
        (format!("{post}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), "400"),
    ] {
        let answer = answer(&server, &head);
        assert_eq!(answer.get(9..12), Some(status), "{head}{answer}");
    }
}

#[test]
fn a_server_on_loopback_answers_no_host_that_a_website_may_have_rebound() {
    let server = ServerProcess::start(&["--log=off", "--allowed-host=twin.test"]).unwrap();
    for (host, status) in [
        ("localhost:1", "200"),
        ("localhost.", "200"),
        ("T.localhost.:8080", "200"),
        ("127.0.0.1", "200"),
        ("[::1]:80", "200"),
        ("twin.test:80", "200"),
        ("evil.test", "421"),
        ("evil.test:8080", "421"),
        ("", "421"),
    ] {
        let answer = answer(&server, &format!("{GET}Host: {host}\r\n"));
        assert_eq!(answer.get(9..12), Some(status), "{host} {answer}");
        assert!(status == "200" || answer.contains("--allowed-host"), "{answer}");
    }
    let mut command = usertwin();
    command.args(["serve", "--log", "off", "--listen", "0.0.0.0:0"]);
    let open = ServerProcess::from_command(command).unwrap();
    assert_eq!(answer(&open, &format!("{GET}Host: usertwin\r\n")).get(9..12), Some("200"));
}
