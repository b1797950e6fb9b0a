//! Recordings of real services as evidence for operations: how many exchanges, and from which day. The table of this
//! program is `recorded.tsv`, which a test compares with the recordings of the repository; what was recorded of a stand-in
//! is evidence for nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

/// What was recorded of operations, by API and operation; clones are cheap.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence(Arc<BTreeMap<(String, String), Recorded>>);

/// What was recorded of one operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The day of the latest recording, `2027-01-31`.
    pub date: String,
    /// How many exchanges, over all recordings.
    pub exchanges: usize,
}

impl Evidence {
    /// The evidence that this program comes with.
    #[must_use]
    pub fn built_in() -> Evidence {
        Evidence::parse(include_str!("recorded.tsv"))
    }

    /// A table: API, operation, date and number of exchanges, separated by tabs; other lines say nothing.
    #[must_use]
    pub fn parse(table: &str) -> Evidence {
        table
            .lines()
            .filter_map(|line| {
                let [api, operation, date, exchanges] = *line.split('\t').collect::<Vec<_>>().as_slice() else {
                    return None;
                };
                Some((api.to_owned(), operation.to_owned(), date.to_owned(), exchanges.parse().ok()?))
            })
            .collect()
    }

    /// What was recorded of an operation.
    #[must_use]
    pub fn of(&self, api: &str, operation: &str) -> Option<&Recorded> {
        self.0.get(&(api.to_owned(), operation.to_owned()))
    }
}

/// From exchanges: API, operation, day, number.
impl FromIterator<(String, String, String, usize)> for Evidence {
    fn from_iter<T: IntoIterator<Item = (String, String, String, usize)>>(rows: T) -> Evidence {
        let mut table: BTreeMap<(String, String), Recorded> = BTreeMap::new();
        for (api, operation, date, exchanges) in rows {
            let of = table.entry((api, operation)).or_insert(Recorded { date: date.clone(), exchanges: 0 });
            of.exchanges += exchanges;
            of.date = date.max(std::mem::take(&mut of.date));
        }
        Evidence(Arc::new(table))
    }
}
