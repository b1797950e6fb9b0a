//! `POST v1/core/Accounts/{accId}/quotadefaults` (the vendor's page of that name; docs/spec/pbnb.md §18).

use super::{QUOTA, quota_of};
use crate::apis::pbnb::contract::AccountQuotaDefaults;
use crate::apis::pbnb::envelope::{Failure, enveloped};
use crate::apis::pbnb::facet::{Account, QuotaDefaults};
use crate::apis::pbnb::users::{WHOLE_ACCOUNT, existing};
use crate::apis::pbnb::{problem, rules};
use crate::apis::prelude::*;

arguments! {
    struct Arguments {
        account: i32 = WHOLE_ACCOUNT,
        defaults: Option<AccountQuotaDefaults> =
            body("item", "The new defaults. AccountID may be left out or repeat the address.").example(r#"{"Quota": 500, "CycleType": "Monthly", "CycleDay": 1, "CycleTimeZone": "CET", "CycleDaylightSavings": true}"#),
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "setQuotaDefaults",
    action: Action {
        method: "POST",
        templates: &["v1/core/Accounts/{accId}/quotadefaults"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Set the quota defaults",
    description: "Sets the quota of the account's users, in place of any earlier one.",
    provenance: Provenance::PublicDoc,
    answers: &[QUOTA],
    run: |call, values| Box::pin(enveloped(set(call, values.into()))),
    ..Operation::NEW
};

async fn set(call: Call, Arguments { account: id, defaults }: Arguments) -> Result<AccountQuotaDefaults, Failure> {
    let Some(sent) = defaults else { return Err(problem::no_document().into()) };
    let mut transaction = call.write().await?;
    let known = existing(&mut transaction, id)?;
    rules::quota(&sent, id)?;
    let quota_defaults = QuotaDefaults {
        quota: sent.quota,
        first_pro_rata: sent.first_pro_rata,
        cycle_type: sent.cycle_type,
        cycle_day: sent.cycle_day,
        cycle_hour: sent.cycle_hour,
        cycle_minute: sent.cycle_minute,
        cycle_time_zone: sent.cycle_time_zone,
        cycle_daylight_savings: sent.cycle_daylight_savings,
    };
    let account = Account { quota_defaults, ..Account::clone(&known) };
    transaction.save_item(&account)?;
    transaction.commit_together().await?;
    Ok(quota_of(&account))
}
