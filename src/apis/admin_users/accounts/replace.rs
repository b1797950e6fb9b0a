//! `PUT api/v1/admin/accounts/{id}` and `PUT api/v2/admin/accounts/{id}` (docs/spec/admin-users.md §1.2): overwrites the
//! members that the page names; others are accepted and ignored.

use super::wire::{Shown, shown};
use super::{ID, INVALID, UNAUTHORIZED, find, unknown};
use crate::apis::admin_users::contract::{self, AccountV3, ResponseOfAccount, ResponseOfAccountV2};
use crate::apis::admin_users::envelope::Envelope;
use crate::apis::admin_users::facet::Account;
use crate::apis::admin_users::problem;
use crate::apis::prelude::*;
use crate::contract::DateTime;
use uuid::Uuid;

arguments! {
    struct Arguments {
        id: Uuid = ID,
        details: Option<contract::Account> = body("account", "The details of the account.").example(r#"{"ContactNumber": "+44 20 7946 0000", "EmailAddress": "office@example.com", "Name": "Main office"}"#),
    }
}

arguments! {
    struct ArgumentsV2 {
        id: Uuid = ID,
        details: Option<AccountV3> = body("account", "The details of the account.").example(r#"{"ContactNumber": "+44 20 7946 0000", "EmailAddress": "office@example.com", "Name": "Main office"}"#),
    }
}

/// The operation. What it answers is chosen.
pub const OPERATION: Operation = Operation {
    id: "updateAccount",
    action: Action { method: "PUT", templates: &["api/v1/admin/accounts/{id}"], parameters: Arguments::PARAMETERS },
    summary: "Update an account",
    description: "Overwrites Address, ContactNumber, Disclaimer, EmailAddress, FirstName, LanguageID, LastName, Logo, \
                  LogoName, Name, SMSPassword, SMSUsername, TimeZone, TwoFactorEnabled and Website; other members are \
                  ignored.",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::ok::<ResponseOfAccount>("The modified account.", Provenance::Chosen),
        INVALID,
        UNAUTHORIZED,
        unknown::<ResponseOfAccount>(),
    ],
    run: |call, values| Box::pin(v1(call, values.into())),
    ..Operation::NEW
};

/// The operation in version 2.
pub const OPERATION_V2: Operation = Operation {
    id: "updateAccountV2",
    action: Action {
        templates: &["api/v2/admin/accounts/{id}"],
        parameters: ArgumentsV2::PARAMETERS,
        ..OPERATION.action
    },
    summary: "Update an account, version 2",
    answers: &[
        Documented::ok::<ResponseOfAccountV2>("The modified account.", Provenance::Chosen),
        INVALID,
        UNAUTHORIZED,
        unknown::<ResponseOfAccountV2>(),
    ],
    run: |call, values| Box::pin(v2(call, values.into())),
    ..OPERATION
};

async fn v1(call: Call, Arguments { id, details }: Arguments) -> Outcome {
    replace::<ResponseOfAccount, _>(call, id, details).await
}

async fn v2(call: Call, ArgumentsV2 { id, details }: ArgumentsV2) -> Outcome {
    replace::<ResponseOfAccountV2, _>(call, id, details.map(|details| details.base.base)).await
}

async fn replace<E: Envelope<Detail = Option<A>>, A: Shown>(
    call: Call,
    id: Uuid,
    details: Option<contract::Account>,
) -> Outcome {
    let Some(details) = details else { return Err(problem::no_document().into()) };
    let mut transaction = call.write().await?;
    let stored = find::<E>(&mut transaction, id)?;
    let account = changed(&stored, details, transaction.now());
    transaction.save_item(&account)?;
    let detail = shown(&call, &mut transaction, account)?;
    transaction.commit_together().await?;
    Ok(Reply::ok(E::success(None, Some(detail))))
}

fn changed(stored: &Account, sent: contract::Account, now: DateTime) -> Account {
    Account {
        address: sent.address,
        contact_number: sent.contact_number,
        disclaimer: sent.disclaimer,
        email_address: sent.email_address,
        first_name: sent.first_name,
        language_id: Some(sent.language_id).filter(|id| !id.is_nil()),
        last_name: sent.last_name,
        logo: sent.logo,
        logo_name: sent.logo_name,
        name: sent.name.unwrap_or_default(),
        sms_password: sent.sms_password,
        sms_username: sent.sms_username,
        time_zone: sent.time_zone,
        two_factor_enabled: sent.two_factor_enabled.unwrap_or_default(),
        website: sent.website,
        modified_at: Some(now),
        ..stored.clone()
    }
}
