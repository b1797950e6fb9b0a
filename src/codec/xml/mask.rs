//! Masks XML: the content of an element with a secret's name, up to its end tag.

use crate::codec::mask::{IsSecret, MASK, Shape};

pub fn hide(text: &str, is_secret: IsSecret<'_>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        out.push_str(before);
        let end = markup_end(tag);
        let (tag, after) = tag.split_at(end);
        rest = after;
        let name = name(tag);
        if has_secret_attribute(tag, is_secret) {
            out.push_str(&format!("<{name} {MASK}"));
            out.push_str(if tag.ends_with("/>") { "/>" } else { ">" });
        } else {
            out.push_str(tag);
        }
        let text = rest.split('<').next().unwrap_or_default();
        let is_text = !text.trim().is_empty() || rest.starts_with("<![CDATA[");
        let secret = is_secret(name, Shape::Any) || (is_text && is_secret(name, Shape::Text));
        if opens(tag) && secret {
            let content = content(rest);
            if content > 0 {
                out.push_str(MASK);
            }
            rest = rest.get(content..).unwrap_or_default();
        }
    }
    out + rest
}

/// Whether a piece of markup is a start tag.
fn opens(tag: &str) -> bool {
    !tag.starts_with("</")
        && !tag.starts_with("<!")
        && !tag.starts_with("<?")
        && tag.ends_with('>')
        && !tag.ends_with("/>")
}

/// The length of an element's content, whatever is in it; all of the text when it does not end.
fn content(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(next) = text.get(at..).and_then(|rest| rest.find('<')) {
        at += next;
        let tag = text.get(at..).unwrap_or_default();
        let tag = tag.get(..markup_end(tag)).unwrap_or(tag);
        if tag.starts_with("</") {
            match depth.checked_sub(1) {
                Some(outer) => depth = outer,
                None => return at,
            }
        } else if opens(tag) {
            depth += 1;
        }
        at += tag.len();
    }
    text.len()
}

/// Whether a start tag has an attribute with a secret's name: no contract has one, but a client may.
fn has_secret_attribute(tag: &str, is_secret: IsSecret<'_>) -> bool {
    if tag.starts_with("<!") || tag.starts_with("<?") {
        return false;
    }
    let mut parts = tag.split('=');
    let _value = parts.next_back();
    parts.any(|part| {
        let name = part.trim_end().rsplit(|letter: char| letter.is_whitespace() || "\"'".contains(letter)).next();
        name.is_some_and(|name| is_secret(name, Shape::Any))
    })
}

/// Where the markup at the start of a text ends, or the text itself.
pub fn markup_end(text: &str) -> usize {
    let until = |mark: &str| text.find(mark).map_or(text.len(), |at| at + mark.len());
    if text.starts_with("<!--") {
        return until("-->");
    }
    if text.starts_with("<![CDATA[") {
        return until("]]>");
    }
    if text.starts_with("<?") {
        return until("?>");
    }
    // A `>` inside a quoted attribute ends nothing.
    let mut quote = None;
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (None, '"' | '\'') => quote = Some(letter),
            (None, '>') => return at + 1,
            (Some(open), letter) if open == letter => quote = None,
            _ => {}
        }
    }
    text.len()
}

fn name(tag: &str) -> &str {
    let name = tag.trim_start_matches('<');
    name.split(|letter: char| letter.is_whitespace() || letter == '>' || letter == '/').next().unwrap_or(name)
}
