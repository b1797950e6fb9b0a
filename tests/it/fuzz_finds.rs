//! Failures that the fuzz targets in `fuzz/` found, each as the claim that failed, with the smallest input that shows it.

use usertwin::apis::expoints::contract::IMPORT_USERS;
use usertwin::codec::{Body, Charset, EnumStyle, data_contract, json};
use usertwin::contract::{SERIALIZATION, Value};

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
        reading.notes.iter().filter(|note| note.code.as_str() == "json.lenient-syntax").collect::<Vec<_>>(),
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

/// Eight hundred references to a list of ten thousand roles made eight million of them out of 200 kB.
#[test]
fn references_in_xml_copy_no_more_than_a_multiple_of_the_body() {
    const V1: &str = "http://schemas.datacontract.org/2004/07/Expoints.API.Extern.V1.Models";
    let models = "http://schemas.datacontract.org/2004/07/Expoints.API.Extern.Models";
    let start = format!("<ArrayOfImportUser xmlns=\"{V1}\" xmlns:a=\"{models}\" xmlns:z=\"{SERIALIZATION}\">");
    let many = format!("<ImportUser><Roles z:Id=\"1\">{}</Roles></ImportUser>", "<a:BaseRole/>".repeat(10_000));
    let users_after = |references: usize| {
        let again = "<ImportUser><Roles z:Ref=\"1\"/></ImportUser>".repeat(references);
        let text = format!("{start}{many}{again}</ArrayOfImportUser>");
        match data_contract::read(body(text.as_bytes()), &IMPORT_USERS).value {
            Value::List(users) => users.len(),
            _ => 0,
        }
    };
    assert_eq!([users_after(1), users_after(10), users_after(100)], [2, 11, 0]);
}
