//! The recording as a file: an HTTP Archive that is whole at every moment, because it is written beside itself and then
//! put in its own place, and that a later run continues. The key of its stand-ins is in a file beside it, for its owner
//! only: with it the same value has the same stand-in in every run, and whoever gets the recording has no use for guesses.

use super::exchange::Exchange;
use super::mask::Masker;
use super::survivor::Sought;
use crate::apis::Apis;
use crate::model::ids::{Ids, Sequence};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The member that shows a recording of this program, with the fingerprint of its key.
const MARK: &str = "_usertwin";

/// An exchange with the text it had when it was last masked.
#[derive(Debug)]
struct Entry {
    source: Source,
    text: String,
    /// How much the masker had learnt by then.
    learnt: usize,
    /// How many secrets the text was searched for.
    searched: usize,
}

#[derive(Debug)]
enum Source {
    /// As it went over the wire.
    Exchange(Box<Exchange>),
    /// As an earlier run wrote it.
    Written(Value),
}

/// A recording.
#[derive(Debug)]
pub struct Archive {
    file: PathBuf,
    origin: String,
    fingerprint: String,
    masker: Masker,
    entries: Vec<Entry>,
    changed: bool,
}

impl Archive {
    /// Opens a file, which is continued if there is one, for a service at an origin. Nothing of `hidden` will be in it.
    ///
    /// # Errors
    /// A sentence that names the setting and a remedy.
    pub fn open(apis: &Apis, file: &Path, origin: &str, hidden: &[String]) -> Result<Archive, String> {
        let refused = |reason: &str| format!("--out {}: {reason}", file.display());
        let key_file = beside(file, ".key");
        let existing = match fs::read_to_string(file) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(refused(&format!("{error}; name a file that can be read and written"))),
        };
        let key = match (&existing, fs::read_to_string(&key_file)) {
            (_, Ok(key)) => key.trim().to_owned(),
            (Some(_), Err(error)) => {
                return Err(refused(&format!(
                    "it is continued only with its key, and {}: {error}; name another file",
                    key_file.display()
                )));
            }
            (None, Err(_)) => {
                let key = new_key();
                write_secret(&key_file, &key).map_err(|error| {
                    refused(&format!("{}: {error}; name a folder that can be written", key_file.display()))
                })?;
                key
            }
        };
        let fingerprint: String =
            digest(&SHA256, key.as_bytes()).as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let masker = Masker::new(apis, key.as_bytes(), hidden);
        let entries = match &existing {
            Some(text) => written(text, &fingerprint).map_err(|reason| refused(&reason))?,
            None => Vec::new(),
        };
        let (file, origin) = (file.to_owned(), origin.to_owned());
        let mut archive = Archive { file, origin, fingerprint, masker, entries, changed: true };
        archive.write().map_err(|sentence| format!("--out {sentence}"))?;
        Ok(archive)
    }

    /// Adds an exchange.
    pub fn add(&mut self, exchange: Exchange) {
        self.masker.learn(&exchange);
        let source = Source::Exchange(Box::new(exchange));
        self.entries.push(Entry { source, text: String::new(), learnt: usize::MAX, searched: 0 });
        self.changed = true;
    }

    /// How many exchanges it holds.
    #[must_use]
    pub fn count(&self) -> usize {
        self.entries.len()
    }

    /// How many values have stand-ins.
    #[must_use]
    pub fn hidden(&self) -> usize {
        self.masker.learnt()
    }

    /// Writes what has changed. A file in which a secret survives is not written; the one of before stays.
    ///
    /// # Errors
    /// A sentence about the file, or about the exchange in which a secret survives; never the secret.
    pub fn write(&mut self) -> Result<(), String> {
        if !self.changed {
            return Ok(());
        }
        let learnt = self.masker.learnt();
        let secrets = self.masker.secrets();
        let sought = Sought::new(secrets.iter().map(String::as_str));
        for (number, entry) in self.entries.iter_mut().enumerate() {
            if entry.learnt != learnt {
                let text = match &entry.source {
                    Source::Exchange(exchange) => self.masker.masked(exchange).entry(&self.origin).to_string(),
                    Source::Written(value) => again(value, &self.masker).to_string(),
                };
                (entry.text, entry.learnt, entry.searched) = (text, learnt, 0);
            }
            if entry.searched != secrets.len() {
                if sought.survivor(&entry.text).is_some() {
                    let place = match &entry.source {
                        Source::Exchange(exchange) => {
                            format!(" ({} {})", exchange.method, self.masker.masked(exchange).path())
                        }
                        Source::Written(_) => " (of an earlier run)".to_owned(),
                    };
                    return Err(format!(
                        "{}: not written, because a secret survives in exchange {}{place} in a spelling that is not masked; \
                         what was written before is as it was",
                        self.file.display(),
                        number + 1
                    ));
                }
                entry.searched = secrets.len();
            }
        }
        self.place().map_err(|error| format!("{}: {error}; name a file that can be written", self.file.display()))?;
        self.changed = false;
        Ok(())
    }

    fn place(&self) -> std::io::Result<()> {
        let creator = json!({"name": "usertwin", "version": env!("CARGO_PKG_VERSION")});
        let mark = json!({"record": 1, "key": self.fingerprint});
        let texts: Vec<&str> = self.entries.iter().map(|entry| entry.text.as_str()).collect();
        let temporary = beside(&self.file, ".new");
        let mut file = fs::File::create(&temporary)?;
        write!(file, r#"{{"log":{{"version":"1.2","creator":{creator},"{MARK}":{mark},"entries":["#)?;
        file.write_all(b"\n")?;
        file.write_all(texts.join(",\n").as_bytes())?;
        file.write_all(b"\n]}}\n")?;
        file.sync_all()?;
        fs::rename(&temporary, &self.file)
    }
}

/// The entries of an earlier run.
fn written(text: &str, fingerprint: &str) -> Result<Vec<Entry>, String> {
    let archive: Value = serde_json::from_str(text)
        .map_err(|error| format!("it is no HTTP Archive ({error}); name a file that does not exist yet"))?;
    match archive.pointer(&format!("/log/{MARK}/key")).and_then(Value::as_str) {
        Some(known) if known == fingerprint => {}
        Some(_) => return Err("it was recorded with another key than the one beside it; name another file".to_owned()),
        None => return Err("it is no recording of `usertwin record`; name a file that does not exist yet".to_owned()),
    }
    let entries = archive.pointer("/log/entries").and_then(Value::as_array).cloned().unwrap_or_default();
    let entry = |value| Entry { source: Source::Written(value), text: String::new(), learnt: usize::MAX, searched: 0 };
    Ok(entries.into_iter().map(entry).collect())
}

/// What an earlier run wrote, with stand-ins for what was learnt since. What is in base64 has been masked by then.
fn again(value: &Value, masker: &Masker) -> Value {
    match value {
        Value::String(text) => Value::String(masker.again(text).unwrap_or_else(|| text.clone())),
        Value::Array(items) => items.iter().map(|item| again(item, masker)).collect(),
        // Names of headers and the like stay.
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| match name.as_str() {
                "request" | "response" | "postData" | "content" | "headers" | "queryString" | "text" | "value"
                | "url" => (name.clone(), again(value, masker)),
                _ => (name.clone(), value.clone()),
            })
            .collect(),
        value => value.clone(),
    }
}

/// A file of the same name with a further ending.
fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(ending);
    PathBuf::from(name)
}

/// 244 bits that nobody can guess.
fn new_key() -> String {
    let ids = Ids::random();
    let part = || ids.next_id("", Sequence::World).simple().to_string();
    part() + &part()
}

fn write_secret(file: &Path, text: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut open = options.open(file)?;
    open.write_all(format!("{text}\n").as_bytes())?;
    open.sync_all()
}
