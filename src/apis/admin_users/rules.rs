//! What PUT may change and what it must hold beyond the member table. Chosen where the vendor is silent
//! (spec/admin-users.md §14 #8, #11 to #17).

use super::contract::User;
use super::problem::Problem;
use crate::apis::Call;
use crate::contract::DateTime;
use crate::state;

/// Checks what the member table cannot say.
///
/// # Errors
/// When the password is too weak or the preferences have no name.
pub fn check(details: &User) -> Result<(), Problem> {
    if details.preferences.name().is_none() {
        return Err(Problem::PreferencesUnknown);
    }
    match new_password(details) {
        Some(password) if !strong(password) => Err(Problem::PasswordTooWeak),
        _ => Ok(()),
    }
}

/// The password that the details set; absent or empty keeps the stored one.
fn new_password(details: &User) -> Option<&str> {
    details.password.as_deref().filter(|password| !password.is_empty())
}

/// The vendor's SOAP rule: six characters or more, a digit, an upper-case and a lower-case letter.
fn strong(password: &str) -> bool {
    password.chars().count() >= 6
        && password.chars().any(|c| c.is_ascii_digit())
        && password.chars().any(char::is_uppercase)
        && password.chars().any(char::is_lowercase)
}

/// Overwrites a user with new details. Ids, dates and read-only members keep their values.
pub fn apply(details: User, user: &mut state::User) {
    if let Some(password) = new_password(&details) {
        user.password = Some(password.to_owned());
    }
    user.username = details.username;
    user.email = details.email_address;
    user.display_name = details.display_name;
    user.enabled = details.enabled;
    let facet = user.admin_users.get_or_insert_default();
    facet.admin_user = details.admin_user;
    facet.language_id = details.language_id;
    facet.mobile_phone = details.mobile_phone;
    facet.pin = details.pin;
    facet.preferences = details.preferences.0;
    facet.sso_enabled = details.sso_enabled;
    facet.time_zone = details.time_zone;
}

/// Notes every read-only member that was sent with another value than the stored one.
pub fn advise(call: &Call, details: &User, user: &state::User) {
    let facet = user.admin_users.clone().unwrap_or_default();
    let same_date = |sent: Option<DateTime>, stored: Option<DateTime>| {
        sent.is_none_or(|sent| stored.is_some_and(|stored| stored.ticks == sent.ticks))
    };
    let same_text = |sent: &Option<String>, stored: &Option<String>| sent.is_none() || sent == stored;
    let members = [
        ("AgreementDate", same_date(details.agreement_date, facet.agreement_date)),
        ("DeclineDate", same_date(details.decline_date, facet.decline_date)),
        ("DPAVersion", same_text(&details.dpa_version, &facet.dpa_version)),
        ("PrivacyPolicyVersion", same_text(&details.privacy_policy_version, &facet.privacy_policy_version)),
    ];
    for (member, _) in members.iter().filter(|(_, same)| !same) {
        call.advise("admin.read-only-member", format!("{member} is read-only: the value sent was ignored."));
    }
}
