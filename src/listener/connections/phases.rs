//! The phases of a request: it is read, worked on, written. A thread with many connections does each phase for all of them
//! before the next one, since the work of a request and the system's TCP fill the processor's cache in turn: alternating
//! between them for each request costs nearly half as much again as doing them in batches. So a connection lets the
//! others go first before its work and before its write.
//!
//! Further pauses within the work, before the endpoint, before its format and after it, were measured too: they take four
//! fifths of the misses of a simulated cache of 64 KiB (`benches/instructions.py`), cost 4,000 instructions, and gain no
//! time on a processor whose cache has 32 KiB.

use super::activity::{Activity, Step};
use crate::turn;
use std::task::Context;

/// Lets the thread's other connections come as far as this one.
pub(super) async fn let_others_go_first(activity: &Activity) {
    if activity.is_alone() {
        return;
    }
    turn::let_others_go_first().await;
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
        if activity.is_alone() || self.paused == Some(step) {
            return false;
        }
        self.paused = Some(step);
        context.waker().wake_by_ref();
        true
    }
}
