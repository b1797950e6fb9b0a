//! A server as a process of its own: reached at the address that its first line on stdout contains, its log kept, ended
//! by SIGTERM or, when it is dropped, by SIGKILL.

use super::deadline::wait_until;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The binary under test. As `cargo bench` builds it, it has the release profile.
pub const USERTWIN: &str = env!("CARGO_BIN_EXE_usertwin");

/// How long a server may take to start, a seed of a million users included.
const PATIENCE: Duration = Duration::from_secs(40);

/// A running server.
pub struct ServerProcess {
    child: Child,
    pub address: SocketAddr,
    log: Arc<Mutex<Vec<u8>>>,
    log_reader: Option<JoinHandle<()>>,
}

/// The end of a server that did not start.
#[derive(Debug, PartialEq)]
pub struct Refused {
    pub status: Option<i32>,
    pub stderr: String,
}

/// The flag for a database file.
pub fn database(file: &Path) -> String {
    format!("--database=sqlite:{}", file.display())
}

/// The binary under test, to be run with arguments. The settings of the environment do not reach it.
pub fn usertwin() -> Command {
    without_settings(Command::new(USERTWIN))
}

fn without_settings(mut command: Command) -> Command {
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("USERTWIN_")) {
        command.env_remove(name);
    }
    command
}

impl ServerProcess {
    /// Starts `usertwin serve` with flags on a free port.
    pub fn start(flags: &[&str]) -> Result<ServerProcess, Refused> {
        let mut command = usertwin();
        command.args(["serve", "--listen=127.0.0.1:0"]).args(flags);
        ServerProcess::from_command(command)
    }

    /// Starts it from a shell script, which finds the command in `"$@"` and should `exec` it.
    pub fn from_script(script: &str, flags: &[&str]) -> Result<ServerProcess, Refused> {
        let mut command = Command::new("sh");
        command.args(["-c", script, "sh", USERTWIN, "serve", "--listen=127.0.0.1:0"]).args(flags);
        ServerProcess::from_command(command)
    }

    /// Runs a command that becomes the server: its first line on stdout ends with `http://ADDRESS:PORT`.
    pub fn from_command(command: Command) -> Result<ServerProcess, Refused> {
        let mut command = without_settings(command);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (mut stdout, mut stderr) = (BufReader::new(child.stdout.take().unwrap()), child.stderr.take().unwrap());
        let log = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&log);
        let log_reader = std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(bytes @ 1..) = stderr.read(&mut buffer) {
                kept.lock().unwrap().extend_from_slice(&buffer[..bytes]);
            }
        });
        let (first_line, received) = mpsc::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            let _ = stdout.read_line(&mut line);
            let _ = first_line.send(line);
            let _ = stdout.read_to_end(&mut Vec::new());
        });
        let address = ([127, 0, 0, 1], 0).into();
        let mut server = ServerProcess { child, address, log, log_reader: Some(log_reader) };
        let Ok(line) = received.recv_timeout(PATIENCE) else {
            return Err(Refused { status: None, stderr: format!("silent for {PATIENCE:?}\n{}", server.whole_log()) });
        };
        match line.trim_end().rsplit("http://").next().and_then(|address| address.parse().ok()) {
            Some(address) => {
                server.address = address;
                Ok(server)
            }
            None => {
                let status = server.ended(PATIENCE).code();
                Err(Refused { status, stderr: server.whole_log() })
            }
        }
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has written to stderr so far.
    pub fn log(&self) -> String {
        String::from_utf8(self.log.lock().unwrap().clone()).unwrap()
    }

    /// Kills it; everything that it wrote to stderr.
    pub fn whole_log(mut self) -> String {
        let _ = self.child.kill();
        self.child.wait().unwrap();
        self.log_reader.take().unwrap().join().unwrap();
        self.log()
    }

    /// Waits until the log satisfies a condition: the log is read by a thread, which an answer may outrun.
    #[track_caller]
    pub fn wait_for_log(&self, condition: &str, holds: impl Fn(&str) -> bool) {
        wait_until(condition, || holds(&self.log()));
    }

    /// Whether it has not ended.
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Sends it SIGTERM.
    pub fn terminate(&self) {
        let sent = Command::new("kill").arg("-TERM").arg(self.id().to_string()).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for its end; panics if that takes longer than `limit`.
    #[track_caller]
    pub fn ended(&mut self, limit: Duration) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(start.elapsed() < limit, "the server still runs after {limit:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
