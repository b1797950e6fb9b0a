//! One operation on the target: the path is resolved as the library's visitor and adapters do it, which yields the
//! library's text at the segment that fails; the change itself is `json_patch`'s (docs/spec/reseller.md §11.3 to
//! §11.6).

use super::budget::{self, Budget};
use super::document::Operation;
use super::lenient::Json;
use super::{Exception, Model, PatchError, Property, convert, display, path};
use crate::codec::convert::number;
use crate::contract::{Collection, Kind, ListType};
use json_patch::jsonptr::PointerBuf;
use json_patch::{AddOperation, PatchOperation, RemoveOperation, ReplaceOperation, TestOperation};
use serde_json::Value;

pub(super) fn apply(
    operation: &Operation,
    model: &Model,
    target: &mut Value,
    budget: &mut Budget,
) -> Result<(), PatchError> {
    let mut patching = Patching { operation, model, target, budget };
    let path = operation.path.as_deref();
    let sent = Datum::Sent(&operation.value);
    match operation.kind {
        0 => patching.add(path, &sent),
        1 => patching.remove(path),
        2 => patching.replace(path, &sent),
        3 => {
            let value = patching.get(operation.from.as_deref())?;
            patching.remove(operation.from.as_deref())?;
            patching.add(path, &value)
        }
        4 => {
            let value = patching.get(operation.from.as_deref())?;
            patching.add(path, &value)
        }
        5 => patching.test(path, &sent),
        _ if operation.is_invalid() => {
            let op = operation.op.as_deref().unwrap_or_default();
            refuse(format!("Invalid JsonPatch operation '{op}'."))
        }
        // Quirk: numbers beyond the enum do nothing (oracle: jp-131).
        _ => Ok(()),
    }
}

/// A value on its way into the target.
enum Datum<'a> {
    Sent(&'a Json),
    /// Read from the target, where it was of this kind.
    Stored(Json, &'static Kind),
}

impl Datum<'_> {
    fn json(&self) -> &Json {
        match self {
            Datum::Sent(json) => json,
            Datum::Stored(json, _) => json,
        }
    }

    /// The target's value; a property that it does not have is null.
    fn stored(value: Option<&Value>, kind: &'static Kind) -> Datum<'static> {
        Datum::Stored(value.map_or(Json::Null, convert::from_stored), kind)
    }

    /// As messages print it: a stored list is the name of its type.
    fn shown(&self) -> String {
        match self {
            Datum::Stored(Json::List(_), kind) => kind.clr_name(),
            _ => display::to_string(self.json()),
        }
    }
}

/// Where an operation works, after all segments but the last.
enum Place {
    /// A property of the model.
    Property(&'static Property),
    /// A position of a list.
    Item { list: &'static ListType, pointer: PointerBuf, length: usize, position: Position },
}

#[derive(Clone, Copy)]
enum Position {
    At(usize),
    /// `-`, or the length when adding.
    End,
}

impl Position {
    /// How many items of a list move when one comes or goes here.
    fn items_behind(self, length: usize) -> usize {
        match self {
            Position::At(index) => length.saturating_sub(index),
            Position::End => 0,
        }
    }
}

struct Patching<'a> {
    operation: &'a Operation,
    model: &'a Model,
    target: &'a mut Value,
    budget: &'a mut Budget,
}

fn refuse<T>(message: String) -> Result<T, PatchError> {
    Err(PatchError::Refused(message))
}

fn not_found<T>(segment: &str) -> Result<T, PatchError> {
    refuse(format!("The target location specified by path segment '{segment}' was not found."))
}

const OUT_OF_RANGE: PatchError = PatchError::Unhandled(Exception::ArgumentOutOfRange);

impl Patching<'_> {
    fn add(&mut self, path: Option<&str>, value: &Datum<'_>) -> Result<(), PatchError> {
        let (place, segment) = self.resolve(path, true)?;
        let stored = |kind: &Kind| converted(value, kind);
        match place {
            Place::Property(property) => {
                writable(property, &segment)?;
                self.set(property, stored(&property.kind)?)
            }
            Place::Item { list, pointer, length, position } => {
                let value = stored(&list.item)?;
                self.budget.spend(position.items_behind(length))?;
                self.change(PatchOperation::Add(AddOperation { path: item(&pointer, position), value }))
            }
        }
    }

    fn replace(&mut self, path: Option<&str>, value: &Datum<'_>) -> Result<(), PatchError> {
        let (place, segment) = self.resolve(path, false)?;
        match place {
            Place::Property(property) => {
                writable(property, &segment)?;
                self.set(property, converted(value, &property.kind)?)
            }
            Place::Item { list, pointer, length, position } => {
                let value = converted(value, &list.item)?;
                let path = item(&pointer, existing(position, length)?);
                self.change(PatchOperation::Replace(ReplaceOperation { path, value }))
            }
        }
    }

    fn remove(&mut self, path: Option<&str>) -> Result<(), PatchError> {
        let (place, segment) = self.resolve(path, false)?;
        match place {
            Place::Property(property) => {
                writable(property, &segment)?;
                self.set(property, default_of(&property.kind))
            }
            Place::Item { pointer, length, position, .. } => {
                let position = existing(position, length)?;
                self.budget.spend(position.items_behind(length))?;
                let path = item(&pointer, position);
                self.change(PatchOperation::Remove(RemoveOperation { path }))
            }
        }
    }

    fn test(&mut self, path: Option<&str>, value: &Datum<'_>) -> Result<(), PatchError> {
        let (place, segment) = self.resolve(path, false)?;
        let (pointer, kind, expected, position) = match place {
            Place::Property(property) => {
                (PointerBuf::from_tokens([property.name]), &property.kind, converted(value, &property.kind)?, None)
            }
            Place::Item { list, pointer, position, .. } => {
                let expected = converted(value, &list.item)?;
                // Quirk: `-` has no index here, so the list is asked for item -1 (oracle: jp-065).
                let Position::At(index) = position else { return Err(OUT_OF_RANGE) };
                (item(&pointer, position), &list.item, expected, Some(index))
            }
        };
        let current = self.stored(&pointer, kind)?;
        let passed = match current.json() {
            Json::Null => expected.is_null(),
            _ => self.change(PatchOperation::Test(TestOperation { path: pointer, value: expected })).is_ok(),
        };
        if passed {
            return Ok(());
        }
        let (current, sent) = (current.shown(), value.shown());
        let place = position.map_or_else(|| format!("path '{segment}'"), |index| format!("position '{index}'"));
        refuse(format!("The current value '{current}' at {place} is not equal to the test value '{sent}'."))
    }

    fn get(&mut self, path: Option<&str>) -> Result<Datum<'static>, PatchError> {
        let (place, _) = self.resolve(path, false)?;
        let (pointer, kind) = match place {
            Place::Property(property) => (PointerBuf::from_tokens([property.name]), &property.kind),
            Place::Item { list, pointer, length, position } => {
                (item(&pointer, existing(position, length)?), &list.item)
            }
        };
        self.stored(&pointer, kind)
    }

    /// A copy of a value of the target.
    fn stored(&mut self, pointer: &PointerBuf, kind: &'static Kind) -> Result<Datum<'static>, PatchError> {
        let value = pointer.resolve(self.target).ok();
        self.budget.spend(value.map_or(0, budget::weight))?;
        Ok(Datum::stored(value, kind))
    }

    /// Follows a path to its last segment, which comes back as sent.
    fn resolve(&self, path: Option<&str>, adding: bool) -> Result<(Place, String), PatchError> {
        let path = path.ok_or(PatchError::Unhandled(Exception::ArgumentNull))?;
        let Some(mut segments) = path::segments(path) else {
            return refuse(format!("The provided string '{path}' is an invalid path."));
        };
        let last = segments.pop().unwrap_or_default();
        let Some((first, inner)) = segments.split_first() else {
            return match self.model.property(&last) {
                Some(property) => Ok((Place::Property(property), last)),
                None => not_found(&last),
            };
        };
        let Some(property) = self.model.property(first) else { return not_found(first) };
        let mut pointer = PointerBuf::from_tokens([property.name]);
        let mut kind = &property.kind;
        let mut value = self.present(&pointer, path)?;
        for segment in inner {
            let (list, items) = match (kind, value) {
                (Kind::List(list), Value::Array(items)) => (list, items),
                _ => return not_found(segment),
            };
            let index = index(segment, items.len())?;
            pointer.push_back(index);
            kind = &list.item;
            value = self.present(&pointer, path)?;
        }
        match (kind, value) {
            (Kind::List(list), Value::Array(items)) => {
                let length = items.len();
                let position = position(list, kind, &last, length, adding)?;
                Ok((Place::Item { list, pointer, length, position }, last))
            }
            _ => not_found(&last),
        }
    }

    /// A value on the way, which must not be null.
    fn present(&self, pointer: &PointerBuf, path: &str) -> Result<&Value, PatchError> {
        match pointer.resolve(self.target) {
            Ok(Value::Null) | Err(_) => {
                let op = self.operation.op.as_deref().unwrap_or_default();
                refuse(format!("For operation '{op}', the target location specified by path '{path}' was not found."))
            }
            Ok(value) => Ok(value),
        }
    }

    fn set(&mut self, property: &Property, value: Value) -> Result<(), PatchError> {
        let path = PointerBuf::from_tokens([property.name]);
        self.change(PatchOperation::Add(AddOperation { path, value }))
    }

    /// Applies a resolved operation. It can only fail on a target that is not an object.
    fn change(&mut self, operation: PatchOperation) -> Result<(), PatchError> {
        let changed = json_patch::patch(self.target, &[operation]);
        changed.map_err(|_| PatchError::Unhandled(Exception::InvalidOperation))
    }
}

/// The index of an item that must exist.
fn index(segment: &str, length: usize) -> Result<usize, PatchError> {
    let Ok(index) = number::int32_parse(segment) else {
        return refuse(format!("The path segment '{segment}' is invalid for an array index."));
    };
    match usize::try_from(index) {
        Ok(index) if index < length => Ok(index),
        _ => {
            refuse(format!("The index value provided by path segment '{segment}' is out of bounds of the array size."))
        }
    }
}

fn position(list: &ListType, kind: &Kind, segment: &str, length: usize, adding: bool) -> Result<Position, PatchError> {
    if list.collection == Collection::Array {
        let name = kind.clr_name();
        return refuse(format!(
            "The type '{name}' which is an array is not supported for json patch operations as it has a fixed size."
        ));
    }
    let behind_last = || number::int32_parse(segment).is_ok_and(|index| usize::try_from(index) == Ok(length));
    if segment == "-" || adding && behind_last() {
        return Ok(Position::End);
    }
    index(segment, length).map(Position::At)
}

/// Quirk: outside `add`, `-` is the last item, and an empty list has none (oracle: jp-071, jp-072).
fn existing(position: Position, length: usize) -> Result<Position, PatchError> {
    match position {
        Position::At(_) => Ok(position),
        Position::End => length.checked_sub(1).map(Position::At).ok_or(OUT_OF_RANGE),
    }
}

fn item(list: &PointerBuf, position: Position) -> PointerBuf {
    let mut pointer = list.clone();
    match position {
        Position::At(index) => pointer.push_back(index),
        Position::End => pointer.push_back("-"),
    }
    pointer
}

fn writable(property: &Property, segment: &str) -> Result<(), PatchError> {
    if property.writable { Ok(()) } else { refuse(format!("The property at path '{segment}' could not be updated.")) }
}

fn converted(value: &Datum<'_>, kind: &Kind) -> Result<Value, PatchError> {
    let invalid = || PatchError::Refused(format!("The value '{}' is invalid for target location.", value.shown()));
    convert::to_kind(value.json(), kind).ok_or_else(invalid)
}

/// The value that removing a property leaves: zero for value types, else null.
fn default_of(kind: &Kind) -> Value {
    match kind {
        Kind::Bool => Value::Bool(false),
        Kind::Int32 | Kind::Enum(_) => Value::from(0),
        Kind::Guid => Value::String(uuid::Uuid::nil().to_string()),
        Kind::DateTime => Value::String(crate::contract::DateTime::MIN.round_trip()),
        _ => Value::Null,
    }
}
