//! Sizes, numbers, times, hosts and origins as people write them. Each refusal is a sentence with an example, to which the
//! command line adds the name of the setting.

use std::ops::RangeInclusive;
use std::time::Duration;

/// Units of sizes in lower case. chosen: those of SI are powers of 1000, those of IEC powers of 1024.
const UNITS: &[(&str, u64)] = &[
    ("", 1),
    ("b", 1),
    ("k", 1_000),
    ("kb", 1_000),
    ("kib", 1 << 10),
    ("m", 1_000_000),
    ("mb", 1_000_000),
    ("mib", 1 << 20),
    ("g", 1_000_000_000),
    ("gb", 1_000_000_000),
    ("gib", 1 << 30),
    ("t", 1_000_000_000_000),
    ("tb", 1_000_000_000_000),
    ("tib", 1 << 40),
];

/// A reader of sizes in bytes within a range: `10MB`, `256MiB`, `64k`, `1.5 GiB`, or bytes without a unit.
pub(super) fn size(range: RangeInclusive<usize>) -> impl Fn(&str) -> Result<usize, String> + Clone + Send + Sync {
    move |text| {
        let bytes = bytes(text).ok_or("give a size such as 10MB, 256MiB or 65536")?;
        match range.contains(&bytes) {
            true => Ok(bytes),
            false if bytes < *range.start() => {
                Err(format!("give a size of at least {} bytes, such as 64KiB", range.start()))
            }
            false => Err(format!("give a size of at most {} bytes, such as 16KiB", range.end())),
        }
    }
}

fn bytes(text: &str) -> Option<usize> {
    let text = text.trim().to_ascii_lowercase();
    let end = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(end)?;
    let (_, unit) = UNITS.iter().find(|(known, _)| *known == unit.trim_start())?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    if whole.is_empty() || !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let parts = 10_u64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let part = u128::from(fraction.parse::<u64>().ok()?) * u128::from(*unit) / u128::from(parts);
    let total = u128::from(whole.parse::<u64>().ok()?) * u128::from(*unit) + part;
    usize::try_from(total).ok()
}

/// A reader of whole numbers within a range.
pub(super) fn number(range: RangeInclusive<u64>) -> impl Fn(&str) -> Result<u64, String> + Clone + Send + Sync {
    move |text| {
        let number = text.trim().parse::<u64>().ok().filter(|number| range.contains(number));
        let (least, most) = (range.start(), range.end());
        number.ok_or_else(|| match *most {
            u64::MAX => format!("give a whole number of at least {least}, such as 100"),
            most => format!("give a whole number from {least} to {most}, such as {}", most.min(100)),
        })
    }
}

/// The same for numbers of things in memory.
pub(super) fn count(range: RangeInclusive<usize>) -> impl Fn(&str) -> Result<usize, String> + Clone + Send + Sync {
    let as_number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let number = number(as_number(*range.start())..=as_number(*range.end()));
    move |text| usize::try_from(number(text)?).map_err(|_| "give a smaller number, such as 100".to_owned())
}

/// `30s`, `500ms`, `2m`, or seconds without a unit.
///
/// # Errors
/// A sentence with an example of a time.
pub fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.get(digits.len()..).unwrap_or_default();
    let number = digits.trim_end().parse::<u64>().map_err(|_| "give a time such as 30s, 500ms or 2m".to_owned())?;
    match unit {
        "ms" => Ok(Duration::from_millis(number)),
        "s" | "" => Ok(Duration::from_secs(number)),
        "m" => Ok(Duration::from_secs(number.saturating_mul(60))),
        _ => Err("give a time such as 30s, 500ms or 2m".to_owned()),
    }
}

/// A time limit from a millisecond to a day.
pub(super) fn time_limit(text: &str) -> Result<Duration, String> {
    let given = duration(text)?;
    let sensible = Duration::from_millis(1)..=Duration::from_secs(24 * 60 * 60);
    if sensible.contains(&given) { Ok(given) } else { Err("give a time from 1ms to 1440m, such as 30s".to_owned()) }
}

/// How long a world may be unused, as other times or as ISO 8601 writes it.
pub(super) fn idle_time(text: &str) -> Result<Duration, String> {
    let given = duration(text).ok().or_else(|| iso_time(text)).filter(|given| !given.is_zero());
    given.ok_or_else(|| "give a time such as 30m or PT30M".to_owned())
}

/// Days, hours, minutes and seconds of ISO 8601, in whole numbers: `P1D`, `PT1H30M`.
fn iso_time(text: &str) -> Option<Duration> {
    let (days, time) = text.strip_prefix('P')?.split_once('T').unwrap_or((text.get(1..)?, ""));
    let mut seconds: u64 = 0;
    for (mut rest, units) in [(days, &[('D', 86_400)][..]), (time, &[('H', 3600), ('M', 60), ('S', 1)])] {
        let mut units = units.iter();
        while !rest.is_empty() {
            let (number, behind) = rest.split_at_checked(rest.find(|letter: char| !letter.is_ascii_digit())?)?;
            let letter = behind.chars().next()?;
            let (_, each) = units.find(|(known, _)| *known == letter)?;
            seconds = seconds.checked_add(number.parse::<u64>().ok()?.checked_mul(*each)?)?;
            rest = behind.get(letter.len_utf8()..)?;
        }
    }
    Some(Duration::from_secs(seconds))
}

/// A host as the header `Host` names it, with or without a port. What no header can equal is refused.
pub(super) fn host(text: &str) -> Result<String, String> {
    let text = text.trim();
    let (name, port) = text.split_once(':').unwrap_or((text, "80"));
    let name = name.strip_suffix('.').unwrap_or(name);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    if name.is_empty() || !name.bytes().all(plain) || !is_port(port) {
        return Err("give a host name such as usertwin or usertwin:8080, without http:// and without a path".to_owned());
    }
    Ok(match text.split_once(':') {
        Some((_, port)) => format!("{name}:{port}"),
        None => name.to_owned(),
    })
}

/// An origin as browsers send it: they leave out the usual port and everything behind the host. `null` is the origin
/// of pages from files.
pub(super) fn origin(text: &str) -> Result<String, String> {
    let text = text.trim();
    let text = text.strip_suffix('/').unwrap_or(text);
    let refused = || "give an origin such as http://localhost:3000, with its scheme and without a path".to_owned();
    if text == "null" {
        return Ok(text.to_owned());
    }
    let (scheme, authority) = text.split_once("://").ok_or_else(refused)?;
    let behind = authority.rsplit_once(']').map_or(authority, |(_, behind)| behind);
    let (port, usual) = match (behind.split_once(':'), scheme.to_ascii_lowercase().as_str()) {
        (Some((_, port)), "http") => (port, port == "80"),
        (Some((_, port)), "https") => (port, port == "443"),
        (Some((_, port)), _) => (port, false),
        (None, _) => ("80", false),
    };
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b':' | b'[' | b']');
    let is_scheme = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    let host_is_empty = authority.is_empty() || authority.starts_with(':');
    if scheme.is_empty()
        || host_is_empty
        || !authority.bytes().all(letters)
        || !is_port(port)
        || !scheme.bytes().all(is_scheme)
    {
        return Err(refused());
    }
    let text =
        if usual { text.strip_suffix(port).and_then(|text| text.strip_suffix(':')).unwrap_or(text) } else { text };
    Ok(text.to_owned())
}

/// An origin in lower case, as browsers send it, or `*` for any.
pub(super) fn origin_or_any(text: &str) -> Result<String, String> {
    match text.trim() {
        "*" => Ok("*".to_owned()),
        text => origin(text).map(|origin| origin.to_ascii_lowercase()).map_err(|sentence| sentence + ", or *"),
    }
}

fn is_port(text: &str) -> bool {
    !text.starts_with('+') && matches!(text.parse::<u16>(), Ok(1..))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_the_units_of_si_and_iec_and_none_is_bytes() {
        for (text, expected) in [
            ("65536", 65_536),
            ("0", 0),
            ("64k", 64_000),
            ("64K", 64_000),
            ("10MB", 10_000_000),
            ("10 mb", 10_000_000),
            ("256MiB", 256 << 20),
            ("1.5GiB", 3 << 29),
            ("0.5k", 500),
            ("1GB", 1_000_000_000),
            ("1TiB", 1 << 40),
            ("7b", 7),
        ] {
            assert_eq!(bytes(text), Some(expected), "{text}");
        }
        for text in ["", "x", "MB", "-1", "1.2.3MB", ".5MB", "10XB", "1e6", "10MBit", "99999999999TiB", "١٠MB", "+1"]
        {
            assert_eq!(bytes(text), None, "{text}");
        }
    }

    #[test]
    fn a_host_or_an_origin_that_can_never_match_is_refused() {
        for (text, kept) in [("usertwin", "usertwin"), ("Twin.test:8080", "Twin.test:8080"), ("twin.", "twin")] {
            assert_eq!(host(text).as_deref(), Ok(kept));
        }
        for text in ["", "http://usertwin", "usertwin/", "a b", "usertwin:", "usertwin:x", "*", "usertwin:99999"] {
            assert!(host(text).unwrap_err().contains("usertwin:8080"), "{text}");
        }
        for (text, kept) in [
            ("http://localhost:3000", "http://localhost:3000"),
            ("http://localhost:3000/", "http://localhost:3000"),
            ("http://x:80", "http://x"),
            ("https://x:443/", "https://x"),
            ("https://x:80", "https://x:80"),
            ("http://[::1]:80", "http://[::1]"),
            ("chrome-extension://abcdef", "chrome-extension://abcdef"),
            ("null", "null"),
        ] {
            assert_eq!(origin(text).as_deref(), Ok(kept));
        }
        for text in [
            "",
            "x:1",
            "://x",
            "localhost:3000",
            "http://",
            "http://:80",
            "http://x/app",
            "http://x:y",
            "*",
            "http://a b",
        ] {
            assert!(origin(text).unwrap_err().contains("http://localhost:3000"), "{text}");
        }
    }
}
