//! The sweep: at intervals it checks all connections, ends those whose step has lasted too long, and sheds answers when
//! they take too much memory.

use super::Connections;
use super::activity::{Activity, Order, Phase, Step};
use super::connection::usual;
use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// The time for which an answer is not shed even when memory is short.
const ANSWER_GRACE: Duration = Duration::from_secs(1);

impl Connections {
    /// Ends connections whose time is up, while it is polled.
    pub async fn sweep(&self) {
        let shortest = self.limits.request_timeout.min(self.limits.idle_timeout);
        let pause = (shortest / 8).clamp(Duration::from_millis(5), Duration::from_millis(250));
        loop {
            sleep(pause).await;
            self.sweep_at(Instant::now());
        }
    }

    fn sweep_at(&self, now: Instant) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        for watched in open.values_mut() {
            let (lasts, step) = watched.look(now);
            if self.patience(step).is_some_and(|patience| lasts >= patience) {
                watched.activity.expire(step);
            }
        }
        let (held, usual) = (self.held.load(Ordering::Relaxed), usual(self.limits.answer_memory));
        if held > usual {
            shed(&open, held - usual, now);
        }
    }

    /// How long a step may last.
    fn patience(&self, step: Step) -> Option<Duration> {
        match step.phase() {
            _ if step.is_blocked() => Some(self.limits.request_timeout),
            Phase::Idle => Some(self.limits.idle_timeout),
            Phase::Head => Some(self.limits.request_timeout),
            Phase::Busy => None,
        }
    }
}

/// Cuts the connections with the oldest large answers until the given number of bytes is free.
fn shed(open: &HashMap<u64, Watched>, mut excess: usize, now: Instant) {
    let mut holders: Vec<_> = open.values().filter(|watched| watched.activity.held() > 0).collect();
    holders.sort_by_key(|watched| watched.answer_since);
    for watched in holders {
        if excess == 0 || now.duration_since(watched.answer_since) < ANSWER_GRACE {
            return;
        }
        excess = excess.saturating_sub(watched.activity.held());
        watched.activity.give_order(Order::Cut);
    }
}

/// A connection as the sweep remembers it.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) activity: Arc<Activity>,
    step: Step,
    since: Instant,
    answers: u32,
    answer_since: Instant,
}

impl Watched {
    pub(super) fn new(activity: Arc<Activity>) -> Watched {
        let now = Instant::now();
        Watched { step: activity.step(), activity, since: now, answers: 0, answer_since: now }
    }

    /// How long the current step has lasted, and the step.
    fn look(&mut self, now: Instant) -> (Duration, Step) {
        let (step, answers) = (self.activity.step(), self.activity.answers());
        if step != self.step {
            (self.step, self.since) = (step, now);
        }
        if answers != self.answers {
            (self.answers, self.answer_since) = (answers, now);
        }
        (now.duration_since(self.since), step)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Place;
    use super::*;

    #[test]
    fn steps_and_answers_are_as_old_as_the_sweep_that_first_saw_them() {
        let activity = Arc::new(Activity::new(Arc::default(), Place::on(&Arc::default())));
        let mut watched = Watched::new(Arc::clone(&activity));
        let start = watched.since;
        let mut ages = |second| {
            let now = start + Duration::from_secs(second);
            let (step, _) = watched.look(now);
            (step.as_secs(), now.duration_since(watched.answer_since).as_secs())
        };
        assert_eq!(ages(3), (3, 3));
        activity.enter(Phase::Busy);
        activity.hold(1);
        assert_eq!([ages(4), ages(6)], [(0, 0), (2, 2)]);
        activity.hold(1);
        assert_eq!([ages(7), ages(9)], [(3, 0), (5, 2)]);
    }
}
