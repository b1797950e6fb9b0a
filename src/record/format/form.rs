//! The fields of a form or of a query.

use super::{Spelling, Visit};
use crate::record::spelling::Spelled;

/// A text with other values.
pub(in crate::record) fn rewritten(text: &str, names: &[String], visit: Visit<'_>) -> String {
    let mut names = names.to_vec();
    let fields: Vec<String> = text
        .split('&')
        .map(|field| {
            let (name, value) = match field.split_once('=') {
                Some((name, value)) => (Some(name), value),
                None => (None, field),
            };
            let spelled = Spelled::read(Spelling::Percent, value);
            let text = spelled.text();
            if let Some(name) = name {
                names.push(Spelled::read(Spelling::Percent, name).text());
            }
            let other = visit(&names, &text);
            let other = other.map_or_else(|| value.to_owned(), |other| spelled.with(&other));
            match name {
                Some(name) => {
                    names.pop();
                    format!("{name}={other}")
                }
                None => other,
            }
        })
        .collect();
    fields.join("&")
}
