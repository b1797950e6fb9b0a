//! The threads that serve connections: one for each processor, each with a runtime of its own, so that a connection stays
//! where it is. Threads that share a runtime take work from one another whenever one of them has none, and a connection
//! that moves finds nothing of itself in the cache: with the phases of [`super::connections`] that costs a third of a
//! request. The price is that a long piece of work makes its thread's connections wait, so long work is done elsewhere
//! (see [`crate::long_work`]).

use crate::long_work::blocking_threads;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

/// How many tasks a thread runs before it looks for what has arrived. A turn of 64 connections takes three times as many
/// tasks as it has connections.
pub const TASKS_PER_TURN: u32 = 200;

/// The threads of a server. When this is dropped they end, and with them the connections that they still serve.
#[derive(Debug)]
pub(super) struct Threads(Vec<Thread>);

/// One of them.
#[derive(Debug)]
struct Thread {
    runtime: Handle,
    connections: Arc<AtomicUsize>,
    /// Ends the thread when it is dropped.
    stop: Option<oneshot::Sender<()>>,
    joined: Option<JoinHandle<()>>,
}

/// A connection's place on its thread.
#[derive(Debug)]
pub(super) struct Place(Arc<AtomicUsize>);

impl Threads {
    /// Starts `count` threads.
    ///
    /// # Errors
    /// When the system has no more threads or descriptors.
    pub(super) fn start(count: usize) -> io::Result<Threads> {
        (0..count).map(Thread::start).collect::<io::Result<_>>().map(Threads)
    }

    /// Serves a connection on the thread that has the fewest of them. `serve` makes the future on that thread, where a
    /// socket has to be registered.
    pub(super) fn serve<F>(&self, serve: impl FnOnce(Place) -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send,
    {
        let Some(thread) = self.0.iter().min_by_key(|thread| thread.connections.load(Ordering::Relaxed)) else {
            return;
        };
        let place = Place::on(&thread.connections);
        drop(thread.runtime.spawn(async move { serve(place).await }));
    }
}

impl Thread {
    fn start(number: usize) -> io::Result<Thread> {
        let mut runtime = Builder::new_current_thread();
        let runtime =
            runtime.event_interval(TASKS_PER_TURN).max_blocking_threads(blocking_threads()).enable_all().build()?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::Builder::new().name(format!("connections-{number}"));
        let joined = thread.spawn(move || {
            let _ = runtime.block_on(stopped);
        })?;
        Ok(Thread { runtime: handle, connections: Arc::default(), stop: Some(stop), joined: Some(joined) })
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(joined) = self.joined.take() {
            let _ = joined.join();
        }
    }
}

impl Place {
    /// A place among the connections that are counted there.
    pub(super) fn on(connections: &Arc<AtomicUsize>) -> Place {
        connections.fetch_add(1, Ordering::Relaxed);
        Place(Arc::clone(connections))
    }

    /// Whether the thread has no other connection.
    pub(super) fn is_alone(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 1
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::RwLock;
    use std::thread::sleep;
    use std::time::Duration;
    use tokio::task::spawn_blocking;

    #[test]
    fn threads_for_blocking_work_are_few_however_much_there_is() {
        let threads = Threads::start(1).unwrap();
        let (running, gate) = (Arc::new(AtomicUsize::new(0)), Arc::new(RwLock::new(())));
        let closed = gate.write().unwrap();
        for _ in 0..4 * blocking_threads() {
            let (running, gate) = (Arc::clone(&running), Arc::clone(&gate));
            threads.serve(move |_| async move {
                drop(spawn_blocking(move || {
                    running.fetch_add(1, Ordering::Relaxed);
                    drop(gate.read());
                }));
            });
        }
        while running.load(Ordering::Relaxed) < blocking_threads() {
            sleep(Duration::from_millis(1));
        }
        // Time in which one thread more would have begun.
        sleep(Duration::from_millis(200));
        assert_eq!(running.load(Ordering::Relaxed), blocking_threads());
        drop(closed);
    }
}
