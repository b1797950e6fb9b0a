//! The real binary as a process: reached at the address its first line names, its log kept, ended by the signal a test
//! wants. Dropping it is a SIGKILL.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

/// The binary under test.
pub const USERTWIN: &str = env!("CARGO_BIN_EXE_usertwin");

/// How long a server may take to start or to end.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running server.
pub struct Served {
    child: Child,
    pub address: SocketAddr,
    log: Arc<Mutex<String>>,
}

/// What a server that did not start left behind.
#[derive(Debug, PartialEq)]
pub struct Refused {
    pub status: Option<i32>,
    pub stderr: String,
}

/// The flag for a database file.
pub fn database(file: &Path) -> String {
    format!("--database=sqlite:{}", file.display())
}

impl Served {
    /// Starts `usertwin serve` with flags on a free port.
    pub fn start(flags: &[&str]) -> Result<Served, Refused> {
        let mut command = Command::new(USERTWIN);
        command.args(["serve", "--listen=127.0.0.1:0"]).args(flags);
        Served::of(command)
    }

    /// Starts it from a shell script, which finds the command in `"$@"` and should `exec` it.
    pub fn from_script(script: &str, flags: &[&str]) -> Result<Served, Refused> {
        let mut command = Command::new("sh");
        command.args(["-c", script, "sh", USERTWIN, "serve", "--listen=127.0.0.1:0"]).args(flags);
        Served::of(command)
    }

    /// Runs a command that becomes the server.
    pub fn of(mut command: Command) -> Result<Served, Refused> {
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("USERTWIN_")) {
            command.env_remove(name);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (mut stdout, mut stderr) = (child.stdout.take().unwrap(), BufReader::new(child.stderr.take().unwrap()));
        let log = Arc::new(Mutex::new(String::new()));
        let kept = Arc::clone(&log);
        let reader = std::thread::spawn(move || {
            let mut line = String::new();
            while stderr.read_line(&mut line).is_ok_and(|bytes| bytes > 0) {
                kept.lock().unwrap().push_str(&line);
                line.clear();
            }
        });
        let (said, heard) = mpsc::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            let _ = BufReader::new(&mut stdout).read_line(&mut line);
            let _ = said.send(line);
            let _ = stdout.read_to_string(&mut String::new());
        });
        let line = heard.recv_timeout(PATIENCE).unwrap();
        let mut served = Served { child, address: ([127, 0, 0, 1], 0).into(), log };
        match line.trim_end().rsplit("http://").next().and_then(|address| address.parse().ok()) {
            Some(address) => {
                served.address = address;
                Ok(served)
            }
            None => {
                let status = served.ended(PATIENCE).code();
                reader.join().unwrap();
                Err(Refused { status, stderr: served.log() })
            }
        }
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it logged so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Whether it is still there.
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Asks it to stop.
    pub fn terminate(&self) {
        let sent = Command::new("kill").arg("-TERM").arg(self.id().to_string()).status().unwrap();
        assert!(sent.success());
    }

    /// How it ended, within a time.
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

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
