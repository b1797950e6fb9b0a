//! `POST api/v1/admin/accounts/{id}` and `POST api/v2/admin/accounts/{id}` (docs/spec/admin-users.md §1.2, §15): a
//! sub-account of the account in the address, and its first user, who is its administrator (chosen).

use super::wire::{Shown, shown};
use super::{INVALID, UNAUTHORIZED, find, unknown};
use crate::apis::admin_users::contract::{
    AccountRequest, AccountV2Request, Credentials, ResponseOfAccount, ResponseOfAccountV2,
};
use crate::apis::admin_users::envelope::Envelope;
use crate::apis::admin_users::facet::{Account, AdminUser, AdminUsersFacet};
use crate::apis::admin_users::problem::{self, Problem};
use crate::apis::admin_users::rules;
use crate::apis::prelude::*;
use crate::contract::DateTime;
use crate::model::User;
use uuid::Uuid;

const MASTER: Source =
    required("id", "The id of the account above the new one.").example("5a1ca887-9ec4-4ae8-bf61-715056ea9e98");

arguments! {
    struct Arguments {
        id: Uuid = MASTER,
        details: Option<AccountRequest> = body("account", "The new account and its first user.").example(r#"{"CompanyName": "Workshop", "Email": "alan@example.com", "Username": "alan", "Firstname": "Alan", "Lastname": "Turing", "MobilePhone": "+44 7700 900456", "Password": "Bombe1940"}"#),
    }
}

arguments! {
    struct ArgumentsV2 {
        id: Uuid = MASTER,
        details: Option<AccountV2Request> = body("account", "The new account and its first user.").example(r#"{"CompanyName": "Workshop", "Email": "alan@example.com", "Username": "alan", "Firstname": "Alan", "Lastname": "Turing", "MobilePhone": "+44 7700 900456", "Password": "Bombe1940"}"#),
    }
}

const fn refused<E: Envelope>() -> Documented {
    Documented::value::<E>(400, "The username is taken.", Provenance::Chosen)
}

/// The operation. What it answers is chosen.
pub const OPERATION: Operation = Operation {
    id: "createAccount",
    action: Action { method: "POST", templates: &["api/v1/admin/accounts/{id}"], parameters: Arguments::PARAMETERS },
    summary: "Create a sub-account",
    description: "Creates a sub-account of the account in the address, and a user of it, who is an administrator.",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::ok::<ResponseOfAccount>("The new account.", Provenance::Chosen),
        INVALID,
        refused::<ResponseOfAccount>(),
        UNAUTHORIZED,
        unknown::<ResponseOfAccount>(),
    ],
    run: |call, values| Box::pin(v1(call, values.into())),
    ..Operation::NEW
};

/// The operation in version 2.
pub const OPERATION_V2: Operation = Operation {
    id: "createAccountV2",
    action: Action {
        templates: &["api/v2/admin/accounts/{id}"],
        parameters: ArgumentsV2::PARAMETERS,
        ..OPERATION.action
    },
    summary: "Create a sub-account with credentials for messages",
    answers: &[
        Documented::ok::<ResponseOfAccountV2>("The new account.", Provenance::Chosen),
        INVALID,
        refused::<ResponseOfAccountV2>(),
        UNAUTHORIZED,
        unknown::<ResponseOfAccountV2>(),
    ],
    run: |call, values| Box::pin(v2(call, values.into())),
    ..OPERATION
};

async fn v1(call: Call, Arguments { id, details }: Arguments) -> Outcome {
    create::<ResponseOfAccount, _>(call, id, details, None).await
}

async fn v2(call: Call, ArgumentsV2 { id, details }: ArgumentsV2) -> Outcome {
    let credentials = details.as_ref().and_then(|details| details.credentials.clone());
    create::<ResponseOfAccountV2, _>(call, id, details.map(AccountRequest::from), credentials).await
}

async fn create<E: Envelope<Detail = Option<A>>, A: Shown>(
    call: Call,
    parent: Uuid,
    details: Option<AccountRequest>,
    credentials: Option<Credentials>,
) -> Outcome {
    let Some(details) = details else { return Err(problem::no_document().into()) };
    let mut transaction = call.write().await?;
    find::<E>(&mut transaction, parent)?;
    let name = details.username.clone().unwrap_or_default();
    let elsewhere = transaction.elsewhere_by_username::<AdminUsersFacet>(&name)?;
    if elsewhere.is_none() && transaction.find_by_username::<AdminUsersFacet>(&name)?.is_some() {
        return Err(Problem::UsernameInUse.within::<E>());
    }
    rules::advise_password(&call, details.password.as_deref());
    let now = transaction.now();
    let account = account(transaction.unused_id(|| call.new_id())?, parent, &details, credentials, now);
    transaction.save_item(&account)?;
    let shared = call.shared_members(&mut transaction, elsewhere.as_ref())?;
    let user = administrator(shared, &account, details);
    call.add_user(&mut transaction, elsewhere.as_ref(), &user, &name)?;
    let detail = shown(&call, &mut transaction, account)?;
    transaction.commit_together().await?;
    Ok(Reply::ok(E::success(Some(user.shared.id), Some(detail))))
}

/// The new account. Without a company's name it has the contact's (chosen).
fn account(
    id: Uuid,
    parent: Uuid,
    details: &AccountRequest,
    credentials: Option<Credentials>,
    now: DateTime,
) -> Account {
    let (sms_username, sms_password) =
        credentials.map(|sent| (sent.sms_username, sent.sms_password)).unwrap_or_default();
    Account {
        id,
        name: details.company_name.clone().unwrap_or_else(|| full_name(details)),
        parent_id: Some(parent),
        email_address: details.email.clone(),
        contact_number: details.mobile_phone.clone(),
        address: details.address.clone(),
        first_name: details.first_name.clone(),
        last_name: details.last_name.clone(),
        language_id: Some(details.language_id).filter(|id| !id.is_nil()),
        sms_username,
        sms_password,
        time_zone: details.time_zone.clone(),
        website: details.website.clone(),
        created_at: now,
        ..Account::default()
    }
}

fn administrator(shared: User, account: &Account, details: AccountRequest) -> AdminUser {
    AdminUser {
        facet: AdminUsersFacet {
            account_id: account.id,
            admin_user: true,
            language_id: details.language_id,
            mobile_phone: details.mobile_phone.clone(),
            time_zone: details.time_zone.clone(),
            ..AdminUsersFacet::default()
        },
        shared: User {
            display_name: Some(full_name(&details)),
            username: details.username,
            email: details.email,
            password: details.password,
            ..shared
        },
    }
}

fn full_name(details: &AccountRequest) -> String {
    [&details.first_name, &details.last_name].into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ")
}

impl From<AccountV2Request> for AccountRequest {
    fn from(sent: AccountV2Request) -> AccountRequest {
        AccountRequest {
            address: sent.address,
            company_name: sent.company_name,
            email: sent.email,
            username: sent.username,
            first_name: sent.first_name,
            language_id: sent.language_id,
            last_name: sent.last_name,
            mobile_phone: sent.mobile_phone,
            password: sent.password,
            time_zone: sent.time_zone,
            time_zone_in_java_format: sent.time_zone_in_java_format,
            website: sent.website,
        }
    }
}
