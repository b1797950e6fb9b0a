//! What the recording and the twin call by different names: identifiers, tokens and secrets that each makes for itself.
//! Learnt from answers, and used in the requests that follow.

use std::collections::{BTreeMap, BTreeSet};

/// Recorded values with the twin's.
#[derive(Debug, Default)]
pub struct Counterparts {
    /// GUIDs and tokens: long enough to be replaced wherever they stand.
    long: BTreeMap<String, String>,
    /// Numbers and other short keys: replaced where they are a whole segment of a path or a whole value.
    short: BTreeMap<String, String>,
    /// Values of the twin that stand for a recorded one.
    taken: BTreeSet<String>,
    /// Values that both sides showed, or that a client sent: those are nobody's new name.
    shared: BTreeSet<String>,
}

/// From this length on a value is replaced inside other text.
const LONG: usize = 16;

impl Counterparts {
    /// The twin's name for a recorded one.
    #[must_use]
    pub fn of(&self, recorded: &str) -> Option<&str> {
        self.long.get(recorded).or_else(|| self.short.get(recorded)).map(String::as_str)
    }

    /// Notes a value that both sides know.
    pub fn share(&mut self, value: &str) {
        self.shared.insert(value.to_owned());
    }

    /// Whether the twin's value may stand for the recorded one: it does already, or both are new.
    pub fn learn(&mut self, recorded: &str, own: &str) -> bool {
        if let Some(known) = self.of(recorded) {
            return known == own;
        }
        if self.shared.contains(recorded) || self.shared.contains(own) || !self.taken.insert(own.to_owned()) {
            return false;
        }
        let table = if recorded.len() >= LONG { &mut self.long } else { &mut self.short };
        table.insert(recorded.to_owned(), own.to_owned());
        true
    }

    /// A text with every recorded name replaced by the twin's.
    #[must_use]
    pub fn applied(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (recorded, own) in &self.long {
            if text.contains(recorded.as_str()) {
                text = text.replace(recorded.as_str(), own);
            }
        }
        text
    }

    /// A path and query, in which short names are whole segments or whole values.
    #[must_use]
    pub fn applied_to_target(&self, target: &str) -> String {
        let mut out = String::with_capacity(target.len());
        let mut segment = String::new();
        let text = self.applied(target);
        for letter in text.chars() {
            if "/?&=,".contains(letter) {
                out.push_str(self.short.get(&segment).unwrap_or(&segment));
                segment.clear();
                out.push(letter);
            } else {
                segment.push(letter);
            }
        }
        out.push_str(self.short.get(&segment).unwrap_or(&segment));
        out
    }
}
