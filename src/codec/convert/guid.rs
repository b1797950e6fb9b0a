//! `Guid.Parse`: the forms D, N, B, P and X, any case, blanks around (oracle: js-guid-*, xm-guid-*, rt-guid-*), with
//! the leniency that .NET keeps for old texts: a component may spend letters on a plus sign or `0x` (oracle: xp-162).

use uuid::Uuid;

/// A Guid from any of .NET's five text forms, or `None`.
#[must_use]
pub fn parse(text: &str) -> Option<Uuid> {
    let text = text.trim();
    let dashed = text.contains('-');
    match text.bytes().next()? {
        b'(' => hyphenated(text.strip_prefix('(')?.strip_suffix(')')?),
        b'{' if dashed => hyphenated(text.strip_prefix('{')?.strip_suffix('}')?),
        b'{' => hexadecimal(text),
        _ if dashed => hyphenated(text),
        _ if text.len() == 32 => Uuid::try_parse(text).ok(),
        _ => None,
    }
}

/// The D form: 8-4-4-4-12 letters.
fn hyphenated(text: &str) -> Option<Uuid> {
    if text.len() != 36 {
        return None;
    }
    if let Ok(plain) = Uuid::try_parse(text) {
        return Some(plain);
    }
    let mut parts = text.split('-');
    let mut part = |length: usize| parts.next().filter(|part| part.len() == length);
    let (first, second, third, fourth, last) = (part(8)?, part(4)?, part(4)?, part(4)?, part(12)?);
    let (fifth, rest) = last.split_at_checked(4)?;
    // Quirk: the last eight digits are the only ones that allow no sign and no prefix.
    if !rest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let [a, b] = short(fourth)?.to_be_bytes();
    let [c, d] = short(fifth)?.to_be_bytes();
    let [e, f, g, h] = u32::from_str_radix(rest, 16).ok()?.to_be_bytes();
    Some(Uuid::from_fields(component(first)?, short(second)?, short(third)?, &[a, b, c, d, e, f, g, h]))
}

/// The X form: `{0x00112233,0x4455,0x6677,{0x88,0x99,…}}`, blanks anywhere.
fn hexadecimal(text: &str) -> Option<Uuid> {
    let packed: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let inner = packed.strip_prefix('{')?.strip_suffix("}}")?;
    let (head, tail) = inner.split_once(",{")?;
    let mut head = head.split(',').map(prefixed);
    let (first, second, third) = (head.next()??, head.next()??, head.next()??);
    let rest: Option<Vec<u8>> = tail.split(',').map(|part| prefixed(part).and_then(|n| u8::try_from(n).ok())).collect();
    let rest: [u8; 8] = rest?.try_into().ok()?;
    if head.next().is_some() {
        return None;
    }
    // Quirk: the two short components lose what exceeds 16 bits.
    Some(Uuid::from_fields(first, second as u16, third as u16, &rest))
}

/// A number after the `0x` that the X form demands.
fn prefixed(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"))?;
    if digits.is_empty() { None } else { component(digits) }
}

fn short(text: &str) -> Option<u16> {
    component(text).and_then(|number| u16::try_from(number).ok())
}

/// Hexadecimal digits after an optional plus sign and an optional `0x`; nothing left counts as zero.
fn component(text: &str) -> Option<u32> {
    let text = text.strip_prefix('+').unwrap_or(text);
    let text = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
    if text.is_empty() {
        return Some(0);
    }
    let plain = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if plain { u32::from_str_radix(text, 16).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn five_forms_name_the_same_guid() {
        let expected = parse("00112233-4455-6677-8899-aabbccddeeff");
        assert!(expected.is_some());
        for form in [
            "00112233445566778899AABBCCDDEEFF",
            "{00112233-4455-6677-8899-aabbccddeeff}",
            " (00112233-4455-6677-8899-aabbccddeeff) ",
            "{0x00112233,0x4455,0x6677,{0x88,0x99,0xaa,0xbb,0xcc,0xdd,0xee,0xff}}",
            "{0x112233, 0X004455, 0x16677, {0x88,0x99,0xaa,0xbb,0xcc,0xdd,0xee,0xff} }",
        ] {
            assert_eq!(parse(form), expected, "{form}");
        }
        for bad in ["", "x", "urn:uuid:00112233-4455-6677-8899-aabbccddeeff", "{00112233445566778899aabbccddeeff}"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_component_may_spend_letters_on_a_sign_or_a_prefix() {
        assert_eq!(parse("+9b815af-51da-+30e-0x25-52f7f6cdf0a6"), parse("09b815af-51da-030e-0025-52f7f6cdf0a6"));
        for bad in ["-9b815af-51da-430e-8c25-52f7f6cdf0a6", "9b815af0-51da-430e-8c25-52f7+6cdf0a6"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
