//! Masks BSON in place, byte for byte, so that no length in the document changes; a cut document is masked as far as
//! it goes.

use crate::codec::MAX_DEPTH;
use crate::codec::mask::{IsSecret, Shape};

pub(super) fn hide(mut bytes: Vec<u8>, is_secret: IsSecret<'_>) -> Vec<u8> {
    let mut at = 4;
    // Documents are left by their closing zero, so a plain stack of "is this one a secret" replaces recursion.
    let mut open = vec![false];
    while let Some(inside) = open.last().copied() {
        let Some(kind) = bytes.get(at).copied() else { break };
        at += 1;
        if kind == 0 {
            open.pop();
            continue;
        }
        let Some(length) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == 0)) else { break };
        let name = bytes.get(at..at + length).map(String::from_utf8_lossy).unwrap_or_default();
        let shape = if kind == 0x02 { Shape::Text } else { Shape::Any };
        let secret = inside || is_secret(&name, shape);
        at += length + 1;
        match kind {
            0x03 | 0x04 => {
                if open.len() >= MAX_DEPTH {
                    break;
                }
                open.push(secret);
                at += 4;
            }
            _ => {
                let Some((skip, length)) = value_extent(kind, bytes.get(at..).unwrap_or_default()) else { break };
                if secret {
                    let from = (at + skip).min(bytes.len());
                    let to = (at + skip).saturating_add(length).min(bytes.len());
                    let filler = if kind == 0x02 || kind == 0x05 { b'*' } else { 0 };
                    bytes.get_mut(from..to).unwrap_or_default().fill(filler);
                }
                let Some(next) = (at + skip).checked_add(length) else { break };
                // A string's closing zero is not part of what is masked.
                at = next + usize::from(kind == 0x02);
            }
        }
    }
    // What is not BSON, or lies behind it, is of no known shape.
    bytes.get_mut(at..).unwrap_or_default().fill(b'*');
    bytes
}

/// Bytes before a value's content and the content's length, which is nothing for documents, whose members follow; `None`
/// where the type is unknown or its length is cut.
pub fn value_extent(kind: u8, rest: &[u8]) -> Option<(usize, usize)> {
    let length = || {
        let bytes: [u8; 4] = rest.get(..4)?.try_into().ok()?;
        usize::try_from(i32::from_le_bytes(bytes)).ok()
    };
    Some(match kind {
        0x02 => (4, length()?.checked_sub(1)?),
        0x05 => (5, length()?),
        0x01 | 0x09 | 0x11 | 0x12 => (0, 8),
        0x10 => (0, 4),
        0x08 => (0, 1),
        0x07 => (0, 12),
        0x13 => (0, 16),
        0x03 | 0x04 | 0x06 | 0x0A | 0xFF | 0x7F => (0, 0),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(bytes: &[u8]) -> Vec<u8> {
        hide(bytes.to_vec(), &|name, _| ["Password", "Pin"].contains(&name))
    }

    #[test]
    fn strings_and_numbers_are_hidden_without_a_length_changing() {
        // {"Password": "ab", "x": {"Pin": 7 (int32)}, "y": "z"}
        let document =
            b"\x36\0\0\0\x02Password\0\x03\0\0\0ab\0\x03x\0\x0E\0\0\0\x10Pin\0\x07\0\0\0\0\x02y\0\x02\0\0\0z\0\0";
        let expected =
            b"\x36\0\0\0\x02Password\0\x03\0\0\0**\0\x03x\0\x0E\0\0\0\x10Pin\0\0\0\0\0\0\x02y\0\x02\0\0\0z\0\0";
        assert_eq!(masked(document), expected);
    }

    #[test]
    fn a_cut_document_is_masked_as_far_as_it_goes() {
        let cut = b"\x36\0\0\0\x02Password\0\x63\0\0\0abc";
        assert_eq!(masked(cut), b"\x36\0\0\0\x02Password\0\x63\0\0\0***");
        assert_eq!(masked(b"\x05\0"), b"\x05\0");
    }
}
