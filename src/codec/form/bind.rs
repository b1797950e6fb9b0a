//! Web API's model binding of a contract from a form's values: scalars by type converter, objects member by member,
//! lists and dictionaries by index or from repeated names.

use super::scalar::{self, Unconvertible};
use super::values::{Values, fold};
use crate::codec::ReadError;
use crate::contract::{Collection, DictionaryType, Kind, ListType, Member, ObjectType, Partial, Record, Value};
use chrono::NaiveDate;
use std::collections::HashSet;

/// Binds a whole form; `None` when there is nothing to bind from. A time without a date falls on `today`.
pub(super) fn bind(values: &Values, kind: &Kind, today: NaiveDate) -> (Option<Value>, Vec<ReadError>) {
    // chosen: index names may repeat, so a small form could ask for endless items; lists end at this many in all.
    let items_left = values.len().saturating_mul(4).saturating_add(1000);
    let mut binder = Binder { values, errors: Vec::new(), failed: HashSet::new(), keys: 0, items_left, today };
    let bound = binder.bind(&Target { name: "", kind, display: None, element: None });
    let value = bound.map(|bound| {
        for (key, name) in bound.nulls {
            if !binder.failed.contains(&fold(&name)) {
                binder.fail(key, ReadError::text(name, "A value is required."));
            }
        }
        bound.value
    });
    // A key keeps its place in the model state from when its value was met, whenever its error comes.
    binder.errors.sort_by_key(|(key, _)| *key);
    (value, binder.errors.into_iter().map(|(_, error)| error).collect())
}

struct Binder<'a> {
    values: &'a Values,
    errors: Vec<(Key, ReadError)>,
    /// Names with an error, folded.
    failed: HashSet<String>,
    /// Keys so far.
    keys: Key,
    items_left: usize,
    today: NaiveDate,
}

/// The place of a key in the framework's model state. A name that has a value gets its place when that is met, whether
/// it converts or not; a required one without a value, when it is missed (oracle: F-key-order).
type Key = usize;

/// A value to bind, and from where.
struct Target<'a> {
    /// Full name; "" for the form itself.
    name: &'a str,
    kind: &'a Kind,
    /// Its name in texts; the type's name where there is none.
    display: Option<&'a str>,
    /// One of several values of the name, which stands for them.
    element: Option<&'a str>,
}

/// A bound value, with the value-type members that got null: the framework reports those at the very end.
struct Bound {
    value: Value,
    /// The place of the scalar that it is.
    key: Key,
    nulls: Vec<(Key, String)>,
}

impl Bound {
    fn new(value: Value) -> Bound {
        Bound { value, key: 0, nulls: Vec::new() }
    }
}

impl Binder<'_> {
    fn bind(&mut self, target: &Target<'_>) -> Option<Bound> {
        match target.kind {
            Kind::Object(class) => self.object(target.name, class),
            // Quirk: the binder fills what a List can be assigned to; it takes any other collection for a class
            // without settable members and leaves it empty (oracle: vn-f-idx.n, vn-f-br.n).
            Kind::List(ListType { collection: Collection::Collection, .. }) => {
                self.values.contains_prefix(target.name).then(|| Bound::new(Value::List(Vec::new())))
            }
            Kind::List(of) => self.list(target.name, of),
            Kind::Dictionary(of) => self.dictionary(target.name, of),
            _ => self.scalar(target),
        }
    }

    fn fail(&mut self, key: Key, error: ReadError) {
        self.failed.insert(fold(&error.path));
        self.errors.push((key, error));
    }

    fn next_key(&mut self) -> Key {
        self.keys += 1;
        self.keys
    }

    fn scalar(&mut self, target: &Target<'_>) -> Option<Bound> {
        let (first, attempted) = match target.element {
            Some(element) => (element, element.to_owned()),
            None => {
                let values = self.values.get(target.name)?;
                (values.first()?.as_str(), values.join(","))
            }
        };
        let key = self.next_key();
        let error = match scalar::convert(first, target.kind, self.today) {
            Ok(value) => return Some(Bound { key, ..Bound::new(value) }),
            Err(Unconvertible::Format) => {
                let display = target.display.map_or_else(|| scalar::type_name(target.kind), str::to_owned);
                ReadError::text(target.name, format!("The value '{attempted}' is not valid for {display}."))
            }
            Err(Unconvertible::Exception) => ReadError::exception(target.name, scalar::exception_text(target.kind)),
        };
        self.fail(key, error);
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
                    let key = self.next_key();
                    self.fail(key, ReadError::text(below(name, member.name), message));
                }
            }
            for (slot, member, bound) in bound {
                let Some(bound) = bound else { continue };
                nulls.extend(bound.nulls);
                if bound.value == Value::Null && member.kind.is_non_nullable_value() {
                    nulls.push((bound.key, below(name, member.name)));
                } else {
                    record.set(slot, bound.value);
                }
            }
        }
        Some(Bound { nulls, ..Bound::new(Value::Object(record)) })
    }

    fn member(&mut self, object: &str, member: &Member) -> Option<Bound> {
        let name = below(object, member.name);
        let display = Some(member.name);
        self.bind(&Target { name: &name, kind: &member.kind, display, element: None })
    }

    fn list(&mut self, name: &str, of: &ListType) -> Option<Bound> {
        let mut nulls = Vec::new();
        let items = self.items(name, |binder, name, element| {
            let target = Target { name, kind: &of.item, display: None, element };
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
        Some(Bound { nulls, ..Bound::new(Value::List(items)) })
    }

    fn dictionary(&mut self, name: &str, of: &DictionaryType) -> Option<Bound> {
        let mut nulls = Vec::new();
        let key_kind = Kind::Enum(of.key);
        let pairs = self.items(name, |binder, name, _| {
            let mut part = |binder: &mut Self, part: &str, kind: &Kind| {
                let name = below(name, part);
                let bound = binder.bind(&Target { name: &name, kind, display: None, element: None })?;
                nulls.extend(bound.nulls);
                Some(if bound.value == Value::Null { kind.default_value() } else { bound.value })
            };
            let (key, value) = (part(binder, "key", &key_kind), part(binder, "value", &of.value));
            let defaults = || (0, of.value.default_value());
            match (key, value) {
                (Some(Value::Enum(key)), Some(value)) => Some((key, value)),
                // Quirk: without a key and a value the pair is bound once more, as a class without settable members,
                // so anything below its name makes a pair of defaults (oracle: F-dict-partial).
                (None, None) => binder.values.contains_prefix(name).then(defaults),
                // Quirk: half a pair is a pair of defaults.
                _ => Some(defaults()),
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
        Some(Bound { nulls, ..Bound::new(Value::Dictionary(entries)) })
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
