//! `Guid.Parse`: the forms D, N, B, P and X, any case, blanks around (oracle: js-guid-*, xm-guid-*, rt-guid-*).

use uuid::Uuid;

/// A Guid from any of .NET's five text forms, or `None`.
#[must_use]
pub fn parse(text: &str) -> Option<Uuid> {
    let text = text.trim_matches(|c: char| c.is_whitespace());
    let bare = match text.as_bytes().first()? {
        b'{' if text.contains(',') => return hexadecimal(text),
        b'{' => text.strip_prefix('{')?.strip_suffix('}')?,
        b'(' => text.strip_prefix('(')?.strip_suffix(')')?,
        _ => text,
    };
    let hyphenated = bare.len() == 36;
    // B and P carry the hyphenated form only; N has no brackets.
    if !hyphenated && (bare.len() != 32 || bare.len() != text.len()) {
        return None;
    }
    Uuid::try_parse(bare).ok()
}

/// The X form: `{0x00112233,0x4455,0x6677,{0x88,0x99,…}}`, blanks anywhere.
fn hexadecimal(text: &str) -> Option<Uuid> {
    let packed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let inner = packed.strip_prefix('{')?.strip_suffix("}}")?;
    let (head, tail) = inner.split_once(",{")?;
    let mut head = head.split(',').map(number);
    let (first, second, third) = (head.next()??, head.next()??, head.next()??);
    let rest: Vec<u8> =
        tail.split(',').map(|part| number(part).and_then(|n| u8::try_from(n).ok())).collect::<Option<_>>()?;
    let rest: [u8; 8] = rest.try_into().ok()?;
    if head.next().is_some() {
        return None;
    }
    Some(Uuid::from_fields(first, u16::try_from(second).ok()?, u16::try_from(third).ok()?, &rest))
}

fn number(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"))?;
    u32::from_str_radix(digits, 16).ok()
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
        ] {
            assert_eq!(parse(form), expected, "{form}");
        }
        for bad in ["", "x", "urn:uuid:00112233-4455-6677-8899-aabbccddeeff", "{00112233445566778899aabbccddeeff}"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
