//! The way from a stored account to the wire, in both versions of the API.

use crate::apis::Call;
use crate::apis::admin_users::contract::{Account, AccountV2};
use crate::apis::admin_users::facet;
use crate::apis::admin_users::facet::Language;
use crate::contract::{DateTime, DateTimeKind};
use crate::store::{Page, StoreError, Transaction};
use uuid::Uuid;

/// How a version of the API shows an account.
pub(super) trait Shown: Sized {
    /// The account on the wire, with its language.
    fn from_account(call: &Call, account: facet::Account, language: (Uuid, Option<String>)) -> Self;
}

/// A stored account as a version of the API shows it.
///
/// # Errors
/// When the store fails.
pub(super) fn shown<A: Shown>(
    call: &Call,
    transaction: &mut Transaction,
    account: facet::Account,
) -> Result<A, StoreError> {
    let language = match account.language_id {
        Some(id) => (id, transaction.item::<Language>(id)?.map(|language| language.name.clone())),
        None => {
            let first = transaction.items::<Language>(Page::FIRST)?.pop();
            first.map_or((Uuid::nil(), None), |language| (language.id, Some(language.name)))
        }
    };
    Ok(A::from_account(call, account, language))
}

impl Shown for Account {
    fn from_account(
        call: &Call,
        account: facet::Account,
        (language_id, language_name): (Uuid, Option<String>),
    ) -> Self {
        let modified_at = account.modified_at.unwrap_or(account.created_at);
        Account {
            id: account.id,
            account_id: account.parent_id,
            address: account.address,
            any_time_balance: None,
            contact_number: account.contact_number,
            phone_number: account.phone_number,
            date_created: Some(local(account.created_at)),
            date_modified: Some(local(modified_at)),
            disclaimer: account.disclaimer,
            email_address: account.email_address,
            first_name: account.first_name,
            default_header: None,
            language_id,
            language_name,
            last_name: account.last_name,
            location: None,
            logo: account.logo,
            logo_name: account.logo_name,
            name: Some(account.name),
            off_peak_balance: None,
            preferences: Some(Vec::new()),
            scim_enabled: false,
            sms_password: call.shown(account.sms_password),
            sms_username: account.sms_username,
            time_zone: account.time_zone,
            two_factor_enabled: Some(account.two_factor_enabled),
            url: None,
            website: account.website,
        }
    }
}

impl Shown for AccountV2 {
    fn from_account(call: &Call, account: facet::Account, language: (Uuid, Option<String>)) -> Self {
        let kind = if account.parent_id.is_some() { "Sub" } else { "Master" };
        AccountV2 {
            base: Account::from_account(call, account, language),
            country_code: None,
            ndd: None,
            idd: None,
            timeout: 0,
            kind: Some(kind.to_owned()),
        }
    }
}

/// Dates leave as the server's local time, as those of users do (docs/spec/admin-users.md §14 #18).
fn local(date: DateTime) -> DateTime {
    DateTime { kind: DateTimeKind::Local, ..date }
}
