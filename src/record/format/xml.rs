//! XML: the text of elements, and the values of their attributes.

use super::{Spelling, Visit, value};
use crate::codec::xml::markup_end;

/// A text with other values.
pub(super) fn rewritten(text: &str, names: &[String], depth: usize, visit: Visit<'_>) -> String {
    let mut names = names.to_vec();
    let outer = names.len();
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        let (before, markup) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
        if before.trim().is_empty() {
            out.push_str(before);
        } else {
            out.push_str(&value(Spelling::Xml, before, &names, depth, visit));
        }
        if markup.is_empty() {
            return out;
        }
        let (tag, after) = markup.split_at(markup_end(markup));
        rest = after;
        if let Some(content) = tag.strip_prefix("<![CDATA[") {
            let (content, end) = match content.strip_suffix("]]>") {
                Some(content) => (content, "]]>"),
                None => (content, ""),
            };
            out.push_str("<![CDATA[");
            out.push_str(&value(Spelling::Plain, content, &names, depth, visit));
            out.push_str(end);
        } else if let Some(comment) = tag.strip_prefix("<!--") {
            out.push_str("<!--");
            out.push_str(&value(Spelling::Plain, comment, &[], depth, visit));
        } else if tag.starts_with("<!") || tag.starts_with("<?") {
            out.push_str(tag);
        } else if tag.starts_with("</") {
            out.push_str(tag);
            if names.len() > outer {
                names.pop();
            }
        } else {
            names.push(local(tag.trim_start_matches('<')).to_owned());
            attributes(tag, &mut names, visit, &mut out);
            if tag.ends_with("/>") {
                names.pop();
            }
        }
    }
}

fn local(tag: &str) -> &str {
    let name = tag.split(|letter: char| letter.is_whitespace() || letter == '>' || letter == '/').next().unwrap_or(tag);
    name.rsplit(':').next().unwrap_or(name)
}

/// Adds a start tag with other values of its attributes; those of namespaces and of types stay.
fn attributes(tag: &str, names: &mut Vec<String>, visit: Visit<'_>, out: &mut String) {
    let mut rest = tag;
    while let Some(at) = rest.find(['"', '\'']) {
        let (front, quoted) = rest.split_at(at);
        let quote = quoted.get(..1).unwrap_or_default();
        let inner = quoted.get(1..).unwrap_or_default();
        let (inner, after) = inner.split_at(inner.find(quote).unwrap_or(inner.len()));
        let name = front.trim_end().trim_end_matches('=').trim_end();
        let name = name.rsplit(|letter: char| letter.is_whitespace()).next().unwrap_or_default();
        out.push_str(front);
        out.push_str(quote);
        if name.starts_with("xmlns") || name.ends_with(":type") || name.ends_with(":nil") {
            out.push_str(inner);
        } else {
            names.push(name.to_owned());
            out.push_str(&value(Spelling::Xml, inner, names, 0, visit));
            names.pop();
        }
        let (end, after) = after.split_at(after.len().min(1));
        out.push_str(end);
        rest = after;
    }
    out.push_str(rest);
}
