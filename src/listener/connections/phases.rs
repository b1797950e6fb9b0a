//! The phases of a request: it is read, worked on in a few steps, written. A thread with many connections does each phase
//! for all of them before the next one, since the code of a whole request is more than the processor's instruction cache
//! holds, and the system's TCP fills that once more: one request after the other, each would load all of it anew. So a
//! connection lets the others go first before its work, between the steps of its work, and before its write.

use super::activity::{Activity, Step};
use std::cell::Cell;
use std::future::poll_fn;
use std::task::{Context, Poll};

thread_local! {
    /// Whether the request that is worked on here has company on its thread.
    static HAS_COMPANY: Cell<bool> = const { Cell::new(false) };
}

/// Polls a connection's work.
pub(super) fn in_company_of<T>(activity: &Activity, poll: impl FnOnce() -> T) -> T {
    HAS_COMPANY.set(activity.place().has_several_requests());
    let polled = poll();
    HAS_COMPANY.set(false);
    polled
}

/// Ends a step of a request's work: the thread's other requests come as far as this one, if there are any. Work
/// that is no connection's, or is done by a thread of its own, goes on at once.
pub async fn end_step() {
    if HAS_COMPANY.get() {
        let_others_go_first().await;
    }
}

/// Ends the reading of a request: further requests of the thread that have arrived are read first.
pub(super) async fn end_reading(activity: &Activity) {
    if !activity.place().is_alone() {
        let_others_go_first().await;
    }
}

async fn let_others_go_first() {
    let mut has_waited = false;
    // Not tokio's yield, which asks the system for events first: that is a system call for each phase.
    poll_fn(|context| {
        if std::mem::replace(&mut has_waited, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// The pause before the first write of an answer.
#[derive(Debug, Default)]
pub(super) struct WritePause {
    /// The step of the connection for which there was one.
    paused: Option<Step>,
}

impl WritePause {
    /// Whether to write later; the task is then woken after the others.
    pub(super) fn is_due(&mut self, activity: &Activity, context: &Context<'_>) -> bool {
        let step = activity.step();
        if activity.place().is_alone() || self.paused == Some(step) {
            return false;
        }
        self.paused = Some(step);
        context.waker().wake_by_ref();
        true
    }
}
