//! What a fault would have done: its rules applied to the journal, before anybody adds it.

use super::Definition;
use super::bucket::Bucket;
use crate::pipeline::journal::{Kept, RequestView};
use serde_json::{Value, json};

impl Definition {
    /// How many requests of a journal it would have matched, and the ids of those it would have been applied to, oldest
    /// first. chosen: as if it were the only fault, and chance were always with it.
    #[must_use]
    pub fn rehearsed(&self, kept: &Kept) -> Value {
        let (mut matched, mut hit, mut bucket) = (0_u64, Vec::new(), self.effect.rate_limit.map(Bucket::full));
        for entry in &kept.entries {
            if !self.wanted.fits(&RequestView { status: None, ..entry.view() }) {
                continue;
            }
            matched += 1;
            let spent = self.times.is_some_and(|times| hit.len() >= times as usize);
            let passes = |bucket: &mut Bucket| bucket.take(entry.at).is_none();
            if matched > u64::from(self.skip) && !spent && !bucket.as_mut().is_some_and(passes) {
                hit.push(entry.id.to_string());
            }
        }
        json!({"considered": kept.entries.len(), "dropped": kept.dropped, "matched": matched, "requests": hit})
    }
}
