//! BSON, whose values are replaced in place: stand-ins take as many bytes, so no length in the document changes. A value
//! of another length is filled instead.

use super::Visit;
use crate::codec::bson::value_extent;

/// Documents nest no deeper than the services' readers allow.
const DEEPEST: usize = 256;

/// A body with other values.
pub(super) fn rewritten(body: &[u8], visit: Visit<'_>) -> Vec<u8> {
    let mut bytes = body.to_vec();
    let mut names: Vec<String> = Vec::new();
    // Of each open document: how many names led to it, and whether it is an array, whose names are numbers.
    let mut open = vec![(0, false)];
    let mut at = 4;
    while let Some((depth, is_array)) = open.last().copied() {
        names.truncate(depth);
        let Some(kind) = bytes.get(at).copied() else { break };
        at += 1;
        if kind == 0 {
            open.pop();
            continue;
        }
        let Some(length) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == 0)) else { break };
        if !is_array {
            names.push(String::from_utf8_lossy(bytes.get(at..at + length).unwrap_or_default()).into_owned());
        }
        at += length + 1;
        let Some((skip, length)) = value_extent(kind, bytes.get(at..).unwrap_or_default()) else { break };
        if matches!(kind, 3 | 4) {
            if open.len() >= DEEPEST {
                break;
            }
            open.push((names.len(), kind == 4));
            at += 4;
            continue;
        }
        let from = at + skip;
        let to = from.saturating_add(length).min(bytes.len());
        if let Some(content) = bytes.get_mut(from..to) {
            replace(kind, content, &names, visit);
        }
        // A string's closing zero is not part of its content.
        at = to + usize::from(kind == 2);
    }
    bytes
}

fn replace(kind: u8, content: &mut [u8], names: &[String], visit: Visit<'_>) {
    match kind {
        2 => {
            let text = String::from_utf8_lossy(content).into_owned();
            let Some(other) = visit(names, &text) else { return };
            match other.len() == content.len() {
                true => content.copy_from_slice(other.as_bytes()),
                false => content.fill(b'*'),
            }
        }
        0x10 => {
            let Ok(number) = <[u8; 4]>::try_from(&*content).map(i32::from_le_bytes) else { return };
            let Some(other) = visit(names, &number.to_string()) else { return };
            content.copy_from_slice(&other.parse::<i32>().unwrap_or(0).to_le_bytes());
        }
        0x12 => {
            let Ok(number) = <[u8; 8]>::try_from(&*content).map(i64::from_le_bytes) else { return };
            let Some(other) = visit(names, &number.to_string()) else { return };
            content.copy_from_slice(&other.parse::<i64>().unwrap_or(0).to_le_bytes());
        }
        _ => {}
    }
}
