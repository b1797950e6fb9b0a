//! Multipart bodies: each part is a body with a name and perhaps a media type of its own.

use super::{Visit, in_text};

/// A text with other values. What is no part stays.
pub(super) fn rewritten(text: &str, names: &[String], depth: usize, visit: Visit<'_>) -> String {
    let Some(at) = text.find("--") else { return visit(names, text).unwrap_or_else(|| text.to_owned()) };
    let line = text.get(at..).unwrap_or_default();
    let boundary = line.lines().next().unwrap_or_default().trim_end();
    if boundary.len() < 3 || depth >= super::DEEPEST {
        return visit(names, text).unwrap_or_else(|| text.to_owned());
    }
    let parts: Vec<String> = text.split(boundary).map(|part| one(part, names, depth, visit)).collect();
    parts.join(boundary)
}

fn one(part: &str, names: &[String], depth: usize, visit: Visit<'_>) -> String {
    let found = ["\r\n\r\n", "\n\n"].iter().find_map(|blank| Some((*blank, part.split_once(blank)?)));
    let Some((blank, (head, body))) = found else { return part.to_owned() };
    let mut names = names.to_vec();
    names.extend(parameter(head, "name"));
    let kind = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-type").then(|| value.trim().to_ascii_lowercase())
    });
    // The line's end in front of the boundary is not the part's.
    let content = body.trim_end_matches(['\r', '\n']);
    let end = body.get(content.len()..).unwrap_or_default();
    let other = match visit(&names, content) {
        Some(other) => other,
        None => in_text(&kind.unwrap_or_default(), content, &names, depth + 1, visit),
    };
    let head = match parameter(head, "filename").and_then(|file| Some((visit(&["filename".to_owned()], &file)?, file)))
    {
        Some((other, file)) => head.replace(&file, &other),
        None => head.to_owned(),
    };
    format!("{head}{blank}{other}{end}")
}

/// A parameter of the part's disposition.
fn parameter(head: &str, name: &str) -> Option<String> {
    let at = [format!("; {name}="), format!(";{name}=")].iter().find_map(|mark| Some(head.find(mark)? + mark.len()))?;
    let rest = head.get(at..)?;
    let value = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => rest.split([';', '\r', '\n']).next(),
    };
    value.map(str::to_owned)
}
