//! JSON reads what the genuine framework read, with its errors, and writes what it wrote.

use crate::oracle::{Case, check_reader};
use usertwin::codec::{EnumStyle, json};

fn is_json(case: &Case) -> bool {
    let Some(content_type) = case.request.header("Content-Type") else { return false };
    ["application/json", "text/json", "text/javascript"].iter().any(|known| content_type.starts_with(known))
}

fn style(case: &Case) -> EnumStyle {
    let plain = case.request.header("Content-Type").is_some_and(|value| value.starts_with("text/javascript"));
    if case.api.starts_with("pbnb") && !plain { EnumStyle::Names } else { EnumStyle::Numbers }
}

fn check(chosen: impl Fn(&Case) -> bool, enums: EnumStyle) {
    let chosen = |case: &Case| is_json(case) && style(case) == enums && chosen(case);
    check_reader(chosen, |body, kind| json::read(body, kind, enums));
}

#[test]
fn json_with_enum_names_binds_what_the_framework_bound() {
    check(|case| !case.api.ends_with("-detail"), EnumStyle::Names);
}

#[test]
fn json_with_enum_numbers_binds_what_the_framework_bound() {
    check(|case| !case.api.ends_with("-detail"), EnumStyle::Numbers);
}

#[test]
fn errors_read_as_the_framework_words_them_with_enum_names() {
    check(|case| case.api.ends_with("-detail"), EnumStyle::Names);
}

#[test]
fn errors_read_as_the_framework_words_them_with_enum_numbers() {
    check(|case| case.api.ends_with("-detail"), EnumStyle::Numbers);
}
