//! The log on standard error. Lines are queued, and a thread writes them: a server must not wait for a terminal that is
//! slow, or for a pipe that its parent never reads. What does not fit into the queue is dropped and counted.

mod request_line;

use crate::config::{Config, LogFormat};
use crate::pipeline::app::App;
use request_line::{RequestLines, Shape, Stamp};
use std::io::{IsTerminal, Result, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Bytes that wait for their reader at most.
const QUEUE: usize = 1024 * 1024;
/// The pause between two writes: a busy server's lines leave in one piece, which costs it one system call for many.
const PAUSE: Duration = Duration::from_millis(10);
/// How long a command waits for its last lines to be read.
const PATIENCE: Duration = Duration::from_secs(1);

/// The queue.
#[derive(Debug, Clone, Default)]
pub(super) struct Log {
    shared: Arc<Shared>,
    /// The shape of requests' lines, where they are wanted.
    requests: Option<Shape>,
}

#[derive(Debug, Default)]
struct Shared {
    queue: Mutex<Queue>,
    /// There are lines to write.
    filled: Condvar,
    /// All of them are written.
    emptied: Condvar,
}

#[derive(Debug, Default)]
struct Queue {
    lines: String,
    stamp: Stamp,
    /// Lines that did not fit.
    dropped: u64,
    /// Whether the thread waits for lines.
    waits: bool,
    /// Whether it is writing.
    writes: bool,
}

impl Log {
    /// Starts the log that the settings describe.
    pub(super) fn start(config: &Config) -> Log {
        let mut log = Log::default();
        // sqlx logs every statement at debug; they may hold passwords, so its targets stay quiet.
        let quiet = LevelFilter::WARN;
        let filter = Targets::new().with_default(config.log).with_target("sqlx", quiet);
        let registry = tracing_subscriber::registry().with(filter);
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let colours = std::io::stderr().is_terminal() && !refused;
        let layer = tracing_subscriber::fmt::layer().with_writer(log.clone()).with_ansi(colours);
        let started = match config.log_format {
            LogFormat::Text => registry.with(layer).try_init(),
            LogFormat::Json => registry.with(layer.json()).try_init(),
        };
        // A second subscriber in one process (tests) keeps the first.
        if started.is_ok() {
            let shape = match config.log_format {
                LogFormat::Json => Shape::Json,
                LogFormat::Text if colours => Shape::Coloured,
                LogFormat::Text => Shape::Text,
            };
            log.requests = (config.log >= LevelFilter::INFO).then_some(shape);
            let shared = Arc::clone(&log.shared);
            let thread = std::thread::Builder::new().name("log".to_owned());
            let _ = thread.spawn(move || shared.write_lines(&mut std::io::stderr()));
        }
        log
    }

    /// From now on each request of a server is a line, if the settings say so.
    pub(super) fn follow(&self, app: &App) {
        if let Some(shape) = self.requests {
            app.journal().write_to(Arc::new(RequestLines { shared: Arc::clone(&self.shared), shape }));
        }
    }

    /// Waits until every line so far is written, or nobody seems to read them.
    pub(super) fn flush(&self) {
        let unwritten = |queue: &mut Queue| queue.writes || !queue.lines.is_empty();
        let queue = self.shared.queue();
        drop(self.shared.emptied.wait_timeout_while(queue, PATIENCE, unwritten));
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, line: &str) {
        self.add_with(|lines, _| lines.push_str(line));
    }

    /// Adds the line that `push` writes.
    fn add_with(&self, push: impl FnOnce(&mut String, &mut Stamp)) {
        let mut queue = self.queue();
        let Queue { lines, stamp, .. } = &mut *queue;
        let before = lines.len();
        if before < QUEUE {
            push(lines, stamp);
        }
        if queue.lines.len() > QUEUE || before >= QUEUE {
            queue.lines.truncate(before);
            queue.dropped += 1;
            return;
        }
        if queue.waits {
            self.filled.notify_one();
        }
    }

    /// Writes lines for as long as the process runs.
    fn write_lines(&self, out: &mut impl Write) {
        loop {
            let (lines, dropped) = self.taken();
            // Where standard error is closed, nobody misses the line.
            let _ = out.write_all(lines.as_bytes());
            self.queue().writes = false;
            if dropped > 0 {
                tracing::warn!(dropped, "lines of the log were dropped, because nothing read standard error");
            }
            self.emptied.notify_all();
            std::thread::sleep(PAUSE);
        }
    }

    /// The lines that wait, once there are some, and the number of those that were dropped.
    fn taken(&self) -> (String, u64) {
        let mut queue = self.queue();
        queue.waits = true;
        let mut queue =
            self.filled.wait_while(queue, |queue| queue.lines.is_empty()).unwrap_or_else(PoisonError::into_inner);
        (queue.waits, queue.writes) = (false, true);
        (std::mem::take(&mut queue.lines), std::mem::take(&mut queue.dropped))
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line(&self.shared)
    }
}

/// The writer of one line, which is written in one piece.
pub(super) struct Line<'a>(&'a Shared);

impl Write for Line<'_> {
    fn write(&mut self, line: &[u8]) -> Result<usize> {
        self.0.add(&String::from_utf8_lossy(line));
        Ok(line.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_never_reads_costs_lines_but_neither_time_nor_memory() {
        let log = Log::default();
        let line = "x".repeat(1000);
        for _ in 0..10_000 {
            log.shared.add(&line);
        }
        let queue = log.shared.queue();
        assert!(queue.lines.len() <= QUEUE && queue.lines.len() > QUEUE - line.len());
        assert_eq!(queue.dropped as usize, 10_000 - queue.lines.len() / line.len());
    }
}
