//! A server on a core of its own, and what it takes from the machine, read from `/proc`. Cores are given by `taskset`
//! (util-linux); without it, or with only one core, everything runs wherever the system puts it, and `pin` reports that.

use super::support::process::{Refused, ServerProcess, USERTWIN};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

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

/// Whether a binary was given, which is then taken for a package's: those are profile-guided and have higher targets.
pub fn is_packaged() -> bool {
    std::env::args().any(|argument| argument.starts_with("--binary="))
}

/// The binary under test: the one of `--binary=FILE`, for instance a package's, or the one that cargo built.
fn program() -> PathBuf {
    let given = std::env::args().find_map(|argument| argument.strip_prefix("--binary=").map(PathBuf::from));
    given.unwrap_or_else(|| PathBuf::from(USERTWIN))
}

/// Starts the binary under test on the given cores; none where they do not exist.
pub fn usertwin_on(cores: &str, flags: &[&str]) -> Option<ServerProcess> {
    let exists = Command::new("taskset").args(["-c", cores, "true"]).stderr(Stdio::null()).status();
    let all_exist =
        cores.split(',').all(|core| Path::new("/sys/devices/system/cpu").join(format!("cpu{core}")).exists());
    if !all_exist || !exists.is_ok_and(|status| status.success()) {
        return None;
    }
    let mut command = Command::new("taskset");
    command.args(["-c", cores]).arg(program()).args(["serve", "--listen", "127.0.0.1:0"]).args(flags);
    ServerProcess::from_command(command).ok()
}

impl ServerProcess {
    /// Starts the binary under test on a free port, on the server's core if `pinned`.
    pub fn usertwin(pinned: bool, flags: &[&str]) -> Result<ServerProcess, Refused> {
        let arguments = [&["serve", "--listen", "127.0.0.1:0"], flags].concat();
        ServerProcess::pinned(pinned, &program(), &arguments)
    }

    /// Starts a program that is a server, on the server's core if `pinned`.
    pub fn pinned(pinned: bool, program: &Path, arguments: &[&str]) -> Result<ServerProcess, Refused> {
        let mut command = if pinned {
            // taskset becomes the program, so that the child's id is the server's.
            let mut command = Command::new("taskset");
            command.args(["-c", SERVER_CORE]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.args(arguments);
        ServerProcess::from_command(command)
    }

    /// A number of `/proc/PID/status`, for instance `VmRSS` in kB; none on a system without it.
    pub fn status(&self, field: &str) -> Option<u64> {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.id())).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
        line.split_whitespace().next()?.parse().ok()
    }

    /// A field of `/proc/PID/status` in MB.
    pub fn megabytes(&self, field: &str) -> Option<f64> {
        Some(self.status(field)? as f64 / 1024.0)
    }

    /// The number of its open files and sockets; none on a system without `/proc`.
    pub fn open_files(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.id())).map_or(0, Iterator::count)
    }

    /// How long all its threads have been on a processor, in seconds; zero on a system without `/proc`.
    pub fn on_processor(&self) -> f64 {
        let Ok(threads) = std::fs::read_dir(format!("/proc/{}/task", self.id())) else { return 0.0 };
        let nanoseconds = |text: String| text.split(' ').next()?.parse::<f64>().ok();
        let of_thread = |thread: std::io::Result<std::fs::DirEntry>| {
            nanoseconds(std::fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?)
        };
        threads.filter_map(of_thread).sum::<f64>() / 1e9
    }

    /// Lets `VmHWM`, the peak of resident memory, start from now.
    pub fn forget_peak(&self) {
        let _ = std::fs::write(format!("/proc/{}/clear_refs", self.id()), "5");
    }
}
