//! Lists of journal entries, written piece by piece as a reader takes them: a whole one may be many times as large as the
//! journal. A reader that stalls costs the piece on its way to it. What is listed may be dropped from the journal
//! meanwhile, so that readers never keep more of it in memory than `--journal-memory`; it then counts as dropped.

use super::pieces::{Failure, PIECE, Pieces, in_pieces};
use super::refusal::Refusal;
use crate::pipeline::journal::{Entry, Kept};
use axum::response::Response;
use bytes::Bytes;
use serde_json::Value;
use std::sync::{Arc, Weak};

/// A list that has yet to be written.
pub(super) struct Listing {
    /// The text in front of the entries; empty once it is written.
    before: String,
    left: std::vec::IntoIter<Weak<Entry>>,
    dropped: u64,
    /// Whether an entry is written, so that a comma follows.
    begun: bool,
    ended: bool,
    show: Box<dyn Fn(&Entry) -> Value + Send>,
    /// The text behind the entries, which tells how many are gone.
    behind: fn(u64) -> String,
}

impl Listing {
    /// The list of these entries between two texts.
    pub(super) fn new(
        before: String,
        kept: Kept,
        show: impl Fn(&Entry) -> Value + Send + 'static,
        behind: fn(u64) -> String,
    ) -> Listing {
        let left: Vec<Weak<Entry>> = kept.entries.iter().map(Arc::downgrade).collect();
        let (left, dropped, show) = (left.into_iter(), kept.dropped, Box::new(show));
        Listing { before, left, dropped, begun: false, ended: false, show, behind }
    }
}

impl Pieces for Listing {
    fn piece(&mut self) -> Result<Bytes, Failure> {
        let mut text = std::mem::take(&mut self.before);
        while text.len() < PIECE {
            let Some(entry) = self.left.next() else {
                text += &(self.behind)(self.dropped);
                self.ended = true;
                break;
            };
            let Some(entry) = entry.upgrade() else {
                self.dropped += 1;
                continue;
            };
            if std::mem::replace(&mut self.begun, true) {
                text.push(',');
            }
            text += &(self.show)(&entry).to_string();
        }
        Ok(text.into())
    }

    fn has_ended(&self) -> bool {
        self.ended
    }
}

/// Answers with a list that is collected and written on threads for blocking work. A short one is whole at once.
///
/// # Errors
/// When the work panics; later pieces then break the answer off.
pub(super) async fn listed(collect: impl FnOnce() -> Listing + Send + 'static) -> Result<Response, Refusal> {
    in_pieces(move || Ok(collect())).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_journal_lets_go_of_before_it_is_written_counts_as_dropped() {
        let large = Arc::new(Entry::of_length(PIECE));
        let mut entries: Vec<Arc<Entry>> = std::iter::repeat_n(large, 2).collect();
        entries.push(Arc::new(Entry::of_length(1)));
        let kept = Kept { entries: entries.clone(), dropped: 3 };
        let show = |entry: &Entry| Value::from(entry.path().len());
        let mut listing = Listing::new("[".to_owned(), kept, show, |dropped| format!("] {dropped}"));
        entries.pop();
        assert_eq!(listing.piece().unwrap(), format!("[{PIECE},{PIECE}] 4"));
        assert!(listing.ended);
    }
}
