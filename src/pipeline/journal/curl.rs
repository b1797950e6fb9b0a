//! An entry as a shell command that sends the request again.

use super::{Entry, Secrets};
use crate::codec::percent::percent_encode_invisible;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The command. `base` is `http://host` with the world's prefix. A body that is not text is piped through
/// `base64 -d`; a masked or cut body is sent as the journal shows it.
#[must_use]
pub fn command(entry: &Entry, base: &str, secrets: &Secrets) -> String {
    let query = entry.shown_query(secrets).map(|query| format!("?{query}")).unwrap_or_default();
    let request = entry.request().shown(secrets);
    let url = format!("{base}{}", percent_encode_invisible(&format!("{}{query}", entry.path())));
    let mut command = format!("curl -i -X {} {}{}", quoted(entry.method()), options(&url), quoted(&url));
    for (name, value) in &request.headers {
        // curl adds these itself; a stale length would cut the request.
        if !matches!(name.as_str(), "host" | "content-length" | "transfer-encoding" | "connection") {
            // curl leaves out a header without a value unless it ends in a semicolon.
            let header = if value.is_empty() { format!("{name};") } else { format!("{name}: {value}") };
            command.push_str(&format!(" \\\n  -H {}", quoted_bytes(&header)));
        }
    }
    if request.body.is_empty() {
        return command + "\n";
    }
    match request.text() {
        // A leading @ would name a file to --data-binary; --data-raw takes every text as it is.
        Some(text) => command.push_str(&format!(" \\\n  --data-raw {}", quoted(text))),
        None => {
            let encoded = STANDARD.encode(&request.body);
            command = format!("echo {encoded} | base64 -d | {command} \\\n  --data-binary @-");
        }
    }
    command + "\n"
}

/// The options that make curl send an address as it is.
fn options(url: &str) -> String {
    let globs = if url.contains(['{', '}', '[', ']']) { "-g " } else { "" };
    let dots = if url.contains("/.") { "--path-as-is " } else { "" };
    format!("{globs}{dots}")
}

/// A word for a POSIX shell. Control characters are written by a printf, so that none steers the reader's terminal.
pub fn quoted(text: &str) -> String {
    word(text.chars(), |letter| letter.is_control() && !matches!(letter, '\n' | '\t'))
}

/// The same for a header, whose letters stand for bytes: those beyond ASCII cannot be written in any other way.
fn quoted_bytes(header: &str) -> String {
    word(header.chars(), |letter| letter.is_control() && letter != '\t' || !letter.is_ascii())
}

fn word(letters: impl Iterator<Item = char> + Clone, hidden: impl Fn(char) -> bool) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:".contains(letter);
    if letters.clone().next().is_some() && letters.clone().all(plain) {
        return letters.collect();
    }
    let mut word = String::from("'");
    for letter in letters {
        match letter {
            '\'' => word.push_str(r"'\''"),
            letter if hidden(letter) => {
                word.push_str(&format!("'\"$(printf '\\{:03o}')\"'", u32::from(letter)));
            }
            letter => word.push(letter),
        }
    }
    word + "'"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_survive_a_shell() {
        assert_eq!(quoted("GET"), "GET");
        assert_eq!(quoted("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("a\r\n\tb"), "'a'\"$(printf '\\015')\"'\n\tb'");
        assert_eq!(quoted_bytes("X: \u{9b}\u{e9}"), "'X: '\"$(printf '\\233')\"''\"$(printf '\\351')\"''");
    }
}
