//! The rules of accounts: lengths, what a new one starts with, and where a page begins (spec/reseller.md §7.1, §8). The
//! texts are those of the framework's attributes (chosen: the vendor prints none).

use super::{check_length, check_text};
use crate::apis::reseller::contract::NewAccount;
use crate::apis::reseller::problem::Problem;
use crate::contract::DateTime;
use crate::model::ResellerAccount;
use uuid::Uuid;

/// The page size without `pageSize`, and the largest one (chosen: the vendor prints it as customers' maximum).
const LARGEST_PAGE: i32 = 1000;

/// A new account; nothing is changed when it is refused.
///
/// # Errors
/// With the text of the first rule that is broken, in the framework's order.
pub fn create(id: Uuid, new: NewAccount, now: DateTime) -> Result<ResellerAccount, Problem> {
    check_name(new.name.as_deref())?;
    let account = ResellerAccount {
        enabled: new.enabled,
        description: new.description,
        reference: new.reference,
        timezone: new.timezone,
        country_code: new.country_code,
        created_at: now,
        ..ResellerAccount::new(id, new.name.unwrap_or_default())
    };
    check(&account)?;
    Ok(account)
}

/// Whether an account is within its limits. Model state lists short names first (spec/reseller.md §12).
///
/// # Errors
/// With the text of the first rule that is broken.
pub fn check(account: &ResellerAccount) -> Result<(), Problem> {
    check_name(Some(&account.name))?;
    check_length("Timezone", account.timezone.as_deref(), 40)?;
    check_length("Reference", account.reference.as_deref(), 200)?;
    check_length("CountryCode", account.country_code.as_deref(), 5)?;
    check_length("Description", account.description.as_deref(), 200)
}

fn check_name(name: Option<&str>) -> Result<(), Problem> {
    check_text("Name", name, 100)
}

/// Offset and limit of a page.
///
/// # Errors
/// chosen: numbers that no page has get the binder's text for values it cannot convert.
pub fn page(index: Option<i32>, size: Option<i32>) -> Result<(i64, i64), Problem> {
    let invalid = |number: i32| Problem::Invalid(format!("The value '{number}' is not valid."));
    let (index, size) = (index.unwrap_or(0), size.unwrap_or(LARGEST_PAGE));
    if index < 0 {
        return Err(invalid(index));
    }
    if size < 1 {
        return Err(invalid(size));
    }
    let size = i64::from(size.min(LARGEST_PAGE));
    Ok((i64::from(index) * size, size))
}
