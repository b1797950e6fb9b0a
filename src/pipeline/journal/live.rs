//! An entry on its way to the live streams. It is written once, by the first reader that comes to it: a thousand readers
//! would otherwise mask and write the same bodies a thousand times.

use super::Entry;
use crate::long_work::long_work;
use bytes::Bytes;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// An entry that was just recorded.
#[derive(Debug)]
pub struct Live {
    /// The entry.
    pub entry: Arc<Entry>,
    /// As readers receive it.
    written: OnceCell<Bytes>,
}

impl Live {
    pub(super) fn new(entry: Arc<Entry>) -> Arc<Live> {
        Arc::new(Live { entry, written: OnceCell::new() })
    }

    /// The entry as the first reader has it written; `None` when that panics.
    pub async fn written(&self, write: impl FnOnce(&Entry) -> Bytes + Send + 'static) -> Option<Bytes> {
        let entry = Arc::clone(&self.entry);
        self.written.get_or_try_init(|| long_work(move || write(&entry))).await.ok().cloned()
    }
}
