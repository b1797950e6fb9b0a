//! Answers that show one user of a world and nothing else, kept beside the users' rows and dropped by the same counts of
//! changes: the next request for the same needs neither the row nor a writer.
//!
//! They are bounded for all worlds together (`--answer-cache`). The oldest of a world give way to its new ones; a world
//! that has none keeps none while others take all there is, which costs it time and nothing else.

use std::collections::VecDeque;
use std::hash::BuildHasher;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The approximate memory of an answer in addition to its texts, in bytes.
const OVERHEAD: usize = 80;

/// The longest answer that is kept, in bytes: many times that of a usual user, and no reason to let go of hundreds.
const LONGEST: usize = 16 * 1024;

/// A user as it was read: every change makes another version of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    /// Tells the counts of a database from those of others, and from those before everything was forgotten.
    pub(super) epoch: u64,
    /// The user's number.
    pub(super) number: usize,
    /// How often the user had changed.
    pub(super) changes: u32,
}

/// The memory that the answers of all worlds may take together; clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Budget(Arc<Account>);

#[derive(Debug, Default)]
struct Account {
    most: usize,
    taken: AtomicUsize,
}

impl Budget {
    /// At most `most` bytes.
    pub(super) fn new(most: usize) -> Budget {
        Budget(Arc::new(Account { most, taken: AtomicUsize::new(0) }))
    }

    /// Takes memory, if there is so much left.
    fn take(&self, bytes: usize) -> bool {
        let more = |taken: usize| taken.checked_add(bytes).filter(|taken| *taken <= self.0.most);
        self.0.taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok()
    }

    fn give_back(&self, bytes: usize) {
        self.0.taken.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// The answers of one world.
#[derive(Debug, Default)]
pub(super) struct Answers {
    budget: Budget,
    /// What they take of it.
    bytes: usize,
    hasher: foldhash::fast::RandomState,
    /// By the hash of their question, so that a table that grows looks at none of them.
    kept: foldhash::HashMap<u64, Kept>,
    /// Their hashes, oldest first.
    order: VecDeque<u64>,
}

/// An answer. There are so many that none is in a processor's cache: each further piece of memory would be waited for.
#[derive(Debug)]
struct Kept {
    /// The user that it shows.
    number: u32,
    /// How often that user had changed.
    changes: u32,
    /// The question, the answer, and the length of the question in the last bytes.
    texts: Box<[u8]>,
}

impl Kept {
    fn new(question: &[u8], version: Version, answer: &[u8]) -> Option<Kept> {
        let (number, length) = (u32::try_from(version.number).ok()?, u16::try_from(question.len()).ok()?);
        let texts = [question, answer, &length.to_le_bytes()].concat().into_boxed_slice();
        Some(Kept { number, changes: version.changes, texts })
    }

    /// The answer, if it is one to this question.
    fn answer_to(&self, question: &[u8]) -> Option<&[u8]> {
        let (texts, length) = self.texts.split_last_chunk()?;
        let is_own = usize::from(u16::from_le_bytes(*length)) == question.len();
        texts.strip_prefix(question).filter(|_| is_own)
    }

    fn bytes(&self) -> usize {
        OVERHEAD + self.texts.len()
    }
}

impl Answers {
    /// None yet, within a budget.
    pub(super) fn within(budget: &Budget) -> Answers {
        let mut none = Answers::default();
        none.budget = budget.clone();
        none
    }

    /// The same without any.
    pub(super) fn emptied(&self) -> Answers {
        Answers::within(&self.budget)
    }

    /// The answer to a question, if the user that it shows has not changed since; `changes` are those of each user.
    pub(super) fn find(&self, question: &[u8], changes: &[u32]) -> Option<&[u8]> {
        let kept = self.kept.get(&self.hasher.hash_one(question))?;
        let is_current = changes.get(usize::try_from(kept.number).ok()?) == Some(&kept.changes);
        kept.answer_to(question).filter(|_| is_current)
    }

    /// Keeps an answer that shows a user, if there is room.
    pub(super) fn keep(&mut self, question: &[u8], version: Version, answer: &[u8]) {
        if answer.len() > LONGEST {
            return;
        }
        let Some(kept) = Kept::new(question, version, answer) else { return };
        let hash = self.hasher.hash_one(question);
        // One that takes the place of another has its age too.
        let mut has_place = self.remove(hash);
        while !self.budget.take(kept.bytes()) {
            let Some(oldest) = self.order.pop_front() else { return };
            has_place &= oldest != hash;
            self.remove(oldest);
        }
        self.bytes += kept.bytes();
        self.kept.insert(hash, kept);
        if !has_place {
            self.order.push_back(hash);
        }
    }

    /// Whether there was one.
    fn remove(&mut self, hash: u64) -> bool {
        let Some(former) = self.kept.remove(&hash) else { return false };
        self.bytes -= former.bytes();
        self.budget.give_back(former.bytes());
        true
    }
}

impl Drop for Answers {
    fn drop(&mut self) {
        self.budget.give_back(self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An answer that takes 300 bytes with a question of one byte.
    const ANSWER: &[u8] = &[b'x'; 300 - OVERHEAD - 1 - size_of::<u16>()];

    fn version(number: usize, changes: u32) -> Version {
        Version { epoch: 0, number, changes }
    }

    fn known(answers: &Answers, changes: &[u32]) -> Vec<u8> {
        (0..=u8::MAX).filter(|question| answers.find(&[*question], changes).is_some()).collect()
    }

    #[test]
    fn an_answer_is_found_until_its_user_changes() {
        let mut answers = Answers::within(&Budget::new(10_000));
        answers.keep(b"a", version(1, 4), ANSWER);
        answers.keep(b"b", version(1, 4), ANSWER);
        answers.keep(b"c", version(2, 4), ANSWER);
        assert_eq!(known(&answers, &[0, 4, 4]), b"abc");
        assert_eq!(known(&answers, &[0, 5, 4]), b"c");
        assert_eq!(known(&answers, &[]), b"");
        answers.keep(b"a", version(1, 5), ANSWER);
        assert_eq!(known(&answers, &[0, 5, 4]), b"ac");
    }

    #[test]
    fn the_oldest_answers_of_a_world_give_way() {
        let mut answers = Answers::within(&Budget::new(1_000));
        for question in b"abcdb" {
            answers.keep(&[*question], version(0, 0), ANSWER);
        }
        assert_eq!(known(&answers, &[0]), b"bcd");
        answers.keep(b"e", version(0, 0), ANSWER);
        assert_eq!((known(&answers, &[0]), answers.order.len()), (b"cde".to_vec(), 3));
    }

    #[test]
    fn worlds_share_the_memory_and_give_it_back() {
        let budget = Budget::new(700);
        let (mut first, mut second) = (Answers::within(&budget), Answers::within(&budget));
        for question in b"ab" {
            first.keep(&[*question], version(0, 0), ANSWER);
        }
        second.keep(b"a", version(0, 0), ANSWER);
        assert_eq!((known(&first, &[0]).len(), known(&second, &[0]).len()), (2, 0));
        first = first.emptied();
        second.keep(b"a", version(0, 0), ANSWER);
        assert_eq!((known(&first, &[0]).len(), known(&second, &[0]).len()), (0, 1));
        drop(second);
        assert_eq!(budget.0.taken.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn an_answer_that_is_too_large_is_not_kept_and_takes_nothing_from_others() {
        let mut answers = Answers::within(&Budget::new(299));
        answers.keep(b"a", version(0, 0), ANSWER);
        assert_eq!((known(&answers, &[0]).len(), answers.order.len(), answers.bytes), (0, 0, 0));
        let mut answers = Answers::within(&Budget::new(17_000));
        for (question, length) in [(b"a", 300), (b"b", LONGEST), (b"c", LONGEST + 1)] {
            answers.keep(question, version(0, 0), &vec![b'x'; length]);
        }
        assert_eq!(known(&answers, &[0]), b"ab");
    }
}
