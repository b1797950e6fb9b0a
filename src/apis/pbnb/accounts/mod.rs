//! An account: its resources, its detail and its quota defaults, one endpoint per file (docs/spec/pbnb.md §2, §18).

pub mod detail;
pub mod get;
pub mod patch_detail;
pub mod quota_defaults;
pub mod set_quota_defaults;

use super::contract::{AccountDetail, AccountQuotaDefaults, ReturnOf};
use super::facet::{Account, QuotaDefaults};
use crate::apis::prelude::*;

/// What the detail contains is chosen.
const DETAIL: Documented = Documented::ok::<ReturnOf<AccountDetail>>(
    "The detail; or, with `Success` false, why the operation was not carried out.",
    Provenance::Chosen,
);

const QUOTA: Documented = Documented::ok::<ReturnOf<AccountQuotaDefaults>>(
    "The defaults; or, with `Success` false, why the operation was not carried out.",
    Provenance::PublicDoc,
);

/// The detail of a stored account.
fn detail_of(account: &Account) -> AccountDetail {
    AccountDetail { id: account.id, name: account.name.clone() }
}

/// The quota defaults of a stored account.
fn quota_of(account: &Account) -> AccountQuotaDefaults {
    let QuotaDefaults {
        quota,
        first_pro_rata,
        cycle_type,
        cycle_day,
        cycle_hour,
        cycle_minute,
        cycle_time_zone,
        cycle_daylight_savings,
    } = account.quota_defaults;
    AccountQuotaDefaults {
        account_id: account.id,
        quota,
        first_pro_rata,
        cycle_type,
        cycle_day,
        cycle_hour,
        cycle_minute,
        cycle_time_zone,
        cycle_daylight_savings,
    }
}
