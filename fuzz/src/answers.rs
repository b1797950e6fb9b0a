//! Checks every answer's content: it has the format that its Content-Type names, whatever the request was.

use http::HeaderMap;
use http::header::CONTENT_TYPE;
use quick_xml::events::Event;
use usertwin::codec::Charset;

/// Checks a body against its Content-Type.
///
/// # Panics
/// When the content does not parse.
pub fn check_content(headers: &HeaderMap, body: &[u8]) {
    let Some(content_type) = headers.get(CONTENT_TYPE) else {
        assert!(body.is_empty(), "content without a Content-Type: {}", String::from_utf8_lossy(body));
        return;
    };
    let content_type = content_type.to_str().expect("a Content-Type is ASCII");
    let (media_type, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
    if media_type == "application/bson" {
        // A null of PBNB is an empty body.
        let parsed = body.is_empty() || bson::Document::from_reader(body).is_ok();
        assert!(parsed, "no BSON: {body:02x?}");
        return;
    }
    let charset = parameters.trim().strip_prefix("charset=").unwrap_or("utf-8");
    let charset = Charset::from_name(charset).unwrap_or_else(|| panic!("no charset: {content_type}"));
    let text = charset.decode(body).unwrap_or_else(|error| panic!("no {charset:?}: {error}"));
    match media_type.rsplit(['/', '+']).next() {
        Some("json") => {
            let parsed: Result<serde_json::Value, _> = serde_json::from_str(&text);
            assert!(parsed.is_ok(), "no JSON: {text}");
        }
        Some("xml") => check_xml(&text),
        _ => {}
    }
}

/// Well-formed, with one root. References to characters that XML forbids are .NET's way and do not count.
fn check_xml(text: &str) {
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let (mut depth, mut roots) = (0, 0);
    loop {
        match reader.read_event() {
            Ok(Event::Start(_)) => {
                roots += usize::from(depth == 0);
                depth += 1;
            }
            Ok(Event::Empty(_)) => roots += usize::from(depth == 0),
            Ok(Event::End(_)) => depth -= 1,
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => panic!("no XML: {error}: {text}"),
        }
    }
    assert!(depth == 0 && roots == 1, "no XML document: {text}");
}
