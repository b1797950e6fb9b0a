//! The framework's default content negotiator (docs/spec/pbnb.md §6): which formatter, media type and charset an answer
//! takes. Each formatter makes one offer; the kinds of offer are then ranked.

use super::header::{self, MediaType, Range};
use super::{Formatter, Request};
use crate::codec::{Advice, Charset, Codec, JSON_ENUM_NUMBERS, Note};
use http::HeaderMap;
use http::header::{ACCEPT, ACCEPT_CHARSET, CONTENT_TYPE, HeaderName};
use std::borrow::Cow;
use std::cmp::Ordering;

static REQUESTED_WITH: HeaderName = HeaderName::from_static("x-requested-with");

/// The format, media type and charset of an answer.
#[derive(Debug)]
pub(super) struct Negotiated {
    pub(super) codec: &'static Codec,
    pub(super) media_type: &'static str,
    pub(super) charset: Charset,
    pub(super) notes: Vec<Note>,
}

/// Why a formatter offers itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    /// `X-Requested-With: XMLHttpRequest`.
    Mapping,
    /// An element of Accept.
    Accept(Range),
    /// The request's own media type.
    RequestType,
    /// It can write the value at all.
    CanWrite,
}

#[derive(Debug, Clone, Copy)]
struct Offer {
    codec: &'static Codec,
    media_type: &'static str,
    quality: f64,
    why: Why,
}

/// The value of Accept, empty without one, where no other header has a say in the format.
#[must_use]
pub fn only_accept(headers: &HeaderMap) -> Option<&[u8]> {
    // Comparing the few names of a request costs less than hashing these.
    let mut accept = None;
    for (name, value) in headers {
        if *name == ACCEPT {
            if accept.replace(value.as_bytes()).is_some() {
                return None;
            }
        } else if [ACCEPT_CHARSET, CONTENT_TYPE].contains(name) || *name == REQUESTED_WITH {
            return None;
        }
    }
    Some(accept.unwrap_or_default())
}

/// Chooses among the formatters; the first that writes is the last resort, so there is always one.
pub(super) fn negotiate(request: &Request, formatters: &'static [Formatter]) -> Negotiated {
    let content_type_line = content_type_line(request);
    let content_type = content_type_line.as_deref().and_then(header::content_type);
    let mut notes = Vec::new();
    let (codec, media_type) = match named(&request.headers, formatters) {
        Some(named) => named,
        None => ranked(request, formatters, content_type.as_ref(), &mut notes),
    };
    let asked_for = accepted_charset(request);
    if asked_for == Some(None) {
        let message = "Accept-Charset named no supported charset; it was ignored.".to_owned();
        notes.push(Note { code: Advice::CharsetIgnored, message });
    }
    let charset = asked_for.flatten().or_else(|| declared_charset(content_type.as_ref())).unwrap_or_default();
    Negotiated { codec, media_type, charset, notes }
}

/// The format that Accept names if it is one media type and nothing else, as that of most clients is: then nothing can
/// rank above it, and the ranking's code stays out of the processor's cache.
fn named(headers: &HeaderMap, formatters: &'static [Formatter]) -> Option<(&'static Codec, &'static str)> {
    let mut lines = headers.get_all(ACCEPT).into_iter();
    let line = lines.next().filter(|_| lines.next().is_none())?.as_bytes();
    formatters.iter().filter(|formatter| formatter.codec.writer.is_some()).find_map(|formatter| {
        let named = formatter.media_types.iter().find(|media_type| media_type.as_bytes() == line)?;
        Some((formatter.codec, *named))
    })
}

/// The format by the framework's ranking of all headers that speak of one.
fn ranked(
    request: &Request,
    formatters: &'static [Formatter],
    content_type: Option<&MediaType<'_>>,
    notes: &mut Vec<Note>,
) -> (&'static Codec, &'static str) {
    let accept_lines: Vec<Cow<'_, str>> = header::lines(&request.headers, &ACCEPT).collect();
    let mut accepted: Vec<MediaType<'_>> = accept_lines.iter().flat_map(|line| header::media_types(line)).collect();
    let scripted = is_scripted(request, &accepted);
    sort_by_quality(&mut accepted, |range| range.quality, |left, right| right.range().cmp(&left.range()));
    let writers = formatters.iter().filter(|formatter| formatter.codec.writer.is_some());
    let mut offers: Vec<Offer> = Vec::with_capacity(formatters.len());
    for formatter in writers {
        offers.extend(offer(formatter, scripted, &accepted, content_type));
    }
    let fallback =
        Offer { codec: &JSON_ENUM_NUMBERS, media_type: "application/json", quality: 1.0, why: Why::CanWrite };
    let chosen = best(&offers).unwrap_or(fallback);

    let matched = matches!(chosen.why, Why::Mapping | Why::Accept(_));
    if !matched && accept_lines.iter().any(|line| !line.trim().is_empty()) {
        notes.push(Note {
            code: Advice::NegotiationFallback,
            message: format!("Accept matched no format of this API; {} was sent.", chosen.media_type),
        });
    }
    (chosen.codec, chosen.media_type)
}

/// Whether a request accepts a media type, as one without Accept does.
pub fn accepts(headers: &HeaderMap, media_type: &str) -> bool {
    let lines: Vec<Cow<'_, str>> = header::lines(headers, &ACCEPT).filter(|line| !line.trim().is_empty()).collect();
    let covers = |range: &MediaType<'_>| range.quality != Some(0.0) && range.covers(media_type);
    lines.is_empty() || lines.iter().any(|line| header::media_types(line).iter().any(covers))
}

/// Why an answer has a media type, in a sentence, by the headers of its request.
#[must_use]
pub fn reason(chosen: &str, accept: &[String], content_type: &[String], requested_with: &[String]) -> String {
    let mut accepted: Vec<MediaType<'_>> = accept.iter().flat_map(|line| header::media_types(line)).collect();
    accepted.retain(|range| range.quality != Some(0.0) && range.covers(chosen));
    sort_by_quality(&mut accepted, |range| range.quality, |left, right| right.range().cmp(&left.range()));
    if let Some(range) = accepted.first() {
        let MediaType { kind, subtype, quality, .. } = range;
        let weight = quality.map(|quality| format!(" with q={quality}")).unwrap_or_default();
        let script = requested_with.iter().any(|line| line.to_ascii_lowercase().contains("xmlhttprequest"));
        return match range.range() {
            Range::All if script => "The request is a script's (X-Requested-With) and takes anything.".to_owned(),
            Range::All => format!("Accept takes anything{weight}; this is the API's first format."),
            Range::Subtype | Range::Literal => format!("Accept names {kind}/{subtype}{weight}."),
        };
    }
    let asked = match accept.iter().any(|line| !line.trim().is_empty()) {
        true => "Accept matches no format of the API",
        false => "The request has no Accept",
    };
    let own = content_type.first().and_then(|line| header::content_type(line));
    match own.is_some_and(|own| own.covers(chosen)) {
        true => format!("{asked}; the request's own body has this type."),
        false => format!("{asked}; this is the API's first format."),
    }
}

/// The Content-Type as one text. Two lines are joined as hosts join them, which makes them malformed.
pub(super) fn content_type_line(request: &Request) -> Option<Cow<'_, str>> {
    let mut lines = header::lines(&request.headers, &CONTENT_TYPE);
    let first = lines.next()?;
    let second = lines.next();
    Some(second.map_or(first.clone(), |second| Cow::Owned(format!("{first},{second}"))))
}

/// The charset that a formatter reads a body in: a quoted name is unknown, and an unknown one counts as utf-8.
pub(super) fn declared_charset(content_type: Option<&MediaType<'_>>) -> Option<Charset> {
    content_type.and_then(|media| media.charset).filter(|name| !name.starts_with('"')).and_then(Charset::from_name)
}

/// The most elements that the framework sorts by insertion.
const SORTED_BY_INSERTION: usize = 16;

/// The highest quality first, then by `rank`, then as sent. Quirk: a quality of NaN equals every other, so that the
/// outcome depends on the way of sorting; up to sixteen elements it is the framework's own (oracle: H-NaN). chosen:
/// beyond, NaN counts as no quality at all.
fn sort_by_quality<T>(elements: &mut Vec<T>, quality: impl Fn(&T) -> Option<f64>, rank: impl Fn(&T, &T) -> Ordering) {
    let of = |element: &T| quality(element).unwrap_or(1.0);
    let order = |left: &T, right: &T| {
        of(right).partial_cmp(&of(left)).unwrap_or(Ordering::Equal).then_with(|| rank(left, right))
    };
    let total = |left: &T, right: &T| {
        let of = |element: &T| Some(of(element)).filter(|quality| !quality.is_nan()).unwrap_or(1.0);
        of(right).total_cmp(&of(left)).then_with(|| rank(left, right))
    };
    if !elements.iter().any(|element| of(element).is_nan()) {
        return elements.sort_by(order);
    }
    if elements.len() > SORTED_BY_INSERTION {
        return elements.sort_by(total);
    }
    let mut sorted: Vec<(usize, T)> = std::mem::take(elements).into_iter().enumerate().collect();
    let before = |sorted: &[(usize, T)], left: usize, right: usize| match (sorted.get(left), sorted.get(right)) {
        (Some(left), Some(right)) => order(&left.1, &right.1).then(left.0.cmp(&right.0)).is_lt(),
        _ => false,
    };
    match sorted.len() {
        2 | 3 => {
            let last = sorted.len() - 1;
            for (left, right) in [(0, last - 1), (0, last), (last - 1, last)] {
                if before(&sorted, right, left) {
                    sorted.swap(left, right);
                }
            }
        }
        length => {
            for end in 1..length {
                let mut at = end;
                while at > 0 && before(&sorted, at, at - 1) {
                    sorted.swap(at, at - 1);
                    at -= 1;
                }
            }
        }
    }
    elements.extend(sorted.into_iter().map(|(_, element)| element));
}

/// The built-in mapping for scripts counts only without Accept or with a single `*/*` (oracle: cn-xhr-*).
fn is_scripted(request: &Request, accepted: &[MediaType<'_>]) -> bool {
    let open = match accepted {
        [] => true,
        [only] => only.range() == Range::All,
        _ => false,
    };
    let mut lines = header::lines(&request.headers, &REQUESTED_WITH);
    open && lines.any(|line| line.to_ascii_lowercase().contains("xmlhttprequest"))
}

fn offer(
    formatter: &'static Formatter,
    scripted: bool,
    accepted: &[MediaType<'_>],
    content_type: Option<&MediaType<'_>>,
) -> Option<Offer> {
    let codec = formatter.codec;
    let offer = |media_type, quality, why| Some(Offer { codec, media_type, quality, why });
    if scripted && formatter.media_types.contains(&"application/json") {
        return offer("application/json", 1.0, Why::Mapping);
    }
    let covered = |range: &MediaType<'_>| formatter.media_types.iter().find(|supported| range.covers(supported));
    for range in accepted {
        // Quirk: a quality of zero only skips the element; it forbids nothing (oracle: cn-accept-q0_json_only).
        if range.quality == Some(0.0) {
            continue;
        }
        if let Some(media_type) = covered(range) {
            return offer(*media_type, range.quality.unwrap_or(1.0), Why::Accept(range.range()));
        }
    }
    if let Some(media_type) = content_type.and_then(covered) {
        return offer(*media_type, 1.0, Why::RequestType);
    }
    formatter.media_types.first().and_then(|media_type| offer(*media_type, 1.0, Why::CanWrite))
}

fn best(offers: &[Offer]) -> Option<Offer> {
    let highest = |why: Why| {
        let kind = offers.iter().filter(|offer| offer.why == why);
        kind.fold(None, |best, offer| better(best, Some(*offer)))
    };
    let accepted = [Range::Literal, Range::Subtype, Range::All].map(|range| highest(Why::Accept(range)));
    let accepted = accepted.into_iter().fold(None, better);
    // A mapping loses only to an accepted type of strictly higher quality.
    let mapped = highest(Why::Mapping).and_then(|mapped| better(Some(mapped), accepted));
    let first = |why: Why| offers.iter().find(|offer| offer.why == why).copied();
    mapped.or(accepted).or_else(|| first(Why::RequestType)).or_else(|| first(Why::CanWrite))
}

/// The second only when its quality is strictly higher.
fn better(current: Option<Offer>, other: Option<Offer>) -> Option<Offer> {
    match (current, other) {
        (Some(current), Some(other)) => Some(if other.quality > current.quality { other } else { current }),
        (current, other) => other.or(current),
    }
}

/// The first supported charset of Accept-Charset: `None` without the header, `Some(None)` when it names none.
fn accepted_charset(request: &Request) -> Option<Option<Charset>> {
    if !request.headers.contains_key(ACCEPT_CHARSET) {
        return None;
    }
    let lines: Vec<Cow<'_, str>> = header::lines(&request.headers, &ACCEPT_CHARSET).collect();
    if lines.iter().all(|line| line.trim().is_empty()) {
        return None;
    }
    let mut accepted: Vec<_> = lines.iter().flat_map(|line| header::charsets(line)).collect();
    let is_star = |charset: &header::WeightedCharset<'_>| charset.name == "*";
    sort_by_quality(&mut accepted, |charset| charset.quality, |left, right| is_star(left).cmp(&is_star(right)));
    let mut usable = accepted.iter().filter(|charset| charset.quality != Some(0.0));
    Some(usable.find_map(|charset| match charset.name {
        "*" => Some(Charset::Utf8),
        name => Charset::from_name(name),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{BSON, DATA_CONTRACT_XML, FORM, JSON_ENUM_NAMES};

    const FORMATTERS: &[Formatter] = &[
        Formatter { codec: &JSON_ENUM_NAMES, media_types: &["application/json", "text/json"] },
        Formatter { codec: &JSON_ENUM_NUMBERS, media_types: &["text/javascript"] },
        Formatter { codec: &DATA_CONTRACT_XML, media_types: &["application/xml", "text/xml"] },
        Formatter { codec: &FORM, media_types: &["application/x-www-form-urlencoded"] },
        Formatter { codec: &BSON, media_types: &["application/bson"] },
    ];

    fn negotiated(headers: &[(&'static str, &'static str)]) -> Negotiated {
        let mut map = http::HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, http::HeaderValue::from_static(value));
        }
        negotiate(&asking(map), FORMATTERS)
    }

    fn asking(headers: http::HeaderMap) -> Request {
        Request {
            today: chrono::NaiveDate::default(),
            method: "GET".to_owned(),
            path: "/".to_owned(),
            query: None,
            origin: "http://localhost".to_owned(),
            headers,
            body: bytes::Bytes::new(),
        }
    }

    #[test]
    fn accept_is_ranked_by_quality_then_by_how_literal_it_is_then_by_formatter() {
        for (accept, media_type) in [
            ("application/xml, application/json", "application/json"),
            ("*/*, application/xml", "application/xml"),
            ("application/xml;q=0.9, */*;q=1", "application/json"),
            ("application/*;q=0.9, text/xml;q=0.8", "application/json"),
            ("text/*;q=0.5, application/xml;q=0.4", "text/json"),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/xml"),
            ("application/json;q=0, */*", "application/json"),
            ("application/json;q=0, application/xml;q=0.1", "application/xml"),
            ("application/x-www-form-urlencoded, application/bson;q=0.1", "application/bson"),
            ("*/xml", "application/json"),
        ] {
            assert_eq!(negotiated(&[("accept", accept)]).media_type, media_type, "{accept}");
        }
    }

    #[test]
    fn a_type_that_is_named_alone_is_what_the_ranking_finds() {
        let others = [("content-type", "text/xml"), ("x-requested-with", "XMLHttpRequest"), ("accept", "text/json")];
        for media_type in FORMATTERS.iter().flat_map(|formatter| formatter.media_types) {
            for count in 0..=others.len() {
                let headers: Vec<_> = [("accept", *media_type)].into_iter().chain(others[..count].to_vec()).collect();
                let mut map = http::HeaderMap::new();
                for (name, value) in headers {
                    map.append(name, http::HeaderValue::from_static(value));
                }
                let request = asking(map);
                let shown = |(codec, media_type): (&Codec, &'static str)| (codec.name, media_type);
                let content_type = content_type_line(&request);
                let content_type = content_type.as_deref().and_then(header::content_type);
                let ranked = shown(ranked(&request, FORMATTERS, content_type.as_ref(), &mut Vec::new()));
                let writes = *media_type != "application/x-www-form-urlencoded";
                let named = named(&request.headers, FORMATTERS).map(shown);
                assert_eq!(named, (writes && count < 3).then_some(ranked), "{media_type} with {count}");
            }
        }
    }

    #[test]
    fn a_quality_of_nan_beats_nothing_and_loses_to_nothing() {
        for (accept, media_type) in [
            ("text/xml;q=NaN,text/javascript;q=0.9", "text/javascript"),
            ("application/bson;q=NaN,text/xml;q=0.1", "text/xml"),
            ("text/json;q=0.3,text/html,application/bson;q=0.2,text/*,application/json;q=NaN", "text/json"),
            ("application/json;q=NaN,text/json;q=0.3", "application/json"),
            ("text/json;q=0.3,text/html,application/json;q=NaN", "text/json"),
            ("text/xml;q=-Infinity,text/javascript;q=Infinity,application/json", "text/javascript"),
        ] {
            assert_eq!(negotiated(&[("accept", accept)]).media_type, media_type, "{accept}");
        }
        let many = "application/bson;q=NaN,text/xml,".repeat(400);
        assert_eq!(negotiated(&[("accept", &*many.leak())]).media_type, "text/xml");
    }

    #[test]
    fn the_request_type_counts_only_where_accept_names_nothing_usable() {
        let xml = ("content-type", "text/xml");
        assert_eq!(negotiated(&[xml]).media_type, "text/xml");
        assert_eq!(negotiated(&[xml, ("accept", "application/foo")]).media_type, "text/xml");
        assert_eq!(negotiated(&[xml, ("accept", "*/*")]).media_type, "application/json");
        assert_eq!(negotiated(&[("content-type", "text/xml, text/json")]).media_type, "application/json");
    }

    #[test]
    fn scripts_get_json_unless_they_name_a_type() {
        let script = ("x-requested-with", "an XmlHttpRequest");
        let xml = ("content-type", "text/xml");
        assert_eq!(negotiated(&[script, xml]).media_type, "application/json");
        assert_eq!(negotiated(&[script, xml, ("accept", "*/*;q=0.5")]).media_type, "application/json");
        assert_eq!(negotiated(&[script, xml, ("accept", "text/html")]).media_type, "text/xml");
    }

    #[test]
    fn a_fallback_is_noted_and_a_missing_accept_is_none() {
        let noted = |headers| negotiated(headers).notes.iter().any(|note| note.code.as_str() == "negotiation.fallback");
        assert!(noted(&[("accept", "text/html")]) && noted(&[("accept", "application/json;q=0")]));
        assert!(!noted(&[]) && !noted(&[("accept", "*/*")]) && !noted(&[("x-requested-with", "XMLHttpRequest")]));
    }

    #[test]
    fn an_unknown_accept_charset_is_noted() {
        let noted = |line| {
            negotiated(&[("accept-charset", line)]).notes.iter().any(|note| note.code.as_str() == "charset.ignored")
        };
        assert!(noted("latin1") && noted("utf-8;q=0") && !noted("latin1, utf-8") && !noted(""));
    }

    #[test]
    fn the_charset_is_the_first_supported_one_asked_for() {
        let sixteen = ("content-type", "application/json; charset=UTF-16");
        for (headers, charset) in [
            (&[][..], Charset::Utf8),
            (&[("accept-charset", "utf-8;q=0.5, utf-16;q=0.9")], Charset::Utf16),
            (&[("accept-charset", "*, utf-16")], Charset::Utf16),
            (&[("accept-charset", "utf-16le, latin1")], Charset::Utf8),
            (&[("accept-charset", "utf-16;q=0")], Charset::Utf8),
            (&[sixteen], Charset::Utf16),
            (&[sixteen, ("accept-charset", "utf-8")], Charset::Utf8),
            (&[("content-type", "application/json; charset=\"utf-16\"")], Charset::Utf8),
        ] {
            assert_eq!(negotiated(headers).charset, charset, "{headers:?}");
        }
    }
}
