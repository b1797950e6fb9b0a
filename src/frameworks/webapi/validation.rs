//! Validation attributes after reading, as the framework's body validator runs them: children first, derived class
//! before base, also where the reader already found an error (docs/spec/admin-users.md §9).

use super::email;
use super::model_state::{ModelError, ModelState};
use crate::codec::decimal_digit;
use crate::contract::{Member, Record, Rule, Value};

/// Validates a bound body. Partial documents are not validated, as the framework's deltas are not.
pub(super) fn validate(value: &Value, parameter: &str, state: &mut ModelState) {
    let mut key = parameter.to_owned();
    walk(value, &mut key, &mut |key, text| state.add(key, ModelError { message: text, exception: false }));
}

fn walk(value: &Value, key: &mut String, report: &mut impl FnMut(&str, String)) {
    let length = key.len();
    match value {
        Value::Object(record) if record.class.partial.is_none() => members(record, key, report),
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                key.push_str(&format!("[{index}]"));
                walk(item, key, report);
                key.truncate(length);
            }
        }
        _ => {}
    }
}

fn members(record: &Record, key: &mut String, report: &mut impl FnMut(&str, String)) {
    let length = key.len();
    let plan = record.class.plan();
    for slot in &plan.validation {
        let Some(member) = plan.members.get(*slot) else { continue };
        let value = record.slot(*slot);
        key.push('.');
        key.push_str(member.name);
        walk(value, key, report);
        attributes(member, value, |text| report(key, text));
        key.truncate(length);
    }
}

/// The attributes of one member, `[Required]` first; one failing does not stop the next.
fn attributes(member: &Member, value: &Value, mut report: impl FnMut(String)) {
    let name = member.name;
    // A value type is never null here: only the JSON reader and the form binder know that it was not sent.
    if member.required && is_missing(value) {
        report(format!("The {name} field is required."));
    }
    let text = match value {
        Value::Text(text) | Value::IllFormedText(text) => text.as_str(),
        _ => return,
    };
    for rule in member.rules {
        match rule {
            // Quirk: the pattern skips an empty text, the e-mail check does not (oracle: em-empty).
            Rule::Pattern { text: pattern, matches } if !text.is_empty() && !matches(text) => {
                report(format!("The field {name} must match the regular expression '{pattern}'."));
            }
            Rule::EmailAddress if !email::is_address(text) => {
                report(format!("The {name} field is not a valid e-mail address."));
            }
            _ => {}
        }
    }
}

fn is_missing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Absent => true,
        Value::Text(text) => text.trim().is_empty(),
        _ => false,
    }
}

/// `^(?=.*?\d.*?\d.*?\d.*?\d.*?\d)([+]?)([\d\s\(\)-]{5,20})$` with .NET's meaning of it (docs/spec/admin-users.md §11):
/// the match must be the whole text, `\d` takes every decimal digit of the basic plane, and `.` stops at a newline.
#[must_use]
pub fn phone_number(text: &str) -> bool {
    let digits = text.chars().take_while(|letter| *letter != '\n').filter(|letter| decimal_digit::is(*letter)).count();
    let rest = text.strip_prefix('+').unwrap_or(text);
    let length = rest.chars().count();
    let allowed =
        |letter: char| decimal_digit::is(letter) || letter.is_whitespace() || matches!(letter, '(' | ')' | '-');
    text.is_empty() || (digits >= 5 && (5..=20).contains(&length) && rest.chars().all(allowed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Contracted;

    #[test]
    fn phone_numbers_get_the_verdicts_of_the_published_pattern() {
        let twenty = "1".repeat(20);
        let accepted = [
            "",
            "12345",
            "+12345",
            "+44 7700 900123",
            "(020) 7946-0958",
            "+1 (202) 555-0143",
            "1 2 3 4 5",
            "12-34-5",
            "     12345",
            "+(12345",
            "+-12345",
            "+ 12345",
            "12345\n",
            "12345\r\n",
            "12345\n678",
            "\u{660}\u{661}\u{662}\u{663}\u{664}",
            "\u{FF11}\u{FF12}\u{FF13}\u{FF14}\u{FF15}",
            "1\u{A0}2345",
            "1\u{85}2345",
            "12345\u{2028}",
            &twenty,
            &format!("+{twenty}"),
            &format!("{}\n", "1".repeat(19)),
        ];
        for text in accepted {
            assert!(phone_number(text), "{text:?}");
        }
        let refused = [
            "1234",
            "+1234",
            "44.7700.900123",
            "07700 900123 x9",
            "++12345",
            "(((((",
            "12+345",
            "     ",
            "sample string 12",
            "\n12345",
            "123\n45",
            "\u{B2}\u{B2}\u{B2}\u{B2}\u{B2}",
            "\u{1D7CE}\u{1D7CF}\u{1D7D0}\u{1D7D1}\u{1D7D2}",
            "1\u{200B}2345",
            "1\u{180E}2345",
            "12345\u{2212}",
            "\u{FF0B}12345",
            &"1".repeat(21),
            &format!("+{}", "1".repeat(21)),
            &format!("{twenty}\n"),
            &format!("+{twenty}\n"),
        ];
        for text in refused {
            assert!(!phone_number(text), "{text:?}");
        }
    }

    #[test]
    fn required_text_must_hold_more_than_unicode_blanks() {
        assert!(is_missing(&Value::Text("\u{A0}\u{2003} ".to_owned())) && is_missing(&Value::Null));
        assert!(!is_missing(&Value::Text("\u{200B}".to_owned())) && !is_missing(&Value::List(Vec::new())));
    }

    crate::contract! {
        /// A base class.
        pub struct Base: "Base" as crate::contract::TypeName::Plain("Base"), in "", {
            name: Option<String> = "Name" { required: true },
        }

        /// An item of a list.
        pub struct Item: "Item" as crate::contract::TypeName::Plain("Item"), in "", {
            mail: Option<String> = "Mail" { required: true, rules: &[Rule::EmailAddress] },
            flag: bool = "Flag" { required: true },
        }

        /// A derived class.
        pub struct Derived extends Base: "Derived" as crate::contract::TypeName::Plain("Derived"), in "", {
            items: Option<Vec<Option<Item>>> = "Items" { required: true },
            phone: Option<String> = "Phone" { required: true, rules: &[PHONE] },
        }
    }

    const PHONE: Rule = Rule::Pattern { text: "^P$", matches: phone_number };

    fn derived(items: Option<Vec<Option<Item>>>, phone: &str) -> Value {
        Derived { base: Base { name: None }, items, phone: Some(phone.to_owned()) }.into_value()
    }

    fn found(value: &Value, state: &mut ModelState) -> Vec<(String, Vec<String>)> {
        validate(value, "body", state);
        let texts = |errors: &[ModelError]| errors.iter().map(|error| error.message.clone()).collect();
        state.entries().map(|(key, errors)| (key.to_owned(), texts(errors))).collect()
    }

    #[test]
    fn the_derived_class_is_validated_first_and_null_items_are_skipped() {
        let item = |mail: &str| Some(Item { mail: Some(mail.to_owned()), flag: false });
        let list = Value::List(vec![Value::Null, derived(Some(vec![None, item("a@b.c"), item("a@b")]), " ")]);
        let expected = [
            ("body[1].Items[2].Mail", vec!["The Mail field is not a valid e-mail address."]),
            (
                "body[1].Phone",
                vec!["The Phone field is required.", "The field Phone must match the regular expression '^P$'."],
            ),
            ("body[1].Name", vec!["The Name field is required."]),
        ];
        let expected = expected.map(|(key, texts)| (key.to_owned(), texts.into_iter().map(str::to_owned).collect()));
        assert_eq!(found(&list, &mut ModelState::default()), expected);
    }

    #[test]
    fn an_error_of_the_reader_does_not_silence_the_attributes() {
        let mut state = ModelState::default();
        state.add("body.items", ModelError { message: "unreadable".to_owned(), exception: true });
        let found = found(&derived(None, "12345"), &mut state);
        let expected = vec!["unreadable".to_owned(), "The Items field is required.".to_owned()];
        assert_eq!(found.first(), Some(&("body.items".to_owned(), expected)));
    }
}
