//! A folder of recordings: its `manifest.json` says of each file where it comes from. Only what was recorded of a real
//! service is evidence.

use super::{Recording, route};
use crate::apis::Apis;
use crate::apis::evidence::Evidence;
use serde::Deserialize;
use std::path::Path;

/// What was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Source {
    /// A service of the vendor.
    Real,
    /// A stand-in, or nothing at all.
    Synthetic,
}

/// A recording of the folder.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// The file's name.
    file: String,
    /// What was recorded.
    source: Source,
    /// The day, `2027-01-31`.
    date: String,
    /// With what, and of what, for people.
    #[serde(rename = "of")]
    _of: String,
}

/// The evidence in a folder of recordings.
///
/// # Errors
/// A sentence about a manifest or a recording that cannot be read.
pub fn evidence(apis: &Apis, folder: &Path) -> Result<Evidence, String> {
    let text = |name: &str| {
        let file = folder.join(name);
        std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))
    };
    let entries: Vec<Entry> = serde_json::from_str(&text("manifest.json")?).map_err(|error| {
        format!("manifest.json: {error}; it is [{{\"file\", \"source\": \"real\" or \"synthetic\", \"date\", \"of\"}}]")
    })?;
    let mut rows = Vec::new();
    for Entry { file, source, date, .. } in entries {
        if chrono::NaiveDate::parse_from_str(&date, "%Y-%m-%d").is_err() {
            return Err(format!("manifest.json: the date of {file} is no day such as 2027-01-31"));
        }
        let mut recording = Recording::default();
        recording.add(&text(&file)?).map_err(|reason| format!("{file}: {reason}"))?;
        let routes = recording
            .exchanges
            .iter()
            .filter(|_| source == Source::Real)
            .filter_map(|exchange| route::of(apis, &exchange.method, exchange.path()));
        let operations = routes.filter_map(|route| Some((route.api.name, route.operation?.id)));
        rows.extend(operations.map(|(api, operation)| (api.to_owned(), operation.to_owned(), date.clone(), 1)));
    }
    Ok(rows.into_iter().collect())
}
