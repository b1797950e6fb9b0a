//! Percent-encoding: undoing it in request targets, and adding it where a log or a command line shows one.

use std::borrow::Cow;
use std::fmt::Write;

/// A request target for logs and command lines: every byte other than visible ASCII is percent-encoded, which means the
/// same to a server and can neither start a line nor steer a terminal.
#[must_use]
pub fn percent_encode_invisible(target: &str) -> Cow<'_, str> {
    if target.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Cow::Borrowed(target);
    }
    let shown = |byte: u8| match byte.is_ascii_graphic() {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    Cow::Owned(target.bytes().map(shown).collect())
}

/// Appends a name or a value of a query or a form; all but unreserved characters (RFC 3986) are percent-encoded.
pub fn push_encoded(out: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

/// Undoes percent-encoding of the bytes that `decode` admits; bad escapes and bytes that are not UTF-8 stay as sent.
pub fn decoded(text: &str, decode: impl Fn(u8) -> bool) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let (head, mut tail) = rest.split_at(at);
        out.push_str(head);
        let mut run = Vec::new();
        while let Some((byte, after)) = escape(tail) {
            run.push(byte);
            tail = after;
        }
        match rest.get(at..rest.len() - tail.len()) {
            Some(sent) if !run.is_empty() => push_run(&mut out, sent, &run, &decode),
            _ => {
                out.push('%');
                tail = tail.strip_prefix('%').unwrap_or_default();
            }
        }
        rest = tail;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Adds a run of escapes, three letters per byte as sent, decoded where that is possible and wanted.
fn push_run(out: &mut String, sent: &str, run: &[u8], decode: &impl Fn(u8) -> bool) {
    let mut at = 0;
    let mut keep = |out: &mut String, bytes: usize, text: Option<char>| {
        let next = at + 3 * bytes;
        match text {
            Some(letter) => out.push(letter),
            None => out.push_str(sent.get(at..next).unwrap_or_default()),
        }
        at = next;
    };
    for chunk in run.utf8_chunks() {
        for letter in chunk.valid().chars() {
            let wanted = u8::try_from(letter).map_or(true, |byte| !byte.is_ascii() || decode(byte));
            keep(out, letter.len_utf8(), Some(letter).filter(|_| wanted));
        }
        keep(out, chunk.invalid().len(), None);
    }
}

/// The byte of an escape at the front, and what follows it.
pub fn escape(text: &str) -> Option<(u8, &str)> {
    let digits = text.strip_prefix('%')?;
    let (pair, rest) = digits.split_at_checked(2)?;
    let plain = pair.bytes().all(|byte| byte.is_ascii_hexdigit());
    let byte = if plain { u8::from_str_radix(pair, 16).ok()? } else { return None };
    Some((byte, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_shown_in_visible_letters() {
        assert_eq!(percent_encode_invisible("/a/%20b?c"), "/a/%20b?c");
        assert_eq!(percent_encode_invisible("/a b\n\u{1b}[31m\u{9b}é"), "/a%20b%0A%1B[31m%C2%9B%C3%A9");
    }
}
