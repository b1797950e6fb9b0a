//! Records as bytes: the body of a facet or of a list's item, in one column. Reading a user reads its body, so it has to
//! be cheap and small: members in the order of the declaration, without names; numbers as variable-length integers.
//! A body that was written before a member was declared ends early, and the member then has its default.

use super::StoreError;
use crate::contract::{
    DateTime, DateTimeKind, MemberSink, MemberSource, StoredKind, StoredMember, StoredRecord, Value,
};
use uuid::Uuid;

fn broken() -> StoreError {
    StoreError::Unreadable("body")
}

/// A record's body.
#[cfg_attr(feature = "testing", visibility::make(pub))]
pub(super) fn encode(members: &[StoredMember], values: &[Value]) -> Vec<u8> {
    let mut body = Vec::with_capacity(64);
    encode_into(members, values, &mut body);
    body
}

/// The body of a record of a Rust type.
pub(super) fn of(record: &impl StoredRecord) -> Vec<u8> {
    let mut body = Vec::with_capacity(64);
    record.write(&mut body);
    body
}

/// Writes a record's body in place of what `body` holds.
pub(super) fn encode_into(members: &[StoredMember], values: &[Value], body: &mut Vec<u8>) {
    body.clear();
    put_members(members, values, body);
}

/// The values of a record's body, one per member.
///
/// # Errors
/// [`StoreError::Unreadable`] when it is not one.
#[cfg_attr(feature = "testing", visibility::make(pub))]
pub(super) fn decode(members: &[StoredMember], mut body: &[u8]) -> Result<Vec<Value>, StoreError> {
    members.iter().map(|member| take_member(member, &mut body)).collect()
}

fn put_members(members: &[StoredMember], values: &[Value], body: &mut Vec<u8>) {
    let mut values = values.iter();
    for member in members {
        match values.next() {
            Some(value) => put(member.kind, value, body),
            None => put(member.kind, &member.usual(), body),
        }
    }
}

/// Writes a value of a kind; one of another kind is written as the kind's zero.
fn put(kind: StoredKind, value: &Value, body: &mut Vec<u8>) {
    match (kind, value) {
        (StoredKind::Nullable(_), Value::Null | Value::Absent) => body.push(0),
        (StoredKind::Nullable(kind), value) => {
            body.push(1);
            put(*kind, value, body);
        }
        (StoredKind::Bool, Value::Bool(flag)) => body.push(u8::from(*flag)),
        (StoredKind::Int | StoredKind::Flags(_), Value::Int(number))
        | (StoredKind::Enum(_) | StoredKind::NamedEnum(_), Value::Enum(number)) => put_number(*number, body),
        (StoredKind::Text, Value::Text(text)) => put_bytes(text.as_bytes(), body),
        (StoredKind::Guid, Value::Guid(guid)) => body.extend_from_slice(guid.as_bytes()),
        (StoredKind::Date, Value::DateTime(date)) => body.extend_from_slice(&date.ticks.to_le_bytes()),
        (StoredKind::List(kind), Value::List(items)) => {
            put_length(items.len(), body);
            items.iter().for_each(|item| put(*kind, item, body));
        }
        (StoredKind::Map(_, kind), Value::Dictionary(entries)) => {
            put_length(entries.len(), body);
            for (key, value) in entries {
                put_number(*key, body);
                put(*kind, value, body);
            }
        }
        (StoredKind::Group(members), Value::List(values)) => {
            body.put_group(|group| put_members(members, values, group));
        }
        (kind, _) => put(kind, &kind.zero(), body),
    }
}

fn put_number(number: i32, body: &mut Vec<u8>) {
    // Small numbers of either sign are short.
    let mut rest = (number.cast_unsigned() << 1) ^ (number >> 31).cast_unsigned();
    while rest >= 0x80 {
        body.push((rest & 0x7F) as u8 | 0x80);
        rest >>= 7;
    }
    body.push(rest as u8);
}

fn put_length(length: usize, body: &mut Vec<u8>) {
    put_number(i32::try_from(length).unwrap_or(i32::MAX), body);
}

fn put_bytes(bytes: &[u8], body: &mut Vec<u8>) {
    put_length(bytes.len(), body);
    body.extend_from_slice(bytes);
}

/// A record straight into its body.
impl MemberSink for Vec<u8> {
    fn put_value(&mut self, kind: StoredKind, value: &Value) {
        put(kind, value, self);
    }

    fn put_flag(&mut self, flag: bool) {
        self.push(u8::from(flag));
    }

    fn put_number(&mut self, number: i32) {
        put_number(number, self);
    }

    fn put_text(&mut self, text: &str) {
        put_bytes(text.as_bytes(), self);
    }

    fn put_length(&mut self, length: usize) {
        put_length(length, self);
    }

    /// With its length, so that a group ends early as a body does.
    fn put_group(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let mut group = Vec::new();
        write(&mut group);
        put_bytes(&group, self);
    }
}

/// A record straight from its body.
impl MemberSource for &[u8] {
    type Error = StoreError;

    fn is_at_end(&self) -> bool {
        self.is_empty()
    }

    fn value(&mut self, kind: StoredKind) -> Result<Value, StoreError> {
        take(kind, self)
    }

    fn flag(&mut self) -> Result<bool, StoreError> {
        let (byte, rest) = self.split_first().ok_or_else(broken)?;
        *self = rest;
        Ok(*byte != 0)
    }

    fn number(&mut self) -> Result<i32, StoreError> {
        take_number(self)
    }

    fn text(&mut self) -> Result<String, StoreError> {
        let length = take_length(self)?;
        let text = str::from_utf8(take_bytes(self, length)?).map_err(|_| broken())?;
        Ok(text.to_owned())
    }

    fn length(&mut self) -> Result<usize, StoreError> {
        take_length(self)
    }

    fn group(&mut self) -> Result<Self, StoreError> {
        let length = take_length(self)?;
        take_bytes(self, length)
    }
}

fn take_member(member: &StoredMember, body: &mut &[u8]) -> Result<Value, StoreError> {
    if body.is_empty() { Ok(member.usual()) } else { take(member.kind, body) }
}

fn take(kind: StoredKind, body: &mut &[u8]) -> Result<Value, StoreError> {
    Ok(match kind {
        StoredKind::Nullable(kind) if body.flag()? => take(*kind, body)?,
        StoredKind::Nullable(_) => Value::Null,
        StoredKind::Bool => Value::Bool(body.flag()?),
        StoredKind::Int | StoredKind::Flags(_) => Value::Int(take_number(body)?),
        StoredKind::Enum(_) | StoredKind::NamedEnum(_) => Value::Enum(take_number(body)?),
        StoredKind::Text => Value::Text(body.text()?),
        StoredKind::Guid => Value::Guid(Uuid::from_slice(take_bytes(body, 16)?).map_err(|_| broken())?),
        StoredKind::Date => {
            let (ticks, rest) = body.split_first_chunk().ok_or_else(broken)?;
            *body = rest;
            Value::DateTime(DateTime { ticks: i64::from_le_bytes(*ticks), kind: DateTimeKind::Utc })
        }
        StoredKind::List(kind) => {
            let length = take_length(body)?;
            Value::List((0..length).map(|_| take(*kind, body)).collect::<Result<_, _>>()?)
        }
        StoredKind::Map(_, kind) => {
            let length = take_length(body)?;
            let mut entry = |_| Ok((take_number(body)?, take(*kind, body)?));
            Value::Dictionary((0..length).map(&mut entry).collect::<Result<_, StoreError>>()?)
        }
        StoredKind::Group(members) => Value::List(decode(members, body.group()?)?),
    })
}

fn take_bytes<'b>(body: &mut &'b [u8], length: usize) -> Result<&'b [u8], StoreError> {
    let (bytes, rest) = body.split_at_checked(length).ok_or_else(broken)?;
    *body = rest;
    Ok(bytes)
}

#[inline]
fn take_number(body: &mut &[u8]) -> Result<i32, StoreError> {
    let (mut number, mut shift) = (0u32, 0);
    loop {
        let (byte, rest) = body.split_first().ok_or_else(broken)?;
        *body = rest;
        number |= u32::from(byte & 0x7F).checked_shl(shift).ok_or_else(broken)?;
        if byte & 0x80 == 0 {
            return Ok((number >> 1).cast_signed() ^ -(number & 1).cast_signed());
        }
        shift += 7;
    }
}

/// A length that the rest of the body can contain: an item takes a byte at least.
fn take_length(body: &mut &[u8]) -> Result<usize, StoreError> {
    usize::try_from(take_number(body)?).ok().filter(|length| *length <= body.len()).ok_or_else(broken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{EnumType, StoredRecord};
    use proptest::prelude::*;

    static NAMES: EnumType = EnumType { clr_name: "", name: "", namespace: "", members: &[("A", 0)] };

    crate::group! {
        /// A record of every kind.
        pub struct Everything {
            flag: bool = "flag",
            number: i32 = "number",
            text: String = "text",
            guid: Uuid = "guid",
            perhaps: Option<String> = "perhaps",
            numbers: Vec<i32> = "numbers",
            groups: Vec<Inner> = "groups",
            last: i32 = "last" { default: crate::contract::DefaultValue::Value(|| Value::Int(7)) },
        }
    }

    crate::group! {
        /// A record inside.
        pub struct Inner {
            guid: Uuid = "guid",
            words: Vec<String> = "words",
        }
    }

    fn everything() -> impl Strategy<Value = Everything> {
        let inner = (any::<u128>(), proptest::collection::vec(".{0,9}", 0..3))
            .prop_map(|(guid, words)| Inner { guid: Uuid::from_u128(guid), words });
        let first = (any::<bool>(), any::<i32>(), ".{0,200}", any::<u128>(), proptest::option::of(".{0,9}"));
        let rest =
            (proptest::collection::vec(any::<i32>(), 0..4), proptest::collection::vec(inner, 0..3), any::<i32>());
        (first, rest).prop_map(|((flag, number, text, guid, perhaps), (numbers, groups, last))| Everything {
            flag,
            number,
            text,
            guid: Uuid::from_u128(guid),
            perhaps,
            numbers,
            groups,
            last,
        })
    }

    proptest! {
        #[test]
        fn a_body_reads_as_it_was_written(record in everything()) {
            let body = encode(Everything::MEMBERS, &record.to_values());
            prop_assert_eq!(&of(&record), &body);
            prop_assert_eq!(&Everything::from_values(decode(Everything::MEMBERS, &body).unwrap()), &record);
            prop_assert_eq!(Everything::read(&mut &*body).unwrap(), record);
        }

        #[test]
        fn any_bytes_are_a_body_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let values = decode(Everything::MEMBERS, &bytes).ok().map(Everything::from_values);
            prop_assert_eq!(Everything::read(&mut &*bytes).ok(), values);
        }
    }

    #[test]
    fn a_member_declared_later_has_its_default_in_an_older_body() {
        let record = Everything { number: -3, last: 0, ..Everything::default() };
        let (older, last) = (Everything::MEMBERS.split_last().unwrap().1, 7);
        let body = encode(older, &record.to_values());
        let read = Everything::from_values(decode(Everything::MEMBERS, &body).unwrap());
        assert_eq!(read, Everything { last, ..record });
        assert_eq!(Everything::read(&mut &*body).unwrap(), read);
    }

    #[test]
    fn a_map_and_an_enum_keep_numbers_without_a_name() {
        static NUMBER: StoredKind = StoredKind::Enum(&NAMES);
        let kind = StoredKind::Map(&NAMES, &NUMBER);
        let value = Value::Dictionary(vec![(0, Value::Enum(-9)), (i32::MIN, Value::Enum(i32::MAX))]);
        let mut body = Vec::new();
        put(kind, &value, &mut body);
        assert_eq!(take(kind, &mut &*body).unwrap(), value);
    }
}
