//! Long work: off the threads that serve requests, and no more of it at once than there are processors. Whoever wants
//! more waits in turn without holding a thread, so that a hundred clients that export large worlds slow down one another
//! and nobody else.

use std::num::NonZero;
use std::sync::LazyLock;
use std::thread::available_parallelism;
use tokio::sync::Semaphore;
use tokio::task::{JoinError, spawn_blocking};

/// The turns of the machine, whatever servers run in this process.
static TURNS: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(processors()));

/// How many processors this process may use.
pub(crate) fn processors() -> usize {
    available_parallelism().map_or(1, NonZero::get)
}

/// The largest number of threads for blocking work in a runtime. Every one keeps some megabytes of what it has freed, and
/// a thread that has been started is always needed again before it would end: without a limit, half an hour of load makes
/// dozens of them. What waits for other work in such a thread has to be fewer than these: requests on blocking threads,
/// as many as there are processors, and one replay of a recording.
pub(crate) fn blocking_threads() -> usize {
    processors() + 3
}

/// Does work on a thread for blocking work when its turn comes. The work must not wait for anything that whoever waits
/// for a turn may hold, such as a world.
///
/// # Errors
/// When the work panics.
pub(crate) async fn long_work<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, JoinError> {
    // Nobody closes it. The work keeps its turn when whoever asked for it has gone.
    let turn = TURNS.acquire().await.ok();
    spawn_blocking(move || {
        let done = work();
        drop(turn);
        done
    })
    .await
}
