//! The only place that makes an identifier: random version 4 ones, or the same sequence in every run when a seed
//! is given, so that whole answers can be pinned.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use uuid::Uuid;

/// A source of identifiers. A repeatable one gives each world sequences of its own, so that one test never shifts the
/// identifiers of another.
#[derive(Debug, Default)]
pub struct Ids {
    seed: Option<u64>,
    taken: Mutex<HashMap<String, Taken>>,
}

/// A sequence of a world. They are separate so that neither a journal entry nor a fault shifts the identifiers of
/// users, which tests pin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sequence {
    /// The content of the world: users, accounts, tokens.
    World,
    /// Its journal entries.
    Journal,
    /// Its faults, and the chances they take.
    Faults,
}

/// The count of numbers that were taken from each of a world's sequences.
#[derive(Debug, Default)]
struct Taken {
    world: u64,
    journal: u64,
    faults: u64,
}

impl Ids {
    /// Unpredictable identifiers.
    #[must_use]
    pub fn random() -> Ids {
        Ids::default()
    }

    /// The sequences that belong to `seed`, from their start.
    #[must_use]
    pub fn repeatable(seed: u64) -> Ids {
        Ids { seed: Some(seed), taken: Mutex::default() }
    }

    /// The next identifier of a world's sequence, always of version 4.
    #[must_use]
    #[allow(clippy::disallowed_methods)]
    pub fn next_id(&self, world: &str, sequence: Sequence) -> Uuid {
        let Some(start) = self.start(world, sequence) else { return Uuid::new_v4() };
        let high = u128::from(mixed(start.wrapping_mul(WEYL)));
        let low = u128::from(mixed(start.wrapping_add(1).wrapping_mul(WEYL)));
        uuid::Builder::from_random_bytes(((high << 64) | low).to_be_bytes()).into_uuid()
    }

    /// The next number of a world's sequence, at least 0 and less than 1.
    #[must_use]
    pub fn next_fraction(&self, world: &str, sequence: Sequence) -> f64 {
        let id = self.next_id(world, sequence);
        let bits = u64::try_from(id.as_u128() & u128::from(u32::MAX)).unwrap_or_default();
        bits as f64 / (f64::from(u32::MAX) + 1.0)
    }

    /// Starts all sequences of a world again, as a reset does.
    pub fn restart(&self, world: &str) {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).remove(world);
    }

    /// Where the next identifier begins in the stream of numbers; `None` when identifiers are random.
    fn start(&self, world: &str, sequence: Sequence) -> Option<u64> {
        let seed = self.seed?;
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if !taken.contains_key(world) {
            taken.insert(world.to_owned(), Taken::default());
        }
        let taken = taken.get_mut(world)?;
        // No world has a slash in its name, so no two sequences have the same one.
        let (suffix, at) = match sequence {
            Sequence::World => ("", &mut taken.world),
            Sequence::Journal => ("/journal", &mut taken.journal),
            Sequence::Faults => ("/faults", &mut taken.faults),
        };
        let name = world.bytes().chain(suffix.bytes());
        let start = mixed(name.fold(seed, |sum, byte| mixed(sum ^ u64::from(byte)))).wrapping_add(*at);
        *at += NUMBERS_PER_ID;
        Some(start)
    }
}

/// The odd step of SplitMix64 (2^64 divided by the golden ratio).
const WEYL: u64 = 0x9E37_79B9_7F4A_7C15;
/// Each identifier takes two numbers of the sequence.
const NUMBERS_PER_ID: u64 = 2;

/// SplitMix64's output function: neighbouring inputs give unrelated outputs.
fn mixed(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^ (state >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_its_sequence_and_never_an_identifier() {
        let (first, second) = (Ids::repeatable(7), Ids::repeatable(7));
        let ids: Vec<Uuid> = (0..100).map(|_| first.next_id("main", Sequence::World)).collect();
        assert!(ids.iter().all(|id| *id == second.next_id("main", Sequence::World) && id.get_version_num() == 4));
        let distinct: std::collections::HashSet<&Uuid> = ids.iter().collect();
        assert_eq!(distinct.len(), ids.len());
    }

    #[test]
    fn worlds_have_sequences_of_their_own_that_a_reset_starts_again() {
        let ids = Ids::repeatable(7);
        let first = ids.next_id("a", Sequence::World);
        assert_ne!(first, ids.next_id("a", Sequence::Journal));
        assert_ne!(first, ids.next_id("b", Sequence::World));
        ids.restart("a");
        assert_eq!(ids.next_id("a", Sequence::World), first);
        assert!((0.0..1.0).contains(&ids.next_fraction("a", Sequence::Faults)));
    }
}
