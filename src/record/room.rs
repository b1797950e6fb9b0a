//! The memory for a recording. All of it is held until the recorder ends, since what is learnt later has to be masked in
//! what was recorded before; so beyond the limit exchanges are passed on and left out.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a body takes for each of its bytes: as it came, masked, and as text in the file.
const OF_A_BODY: usize = 3;
/// What the rest of an exchange takes.
const OF_AN_EXCHANGE: usize = 8 * 1024;

/// The memory that is left.
#[derive(Debug, Clone)]
pub struct Room(Arc<AtomicUsize>);

/// A part of it, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Taken {
    room: Room,
    bytes: usize,
}

impl Room {
    /// Room for so many bytes.
    #[must_use]
    pub fn of(bytes: usize) -> Room {
        Room(Arc::new(AtomicUsize::new(bytes)))
    }

    /// Room for the head of an exchange; none if the recording is full.
    pub(super) fn for_an_exchange(&self) -> Option<Taken> {
        let mut taken = self.for_a_body();
        taken.take(OF_AN_EXCHANGE).then_some(taken)
    }

    /// Room for a body whose bytes are still to come.
    pub(super) fn for_a_body(&self) -> Taken {
        Taken { room: self.clone(), bytes: 0 }
    }
}

impl Taken {
    /// Takes more, for further bytes of a body; false if there is not as much.
    pub(super) fn grow(&mut self, bytes: usize) -> bool {
        self.take(bytes.saturating_mul(OF_A_BODY))
    }

    /// Never gives it back.
    pub(super) fn keep(&mut self) {
        self.bytes = 0;
    }

    fn take(&mut self, bytes: usize) -> bool {
        let less = |left: usize| left.checked_sub(bytes);
        let taken = self.room.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok();
        if taken {
            self.bytes += bytes;
        }
        taken
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.room.0.fetch_add(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_kept_is_room_for_others() {
        let room = Room::of(OF_AN_EXCHANGE + 30);
        let mut first = room.for_an_exchange().unwrap();
        assert!(room.for_an_exchange().is_none());
        let mut body = room.for_a_body();
        assert!(body.grow(10) && !body.grow(1));
        drop(body);
        assert!(room.for_a_body().grow(10));
        first.keep();
        drop(first);
        assert!(room.for_an_exchange().is_none());
    }
}
