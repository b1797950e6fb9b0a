//! BSON against the observed pairs, and its reader against documents that lie.

use crate::models;
use crate::oracle::{Case, cases, check_reader};
use usertwin::codec::bson;
use usertwin::contract::{Kind, Value};

fn is_bson(case: &Case) -> bool {
    case.id.starts_with("bs-")
}

#[test]
fn documents_bind_as_observed() {
    check_reader(|case| is_bson(case) && !case.api.ends_with("-detail"), |body, kind| bson::read(body, kind));
}

#[test]
fn documents_fail_with_the_observed_texts() {
    check_reader(|case| is_bson(case) && case.api.ends_with("-detail"), |body, kind| bson::read(body, kind));
}
