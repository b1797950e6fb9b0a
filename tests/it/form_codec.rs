//! Forms against the observed pairs, and the binder's rules that no pair shows.

use crate::application::models;
use crate::oracle::{Case, check_reader};
use proptest::prelude::*;
use usertwin::codec::{Body, Charset, Reading, form};
use usertwin::contract::{Contracted, Kind, ObjectType, Partial, TypeName, Value};
use uuid::Uuid;

fn is_form(case: &Case) -> bool {
    ["fm-", "vf-", "ve-f-", "vn-f-", "cn-reqmt-form-"].iter().any(|prefix| case.id.starts_with(prefix))
}

fn read(body: &str, kind: &Kind) -> Reading {
    form::read(Body::new(body.as_bytes(), Charset::Utf8), kind)
}

/// The value of a member of the user that a form binds, and the errors as `path: text` lines.
fn member(body: &str, name: &str) -> (Value, Vec<String>) {
    let reading = read(body, &models::User::KIND);
    let Value::Object(user) = reading.value else { panic!("no object") };
    let slot = models::User::CLASS.plan().members.iter().position(|member| member.name == name).unwrap();
    let lines = reading.errors.iter().map(|error| format!("{}: {}", error.path, error.message));
    (user.slot(slot).clone(), lines.collect())
}

#[test]
fn forms_bind_as_observed() {
    check_reader(|case| is_form(case) && !case.api.ends_with("-detail"), form::read);
}

#[test]
fn forms_fail_with_the_observed_texts() {
    check_reader(|case| is_form(case) && case.api.ends_with("-detail"), form::read);
}

#[test]
fn an_empty_body_is_null_and_any_other_an_object() {
    assert_eq!(read("", &models::User::KIND).value, Value::Null);
    assert!(matches!(read("&", &models::User::KIND).value, Value::Object(_)));
}

#[test]
fn an_empty_value_is_null_or_reported_where_it_was_met() {
    assert_eq!(member("Username=+", "Username"), (Value::Null, vec![]));
    assert_eq!(member("VoucherID=", "VoucherID"), (Value::Null, vec![]));
    let (value, errors) = member("ID=&PasswordInfo.MaxDenials=&AccountID=x", "ID");
    assert_eq!(value, Value::Int(0));
    let required = "A value is required.";
    let expected = [
        format!("ID: {required}"),
        "AccountID: The value 'x' is not valid for AccountID.".to_owned(),
        format!("PasswordInfo.MaxDenials: {required}"),
    ];
    assert_eq!(errors, expected);
}

#[test]
fn an_overflow_is_an_exception_and_a_bad_value_a_text() {
    let reading = read("ID=99999999999&AccountID=x&AccountID=y", &models::User::KIND);
    let errors: Vec<_> = reading.errors.iter().map(|error| (error.exception, error.message.as_str())).collect();
    let overflow = "The parameter conversion from type 'System.String' to type 'System.Int32' failed. \
                    See the inner exception for more information.";
    assert_eq!(errors, [(true, overflow), (false, "The value 'x,y' is not valid for AccountID.")]);
}

#[test]
fn an_unclosed_bracket_loses_the_whole_form() {
    let reading = read("ID=1&a[b=2", &models::User::KIND);
    assert_eq!(reading.value, Value::Null);
    assert!(reading.errors[0].exception && reading.errors[0].message.contains("missing a closing bracket\r\n"));
}

#[test]
fn index_names_order_a_list_and_fill_gaps_with_defaults() {
    let (value, errors) = member("AccessTypes.index=b&AccessTypes.index=c&AccessTypes[b]=2&x[b]=1", "AccessTypes");
    assert_eq!(errors, [""; 0]);
    // Quirk: the brackets of a name that is not a number become a dot, so such an index finds nothing.
    assert_eq!(value, Value::List(vec![Value::Enum(0), Value::Enum(0)]));
    let (value, _) = member("AccessTypes.index=7&AccessTypes.index=3&AccessTypes[3]=1&AccessTypes[7]=2", "AccessTypes");
    assert_eq!(value, Value::List(vec![Value::Enum(2), Value::Enum(1)]));
}

#[test]
fn a_repeated_name_keeps_a_default_where_a_value_fails() {
    let (value, errors) = member("AccessTypes=SSTP&AccessTypes=Foo&AccessTypes=", "AccessTypes");
    assert_eq!(value, Value::List(vec![Value::Enum(10), Value::Enum(0), Value::Enum(0)]));
    assert_eq!(errors, ["AccessTypes: The value 'Foo' is not valid for ClientAccessTypes."]);
}

#[test]
fn half_a_dictionary_entry_is_an_entry_of_defaults() {
    let (value, _) = member("ResourceIDs[0].Key=PPTP", "ResourceIDs");
    assert_eq!(value, Value::Dictionary(vec![(0, Value::Guid(Uuid::nil()))]));
    let (_, errors) = member("ResourceIDs[0].Key=PPTP&ResourceIDs[0].Value=x", "ResourceIDs");
    assert_eq!(errors, ["ResourceIDs[0].value: The value 'x' is not valid for Guid."]);
}

#[test]
fn any_field_below_a_pair_makes_a_pair_of_defaults() {
    const ID: &str = "11111111-1111-1111-1111-111111111111";
    let nothing = (0, Value::Guid(Uuid::nil()));
    for body in ["ResourceIDs[0]=", "ResourceIDs[0].Foo=1", "resourceids[0][0]=x", "ResourceIDs[0].Keyring=PPTP"] {
        assert_eq!(member(body, "ResourceIDs"), (Value::Dictionary(vec![nothing.clone()]), vec![]), "{body}");
    }
    let (value, _) =
        member(&format!("ResourceIDs[0]=&ResourceIDs[1].Key=PPTP&ResourceIDs[1].Value={ID}"), "ResourceIDs");
    assert_eq!(value, Value::Dictionary(vec![nothing, (2, Value::Guid(ID.parse().unwrap()))]));
    let (_, errors) = member("ResourceIDs[0].Key=x&ResourceIDs[1].Value=y&ResourceIDs[3].Key=z", "ResourceIDs");
    let expected = [
        "ResourceIDs[0].key: The value 'x' is not valid for ClientAccessTypes.",
        "ResourceIDs[1].value: The value 'y' is not valid for Guid.",
    ];
    assert_eq!(errors, expected);
}

#[test]
fn a_required_member_without_a_value_follows_the_members_of_its_object() {
    let paths = |body: &str| {
        let reading = read(body, &models::AdminUser::KIND);
        reading.errors.into_iter().map(|error| error.path).collect::<Vec<_>>()
    };
    assert_eq!(
        paths("SSOEnabled=&AccountID=x&DateCreated="),
        ["AccountID", "DateCreated", "SSOEnabled", "Enabled", "LanguageID"]
    );
    assert_eq!(paths("LanguageID=x&ID=&Enabled="), ["ID", "Enabled", "LanguageID", "LanguageID"]);
}

#[test]
fn a_list_of_objects_binds_where_a_list_can_be_assigned() {
    let roles = |kind: &Kind| {
        let reading = read("[0].Roles[0].Id=11111111-1111-1111-1111-111111111111&[0].Roles[1].Id=&[0].Type=x", kind);
        let Value::List(users) = reading.value else { panic!("no list") };
        let Value::Object(user) = &users[0] else { panic!("no object") };
        let slot = user.class.plan().members.iter().position(|member| member.name == "Roles").unwrap();
        let Value::List(roles) = user.slot(slot) else { panic!("no roles") };
        (roles.len(), reading.errors.into_iter().map(|error| error.path).collect::<Vec<_>>())
    };
    assert_eq!(roles(&models::import_users()), (2, vec!["[0].Roles[1].Id".to_owned()]));
    assert_eq!(roles(&models::collection_users()), (0, vec![]));
}

#[test]
fn an_overflow_names_the_nullable_type() {
    let reading = read("VoucherID=2147483648", &models::User::KIND);
    assert!(reading.errors[0].message.contains("to type 'System.Nullable`1[System.Int32]' failed."));
}

#[test]
fn a_value_without_a_name_is_one_item_of_a_list() {
    let reading = read("=jan&Username=u", &models::import_users());
    let Value::List(users) = reading.value else { panic!("no list") };
    let Value::Object(user) = &users[0] else { panic!("no object") };
    assert_eq!((users.len(), user.slot(0)), (1, &Value::Text("u".to_owned())));
}

#[test]
fn a_partial_document_binds_only_where_it_says_so() {
    static ANY_ORDER: ObjectType = ObjectType {
        clr_name: "Delta",
        name: TypeName::Plain("Delta"),
        namespace: "",
        base: None,
        members: models::User::CLASS.members,
        partial: Some(Partial::AnyOrder { also: "" }),
        doc: "",
        plan: std::sync::OnceLock::new(),
    };
    let bound = |class| match read("Username=u&ID=", &Kind::Object(class)).value {
        Value::Object(user) => user.slots.into_iter().filter(|slot| *slot != Value::Absent).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(bound(&ANY_ORDER), [Value::Text("u".to_owned())]);
    assert_eq!(bound(&models::DELTA_OF_USER), []);
}

#[test]
fn a_field_nobody_asks_for_is_noted() {
    let notes = read("ID=1&Foo[Bar]=2&user.ID=3", &models::User::KIND).notes;
    let messages: Vec<_> =
        notes.iter().map(|note| (note.code.as_str(), note.message.split('\'').nth(1).unwrap())).collect();
    assert_eq!(messages, [("form.unknown-field", "Foo[Bar]"), ("form.unknown-field", "user.ID")]);
}

#[test]
fn index_names_cannot_ask_for_more_items_than_a_form_pays_for() {
    let body = "AccessTypes.index=0&".repeat(3000);
    let (Value::List(items), _) = member(&body, "AccessTypes") else { panic!("no list") };
    assert_eq!(items.len(), 3000);
}

proptest! {
    #[test]
    fn any_form_with_closed_brackets_binds_something(
        parts in prop::collection::vec("(ID|Status|PasswordInfo|AccessTypes|ResourceIDs|index)?[\\[\\].=0-9a-z%+&]{0,12}", 0..8),
        bytes in prop::collection::vec(any::<u8>(), 0..100),
    ) {
        let text = parts.join("&");
        for body in [text.as_bytes(), bytes.as_slice()] {
            for kind in [models::User::KIND, models::import_users(), models::AdminUser::KIND] {
                let reading = form::read(Body::new(body, Charset::Utf8), &kind);
                let unclosed = reading.errors.iter().any(|error| error.message.contains("missing a closing bracket"));
                prop_assert_eq!(reading.value == Value::Null, body.is_empty() || unclosed);
            }
        }
    }
}
