//! Declarations give the names and orders that the vendors' pages show.

use crate::application::models::{ImportUser, ResponseOfUser, ReturnOfUser};
use usertwin::contract::{Contracted, ObjectType, Record, Value};

fn json_names(class: &'static ObjectType) -> Vec<&'static str> {
    let plan = class.plan();
    plan.json.iter().map(|slot| plan.members[*slot].name).collect()
}

#[test]
fn generic_types_are_named_by_the_digest_rule() {
    assert_eq!(ReturnOfUser::CLASS.plan().data_contract_name, "PBNBReturnOfUserCA1DLPoZ");
    assert_eq!(crate::application::models::DELTA_OF_USER.plan().data_contract_name, "DeltaOfUserCA1DLPoZ");
    assert_eq!(ResponseOfUser::CLASS.plan().xml_serializer_name, "ResponseOfUser");
}

#[test]
fn json_orders_the_derived_class_first_and_xml_the_base_class() {
    assert_eq!(json_names(ImportUser::CLASS), ["Username", "Email", "Roles", "Type", "HasSingleActiveRole"]);
    let plan = ImportUser::CLASS.plan();
    let xml: Vec<_> = plan.data_contract.iter().map(|slot| plan.members[*slot].name).collect();
    assert_eq!(xml, ["HasSingleActiveRole", "Type", "Username", "Email", "Roles"]);
}

#[test]
fn a_value_survives_the_way_through_its_rust_type() {
    let mut record = Record::empty(ImportUser::CLASS);
    record.set(0, Value::Text("ada".to_owned()));
    record.set(3, Value::Text("ada@example.com".to_owned()));
    let value = Value::Object(record);
    let user = ImportUser::from_value(value.clone());
    assert_eq!(user.base.username.as_deref(), Some("ada"));
    assert_eq!(user.email.as_deref(), Some("ada@example.com"));
    assert_eq!(user.into_value(), value);
}
