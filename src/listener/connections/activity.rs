//! The step of a connection, in one word: the connection writes it with a plain store at each step, the sweep reads it.
//! So a request costs no clock and no timer: the sweep finds out how long a step has lasted.

use crate::listener::threads::Place;
use futures_util::task::AtomicWaker;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicUsize, Ordering};
use std::task::Waker;

/// The party that has to act next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// The client, with a new request; no byte of it has arrived.
    Idle,
    /// The client, with the rest of a request's head.
    Head,
    /// The server, or the client with a body, whose time the service limits.
    Busy,
}

/// An order to a connection from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
pub(super) enum Order {
    /// To go on.
    Go,
    /// To end after the request in flight.
    Stop,
    /// To end at once.
    Cut,
}

/// The activity of one connection. Only the connection's task writes `step`, so a load and a store make a change.
#[derive(Debug)]
pub(super) struct Activity {
    /// Phase in the two low bits, then [`BLOCKED`], above them a number that moves with each step.
    step: AtomicU32,
    /// The step that has lasted too long; [`NO_STEP`] for none.
    expired: AtomicU32,
    order: AtomicU8,
    place: Place,
    /// Whether the client may still be sending bytes that will not be read.
    refused: AtomicBool,
    /// Bytes of a large answer that have not been sent yet.
    held: AtomicUsize,
    /// Such bytes of all connections.
    held_by_all: Arc<AtomicUsize>,
    /// Large answers so far.
    answers: AtomicU32,
    /// Whether there was an answer, and the last one was small.
    modest: AtomicBool,
    waker: AtomicWaker,
}

/// Set while the client does not take the bytes sent to it.
const BLOCKED: u32 = 4;
const PHASE: u32 = 3;
const NEXT: u32 = 8;
/// Not a step: its phase does not exist.
const NO_STEP: u32 = u32::MAX;

/// A step as the sweep sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step(u32);

impl Step {
    pub(super) fn phase(self) -> Phase {
        match self.0 & PHASE {
            0 => Phase::Idle,
            1 => Phase::Head,
            _ => Phase::Busy,
        }
    }

    /// Whether bytes wait for a client that does not take them.
    pub(super) fn is_blocked(self) -> bool {
        self.0 & BLOCKED != 0
    }
}

impl Activity {
    pub(super) fn new(held_by_all: Arc<AtomicUsize>, place: Place) -> Activity {
        Activity {
            step: AtomicU32::new(0),
            expired: AtomicU32::new(NO_STEP),
            order: AtomicU8::new(Order::Go as u8),
            place,
            refused: AtomicBool::new(false),
            held: AtomicUsize::new(0),
            held_by_all,
            answers: AtomicU32::new(0),
            modest: AtomicBool::new(false),
            waker: AtomicWaker::new(),
        }
    }

    /// Whether its thread has no other connection.
    pub(super) fn is_alone(&self) -> bool {
        self.place.is_alone()
    }

    pub(super) fn step(&self) -> Step {
        Step(self.step.load(Ordering::Relaxed))
    }

    pub(super) fn enter(&self, phase: Phase) {
        let Step(step) = self.step();
        self.step.store(step.wrapping_add(NEXT) & !(PHASE | BLOCKED) | phase as u32, Ordering::Relaxed);
    }

    /// Notes whether the client took the bytes sent to it.
    pub(super) fn wrote(&self, blocked: bool) {
        let Step(step) = self.step();
        if blocked != self.step().is_blocked() {
            self.step.store(step.wrapping_add(NEXT) ^ BLOCKED, Ordering::Relaxed);
        }
    }

    /// Notes that an answer leaves before its request was read.
    pub(super) fn refuse(&self) {
        self.refused.store(true, Ordering::Relaxed);
    }

    pub(super) fn has_refused(&self) -> bool {
        self.refused.load(Ordering::Relaxed)
    }

    /// Notes bytes of a large answer.
    pub(super) fn hold(&self, bytes: usize) {
        self.held.fetch_add(bytes, Ordering::Relaxed);
        self.held_by_all.fetch_add(bytes, Ordering::Relaxed);
        self.answers.fetch_add(1, Ordering::Relaxed);
        self.modest.store(false, Ordering::Relaxed);
    }

    /// Notes that an answer was small.
    pub(super) fn answered_little(&self) {
        self.modest.store(true, Ordering::Relaxed);
    }

    /// Whether its next answer is most likely a small one, as the last one was.
    pub(super) fn is_modest(&self) -> bool {
        self.modest.load(Ordering::Relaxed)
    }

    /// Notes that they have been sent.
    pub(super) fn release(&self, bytes: usize) {
        self.held.fetch_sub(bytes, Ordering::Relaxed);
        self.held_by_all.fetch_sub(bytes, Ordering::Relaxed);
    }

    pub(super) fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }

    pub(super) fn held_by_all(&self) -> usize {
        self.held_by_all.load(Ordering::Relaxed)
    }

    pub(super) fn answers(&self) -> u32 {
        self.answers.load(Ordering::Relaxed)
    }

    /// Registers the task to wake. Once is enough: a connection stays in its task.
    pub(super) fn register(&self, waker: &Waker) {
        self.waker.register(waker);
    }

    /// Ends the connection unless it has taken another step meanwhile.
    pub(super) fn expire(&self, step: Step) {
        self.expired.store(step.0, Ordering::Release);
        self.waker.wake();
    }

    pub(super) fn has_expired(&self) -> bool {
        self.expired.load(Ordering::Acquire) == self.step.load(Ordering::Relaxed)
    }

    pub(super) fn give_order(&self, order: Order) {
        self.order.fetch_max(order as u8, Ordering::Release);
        self.waker.wake();
    }

    pub(super) fn order(&self) -> Order {
        match self.order.load(Ordering::Acquire) {
            0 => Order::Go,
            1 => Order::Stop,
            _ => Order::Cut,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_activity_that_took_another_step_does_not_expire() {
        let activity = Activity::new(Arc::default(), Place::on(&Arc::default()));
        let idle = activity.step();
        activity.expire(idle);
        assert!(activity.has_expired());
        activity.enter(Phase::Head);
        assert!(!activity.has_expired());
        activity.enter(Phase::Busy);
        activity.enter(Phase::Idle);
        assert_eq!((activity.step().phase(), activity.has_expired()), (Phase::Idle, false));
    }

    #[test]
    fn each_write_that_the_client_takes_is_a_step() {
        let activity = Activity::new(Arc::default(), Place::on(&Arc::default()));
        activity.enter(Phase::Busy);
        let written = activity.step();
        activity.wrote(false);
        assert_eq!(activity.step(), written);
        activity.wrote(true);
        let blocked = activity.step();
        activity.wrote(true);
        assert_eq!((activity.step(), blocked.phase(), blocked.is_blocked()), (blocked, Phase::Busy, true));
        activity.wrote(false);
        activity.wrote(true);
        assert!(activity.step().is_blocked() && activity.step() != blocked);
        activity.enter(Phase::Idle);
        assert!(!activity.step().is_blocked());
    }
}
