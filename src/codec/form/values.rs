//! The value provider over a form's pairs: values by name and the question whether any name starts with a prefix.

use super::{MAX_FIELDS, pairs};
use std::cell::Cell;
use std::cmp::Ordering;
use std::collections::HashMap;

/// A form's values by name, names without regard to case.
pub(super) struct Values {
    by_name: HashMap<String, Field>,
    /// Folded names in ordinal order.
    sorted: Vec<String>,
}

struct Field {
    sent_name: String,
    values: Vec<String>,
    used: Cell<bool>,
}

impl Values {
    /// The values of a form.
    ///
    /// # Errors
    /// A text for too many fields, the framework's for a name with an unclosed bracket and for one of more than `depth`
    /// parts.
    pub(super) fn parse(bytes: &[u8], depth: usize) -> Result<Values, String> {
        let mut by_name: HashMap<String, Field> = HashMap::new();
        for (count, (name, value)) in pairs::parse(bytes).into_iter().enumerate() {
            if count == MAX_FIELDS {
                return Err(format!("The form has more than {MAX_FIELDS} fields."));
            }
            let dotted = pairs::dotted(&name).ok_or(pairs::UNCLOSED)?;
            // chosen: the framework has this limit, and the text, only for forms that it reads without a type.
            if dotted.bytes().filter(|byte| matches!(byte, b'.' | b'[')).count() >= depth {
                return Err(format!(
                    "The maximum read depth ({depth}) has been exceeded because the form url-encoded data being read \
                     has more levels of nesting than is allowed."
                ));
            }
            let field = by_name.entry(fold(&dotted)).or_insert_with(|| Field {
                sent_name: name,
                values: Vec::new(),
                used: Cell::new(false),
            });
            field.values.push(value);
        }
        let mut sorted: Vec<String> = by_name.keys().cloned().collect();
        sorted.sort_unstable_by(|left, right| ordinal(left, right));
        Ok(Values { by_name, sorted })
    }

    /// The values under a name, in the order sent.
    pub(super) fn get(&self, name: &str) -> Option<&[String]> {
        let field = self.by_name.get(&fold(name))?;
        field.used.set(true);
        Some(&field.values)
    }

    /// Whether a name is the prefix or continues with `.` or `[`; the empty prefix matches any name.
    ///
    /// Quirk: the framework looks with a binary search that takes a match for equal, and a second time for the prefix
    /// with `[` appended. Names in between can hide a match from both.
    pub(super) fn contains_prefix(&self, prefix: &str) -> bool {
        if prefix.is_empty() {
            return !self.sorted.is_empty();
        }
        let prefix = fold(prefix);
        [prefix.clone(), format!("{prefix}[")].iter().any(|wanted| {
            let compare = |name: &String| if is_below(&prefix, name) { Ordering::Equal } else { ordinal(name, wanted) };
            self.binary_search(compare)
        })
    }

    /// `Array.BinarySearch`, whose choice of the middle decides what it meets.
    fn binary_search(&self, compare: impl Fn(&String) -> Ordering) -> bool {
        let mut rest = self.sorted.as_slice();
        while !rest.is_empty() {
            let (before, from) = rest.split_at((rest.len() - 1) / 2);
            let Some((middle, after)) = from.split_first() else { return false };
            rest = match compare(middle) {
                Ordering::Equal => return true,
                Ordering::Less => after,
                Ordering::Greater => before,
            };
        }
        false
    }

    /// Names as sent that were never looked up, in ordinal order, without the empty name.
    pub(super) fn unused(&self) -> impl Iterator<Item = &str> {
        let fields = self.sorted.iter().filter(|name| !name.is_empty()).filter_map(|name| self.by_name.get(name));
        fields.filter(|field| !field.used.get()).map(|field| field.sent_name.as_str())
    }

    /// The number of values.
    pub(super) fn len(&self) -> usize {
        self.by_name.values().map(|field| field.values.len()).sum()
    }
}

/// Upper case for comparison, as .NET's ordinal comparison without case does it: letter by letter, without a change of
/// length, and without the letters beyond sixteen bits.
pub(super) fn fold(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_uppercase();
    }
    let upper = |letter: char| {
        let mut upper = letter.to_uppercase();
        match (upper.next(), upper.next()) {
            // The dotless i and the long s have an ASCII letter as their upper case, which no culture-free .NET uses.
            (Some(one), None) if one.is_ascii() == letter.is_ascii() && letter <= '\u{FFFF}' => one,
            _ => letter,
        }
    };
    name.chars().map(upper).collect()
}

/// By UTF-16 units, as .NET compares.
fn ordinal(left: &str, right: &str) -> Ordering {
    match left.is_ascii() && right.is_ascii() {
        true => left.cmp(right),
        false => left.encode_utf16().cmp(right.encode_utf16()),
    }
}

fn is_below(prefix: &str, name: &str) -> bool {
    name.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

#[cfg(test)]
mod tests {
    use super::Values;
    use super::pairs::UNCLOSED;

    #[test]
    fn a_prefix_ends_at_a_dot_or_a_bracket() {
        let values = Values::parse(b"Info.A=1&List[0][b]=2&Lister=3", 3).unwrap();
        for prefix in ["", "info", "INFO.a", "list", "List[0]", "list[0].B", "Lister"] {
            assert!(values.contains_prefix(prefix), "{prefix}");
        }
        for prefix in ["inf", "Info.", "List[1]", "x"] {
            assert!(!values.contains_prefix(prefix), "{prefix}");
        }
        assert!(!Values::parse(b"", 3).unwrap().contains_prefix(""));
        assert_eq!(Values::parse(b"a[b=1", 3).err().as_deref(), Some(UNCLOSED));
    }

    #[test]
    fn a_name_has_no_more_parts_than_nesting_is_allowed() {
        for (name, parts) in [("a", 1), ("a[]", 1), ("a.b", 2), ("a[b]", 2), ("a[0][b]", 3), ("[0].b.c", 4)] {
            assert!(Values::parse(name.as_bytes(), parts).is_ok(), "{name}");
            assert!(Values::parse(name.as_bytes(), parts - 1).is_err(), "{name}");
        }
    }

    #[test]
    fn unused_values_are_reported_as_sent() {
        let values = Values::parse(b"A=1&x[Y]=2&a=3&", 3).unwrap();
        assert_eq!(values.get("a").unwrap(), ["1", "3"]);
        assert_eq!(values.unused().collect::<Vec<_>>(), ["x[Y]"]);
    }
}
