//! An entry as a command for a shell: what to paste to send the request again.

use super::Entry;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The command. `base` is `http://host` with the world's prefix. A body that is no text comes through `base64 -d`; a
/// masked or cut one is sent as the journal shows it.
#[must_use]
pub fn command(entry: &Entry, base: &str, secrets: bool) -> String {
    let query = entry.shown_query(secrets).map(|query| format!("?{query}")).unwrap_or_default();
    let request = entry.request.shown(secrets);
    let mut command =
        format!("curl -i -X {} {}", quoted(&entry.method), quoted(&format!("{base}{}{query}", entry.path)));
    for (name, value) in &request.headers {
        // curl makes these by itself; a stale length would cut the request.
        if !matches!(name.as_str(), "host" | "content-length" | "transfer-encoding" | "connection") {
            // curl leaves out a header without a value unless it ends in a semicolon.
            let header = if value.is_empty() { format!("{name};") } else { format!("{name}: {value}") };
            command.push_str(&format!(" \\\n  -H {}", quoted(&header)));
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

/// A word for a POSIX shell.
fn quoted(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:".contains(letter);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_survive_a_shell() {
        assert_eq!(quoted("GET"), "GET");
        assert_eq!(quoted("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(quoted(""), "''");
    }
}
