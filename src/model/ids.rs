//! The only place that makes an identifier: random version 4 ones, or the same sequence in every run when a seed
//! is given, so that whole answers can be pinned.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use uuid::Uuid;

/// A maker of identifiers. A repeatable one gives each world a sequence of its own, so that what one test does
/// never shifts the identifiers of another.
#[derive(Debug, Default)]
pub struct Ids {
    seed: Option<u64>,
    taken: Mutex<HashMap<String, u64>>,
}

impl Ids {
    /// Identifiers nobody can foresee.
    #[must_use]
    pub fn random() -> Ids {
        Ids::default()
    }

    /// The sequences that belong to `seed`, from their start.
    #[must_use]
    pub fn repeatable(seed: u64) -> Ids {
        Ids { seed: Some(seed), taken: Mutex::default() }
    }

    /// The next identifier of a world, always of version 4.
    #[must_use]
    #[allow(clippy::disallowed_methods)]
    pub fn next_id(&self, world: &str) -> Uuid {
        let Some(start) = self.start(world) else { return Uuid::new_v4() };
        let high = u128::from(mixed(start.wrapping_mul(WEYL)));
        let low = u128::from(mixed(start.wrapping_add(1).wrapping_mul(WEYL)));
        uuid::Builder::from_random_bytes(((high << 64) | low).to_be_bytes()).into_uuid()
    }

    /// The same of a sequence whose name is worked out only where there are sequences.
    #[must_use]
    pub fn next_id_of(&self, sequence: impl FnOnce() -> String) -> Uuid {
        self.next_id(&self.seed.map(|_| sequence()).unwrap_or_default())
    }

    /// The next number of a world, from 0 up to and without 1.
    #[must_use]
    pub fn next_fraction(&self, world: &str) -> f64 {
        let bits = u64::try_from(self.next_id(world).as_u128() & u128::from(u32::MAX)).unwrap_or_default();
        bits as f64 / (f64::from(u32::MAX) + 1.0)
    }

    /// Starts a world's sequence again, as a reset does.
    pub fn restart(&self, world: &str) {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).remove(world);
    }

    /// Where the next identifier of a world begins in the sequence; `None` when identifiers are random.
    fn start(&self, world: &str) -> Option<u64> {
        let seed = self.seed?;
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let at = taken.entry(world.to_owned()).or_default();
        let start = mixed(world.bytes().fold(seed, |sum, byte| mixed(sum ^ u64::from(byte)))).wrapping_add(*at);
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
        let ids: Vec<Uuid> = (0..100).map(|_| first.next_id("main")).collect();
        assert!(ids.iter().all(|id| *id == second.next_id("main") && id.get_version_num() == 4));
        let distinct: std::collections::HashSet<&Uuid> = ids.iter().collect();
        assert_eq!(distinct.len(), ids.len());
    }

    #[test]
    fn worlds_have_sequences_of_their_own_that_a_reset_starts_again() {
        let ids = Ids::repeatable(7);
        let first = ids.next_id("a");
        assert_ne!(first, ids.next_id("b"));
        ids.restart("a");
        assert_eq!(ids.next_id("a"), first);
        assert!((0.0..1.0).contains(&ids.next_fraction("a")));
    }
}
