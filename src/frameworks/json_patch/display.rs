//! How .NET prints values: `ToString` in the invariant culture, and Json.NET's indented JSON for lists and objects
//! (docs/spec/reseller.md §11.1, below the table).

use super::lenient::{Json, Node};
use crate::contract::DateTime;
use std::fmt::Write;

/// A value in a message: null is nothing, booleans are capitalised, containers are indented JSON.
pub(super) fn to_string(json: &Json) -> String {
    match json {
        Json::Null | Json::Undefined => String::new(),
        Json::Bool(true) => "True".to_owned(),
        Json::Bool(false) => "False".to_owned(),
        Json::Integer(number) => number.to_string(),
        Json::Big(digits) => digits.clone(),
        Json::Double(number) => double(*number),
        Json::Text(text) => text.clone(),
        Json::Date(date) => date_time(*date),
        Json::List(_) | Json::Object(_) | Json::Constructor(..) => {
            let mut text = String::new();
            indented(json, 0, &mut text);
            text
        }
    }
}

/// A number as JSON text: it never looks like an integer.
pub(super) fn json_double(number: f64) -> String {
    let text = double(number);
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if plain { text + ".0" } else { text }
}

/// `Double.ToString` in the invariant culture: the shortest digits, scientific from 1E+15 on and below 1E-05.
fn double(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    if number == 0.0 {
        // Quirk: no sign of a negative zero, as the observed runtime prints it (oracle: jp-215).
        return "0".to_owned();
    }
    let scientific = format!("{number:e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    match exponent.parse::<i32>() {
        Ok(power) if !(-4..15).contains(&power) => {
            let sign = if power < 0 { '-' } else { '+' };
            format!("{mantissa}E{sign}{:02}", power.abs())
        }
        _ => number.to_string(),
    }
}

/// `DateTime.ToString` in the invariant culture: no fraction, no zone.
fn date_time(date: DateTime) -> String {
    date.civil().format("%m/%d/%Y %H:%M:%S").to_string()
}

fn indented(json: &Json, depth: usize, out: &mut String) {
    match json {
        Json::List(items) => {
            let item = |node: &Node, out: &mut String| indented(&node.json, depth + 1, out);
            block(['[', ']'], items, depth, out, item);
        }
        Json::Object(members) => block(['{', '}'], members, depth, out, |(name, node), out| {
            quoted(name, out);
            out.push_str(": ");
            indented(&node.json, depth + 1, out);
        }),
        Json::Constructor(name, arguments) => {
            out.push_str("new ");
            out.push_str(name);
            let item = |node: &Node, out: &mut String| indented(&node.json, depth + 1, out);
            block(['(', ')'], arguments, depth, out, item);
        }
        Json::Null => out.push_str("null"),
        Json::Undefined => out.push_str("undefined"),
        Json::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Json::Double(number) if number.is_finite() => out.push_str(&json_double(*number)),
        Json::Integer(_) | Json::Big(_) => out.push_str(&to_string(json)),
        Json::Date(date) => quoted(&date.round_trip(), out),
        Json::Double(_) | Json::Text(_) => quoted(&to_string(json), out),
    }
}

/// A container, one item per line; an empty one stays on its line.
fn block<T>(brackets: [char; 2], items: &[T], depth: usize, out: &mut String, write: impl Fn(&T, &mut String)) {
    let [open, close] = brackets;
    out.push(open);
    for (position, item) in items.iter().enumerate() {
        out.push_str(if position == 0 { "\n" } else { ",\n" });
        out.extend(std::iter::repeat_n("  ", depth + 1));
        write(item, out);
    }
    if !items.is_empty() {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth));
    }
    out.push(close);
}

/// A JSON string as Json.NET escapes it: controls, quotes, backslashes and three separators.
fn quoted(text: &str, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '\0'..='\u{1f}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(letter));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::super::lenient::{Start, read};
    use super::*;

    #[test]
    fn doubles_turn_scientific_at_the_framework_s_limits() {
        for (number, expected) in [
            (1.5, "1.5"),
            (1000.0, "1000"),
            (1e14, "100000000000000"),
            (1e15, "1E+15"),
            (1.234_567_890_123_456_8e17, "1.2345678901234568E+17"),
            (0.0001, "0.0001"),
            (0.00001, "1E-05"),
            (-0.0, "0"),
        ] {
            assert_eq!(double(number), expected);
        }
        assert_eq!((json_double(1000.0).as_str(), json_double(1e15).as_str()), ("1000.0", "1E+15"));
    }

    #[test]
    fn containers_are_indented_json() {
        let (Start::Array(Some(items)), _) = read(r#"[{"a":[1,{}],"b":"it's \"\u0001","c":[],d:1e2}]"#, 4) else {
            panic!()
        };
        let expected =
            "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": \"it's \\\"\\u0001\",\n  \"c\": [],\n  \"d\": 100.0\n}";
        assert_eq!(to_string(&items[0].json), expected);
    }
}
