//! Objects: names matched to members, members filled, and what is missing at the end reported.

use super::Thrown;
use super::deserializer::Deserializer;
use super::token::Token;
use crate::contract::{Collection, Kind, Member, ObjectType, Plan, Record, Value};

/// What filling one object keeps track of.
struct Progress {
    /// Slots whose member was met, by bit; slots beyond 128 are never reported as duplicate or missing.
    met: u128,
    /// Where in the JSON order the next name is looked for first: documents mostly keep the order.
    expected: usize,
}

impl Deserializer<'_> {
    /// The object at hand, of whatever kind.
    pub(super) fn take_object(&mut self, kind: &Kind, place: &mut Value, keep: bool) -> Result<(), Thrown> {
        self.reader.read_or_throw()?;
        let mut id = None;
        if self.reader.token == Token::PropertyName
            && self.reader.current.name.starts_with('$')
            && self.read_metadata(kind, place, keep, &mut id)?
        {
            return Ok(());
        }
        match kind.underlying() {
            Kind::Object(class) => match place {
                Value::Object(record) if keep => self.fill_object(record, id),
                _ => {
                    let mut record = Record::empty(class);
                    self.fill_object(&mut record, id)?;
                    *place = Value::Object(record);
                    Ok(())
                }
            },
            Kind::Dictionary(dictionary) => match place {
                Value::Dictionary(entries) if keep => self.fill_dictionary(dictionary, entries, id),
                _ => {
                    let mut entries = Vec::new();
                    self.fill_dictionary(dictionary, &mut entries, id)?;
                    *place = Value::Dictionary(entries);
                    Ok(())
                }
            },
            Kind::List(_) | Kind::String => Err(self.refuse_object(kind)),
            _ if self.reader.token == Token::PropertyName && self.reader.current.name == "$value" => {
                self.reader.read_or_throw()?;
                if self.reader.token == Token::StartObject {
                    let text = "Unexpected token when deserializing primitive value: StartObject.";
                    return Err(self.reader.exception(text));
                }
                self.take_value(kind, place, false)?;
                self.reader.read_or_throw()
            }
            _ => Err(self.refuse_object(kind)),
        }
    }

    fn fill_object(&mut self, record: &mut Record, id: Option<String>) -> Result<(), Thrown> {
        let class = record.class;
        let plan = class.plan();
        self.name_reference(id.as_deref(), Kind::Object(class))?;
        let depth = self.reader.depth();
        let mut progress = Progress { met: 0, expected: 0 };
        let mut finished = false;
        loop {
            match self.reader.token {
                Token::PropertyName => {
                    if let Err(thrown) = self.fill_member(record, plan, &mut progress) {
                        self.recover(thrown, depth)?;
                    }
                }
                Token::EndObject => finished = true,
                // quirk: the dynamic object behind a partial document takes no comments between members.
                Token::Comment if class.partial.is_none() => {}
                _ => return Err(self.unexpected_token()),
            }
            if finished || !self.reader.read()? {
                break;
            }
        }
        if !finished {
            self.record_end("object");
        }
        if class.partial.is_none() {
            self.report_missing(plan, progress.met, depth)?;
        }
        self.fill_reference(id, || Value::Object(record.clone()));
        Ok(())
    }

    pub(super) fn unexpected_token(&mut self) -> Thrown {
        let text = format!("Unexpected token when deserializing object: {}.", self.reader.token.name());
        self.reader.exception(&text)
    }

    fn fill_member(&mut self, record: &mut Record, plan: &'static Plan, progress: &mut Progress) -> Result<(), Thrown> {
        let partial = record.class.partial.is_some();
        let Some((slot, member)) = find(plan, &self.reader.current.name, partial, &mut progress.expected) else {
            return self.pass_unknown(record.class);
        };
        if !self.read_for(&member.kind)? {
            let text = format!("Unexpected end when setting {}'s value.", self.reader.current.name);
            return Err(self.reader.exception(&text));
        }
        let bit = u32::try_from(slot).ok().and_then(|slot| 1u128.checked_shl(slot)).unwrap_or(0);
        if progress.met & bit != 0 && self.reader.takes_notes() {
            let fate = match member.kind.underlying() {
                Kind::List(_) => "its items were appended",
                Kind::Object(_) | Kind::Dictionary(_) => "its members were merged",
                _ => "the last one wins",
            };
            let message = format!("'{}' comes more than once; {fate}.", self.reader.path());
            self.reader.note("json.duplicate-member", message);
        }
        progress.met |= bit;
        let Some(place) = record.slots.get_mut(slot) else { return Ok(()) };
        self.setting = Some((member.name, record.class.clr));
        let keep = !partial && can_be_filled_further(&member.kind, place);
        self.take_value(&member.kind, place, keep)
    }

    fn pass_unknown(&mut self, class: &ObjectType) -> Result<(), Thrown> {
        if self.reader.takes_notes() {
            let message = format!("'{}' is no member of {} and was ignored.", self.reader.path(), class.clr);
            self.reader.note("json.unknown-member", message);
        }
        if self.reader.read()? { self.reader.skip() } else { Ok(()) }
    }

    /// Value-type members marked `[Required]` that never came; a reference type is left to validation.
    fn report_missing(&mut self, plan: &Plan, met: u128, depth: usize) -> Result<(), Thrown> {
        for slot in &plan.json {
            let Some(member) = plan.members.get(*slot) else { continue };
            let was_met = u32::try_from(*slot).ok().and_then(|slot| met.checked_shr(slot)).unwrap_or(1) & 1 == 1;
            if member.required && member.kind.is_non_nullable_value() && !was_met {
                let text = format!("Required property '{}' not found in JSON.", member.name);
                let thrown = self.reader.exception(&text);
                self.recover(thrown, depth)?;
            }
        }
        Ok(())
    }

    fn refuse_object(&mut self, kind: &Kind) -> Thrown {
        let (name, needs) = (kind.clr_name(), needs(kind));
        self.reader.exception(&format!(
            "Cannot deserialize the current JSON object (e.g. {{\"name\":\"value\"}}) into type '{name}' because the \
             type requires a {needs} to deserialize correctly.\r\nTo fix this error either change the JSON to a {needs} \
             or change the deserialized type so that it is a normal .NET type (e.g. not a primitive type like integer, \
             not a collection type like an array or List<T>) that can be deserialized from a JSON object. \
             JsonObjectAttribute can also be added to the type to force it to deserialize from a JSON object.\r\n"
        ))
    }
}

/// What a kind can be read from, in the words of the errors.
pub(super) fn needs(kind: &Kind) -> &'static str {
    match kind.underlying() {
        Kind::Object(_) | Kind::Dictionary(_) => "JSON object (e.g. {\"name\":\"value\"})",
        Kind::List(_) => "JSON array (e.g. [1,2,3])",
        Kind::String => "JSON string value",
        _ => "JSON primitive value (e.g. string, number, boolean, null)",
    }
}

/// A member by name, exactly, else (unless the class is partial) without regard to case.
fn find(plan: &'static Plan, name: &str, exact_only: bool, expected: &mut usize) -> Option<(usize, &'static Member)> {
    let from = (*expected).min(plan.json.len());
    let exactly = (from..plan.json.len()).chain(0..from).find(|index| name_at(plan, *index) == Some(name));
    let index = match exactly {
        None if !exact_only => (0..plan.json.len())
            .find(|index| name_at(plan, *index).is_some_and(|known| known.eq_ignore_ascii_case(name)))?,
        found => found?,
    };
    *expected = index + 1;
    let slot = *plan.json.get(index)?;
    Some((slot, *plan.members.get(slot)?))
}

fn name_at(plan: &'static Plan, index: usize) -> Option<&'static str> {
    plan.members.get(*plan.json.get(index)?).map(|member| member.name)
}

/// Lists and objects that are already there are filled further; an array is made anew.
fn can_be_filled_further(kind: &Kind, place: &Value) -> bool {
    match kind.underlying() {
        Kind::List(list) => list.collection != Collection::Array && matches!(place, Value::List(_)),
        _ => matches!(place, Value::Object(_) | Value::Dictionary(_)),
    }
}
