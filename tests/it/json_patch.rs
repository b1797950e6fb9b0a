//! .NET's JSON Patch dialect against the observed outcomes, and what must hold for any document.

use crate::application::json_patch::{MODEL, answer, target};
use proptest::prelude::*;
use serde_json::{Value, json};
use usertwin::frameworks::json_patch::{Document, MAX_DEPTH};

#[test]
fn every_observed_outcome_is_reproduced() {
    let rounds = [include_str!("../oracle/json-patch-cases.json"), include_str!("../oracle/json-patch-cases-2.json")];
    let cases: Vec<Value> =
        rounds.iter().flat_map(|round| serde_json::from_str::<Vec<Value>>(round).unwrap()).collect();
    let mut failures = Vec::new();
    for case in &cases {
        let actual = answer(case["body"].as_str().unwrap().as_bytes());
        let keys = ["outcome", "messages", "changed", "exception"];
        let wanted: Vec<&Value> = keys.iter().map(|key| &case[key]).collect();
        let got: Vec<&Value> = keys.iter().map(|key| &actual[key]).collect();
        if wanted != got {
            failures.push(format!("{} {}\n  wanted {wanted:?}\n  got    {got:?}", case["id"], case["body"]));
        }
    }
    println!("{} of {} agree", cases.len() - failures.len(), cases.len());
    assert!(failures.is_empty(), "{} of {} differ\n{}", failures.len(), cases.len(), failures.join("\n"));
    assert_eq!(cases.len(), 137 + 509);
}

fn messages(body: &str) -> Value {
    answer(body.as_bytes())["messages"].clone()
}

fn changed(body: &str) -> Value {
    answer(body.as_bytes())["changed"].clone()
}

#[test]
fn an_element_that_is_not_an_object_names_the_operation_type() {
    let operation = "Microsoft.AspNetCore.JsonPatch.Operations.Operation`1[U]";
    let wanted = format!("Error converting value \"replace\" to type '{operation}'. Path '[0]', line 1, position 10.");
    assert_eq!(messages(r#"["replace"]"#), json!([wanted]));
    let array = messages("[\n []]")[0].as_str().unwrap().to_owned();
    assert!(
        array.starts_with("Cannot deserialize the current JSON array (e.g. [1,2,3]) into type 'Microsoft"),
        "{array}"
    );
    assert!(array.ends_with("\nPath '[0]', line 2, position 2."), "{array}");
}

#[test]
fn every_bad_member_is_reported_at_its_own_spelling() {
    let body = r#"[{"Op":[],"path":{}}]"#;
    let wanted = [
        "Error reading string. Unexpected token: StartArray. Path '[0].Op', line 1, position 8.",
        "Error reading string. Unexpected token: StartObject. Path '[0].path', line 1, position 18.",
    ];
    assert_eq!(messages(body), json!(wanted));
}

#[test]
fn a_constructor_ends_its_operation_at_the_first_argument() {
    let unexpected = |token: &str, path: &str, position: usize| {
        let place = format!("Path '{path}', line 1, position {position}.");
        json!([format!("Unexpected token when deserializing object: {token}. {place}")])
    };
    assert_eq!(messages(r#"[{"value":new X(1)}]"#), unexpected("Integer", "[0].value[0]", 17));
    assert_eq!(messages(r#"[{"value":new X("a",2)}]"#), unexpected("String", "[0].value[0]", 19));
    assert_eq!(messages(r#"[{"value":new X([1])}]"#), unexpected("StartArray", "[0].value[0]", 17));
    assert_eq!(messages(r#"[{"value":new X(undefined)}]"#), unexpected("Undefined", "[0].value[0]", 25));
    assert_eq!(messages(r#"[{"value":new X()}]"#), unexpected("EndConstructor", "[0].value", 16));
    assert_eq!(messages(r#"[{"value":new X(1),"op":[]}]"#), unexpected("Integer", "[0].value[0]", 17));
}

#[test]
fn a_constructor_elsewhere_is_its_name_or_an_error() {
    let operation = "Microsoft.AspNetCore.JsonPatch.Operations.Operation`1[U]";
    let wanted = format!("Error converting value \"X\" to type '{operation}'. Path '[0]', line 1, position 7.");
    assert_eq!(messages("[new X(1)]"), json!([wanted]));
    let wanted = "Error reading string. Unexpected token: StartConstructor. Path '[0].op', line 1, position 13.";
    assert_eq!(messages(r#"[{"op":new X(1)}]"#), json!([wanted]));
    let invalid = "The value '{\n  \"a\": \"1970-01-01T00:00:00.001Z\",\n  \"b\": new X(\n    1\n  )\n}' is invalid for target \
                   location.";
    let body = r#"[{"op":"replace","path":"/email","value":{"a":new Date(1),"b":new X(1)}}]"#;
    assert_eq!(messages(body), json!([invalid]));
}

#[test]
fn dollar_names_are_interpreted_in_an_operation_and_in_its_value_only() {
    let email = |value: &str| changed(&format!(r#"[{{"op":"replace","path":"/email","value":{value}}}]"#));
    assert_eq!(email(r#"{"$ref":"1"}"#), json!({"email": null}));
    assert_eq!(email(r#"{"$type":"String","$values":"b"}"#), json!({"email": "b"}));
    let repeated = r#"[{"$id":"1","op":"add","path":"/roles/-","value":"r"},{"$ref":"1"}]"#;
    assert_eq!(changed(repeated), json!({"roles": ["account.user", "user.admin", "r", "r"]}));
    for (body, wanted) in [
        (
            r#"[{"$ref":"1","op":"add"}]"#,
            "Additional content found in JSON reference object. A JSON reference object should only have a $ref \
             property. Path '[0].op', line 1, position 18.",
        ),
        (
            r#"[{"$ref":5}]"#,
            "JSON reference $ref property must have a string or null value. Path '[0].$ref', line 1, position 10.",
        ),
        (
            r#"[{"$id":"1"},{"$id":"1","op":"add"}]"#,
            "Error reading object reference '1'. Path '[1].op', line 1, position 29.",
        ),
    ] {
        assert_eq!(messages(body), json!([wanted]), "{body}");
    }
    // What references can copy is bounded by the body.
    let long = "r".repeat(1000);
    let copied =
        format!(r#"[{{"$id":"1","op":"add","path":"/roles/-","value":"{long}"}},{{"$ref":"1"}},{{"$ref":"1"}}]"#);
    assert_eq!(answer(copied.as_bytes())["exception"], "NullReferenceException");
    let deeper = messages(r#"[{"op":"replace","path":"/email","value":[{"$ref":"1"}]}]"#);
    assert!(deeper[0].as_str().unwrap().contains("\"$ref\": \"1\""), "{deeper}");
}

#[test]
fn scalars_in_place_of_a_path_are_printed() {
    let not_found =
        |segment: &str| json!([format!("The target location specified by path segment '{segment}' was not found.")]);
    assert_eq!(messages(r#"[{"path":true}]"#), not_found("True"));
    assert_eq!(messages(r#"[{"path":1.50}]"#), not_found("1.5"));
    assert_eq!(messages(r#"[{"path":1e3}]"#), not_found("1000"));
}

#[test]
fn stored_lists_print_their_type() {
    let list = "System.Collections.Generic.List`1[System.String]";
    let invalid = json!([format!("The value '{list}' is invalid for target location.")]);
    assert_eq!(messages(r#"[{"op":"copy","from":"/roles","path":"/displayName"}]"#), invalid);
    let different =
        json!([format!("The current value '{list}' at path 'roles' is not equal to the test value '[\n  \"x\"\n]'.")]);
    assert_eq!(messages(r#"[{"op":"test","path":"/roles","value":["x"]}]"#), different);
}

#[test]
fn lists_and_arrays_copy_into_each_other() {
    assert_eq!(changed(r#"[{"op":"copy","from":"/arr","path":"/roles"}]"#), json!({"roles": ["q"]}));
    assert_eq!(changed(r#"[{"op":"replace","path":"/arr","value":["a",1]}]"#), json!({"arr": ["a", "1"]}));
}

#[test]
fn dash_is_the_last_item_except_for_add() {
    assert_eq!(changed(r#"[{"op":"copy","from":"/roles/-","path":"/email"}]"#), json!({"email": "user.admin"}));
    assert_eq!(changed(r#"[{"op":"replace","path":"/roles/-","value":"z"}]"#), json!({"roles": ["account.user", "z"]}));
}

#[test]
fn whole_lists_that_a_document_sets_are_named() {
    let body = r#"[{"op":"replace","path":"/Roles","value":[]},{"op":"add","path":"roles","value":[]},
        {"op":"add","path":"/roles/-"},{"op":"replace","path":"/email"},{"op":"remove","path":"/nulList"},null]"#;
    assert_eq!(Document::parse(body.as_bytes(), MAX_DEPTH).unwrap().replaced_lists(&MODEL), ["roles"]);
}

#[test]
fn failure_leaves_the_target_as_it_was() {
    let body = r#"[{"op":"replace","path":"/email","value":"b"},{"op":"remove","path":"/nope"}]"#;
    let mut object = target();
    assert!(Document::parse(body.as_bytes(), MAX_DEPTH).unwrap().apply(&MODEL, &mut object).is_err());
    assert_eq!(object, target());
}

/// Operations that nearly make sense, so that many of them succeed.
fn operation() -> impl Strategy<Value = Value> {
    let op = prop::sample::select(vec!["add", "remove", "replace", "move", "copy", "test", "Invalid", "2", "9", "x"]);
    let paths = vec![
        "/roles",
        "/roles/0",
        "/roles/-",
        "/roles/2",
        "/roles/x/y",
        "/email",
        "/num",
        "/flag",
        "/opt",
        "/id",
        "/arr/0",
        "/ro",
        "/nulList",
        "/nulList/-",
        "",
        "/",
        "/~",
        "/email/x",
    ];
    let path = prop::sample::select(paths);
    let value =
        prop::sample::select(vec![json!(null), json!("a"), json!(["a", 1]), json!(7), json!({"a": []}), json!("")]);
    (op, path.clone(), path, value)
        .prop_map(|(op, path, from, value)| json!({"op": op, "path": path, "from": from, "value": value}))
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        prop_assert!(answer(&bytes)["outcome"].is_string());
    }

    #[test]
    fn any_near_json_is_answered(text in r#"[\[\]{}:,"'/*0-9a-zA-Z\\ .~é-]{0,60}"#) {
        let body = ["[{", &text].concat();
        prop_assert!(answer(body.as_bytes())["outcome"].is_string());
    }

    #[test]
    fn documents_apply_as_a_whole_or_not_at_all(operations in prop::collection::vec(operation(), 0..6)) {
        let document = Document::parse(Value::Array(operations).to_string().as_bytes(), MAX_DEPTH).unwrap();
        let mut object = target();
        if document.apply(&MODEL, &mut object).is_err() {
            prop_assert_eq!(object, target());
        } else {
            // Types survive every success.
            prop_assert!(object["num"].is_i64() && object["flag"].is_boolean() && object["id"].is_string());
            prop_assert!(object["roles"].is_array() || object["roles"].is_null());
            prop_assert_eq!(&object["ro"], "ro");
        }
    }
}

#[test]
fn what_a_document_is_read_leniently_for_is_noted() {
    let body = br#"[{op:"replace","path":"/x","path":"/displayName","value":"Ada","colour":"red"}]"#;
    let document = usertwin::frameworks::json_patch::Document::parse(body, MAX_DEPTH).unwrap();
    let notes: Vec<(&str, &str)> =
        document.notes().iter().map(|note| (note.code.as_str(), note.message.as_str())).collect();
    let expected = [
        ("json.lenient-syntax", "The JSON has a property name without quotes at '[0]'; strict parsers refuse it."),
        ("json.duplicate-member", "'[0].path' comes more than once; the last one wins."),
        ("json.unknown-member", "'[0].colour' is not a member of an operation and was ignored."),
    ];
    assert_eq!(notes, expected);
}

/// A body of operations, and the longest that applying it may take on a busy machine without optimisation.
fn refused_at_once(operations: &[Value]) -> String {
    let body = serde_json::to_vec(operations).unwrap();
    let begun = std::time::Instant::now();
    let answer = answer(&body);
    assert!(begun.elapsed() < std::time::Duration::from_secs(10), "{:?}", begun.elapsed());
    assert_eq!(answer["changed"], Value::Null);
    answer["messages"][0].as_str().unwrap().to_owned()
}

#[test]
fn a_patch_that_copies_one_long_value_many_times_is_refused_before_the_copies_are_made() {
    let sentence = "The JSON patch document copies and moves more than a document of its size may.";
    let long = json!({"op": "replace", "path": "/displayName", "value": "y".repeat(1_000_000)});
    for repeated in [
        json!({"op": "copy", "from": "/displayName", "path": "/roles/-"}),
        json!({"op": "copy", "from": "/displayName", "path": "/email"}),
    ] {
        let operations: Vec<Value> = [long.clone()].into_iter().chain(vec![repeated; 900]).collect();
        assert_eq!(refused_at_once(&operations), sentence);
    }
    let list = json!({"op": "add", "path": "/roles", "value": vec![""; 200_000]});
    let at_the_front = json!({"op": "add", "path": "/roles/0", "value": "r"});
    let operations: Vec<Value> = [list].into_iter().chain(vec![at_the_front; 900]).collect();
    assert_eq!(refused_at_once(&operations), sentence);
}

#[test]
fn a_patch_of_more_than_a_thousand_operations_is_refused() {
    let add = json!({"op": "add", "path": "/roles/0", "value": "r"});
    let message = refused_at_once(&vec![add.clone(); 40_000]);
    assert_eq!(message, "The JSON patch document has 40000 operations; at most 1000 are applied.");
    let most = serde_json::to_vec(&vec![add; 1000]).unwrap();
    assert_eq!(answer(&most)["outcome"], "ok");
}

#[test]
fn a_patch_may_copy_what_it_sends_a_few_times() {
    let set = json!({"op": "replace", "path": "/displayName", "value": "y".repeat(500_000)});
    let copy = json!({"op": "copy", "from": "/displayName", "path": "/roles/-"});
    let body = serde_json::to_vec(&json!([set, copy, copy, copy])).unwrap();
    assert_eq!(answer(&body)["outcome"], "ok");
}
