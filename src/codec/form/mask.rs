//! Masks the values of a form or of a query.

use crate::codec::mask::{IsSecret, MASK, Shape};
use crate::codec::percent;

/// Hides the values of fields with a secret's name.
#[must_use]
pub fn hide(text: &str, is_secret: IsSecret<'_>) -> String {
    let pairs: Vec<String> = text.split('&').map(|field| pair(field, is_secret)).collect();
    pairs.join("&")
}

fn pair(pair: &str, is_secret: IsSecret<'_>) -> String {
    let Some((name, value)) = pair.split_once('=') else { return pair.to_owned() };
    let spaced = name.replace('+', " ");
    let decoded = percent::decoded(&spaced, |_| true);
    if !value.is_empty() && is_secret(&decoded, Shape::Text) { format!("{name}={MASK}") } else { pair.to_owned() }
}
