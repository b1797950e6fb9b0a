//! A row's values in one piece of memory: a byte for the kind, then the value. A packed row is read with one or two
//! cache misses, where SQLite's pages take dozens.

use rusqlite::types::ValueRef;

const NULL: u8 = 0;
const SMALL_INTEGER: u8 = 1;
const INTEGER: u8 = 2;
const TEXT: u8 = 3;
const BLOB: u8 = 4;

/// Packs values; none when one is missing or they take more than `most` bytes.
pub(super) fn pack<'v>(values: impl Iterator<Item = Option<ValueRef<'v>>>, most: usize) -> Option<Box<[u8]>> {
    let mut bytes = Vec::with_capacity(256);
    for value in values {
        match value? {
            ValueRef::Null => bytes.push(NULL),
            ValueRef::Integer(number) => match u8::try_from(number) {
                Ok(small) => bytes.extend([SMALL_INTEGER, small]),
                Err(_) => {
                    bytes.push(INTEGER);
                    bytes.extend(number.to_le_bytes());
                }
            },
            ValueRef::Text(text) => pack_bytes(TEXT, text, &mut bytes)?,
            ValueRef::Blob(blob) => pack_bytes(BLOB, blob, &mut bytes)?,
            // No column holds one.
            ValueRef::Real(_) => return None,
        }
        if bytes.len() > most {
            return None;
        }
    }
    Some(bytes.into_boxed_slice())
}

fn pack_bytes(kind: u8, value: &[u8], bytes: &mut Vec<u8>) -> Option<()> {
    let length = u16::try_from(value.len()).ok()?;
    bytes.push(kind);
    bytes.extend(length.to_le_bytes());
    bytes.extend_from_slice(value);
    Some(())
}

/// The first value and what follows it.
pub(super) fn unpack(bytes: &[u8]) -> Option<(ValueRef<'_>, &[u8])> {
    let (kind, rest) = bytes.split_first()?;
    Some(match *kind {
        NULL => (ValueRef::Null, rest),
        SMALL_INTEGER => {
            let (number, rest) = rest.split_first()?;
            (ValueRef::Integer(i64::from(*number)), rest)
        }
        INTEGER => {
            let (number, rest) = rest.split_first_chunk()?;
            (ValueRef::Integer(i64::from_le_bytes(*number)), rest)
        }
        kind => {
            let (length, rest) = rest.split_first_chunk()?;
            let (value, rest) = rest.split_at_checked(usize::from(u16::from_le_bytes(*length)))?;
            (if kind == TEXT { ValueRef::Text(value) } else { ValueRef::Blob(value) }, rest)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_out_again() {
        let values = [
            ValueRef::Null,
            ValueRef::Integer(0),
            ValueRef::Integer(255),
            ValueRef::Integer(-1),
            ValueRef::Integer(i64::MAX),
            ValueRef::Text(b""),
            ValueRef::Text("é".as_bytes()),
            ValueRef::Blob(&[0, 4, 255]),
        ];
        let packed = pack(values.into_iter().map(Some), 64).unwrap();
        let mut rest = &*packed;
        for value in values {
            let (found, behind) = unpack(rest).unwrap();
            assert_eq!(found, value);
            rest = behind;
        }
        assert_eq!(unpack(rest), None);
    }

    #[test]
    fn what_is_too_large_or_cut_is_nothing() {
        assert_eq!(pack([Some(ValueRef::Text(&[b'x'; 100]))].into_iter(), 64), None);
        assert_eq!(pack([Some(ValueRef::Text(&vec![b'x'; 70_000]))].into_iter(), 100_000), None);
        let packed = pack([Some(ValueRef::Text(b"abc"))].into_iter(), 64).unwrap();
        assert!((0..packed.len()).all(|end| unpack(packed.get(..end).unwrap()).is_none()));
    }
}
