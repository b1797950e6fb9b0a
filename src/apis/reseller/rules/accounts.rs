//! The rules of accounts: lengths, the values of a new one, and where a page begins (docs/spec/reseller.md §7.1, §8).
//! The texts are those of the framework's attributes (chosen: the vendor prints none).

use super::{check_length, check_text};
use crate::apis::reseller::contract::{
    COUNTRY_CODE_LIMIT, DESCRIPTION_LIMIT, NAME_LIMIT, NewAccount, REFERENCE_LIMIT, TIMEZONE_LIMIT,
};
use crate::apis::reseller::facet::Account;
use crate::apis::reseller::problem::Problem;
use crate::contract::DateTime;
use crate::store::Page;
use uuid::Uuid;

/// The page size without `pageSize`, and the largest one (chosen: the vendor prints it as customers' maximum).
const LARGEST_PAGE: i32 = 1000;

/// A new account; nothing is changed when it is refused.
///
/// # Errors
/// With the text of the first rule that is broken, in the framework's order.
pub fn create(id: Uuid, new: NewAccount, now: DateTime) -> Result<Account, Problem> {
    check_name(new.name.as_deref())?;
    let account = Account {
        enabled: new.enabled,
        description: new.description,
        reference: new.reference,
        timezone: new.timezone,
        country_code: new.country_code,
        created_at: now,
        ..Account::new(id, new.name.unwrap_or_default())
    };
    check(&account)?;
    Ok(account)
}

/// Whether an account is within its limits. Model state lists short names first (docs/spec/reseller.md §12).
///
/// # Errors
/// With the text of the first rule that is broken.
pub fn check(account: &Account) -> Result<(), Problem> {
    check_details(&Details {
        name: &account.name,
        timezone: account.timezone.as_deref(),
        reference: account.reference.as_deref(),
        country_code: account.country_code.as_deref(),
        description: account.description.as_deref(),
    })
}

/// The texts that accounts and customers have.
pub(super) struct Details<'t> {
    pub name: &'t str,
    pub timezone: Option<&'t str>,
    pub reference: Option<&'t str>,
    pub country_code: Option<&'t str>,
    pub description: Option<&'t str>,
}

pub(super) fn check_details(details: &Details<'_>) -> Result<(), Problem> {
    check_name(Some(details.name))?;
    check_length("Timezone", details.timezone, TIMEZONE_LIMIT)?;
    check_length("Reference", details.reference, REFERENCE_LIMIT)?;
    check_length("CountryCode", details.country_code, COUNTRY_CODE_LIMIT)?;
    check_length("Description", details.description, DESCRIPTION_LIMIT)
}

pub(super) fn check_name(name: Option<&str>) -> Result<(), Problem> {
    check_text("Name", name, NAME_LIMIT)
}

/// The page that a client asks for.
///
/// # Errors
/// chosen: numbers that no page has get the binder's text for values it cannot convert.
pub fn page(index: Option<i32>, size: Option<i32>) -> Result<Page, Problem> {
    let invalid = |number: i32| Problem::Invalid(format!("The value '{number}' is not valid."));
    let (index, size) = (index.unwrap_or(0), size.unwrap_or(LARGEST_PAGE));
    if index < 0 {
        return Err(invalid(index));
    }
    if size < 1 {
        return Err(invalid(size));
    }
    let limit = i64::from(size.min(LARGEST_PAGE));
    Ok(Page::Part { offset: i64::from(index) * limit, limit })
}
