//! Web API's model binding of a contract from a form's values: scalars by type converter, objects member by member,
//! lists and dictionaries by index or from repeated names.

use super::scalar::{self, Unconvertible};
use super::values::Values;
use crate::codec::ReadError;
use crate::contract::{DictionaryType, Kind, ListType, Member, ObjectType, Partial, Record, Value};
use chrono::NaiveDate;
use std::collections::HashSet;

/// Binds a whole form; `None` when there is nothing to bind from. A time without a date falls on `today`.
pub(super) fn bind(values: &Values, kind: &Kind, today: NaiveDate) -> (Option<Value>, Vec<ReadError>) {
    // chosen: index names may repeat, so a small form could ask for endless items; lists end at this many in all.
    let items_left = values.len().saturating_mul(4).saturating_add(1000);
    let mut binder = Binder { values, errors: Vec::new(), failed: HashSet::new(), items_left, today };
    let bound = binder.bind(&Target { name: "", kind, display: None, element: None, is_member: false });
    let value = bound.map(|bound| {
        for name in bound.nulls {
            if !binder.failed.contains(&name.to_ascii_uppercase()) {
                binder.errors.push(ReadError::text(name, "A value is required."));
            }
        }
        bound.value
    });
    (value, binder.errors)
}

struct Binder<'a> {
    values: &'a Values,
    errors: Vec<ReadError>,
    /// Names with an error, folded.
    failed: HashSet<String>,
    items_left: usize,
    today: NaiveDate,
}

/// A value to bind, and from where.
struct Target<'a> {
    /// Full name; "" for the form itself.
    name: &'a str,
    kind: &'a Kind,
    /// Its name in texts; the type's name where there is none.
    display: Option<&'a str>,
    /// One of several values of the name, which stands for them.
    element: Option<&'a str>,
    /// Whether it is a member of an object.
    is_member: bool,
}

/// A bound value, with the value-type members that got null: the framework reports those at the very end, in the order
/// of the object tree.
struct Bound {
    value: Value,
    nulls: Vec<String>,
}

impl Bound {
    fn new(value: Value) -> Bound {
        Bound { value, nulls: Vec::new() }
    }
}

impl Binder<'_> {
    fn bind(&mut self, target: &Target<'_>) -> Option<Bound> {
        match target.kind {
            Kind::Object(class) => self.object(target.name, class),
            // Quirk: a member collection of objects comes out empty, because the binder takes its type for a class
            // without settable members (oracle: vn-f-idx.n, vn-f-br.n).
            Kind::List(ListType { item: Kind::Object(_), .. }) if target.is_member => {
                self.values.contains_prefix(target.name).then(|| Bound::new(Value::List(Vec::new())))
            }
            Kind::List(of) => self.list(target.name, of),
            Kind::Dictionary(of) => self.dictionary(target.name, of),
            _ => self.scalar(target).map(Bound::new),
        }
    }

    fn fail(&mut self, error: ReadError) {
        self.failed.insert(error.path.to_ascii_uppercase());
        self.errors.push(error);
    }

    fn scalar(&mut self, target: &Target<'_>) -> Option<Value> {
        let (first, attempted) = match target.element {
            Some(element) => (element, element.to_owned()),
            None => {
                let values = self.values.get(target.name)?;
                (values.first()?.as_str(), values.join(","))
            }
        };
        let error = match scalar::convert(first, target.kind, self.today) {
            Ok(value) => return Some(value),
            Err(Unconvertible::Format) => {
                let display = target.display.unwrap_or_else(|| scalar::type_name(target.kind));
                ReadError::text(target.name, format!("The value '{attempted}' is not valid for {display}."))
            }
            Err(Unconvertible::Exception) => ReadError::exception(target.name, scalar::exception_text(target.kind)),
        };
        self.fail(error);
        None
    }

    fn object(&mut self, name: &str, class: &'static ObjectType) -> Option<Bound> {
        if !self.values.contains_prefix(name) {
            return None;
        }
        let mut record = Record::empty(class);
        let mut nulls = Vec::new();
        if class.partial != Some(Partial::NoDataMembers) {
            let plan = class.plan();
            let members = plan.validation.iter().filter_map(|slot| Some((*slot, *plan.members.get(*slot)?)));
            let bound: Vec<_> = members.map(|(slot, member)| (slot, member, self.member(name, member))).collect();
            for (_, member, bound) in &bound {
                let required = member.required && member.kind.is_non_nullable_value() && class.partial.is_none();
                if required && bound.is_none() {
                    let message = format!("The {} property is required.", member.name);
                    self.fail(ReadError::text(below(name, member.name), message));
                }
            }
            for (slot, member, bound) in bound {
                let Some(bound) = bound else { continue };
                nulls.extend(bound.nulls);
                if bound.value == Value::Null && member.kind.is_non_nullable_value() {
                    nulls.push(below(name, member.name));
                } else {
                    record.set(slot, bound.value);
                }
            }
        }
        Some(Bound { value: Value::Object(record), nulls })
    }

    fn member(&mut self, object: &str, member: &Member) -> Option<Bound> {
        let name = below(object, member.name);
        let display = Some(member.name);
        self.bind(&Target { name: &name, kind: &member.kind, display, element: None, is_member: true })
    }

    fn list(&mut self, name: &str, of: &ListType) -> Option<Bound> {
        let mut nulls = Vec::new();
        let items = self.items(name, |binder, name, element| {
            let target = Target { name, kind: &of.item, display: None, element, is_member: false };
            binder.bind(&target).map(|bound| {
                nulls.extend(bound.nulls);
                bound.value
            })
        })?;
        // An item that did not bind, or bound to null, is the item type's default.
        let or_default = |item: Option<Value>| match item {
            None | Some(Value::Null) => of.item.default_value(),
            Some(value) => value,
        };
        let items = items.into_iter().map(or_default).collect();
        Some(Bound { value: Value::List(items), nulls })
    }

    fn dictionary(&mut self, name: &str, of: &DictionaryType) -> Option<Bound> {
        let mut nulls = Vec::new();
        let key_kind = Kind::Enum(of.key);
        let pairs = self.items(name, |binder, name, _| {
            let mut part = |binder: &mut Self, part: &str, kind: &Kind| {
                let name = below(name, part);
                let bound =
                    binder.bind(&Target { name: &name, kind, display: None, element: None, is_member: false })?;
                nulls.extend(bound.nulls);
                Some(if bound.value == Value::Null { kind.default_value() } else { bound.value })
            };
            let (key, value) = (part(binder, "key", &key_kind), part(binder, "value", &of.value));
            match (key, value) {
                (None, None) => None,
                (Some(Value::Enum(key)), Some(value)) => Some((key, value)),
                // Quirk: half a pair is a pair of defaults.
                _ => Some((0, of.value.default_value())),
            }
        })?;
        let mut places = std::collections::HashMap::new();
        let mut entries: Vec<(i32, Value)> = Vec::new();
        for (key, value) in pairs.into_iter().map(|pair| pair.unwrap_or_else(|| (0, of.value.default_value()))) {
            match places.get(&key).and_then(|place: &usize| entries.get_mut(*place)) {
                Some(entry) => entry.1 = value,
                None => {
                    places.insert(key, entries.len());
                    entries.push((key, value));
                }
            }
        }
        Some(Bound { value: Value::Dictionary(entries), nulls })
    }

    /// The items of a collection: one for each value of its own name, else for each of its `index` values, else from
    /// 0 up to the first that does not bind. `None` stands for an item that did not bind.
    fn items<T>(
        &mut self,
        name: &str,
        mut bind: impl FnMut(&mut Self, &str, Option<&str>) -> Option<T>,
    ) -> Option<Vec<Option<T>>> {
        if !self.values.contains_prefix(name) {
            return None;
        }
        let values = self.values;
        let mut items = Vec::new();
        if let Some(elements) = values.get(name) {
            for element in elements {
                if self.is_exhausted() {
                    break;
                }
                items.push(bind(self, name, Some(element)));
            }
        } else if let Some(indexes) = values.get(&below(name, "index")) {
            for index in indexes {
                if self.is_exhausted() {
                    break;
                }
                items.push(bind(self, &format!("{name}[{index}]"), None));
            }
        } else {
            while !self.is_exhausted()
                && let Some(item) = bind(self, &format!("{name}[{}]", items.len()), None)
            {
                items.push(Some(item));
            }
        }
        Some(items)
    }

    fn is_exhausted(&mut self) -> bool {
        let exhausted = self.items_left == 0;
        self.items_left = self.items_left.saturating_sub(1);
        exhausted
    }
}

/// The name of a member below an object's name.
fn below(object: &str, member: &str) -> String {
    if object.is_empty() { member.to_owned() } else { format!("{object}.{member}") }
}
