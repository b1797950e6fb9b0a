//! Forms against the observed pairs.

use crate::oracle::{Case, check_reader};
use usertwin::codec::form;

fn is_form(case: &Case) -> bool {
    ["fm-", "vf-", "ve-f-"].iter().any(|prefix| case.id.starts_with(prefix))
}

#[test]
fn forms_bind_as_observed() {
    check_reader(|case| is_form(case) && !case.api.ends_with("-detail"), |body, kind| form::read(body, kind));
}

#[test]
fn forms_fail_with_the_observed_texts() {
    check_reader(|case| is_form(case) && case.api.ends_with("-detail"), |body, kind| form::read(body, kind));
}
