//! `--listen unix:PATH`: a Unix socket in place of a port.

#![cfg(unix)]

use crate::support::deadline::wait_until;
use crate::support::folder::Folder;
use crate::support::process::usertwin;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

fn serve(path: &Path) -> (Child, String) {
    let mut command = usertwin();
    command.args(["serve", "--listen", &format!("unix:{}", path.display())]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (child, line)
}

fn ask(path: &Path) -> std::io::Result<String> {
    let mut stream = UnixStream::connect(path)?;
    stream.write_all(b"GET /v1/core/Accounts/2/users/1 HTTP/1.1\r\nHost: any.example\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[test]
fn a_server_listens_on_a_unix_socket_and_takes_its_file_along() {
    let folder = Folder::new("socket");
    let path = folder.path().join("twin.sock");
    let (mut child, line) = serve(&path);
    assert_eq!(line.trim_end(), format!("usertwin listening on unix:{}", path.display()));
    // No browser reaches a socket, so no host can be a rebound one.
    assert!(ask(&path).unwrap().starts_with("HTTP/1.1 200 "));
    let ready = usertwin().args(["ready", "--listen", &format!("unix:{}", path.display())]).status().unwrap();
    assert!(ready.success());
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(!path.exists());
}

#[test]
fn the_socket_of_a_killed_server_is_taken_over_and_one_that_is_served_is_not() {
    let folder = Folder::new("socket");
    let path = folder.path().join("twin.sock");
    let (mut first, _) = serve(&path);
    let (mut second, line) = serve(&path);
    assert_eq!((second.wait().unwrap().code(), line.as_str()), (Some(2), ""));
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(path.exists());
    let (mut third, _) = serve(&path);
    wait_until("the new server answers", || ask(&path).is_ok());
    third.kill().unwrap();
    third.wait().unwrap();
}

#[test]
fn a_file_that_is_no_socket_is_left_alone() {
    let folder = Folder::new("socket");
    let path = folder.path().join("notes.txt");
    fs::write(&path, "mine").unwrap();
    let output = usertwin().args(["serve", "--listen", &format!("unix:{}", path.display())]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("there is a file of another kind"));
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
}
