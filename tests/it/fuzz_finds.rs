//! What the fuzz targets in `fuzz/` found, each as the claim that failed, with the smallest input that shows it.

use usertwin::apis::expoints::contract::IMPORT_USERS;
use usertwin::codec::{Body, Charset, EnumStyle, json};

fn body(bytes: &[u8]) -> Body<'_> {
    Body::new(bytes, Charset::Utf8)
}

/// Json.NET reads on from inside the list, where a comma seems to stand for a missing value.
#[test]
fn strict_json_with_a_list_for_a_text_is_not_called_lenient() {
    let text = br#"[{"Username":[],"Type":"Internal","Roles":[]}]"#;
    let reading = json::read(body(text), &IMPORT_USERS, EnumStyle::Numbers);
    assert!(!reading.errors.is_empty());
    assert_eq!(
        reading.notes.iter().filter(|note| note.code == "json.lenient-syntax").collect::<Vec<_>>(),
        [] as [&_; 0]
    );
}

/// A class knows the classes that declare its members, itself among them; a log line that showed a value never ended.
#[test]
fn a_value_can_be_shown() {
    let kind = IMPORT_USERS;
    let reading = json::read(body(br#"[{"Username":"ada","Roles":[{}]}]"#), &kind, EnumStyle::Numbers);
    assert!(format!("{:?}", reading.value).contains("ada"));
    assert!(format!("{kind:?}").contains("ImportUser"));
}
