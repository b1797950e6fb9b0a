//! The entries of every world, each world with a ring of its own, so that one test's traffic never empties another's
//! journal unseen. What had to go is counted: whoever asks about a world learns that an answer is not the whole one.

use super::{Entry, Tally};
use crate::store::WorldName;
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use uuid::Uuid;

/// Worlds without entries whose counts of dropped ones are remembered: requests may name worlds without end.
const MAX_EMPTY: usize = 10_000;

/// The entries of a world that are kept, oldest first.
#[derive(Debug, Default, Clone)]
pub struct Kept {
    /// The entries.
    pub entries: Vec<Arc<Entry>>,
    /// How many of this world are gone.
    pub dropped: u64,
}

/// The entries of a world in numbers.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// How many are kept.
    pub entries: usize,
    /// Their pieces of advice.
    pub advice: usize,
    /// How many entries are gone.
    pub dropped: u64,
}

/// Whose ring it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Owner {
    world: WorldName,
    /// Whether the world has been dropped since.
    ended: bool,
}

/// The entries of one world.
#[derive(Debug, Default)]
pub(super) struct Ring {
    /// Tells it from the ring that the world had before it was reset or dropped.
    id: u64,
    entries: VecDeque<Arc<Entry>>,
    bytes: usize,
    /// The pieces of advice of all entries.
    advice: usize,
    dropped: u64,
}

/// The rings of all worlds within their bounds.
#[derive(Debug)]
pub(super) struct Rings {
    limit: usize,
    memory: usize,
    rings: foldhash::HashMap<Owner, Ring>,
    /// The rings with entries by what they hold, so that the fullest is at the end.
    by_bytes: BTreeSet<(usize, Owner)>,
    bytes: usize,
    last_id: u64,
    /// What a world without a ring may have lost: the largest count that was forgotten.
    forgotten: u64,
    keeps_ended: bool,
    pub(super) tally: Tally,
}

impl Rings {
    /// None yet; each holds `limit` entries, all together `memory` bytes.
    pub(super) fn new(limit: usize, memory: usize) -> Rings {
        Rings {
            limit,
            memory,
            rings: foldhash::HashMap::default(),
            by_bytes: BTreeSet::new(),
            bytes: 0,
            last_id: 0,
            forgotten: 0,
            keeps_ended: false,
            tally: Tally::default(),
        }
    }

    /// From now on the entries of dropped worlds are kept, while there is room.
    pub(super) fn keep_ended(&mut self) {
        self.keeps_ended = true;
    }

    /// Adds an entry to the ring of its world. With `ring` only to that one; false when a reset or drop took it.
    pub(super) fn push(&mut self, entry: Arc<Entry>, ring: Option<u64>) -> bool {
        self.tally.count(&entry);
        let (limit, bytes) = (self.limit, entry.bytes());
        let owner = living(&entry.world);
        if ring.is_some_and(|id| self.rings.get(&owner).is_none_or(|known| known.id != id)) {
            return false;
        }
        self.change(&owner, |ring| {
            ring.bytes += bytes;
            ring.advice += entry.advice.len();
            ring.entries.push_back(entry);
            while ring.entries.len() > limit {
                ring.drop_oldest();
            }
        });
        self.make_room();
        self.limit_empty();
        true
    }

    /// The ring of a world, as [`Rings::push`] takes it.
    pub(super) fn id(&mut self, world: &WorldName) -> u64 {
        let owner = living(world);
        self.change(&owner, |_| {});
        self.rings.get(&owner).map(|ring| ring.id).unwrap_or_default()
    }

    /// The entries of a world.
    pub(super) fn kept(&self, world: &WorldName) -> Kept {
        self.of(&living(world))
    }

    /// The same in numbers.
    pub(super) fn counts(&self, world: &WorldName) -> Counts {
        match self.rings.get(&living(world)) {
            Some(ring) => Counts { entries: ring.entries.len(), advice: ring.advice, dropped: ring.dropped },
            None => Counts { dropped: self.forgotten, ..Counts::default() },
        }
    }

    /// The worlds that were dropped, by name, with the entries they had.
    pub(super) fn ended(&self) -> Vec<(WorldName, Kept)> {
        let owners = self.rings.keys().filter(|owner| owner.ended);
        let mut ended: Vec<_> = owners.map(|owner| (owner.world.clone(), self.of(owner))).collect();
        ended.sort_by(|(one, _), (other, _)| one.cmp(other));
        ended
    }

    /// The newest entry of a world that meets a condition.
    pub(super) fn newest(&self, world: &WorldName, id: Option<Uuid>) -> Option<Arc<Entry>> {
        let ring = self.rings.get(&living(world))?;
        ring.entries.iter().rev().find(|entry| id.is_none_or(|id| entry.id == id)).cloned()
    }

    /// Empties the ring of a world, as a reader asked: what follows from requests in progress still belongs to it.
    pub(super) fn clear(&mut self, world: &WorldName) {
        let owner = living(world);
        if self.rings.contains_key(&owner) {
            self.change(&owner, |ring| *ring = Ring { id: ring.id, ..Ring::default() });
        }
    }

    /// Takes the ring of a world away, as a reset does.
    pub(super) fn forget(&mut self, world: &WorldName) -> Option<Ring> {
        let owner = living(world);
        let taken = self.rings.remove(&owner)?;
        self.by_bytes.remove(&(taken.bytes, owner));
        self.bytes -= taken.bytes;
        Some(taken)
    }

    /// The same for a world that is dropped.
    pub(super) fn end(&mut self, world: &WorldName) {
        let Some(taken) = self.forget(world) else { return };
        if self.keeps_ended && (taken.dropped > 0 || !taken.entries.is_empty()) {
            self.change(&Owner { world: world.clone(), ended: true }, |ring| {
                ring.bytes += taken.bytes;
                ring.advice += taken.advice;
                ring.entries.extend(taken.entries);
                ring.dropped += taken.dropped;
            });
        }
    }

    fn of(&self, owner: &Owner) -> Kept {
        match self.rings.get(owner) {
            Some(ring) => Kept { entries: ring.entries.iter().cloned().collect(), dropped: ring.dropped },
            None => Kept { entries: Vec::new(), dropped: self.forgotten },
        }
    }

    /// Changes a ring, made if there is none, and keeps the sums.
    fn change(&mut self, owner: &Owner, change: impl FnOnce(&mut Ring)) {
        let (last_id, forgotten) = (&mut self.last_id, self.forgotten);
        let ring = self.rings.entry(owner.clone()).or_insert_with(|| {
            *last_id += 1;
            Ring { id: *last_id, dropped: forgotten, ..Ring::default() }
        });
        let before = ring.bytes;
        change(ring);
        let after = ring.bytes;
        if before == after {
            return;
        }
        self.bytes = self.bytes + after - before;
        let (_, owner) = self.by_bytes.take(&(before, owner.clone())).unwrap_or_else(|| (before, owner.clone()));
        if after > 0 {
            self.by_bytes.insert((after, owner));
        }
    }

    /// Lets go of the oldest entries of the fullest ring until all fit; those of dropped worlds give way like others.
    fn make_room(&mut self) {
        while self.bytes > self.memory {
            let Some((_, fullest)) = self.by_bytes.last().cloned() else { return };
            self.change(&fullest, Ring::drop_oldest);
        }
    }

    /// Forgets the counts of worlds without entries when there are very many. A world that has none counts as one that
    /// lost the most, so that no verdict is better than the truth.
    fn limit_empty(&mut self) {
        if self.rings.len() - self.by_bytes.len() <= MAX_EMPTY {
            return;
        }
        let forgotten = &mut self.forgotten;
        self.rings.retain(|_, ring| {
            if ring.entries.is_empty() {
                *forgotten = ring.dropped.max(*forgotten);
            }
            !ring.entries.is_empty()
        });
    }
}

impl Ring {
    fn drop_oldest(&mut self) {
        if let Some(oldest) = self.entries.pop_front() {
            self.bytes -= oldest.bytes();
            self.advice -= oldest.advice.len();
            self.dropped += 1;
        }
    }
}

fn living(world: &WorldName) -> Owner {
    Owner { world: world.clone(), ended: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(world: &str, length: usize) -> Arc<Entry> {
        let mut entry = Entry::of_length(length);
        entry.world = world.parse().unwrap();
        Arc::new(entry)
    }

    fn held(rings: &Rings, world: &str) -> (usize, u64) {
        let kept = rings.kept(&world.parse().unwrap());
        (kept.entries.len(), kept.dropped)
    }

    #[test]
    fn the_world_that_holds_the_most_gives_way_first() {
        let mut rings = Rings::new(100, 12_000);
        for _ in 0..3 {
            rings.push(entry("quiet", 488), None);
        }
        for _ in 0..50 {
            rings.push(entry("loud", 488), None);
        }
        assert_eq!((held(&rings, "quiet"), held(&rings, "loud")), ((3, 0), (9, 41)));
        rings.push(entry("huge", 20_000), None);
        assert_eq!((held(&rings, "quiet"), held(&rings, "loud")), ((3, 0), (9, 41)));
        assert_eq!(held(&rings, "huge"), (0, 1));
        // Two that share the room end up with the same share, whoever came last.
        for _ in 0..50 {
            rings.push(entry("late", 488), None);
        }
        let (loud, late) = (held(&rings, "loud").0, held(&rings, "late").0);
        assert!(held(&rings, "quiet") == (3, 0) && loud + late == 9 && loud.abs_diff(late) <= 1, "{loud} {late}");
    }

    #[test]
    fn the_sums_are_those_of_what_is_held() {
        let mut rings = Rings::new(3, 5_000);
        rings.keep_ended();
        for turn in 0..200_usize {
            let world = ["a", "b", "c"][turn % 3];
            rings.push(entry(world, turn * 37 % 900), None);
            match turn % 23 {
                0 => drop(rings.forget(&world.parse().unwrap())),
                7 => rings.end(&world.parse().unwrap()),
                13 => rings.clear(&world.parse().unwrap()),
                _ => {}
            }
            let sum: usize = rings.rings.values().flat_map(|ring| &ring.entries).map(|entry| entry.bytes()).sum();
            assert!(rings.bytes == sum && sum <= 5_000);
            let full = rings.rings.values().filter(|ring| ring.bytes > 0).count();
            assert_eq!(rings.by_bytes.len(), full);
            assert!(rings.by_bytes.iter().all(|(bytes, owner)| rings.rings[owner].bytes == *bytes));
        }
    }

    #[test]
    fn a_request_that_outlived_its_world_leaves_no_entry() {
        let mut rings = Rings::new(9, 9_000);
        let world: WorldName = "w".parse().unwrap();
        let before = rings.id(&world);
        assert!(rings.push(entry("w", 1), Some(before)));
        rings.clear(&world);
        assert!(rings.push(entry("w", 1), Some(before)));
        rings.forget(&world);
        assert!(!rings.push(entry("w", 1), Some(before)));
        let before = rings.id(&world);
        rings.end(&world);
        assert!(!rings.push(entry("w", 1), Some(before)));
        assert_eq!(held(&rings, "w"), (0, 0));
        assert!(rings.ended().is_empty());
    }

    #[test]
    fn dropped_worlds_are_kept_for_who_asks_and_a_new_world_of_the_name_begins_empty() {
        let mut rings = Rings::new(2, 9_000);
        rings.keep_ended();
        for _ in 0..2 {
            for _ in 0..3 {
                rings.push(entry("w", 1), None);
            }
            rings.end(&"w".parse().unwrap());
        }
        assert_eq!(held(&rings, "w"), (0, 0));
        let ended = rings.ended();
        assert_eq!((ended.len(), ended[0].1.entries.len(), ended[0].1.dropped), (1, 4, 2));
    }

    #[test]
    fn counts_that_were_forgotten_never_make_a_world_look_whole() {
        let mut rings = Rings::new(0, 0);
        for turn in 0..=MAX_EMPTY + 1 {
            rings.push(entry(&format!("w{turn}"), 1), None);
            rings.push(entry(&format!("w{turn}"), 1), None);
        }
        assert_eq!(held(&rings, "w0"), (0, 2));
        assert!(rings.rings.len() <= MAX_EMPTY);
    }
}
