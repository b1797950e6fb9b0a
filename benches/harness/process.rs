//! A server as a process of its own: on one core, reached at the address that its first line on stdout names, read
//! through `/proc`, killed when it is dropped. Cores are given by `taskset` (util-linux); without it, or with only one
//! core, everything runs wherever the system puts it, and `pinned` says so.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// The binary under test, as `cargo bench` builds it: the bench profile is the release profile.
pub const USERTWIN: &str = env!("CARGO_BIN_EXE_usertwin");

/// How long a server may take until it listens: a seed of a million users is read before that.
const PATIENCE: Duration = Duration::from_secs(40);

const SERVER_CORE: &str = "0";
const CLIENT_CORE: &str = "1";

/// Puts this process on the client's core. False when servers and client share cores.
pub fn pin() -> bool {
    let taskset = |arguments: &[&str]| {
        let status = Command::new("taskset").args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    };
    taskset(&["-c", SERVER_CORE, "true"]) && taskset(&["-cp", CLIENT_CORE, &std::process::id().to_string()])
}

/// A running server.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Server {
    /// Starts the binary under test on a free port. The environment's settings are left aside.
    pub fn usertwin(pinned: bool, flags: &[&str]) -> Server {
        Server::start(pinned, Path::new(USERTWIN), &[&["serve", "--listen", "127.0.0.1:0"], flags].concat()).unwrap()
    }

    /// Starts a program whose first line on stdout ends with `http://ADDR:PORT`.
    pub fn start(pinned: bool, program: &Path, arguments: &[&str]) -> Result<Server, String> {
        let mut command = if pinned {
            // taskset becomes the program, so that the child's id is the server's.
            let mut command = Command::new("taskset");
            command.args(["-c", SERVER_CORE]).arg(program);
            command
        } else {
            Command::new(program)
        };
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("USERTWIN_")) {
            command.env_remove(name);
        }
        let mut child = command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut server = Server { child, address: ([127, 0, 0, 1], 0).into() };
        let (said, heard) = mpsc::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            let _ = stdout.read_line(&mut line);
            let _ = said.send(line);
        });
        let line = heard.recv_timeout(PATIENCE).map_err(|_| format!("no server within {PATIENCE:?}"))?;
        let address = line.trim_end().rsplit("http://").next().and_then(|address| address.parse().ok());
        server.address = address.ok_or_else(|| format!("no server: {line:?}"))?;
        Ok(server)
    }

    /// A number of `/proc/PID/status`, for instance `VmRSS` in kB; none on a system without it.
    pub fn status(&self, field: &str) -> Option<u64> {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
        line.split_whitespace().next()?.parse().ok()
    }

    /// A field of `/proc/PID/status` in MB.
    pub fn megabytes(&self, field: &str) -> Option<f64> {
        Some(self.status(field)? as f64 / 1024.0)
    }

    /// How many files and sockets it has open; none on a system without `/proc`.
    pub fn open_files(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).map_or(0, Iterator::count)
    }

    /// How long all its threads have been on a processor, in seconds; zero on a system without `/proc`.
    pub fn on_processor(&self) -> f64 {
        let Ok(threads) = std::fs::read_dir(format!("/proc/{}/task", self.child.id())) else { return 0.0 };
        let nanoseconds = |text: String| text.split(' ').next()?.parse::<f64>().ok();
        let of_thread = |thread: std::io::Result<std::fs::DirEntry>| {
            nanoseconds(std::fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?)
        };
        threads.filter_map(of_thread).sum::<f64>() / 1e9
    }

    /// Lets `VmHWM`, the peak of resident memory, start from now.
    pub fn forget_peak(&self) {
        let _ = std::fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
