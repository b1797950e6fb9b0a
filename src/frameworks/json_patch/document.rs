//! A patch document: its operations as the library's converter reads them, and the texts of a body it cannot read
//! (docs/spec/reseller.md §11.2).

use super::budget::Budget;
use super::lenient::{self, Json, Locator, Node, Start};
use super::metadata::{self, Fault, Head};
use super::{Exception, Model, PatchError, apply, display, path};
use crate::codec::convert::enums;
use crate::codec::{Advice, Charset, Note};
use crate::contract::{EnumType, Kind};
use crate::frameworks::EMPTY_BODY;
use serde_json::Value;
use std::collections::HashMap;

/// The text for a body that is not an array, or that breaks off.
pub const MALFORMED: &str = "The JSON patch document was malformed and could not be parsed.";

/// Notes that are kept of one document.
const MAX_NOTES: usize = 20;

/// chosen: the library applies any number of operations. Each may move a list, so a body of nothing but insertions costs
/// time that grows with its square.
const MAX_OPERATIONS: usize = 1000;

/// The framework stops collecting here.
const MAX_ERRORS: usize = 200;

/// The library's enum, whose parser reads `op`: names in any case, numbers, even comma lists.
static OPERATION_TYPE: EnumType = EnumType {
    clr_name: "Microsoft.AspNetCore.JsonPatch.Operations.OperationType",
    name: "OperationType",
    namespace: "",
    members: &[("Add", 0), ("Remove", 1), ("Replace", 2), ("Move", 3), ("Copy", 4), ("Test", 5), ("Invalid", INVALID)],
};
const INVALID: i32 = 6;

/// The operations as RFC 6902 spells them.
const NAMES: [&str; 6] = ["add", "remove", "replace", "move", "copy", "test"];

/// The operations of a body, in order.
#[derive(Debug, Clone)]
pub struct Document {
    /// A null operation only fails when it is its turn.
    operations: Vec<Option<Operation>>,
    /// Bytes of the body, by which the work of applying it is bounded.
    length: usize,
    notes: Vec<Note>,
}

/// One operation as sent.
#[derive(Debug, Clone)]
pub(super) struct Operation {
    /// Number in the library's enum; numbers without a name do nothing.
    pub(super) kind: i32,
    pub(super) op: Option<String>,
    pub(super) path: Option<String>,
    pub(super) from: Option<String>,
    /// Missing is null.
    pub(super) value: Json,
}

/// A body that is not a patch document. Some of its texts name the class that was to be patched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyError(Vec<Text>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Text {
    Plain(String),
    /// The text before and after the type of an operation.
    Typed(String, String),
}

impl BodyError {
    fn plain(text: impl Into<String>) -> BodyError {
        BodyError(vec![Text::Plain(text.into())])
    }

    /// The texts, at least one, in the order of the body.
    #[must_use]
    pub fn messages(&self, model: &Model) -> Vec<String> {
        let operation = format!("Microsoft.AspNetCore.JsonPatch.Operations.Operation`1[{}]", model.clr_name);
        let message = |text: &Text| match text {
            Text::Plain(text) => text.clone(),
            Text::Typed(before, behind) => format!("{before}{operation}{behind}"),
        };
        self.0.iter().map(message).collect()
    }
}

impl Document {
    /// Reads a body; a byte-order mark decides its encoding, else it is utf-8. Nesting ends at `depth` where that is
    /// less than [`MAX_DEPTH`](super::MAX_DEPTH).
    ///
    /// # Errors
    /// The texts with which binding refuses the body (a 400).
    pub fn parse(bytes: &[u8], depth: usize) -> Result<Document, BodyError> {
        // chosen: bytes that are not text get the text of a malformed document; the real service fails with a 500.
        let text = Charset::default().decode(bytes).map_err(|_| BodyError::plain(MALFORMED))?;
        let (start, notes) = lenient::read(&text, depth.min(lenient::MAX_DEPTH));
        let items = match start {
            Start::Nothing => return Err(BodyError::plain(EMPTY_BODY)),
            Start::Other | Start::Array(None) => return Err(BodyError::plain(MALFORMED)),
            Start::Fault(text) => return Err(BodyError::plain(text)),
            Start::Array(Some(items)) if items.len() > MAX_OPERATIONS => {
                let count = items.len();
                return Err(BodyError::plain(format!(
                    "The JSON patch document has {count} operations; at most {MAX_OPERATIONS} are applied."
                )));
            }
            Start::Array(Some(items)) => items,
        };
        let mut binder = Binder {
            locator: Locator::new(&text),
            errors: Vec::new(),
            notes,
            references: HashMap::new(),
            copies_left: text.len(),
        };
        let operations = items.into_iter().enumerate().map(|(index, item)| binder.operation(index, item)).collect();
        if binder.errors.is_empty() {
            Ok(Document { operations, length: text.len(), notes: binder.notes })
        } else {
            Err(BodyError(binder.errors))
        }
    }

    /// Notes of the things that the library read or dropped silently.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Applies every operation to a JSON object that has the model's properties; a missing one counts as null. Nothing
    /// changes unless all of them succeed.
    ///
    /// # Errors
    /// The library's first error, or an uncaught exception.
    pub fn apply(&self, model: &Model, target: &mut Value) -> Result<(), PatchError> {
        let mut patched = target.clone();
        let mut budget = Budget::for_body(self.length);
        for operation in &self.operations {
            let operation = operation.as_ref().ok_or(PatchError::Unhandled(Exception::NullReference))?;
            apply::apply(operation, model, &mut patched, &mut budget)?;
        }
        *target = patched;
        Ok(())
    }

    /// Names of list properties that the document sets as a whole, dropping items the client may have meant to keep.
    #[must_use]
    pub fn replaced_lists(&self, model: &Model) -> Vec<&'static str> {
        let mut names = Vec::new();
        for operation in self.operations.iter().flatten().filter(|operation| matches!(operation.kind, 0 | 2)) {
            let segments = operation.path.as_deref().and_then(path::segments).unwrap_or_default();
            let [segment] = segments.as_slice() else { continue };
            match model.property(segment) {
                Some(property) if matches!(property.kind, Kind::List(_)) && !names.contains(&property.name) => {
                    names.push(property.name);
                }
                _ => {}
            }
        }
        names
    }
}

/// Turns values into operations, collecting errors as the serializer does.
struct Binder<'a> {
    locator: Locator<'a>,
    errors: Vec<Text>,
    notes: Vec<Note>,
    /// The operations that `$id` named, and how much there is in each.
    references: HashMap<String, (Option<Operation>, usize)>,
    /// How much references may still copy.
    copies_left: usize,
}

impl Binder<'_> {
    fn operation(&mut self, index: usize, item: Node) -> Option<Operation> {
        self.locator.advance(item.end);
        let value = match item.json {
            Json::Object(members) => return self.object(index, item.end, members),
            Json::Null | Json::Undefined => return None,
            // Quirk: Json.NET makes null of an empty text where an object is expected.
            Json::Text(text) if text.is_empty() => return None,
            Json::List(_) => {
                self.refuse_array(&format!("[{index}]"), item.end);
                return None;
            }
            // A constructor is known by its name alone.
            Json::Text(text) | Json::Constructor(text, _) => format!("\"{text}\""),
            scalar => display::to_string(&scalar),
        };
        let before = format!("Error converting value {value} to type '");
        self.error(&format!("[{index}]"), item.end, |place| Text::Typed(before, format!("'. {place}")));
        None
    }

    fn refuse_array(&mut self, path: &str, end: usize) {
        let before = "Cannot deserialize the current JSON array (e.g. [1,2,3]) into type '".to_owned();
        self.error(path, end, |place| Text::Typed(before, array_text() + &place));
    }

    /// An operation, or what the `$` names at its head make of it: an unknown reference is null.
    fn object(&mut self, index: usize, end: usize, members: Vec<(String, Node)>) -> Option<Operation> {
        let (id, members) = match metadata::head(members) {
            Head::Object { id, members } => (id, members),
            Head::Reference(id) => return self.follow(&id),
            Head::Values(node) => {
                self.refuse_array(&format!("[{index}].$values"), node.end);
                return None;
            }
            Head::Refused(fault) => {
                self.refuse(&format!("[{index}]"), fault);
                return None;
            }
        };
        let Some(id) = id else { return self.members(index, members) };
        if self.references.contains_key(&id) {
            let (path, at) = match members.first() {
                Some((name, node)) => (format!("[{index}].{name}"), node.name_end),
                None => (format!("[{index}]"), end),
            };
            self.error(&path, at, |place| Text::Plain(format!("Error reading object reference '{id}'. {place}")));
            return None;
        }
        let operation = self.members(index, members);
        let size = operation.as_ref().map_or(0, Operation::size);
        self.references.insert(id, (operation.clone(), size));
        operation
    }

    /// The operation with a name. chosen: .NET shares it, here it is copied, so what a small body can copy is bounded;
    /// beyond that the reference is null like an unknown one.
    fn follow(&mut self, id: &str) -> Option<Operation> {
        let (operation, size) = self.references.get(id)?;
        self.copies_left = self.copies_left.checked_sub(*size)?;
        operation.clone()
    }

    fn refuse(&mut self, path: &str, fault: Fault) {
        let path = format!("{path}.{}", fault.member);
        self.error(&path, fault.at, |place| Text::Plain(format!("{} {place}", fault.text)));
    }

    /// Names ignore case, the last of several counts, unknown ones are skipped. `None` when the rest of the operation
    /// is not read.
    fn members(&mut self, index: usize, members: Vec<(String, Node)>) -> Option<Operation> {
        // Quirk: without `op` the enum keeps its default, add (oracle: jp-126).
        let mut operation = Operation { kind: 0, op: None, path: None, from: None, value: Json::Null };
        let mut has_op = false;
        for (name, node) in members {
            match name.to_ascii_lowercase().as_str() {
                "op" => {
                    has_op = true;
                    if let Some(op) = self.text(index, &name, node) {
                        let kind = op.as_deref().and_then(|op| enums::parse(op, &OPERATION_TYPE));
                        operation.kind = kind.unwrap_or(INVALID);
                        operation.op = op;
                    }
                }
                "path" => operation.path = self.text(index, &name, node).unwrap_or(operation.path),
                "from" => operation.from = self.text(index, &name, node).unwrap_or(operation.from),
                "value" => operation.value = self.value(&format!("[{index}].{name}"), node)?,
                _ => self.note(Advice::JsonUnknownMember, || {
                    format!("'[{index}].{name}' is not a member of an operation and was ignored.")
                }),
            }
        }
        self.note_dialect(index, has_op, &operation);
        Some(operation)
    }

    /// Notes what RFC 6902 would refuse in an operation and the library reads.
    fn note_dialect(&mut self, index: usize, has_op: bool, operation: &Operation) {
        if !has_op {
            self.note(Advice::PatchMissingOp, || format!("'[{index}]' has no op, which counts as add."));
        }
        if operation.op.as_deref().is_some_and(|op| !NAMES.contains(&op) && !operation.is_invalid()) {
            self.note(Advice::PatchOpCase, || {
                format!(
                    "'[{index}].op' is none of the six names of the standard, which are in lower case; it was read."
                )
            });
        }
        for (member, path) in [("path", &operation.path), ("from", &operation.from)] {
            if path.as_deref().is_some_and(|path| !path.is_empty() && !path.starts_with('/')) {
                self.note(Advice::PatchPathWithoutSlash, || {
                    format!("'[{index}].{member}' does not begin with a slash; the standard refuses it.")
                });
            }
        }
    }

    /// Adds a note while there is room; the sentence is only made then.
    fn note(&mut self, code: Advice, message: impl FnOnce() -> String) {
        if self.notes.len() < MAX_NOTES {
            self.notes.push(Note { code, message: message() });
        }
    }

    /// The value of an operation. Quirk: of a constructor the library takes the name for the value, stumbles over the
    /// first argument and gives the operation up (`None`).
    fn value(&mut self, path: &str, node: Node) -> Option<Json> {
        match node.json {
            Json::Undefined => Some(Json::Null),
            Json::Constructor(_, arguments) => {
                let (token, path, at) = match arguments.first() {
                    Some(argument) => (token(&argument.json), format!("{path}[0]"), argument.end),
                    None => ("EndConstructor", path.to_owned(), node.end),
                };
                let message = format!("Unexpected token when deserializing object: {token}. ");
                self.error(&path, at, |place| Text::Plain(message + &place));
                None
            }
            Json::Object(members) => match metadata::head(members) {
                Head::Object { members, .. } => Some(Json::Object(members)),
                // chosen: null even where an operation has the name, which would be its own value.
                Head::Reference(_) => Some(Json::Null),
                Head::Values(node) => Some(node.json),
                Head::Refused(fault) => {
                    self.refuse(path, fault);
                    Some(Json::Null)
                }
            },
            json => Some(json),
        }
    }

    /// A member that is a text: scalars are printed, containers are errors (`None`).
    fn text(&mut self, index: usize, name: &str, node: Node) -> Option<Option<String>> {
        let token = match node.json {
            Json::Null => return Some(None),
            container @ (Json::Undefined | Json::List(_) | Json::Object(_) | Json::Constructor(..)) => {
                token(&container)
            }
            scalar => return Some(Some(display::to_string(&scalar))),
        };
        let message = format!("Error reading string. Unexpected token: {token}. ");
        self.error(&format!("[{index}].{name}"), node.end, |place| Text::Plain(message + &place));
        None
    }

    /// Adds an error with its place: `Path '[0].op', line 1, position 8.`
    fn error(&mut self, path: &str, end: usize, text: impl FnOnce(String) -> Text) {
        if self.errors.len() < MAX_ERRORS {
            // A repeated name keeps its first rank, so places within one operation may go back.
            let place = self.locator.clone().place(end);
            self.errors.push(text(format!("Path '{path}', {place}.")));
        }
    }
}

/// How much there is in a value: values and letters.
fn size(json: &Json) -> usize {
    1 + match json {
        Json::Text(text) | Json::Big(text) => text.len(),
        Json::List(items) | Json::Constructor(_, items) => items.iter().map(|item| size(&item.json)).sum(),
        Json::Object(members) => members.iter().map(|(name, node)| name.len() + size(&node.json)).sum(),
        _ => 0,
    }
}

/// The token that begins a value, in the words of the errors.
fn token(json: &Json) -> &'static str {
    match json {
        Json::Null => "Null",
        Json::Undefined => "Undefined",
        Json::Bool(_) => "Boolean",
        Json::Integer(_) | Json::Big(_) => "Integer",
        Json::Double(_) => "Float",
        Json::Text(_) => "String",
        Json::Date(_) => "Date",
        Json::List(_) => "StartArray",
        Json::Object(_) => "StartObject",
        Json::Constructor(..) => "StartConstructor",
    }
}

/// Json.NET's advice when an array is sent where an object is expected, from after the type's name to the path.
fn array_text() -> String {
    let object = "JSON object (e.g. {\"name\":\"value\"})";
    [
        &format!("' because the type requires a {object} to deserialize correctly.\n"),
        &format!("To fix this error either change the JSON to a {object} or change the deserialized type to an array "),
        "or a type that implements a collection interface (e.g. ICollection, IList) like List<T> that can be ",
        "deserialized from a JSON array. JsonArrayAttribute can also be added to the type to force it to deserialize ",
        "from a JSON array.\n",
    ]
    .concat()
}

impl Operation {
    /// How much there is in it: values and letters.
    fn size(&self) -> usize {
        let texts = [&self.op, &self.path, &self.from];
        size(&self.value) + texts.into_iter().flatten().map(String::len).sum::<usize>()
    }

    /// Whether the library refuses the operation by name.
    pub(super) fn is_invalid(&self) -> bool {
        self.kind == INVALID
    }
}
