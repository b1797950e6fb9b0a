//! Masks XML: the content of an element with a secret's name, up to its end tag.

use crate::codec::mask::{IsSecret, MASK};

pub fn hide(text: &str, is_secret: IsSecret<'_>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        out.push_str(before);
        let end = markup(tag);
        let (tag, after) = tag.split_at(end);
        out.push_str(tag);
        rest = after;
        let opening =
            !tag.starts_with("</") && !tag.starts_with("<!") && !tag.starts_with("<?") && !tag.ends_with("/>");
        let name = name(tag);
        if opening && tag.ends_with('>') && is_secret(name) {
            // chosen: an element of the same name inside a secret ends it early; no contract has one.
            let content = rest.find(&format!("</{name}")).unwrap_or(rest.len());
            if content > 0 {
                out.push_str(MASK);
            }
            rest = rest.get(content..).unwrap_or_default();
        }
    }
    out + rest
}

/// Where the markup at the start of a text ends, or the text itself.
fn markup(text: &str) -> usize {
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
