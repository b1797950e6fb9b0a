//! The rules of customers: those of accounts, and which ones a filter finds (docs/spec/reseller.md §7.2, §16.1).

use super::accounts::{Details, check_details, check_name};
use crate::apis::reseller::contract::NewCustomer;
use crate::apis::reseller::facet::Customer;
use crate::apis::reseller::problem::Problem;
use crate::contract::DateTime;
use uuid::Uuid;

/// A new customer of an account, still without an id; nothing is changed when it is refused. A trial is always allowed
/// (chosen: the vendor refuses one to accounts without the permission, of which nothing is published).
///
/// # Errors
/// With the text of the first rule that is broken, in the framework's order.
pub fn create(account: Uuid, new: NewCustomer, now: DateTime) -> Result<Customer, Problem> {
    check_name(new.name.as_deref())?;
    let customer = Customer {
        id: Uuid::nil(),
        account_id: account,
        name: new.name.unwrap_or_default(),
        enabled: new.enabled,
        description: new.description,
        reference: new.reference,
        timezone: new.timezone,
        country_code: new.country_code,
        created_at: now,
        send_new_user_email: new.send_new_user_email.unwrap_or(true),
        send_connect_welcome_email: new.send_connect_welcome_email.unwrap_or(true),
        trial_duration: new.trial_duration,
        deleted: false,
    };
    check(&customer)?;
    Ok(customer)
}

/// Whether a customer is within its limits, which are those of accounts.
///
/// # Errors
/// With the text of the first rule that is broken.
pub fn check(customer: &Customer) -> Result<(), Problem> {
    check_details(&Details {
        name: &customer.name,
        timezone: customer.timezone.as_deref(),
        reference: customer.reference.as_deref(),
        country_code: customer.country_code.as_deref(),
        description: customer.description.as_deref(),
    })
}

/// Whether the name or the reference of a customer contains the text of a filter, without regard to case (chosen).
#[must_use]
pub fn matches(customer: &Customer, filter: &str) -> bool {
    let filter = filter.to_lowercase();
    let contains = |text: &str| text.to_lowercase().contains(&filter);
    contains(&customer.name) || customer.reference.as_deref().is_some_and(contains)
}
