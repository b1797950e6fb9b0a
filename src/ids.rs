//! The only place that makes an identifier: random version 4 ones, or the same sequence in every run when a seed
//! is given, so that whole answers can be pinned.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;

/// A maker of identifiers; clones share the sequence.
#[derive(Debug, Clone, Default)]
pub struct Ids {
    sequence: Option<Arc<AtomicU64>>,
}

impl Ids {
    /// Identifiers nobody can foresee.
    #[must_use]
    pub fn random() -> Ids {
        Ids { sequence: None }
    }

    /// The sequence that belongs to `seed`, from its start.
    #[must_use]
    pub fn repeatable(seed: u64) -> Ids {
        Ids { sequence: Some(Arc::new(AtomicU64::new(seed))) }
    }

    /// The next identifier, always of version 4.
    #[must_use]
    #[allow(clippy::disallowed_methods)]
    pub fn next_id(&self) -> Uuid {
        let Some(sequence) = &self.sequence else { return Uuid::new_v4() };
        let at = sequence.fetch_add(NUMBERS_PER_ID, Ordering::Relaxed);
        let high = u128::from(mixed(at.wrapping_mul(WEYL)));
        let low = u128::from(mixed(at.wrapping_add(1).wrapping_mul(WEYL)));
        uuid::Builder::from_random_bytes(((high << 64) | low).to_be_bytes()).into_uuid()
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
        let ids: Vec<Uuid> = (0..100).map(|_| first.next_id()).collect();
        assert!(ids.iter().all(|id| *id == second.next_id() && id.get_version_num() == 4));
        let distinct: std::collections::HashSet<&Uuid> = ids.iter().collect();
        assert_eq!(distinct.len(), ids.len());
    }
}
