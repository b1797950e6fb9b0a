//! The default access of new users of an account (docs/spec/pbnb.md §3, AccountUserDefaults).

pub mod get;
pub mod set;

use super::contract::{AccountUserDefaults, ReturnOf};
use crate::apis::prelude::*;

const DEFAULTS: Documented = Documented::ok::<ReturnOf<AccountUserDefaults>>(
    "The defaults; or, with `Success` false, why there are none.",
    Provenance::PublicDoc,
);
