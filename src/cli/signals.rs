//! What ends a server: SIGTERM, SIGINT (Ctrl-C), SIGHUP, and with `--exit-with-stdin` the end of standard input.
//! Installed before anything else is done: as process 1 of a container a signal without a handler is lost, and anywhere
//! else it would kill a server that has just said that it listens.

use std::future::pending;
use std::io;

/// The signals that end a server. One that arrived since they were installed counts.
pub(super) struct StopSignals {
    #[cfg(unix)]
    installed: Vec<tokio::signal::unix::Signal>,
    #[cfg(windows)]
    installed: Vec<tokio::signal::windows::CtrlC>,
    stdin: Option<tokio::sync::oneshot::Receiver<()>>,
}

impl StopSignals {
    /// Installs the handlers, and watches standard input if that is wanted.
    ///
    /// # Errors
    /// When the system takes no handler or no thread.
    pub(super) fn install(exit_with_stdin: bool) -> io::Result<StopSignals> {
        #[cfg(unix)]
        let installed = {
            use tokio::signal::unix::{SignalKind, signal};
            let hangup = (!hangups_are_ignored()).then_some(SignalKind::hangup());
            let kinds = [SignalKind::terminate(), SignalKind::interrupt()].into_iter().chain(hangup);
            kinds.map(signal).collect::<io::Result<Vec<_>>>()?
        };
        #[cfg(windows)]
        let installed = vec![tokio::signal::windows::ctrl_c()?];
        let stdin = if exit_with_stdin { Some(watch_stdin()?) } else { None };
        Ok(StopSignals { installed, stdin })
    }

    /// Waits for the first of them.
    pub(super) async fn received(&mut self) {
        let signals = std::future::poll_fn(|context| {
            match self.installed.iter_mut().any(|signal| signal.poll_recv(context).is_ready()) {
                true => std::task::Poll::Ready(()),
                false => std::task::Poll::Pending,
            }
        });
        let stdin = async {
            match &mut self.stdin {
                Some(ended) => {
                    let _ = ended.await;
                }
                None => pending().await,
            }
        };
        tokio::select! {
            () = signals => {}
            () = stdin => {}
        }
    }
}

/// Whether the process was started so that it outlives its terminal, as `nohup` does. A handler would undo that.
#[cfg(unix)]
fn hangups_are_ignored() -> bool {
    // Only Linux tells.
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // SIGHUP is the first signal.
    mask.is_some_and(|mask| mask & 1 == 1)
}

/// A thread of its own: a read of standard input cannot be given up, and the runtime would wait for one of its threads.
fn watch_stdin() -> io::Result<tokio::sync::oneshot::Receiver<()>> {
    let (ended, end) = tokio::sync::oneshot::channel();
    std::thread::Builder::new().name("stdin".to_owned()).spawn(move || {
        // An input that cannot be read has ended as well.
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        let _ = ended.send(());
    })?;
    Ok(end)
}
