//! The rules of Admin users: the members that clients may change, the requirements beyond the member table, and values
//! derived from stored data. Chosen where the vendor is silent (docs/spec/admin-users.md §14 #8, #11 to #20, #24, #25).

use super::contract::{Preferences, User};
use super::facet::{AdminUser, Language};
use super::problem::Problem;
use super::time_zone;
use crate::apis::Call;
use crate::codec::Advice;
use crate::contract::DateTime;
use crate::model::folded;
use crate::store::{StoreError, Transaction};
use uuid::Uuid;

/// The value of a read-only member is ignored.
pub const READ_ONLY_MEMBER: Advice = Advice::OfApi("admin.read-only-member");

/// The vendor's older service refuses a password like this one.
pub const WEAK_PASSWORD: Advice = Advice::OfApi("admin.weak-password");

/// A member that the body leaves out lost its value, as any full replace does.
pub const MEMBER_CLEARED: Advice = Advice::OfApi("admin.member-cleared-by-omission");

/// The value of a member that the server makes, or never stores, is ignored.
pub const IGNORED_MEMBER: Advice = Advice::OfApi("admin.ignored-member");

/// A user gets a language that is in no list.
pub const UNKNOWN_LANGUAGE: Advice = Advice::OfApi("admin.unknown-language");

/// A user gets a time zone that neither Windows nor the IANA seems to know.
pub const UNKNOWN_TIME_ZONE: Advice = Advice::OfApi("admin.unknown-time-zone");

/// Checks what the member table cannot express.
///
/// # Errors
/// When the preferences have no name.
pub fn check(details: &User) -> Result<(), Problem> {
    details.preferences.name().map_or(Err(Problem::PreferencesUnknown), |_| Ok(()))
}

/// Checks what a new user must have in addition: a password, unless it signs in elsewhere.
///
/// # Errors
/// When there is none, or [`check`] fails.
pub fn check_new(details: &User) -> Result<(), Problem> {
    if new_password(details).is_none() && !details.sso_enabled {
        return Err(Problem::PasswordRequired);
    }
    check(details)
}

/// The password in the details; absent or empty keeps the stored one.
fn new_password(details: &User) -> Option<&str> {
    details.password.as_deref().filter(|password| !password.is_empty())
}

/// Whether .NET's meaning of the vendor's pattern for e-mail addresses of accounts takes a text
/// (docs/spec/admin-users.md §1.2): one `@`; in front of it letters, digits and `-._'`, ASCII letters or digits at either
/// end; behind it labels of two characters or more, ASCII letters or digits at either end, and two to nine ASCII letters.
#[must_use]
pub fn account_email(text: &str) -> bool {
    let inner = |extra: &'static str| move |c: char| c.is_alphanumeric() || c == '_' || extra.contains(c);
    let ends = |text: &str, least: usize| {
        let ascii = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        text.chars().count() >= least && ascii(text.chars().next()) && ascii(text.chars().next_back())
    };
    let Some((local, host)) = text.split_once('@') else { return false };
    let Some((labels, top)) = host.rsplit_once('.') else { return false };
    ends(local, 1)
        && local.chars().all(inner("-.'"))
        && labels.split('.').all(|label| ends(label, 2) && label.chars().all(inner("-'")))
        && (2..=9).contains(&top.len())
        && top.chars().all(|c| c.is_ascii_alphabetic())
}

/// Notes that a new password is weak.
pub fn advise_password(call: &Call, password: Option<&str>) {
    if password.is_some_and(|password| !strong(password)) {
        call.advise(WEAK_PASSWORD, "The vendor's older service takes six characters or more, a digit and both cases.");
    }
}

/// The rule of the vendor's older SOAP service: six characters or more, a digit, an upper-case and a lower-case letter.
/// No page of this API has it, and the vendor's own sample breaks it, so that it is advice only.
fn strong(password: &str) -> bool {
    password.chars().count() >= 6
        && password.chars().any(|c| c.is_ascii_digit())
        && password.chars().any(char::is_uppercase)
        && password.chars().any(char::is_lowercase)
}

/// Overwrites a user with new details. Ids, dates and read-only members keep their values.
pub fn apply(details: User, user: &mut AdminUser) {
    if let Some(password) = new_password(&details) {
        user.shared.password = Some(password.to_owned());
    }
    let AdminUser { shared, facet } = user;
    shared.username = details.username;
    shared.email = details.email_address;
    shared.display_name = details.display_name;
    shared.enabled = details.enabled;
    facet.admin_user = details.admin_user;
    facet.language_id = details.language_id;
    facet.mobile_phone = details.mobile_phone;
    facet.pin = details.pin;
    facet.preferences = details.preferences;
    facet.sso_enabled = details.sso_enabled;
    facet.time_zone = details.time_zone;
}

/// Notes every read-only member that was sent with another value than the stored one, and a new password that is weak.
pub fn advise(call: &Call, details: &User, user: &AdminUser) {
    let password = new_password(details).filter(|password| user.shared.password.as_deref() != Some(password));
    advise_password(call, password);
    let facet = &user.facet;
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
        call.advise(READ_ONLY_MEMBER, format!("{member} is read-only: the value sent was ignored."));
    }
}

/// Notes a language and a time zone that the user had not before and nothing knows. The document is accepted all the
/// same: no page says that either is checked.
///
/// # Errors
/// Faults of the database.
pub fn advise_references(
    call: &Call,
    transaction: &mut Transaction,
    details: &User,
    user: &AdminUser,
) -> Result<(), StoreError> {
    let language = details.language_id;
    // One that was left out is noted as such.
    let is_new = language != user.facet.language_id && (!language.is_nil() || call.body_names("LanguageID"));
    if is_new && transaction.item::<Language>(language)?.is_none() {
        call.advise(UNKNOWN_LANGUAGE, format!("No language has the LanguageID '{language}'; it was stored."));
    }
    let zone = details.time_zone.as_deref().unwrap_or_default();
    if details.time_zone != user.facet.time_zone && !time_zone::seems_known(zone) {
        let message = "TimeZone seems to be neither a Windows nor an IANA time zone; it was stored.";
        call.advise(UNKNOWN_TIME_ZONE, message);
    }
    Ok(())
}

/// Notes every member that would lose its value because the body leaves it out.
pub fn advise_cleared(call: &Call, details: &User, user: &AdminUser) {
    let AdminUser { shared, facet } = user;
    let members = [
        ("AdminUser", facet.admin_user && !details.admin_user),
        ("Enabled", shared.enabled && !details.enabled),
        ("LanguageID", !facet.language_id.is_nil() && details.language_id.is_nil()),
        ("Pin", facet.pin.is_some() && details.pin.is_none()),
        ("Preferences", facet.preferences != Preferences::NONE && details.preferences == Preferences::NONE),
        ("SSOEnabled", facet.sso_enabled && !details.sso_enabled),
    ];
    for (member, _) in members.iter().filter(|(member, cleared)| *cleared && !call.body_names(member)) {
        call.advise(
            MEMBER_CLEARED,
            format!("The body leaves {member} out, which cleared it: a user is replaced whole."),
        );
    }
}

/// Notes every member that the server makes and that was sent with another value than the stored one, and a
/// `UserPassword` that is not the user's. Dates may differ by less than a second, because many clients keep no more than
/// milliseconds (chosen).
pub fn advise_ignored(call: &Call, details: &User, user: &AdminUser) {
    const SECOND: u64 = 10_000_000;
    let same_id = |sent: Uuid, stored: Uuid| sent.is_nil() || sent == stored;
    let same_date = |sent: DateTime, stored: DateTime| {
        sent.ticks == DateTime::MIN.ticks || sent.ticks.abs_diff(stored.ticks) < SECOND
    };
    let is_password = |sent: &str| sent.is_empty() || user.shared.password.as_deref() == Some(sent);
    let members = [
        ("ID", same_id(details.id, user.shared.id)),
        ("AccountID", same_id(details.account_id, user.facet.account_id)),
        ("DateCreated", same_date(details.date_created, user.shared.created_at)),
        ("DateModified", same_date(details.date_modified, user.shared.modified_at)),
        ("UserPassword", details.user_password.as_deref().is_none_or(is_password)),
    ];
    for (member, _) in members.iter().filter(|(_, same)| !same) {
        call.advise(IGNORED_MEMBER, format!("{member} was sent with another value than the user's and was ignored."));
    }
}

/// Takes over what a user states about the privacy policy and the data processing agreement, and nothing else. A member
/// that was not sent is emptied, as any full replace does (chosen), so that accepting takes a refusal back.
pub fn apply_gdpr(details: User, user: &mut AdminUser) {
    let facet = &mut user.facet;
    facet.agreement_date = details.agreement_date;
    facet.decline_date = details.decline_date;
    facet.dpa_version = details.dpa_version;
    facet.privacy_policy_version = details.privacy_policy_version;
}

/// Makes an administrator of a standard user and the other way round; returns the word for what the user is now (chosen).
pub fn toggle_access(user: &mut AdminUser) -> &'static str {
    let facet = &mut user.facet;
    facet.admin_user = !facet.admin_user;
    if facet.admin_user { "Admin" } else { "Standard" }
}

/// Unlocks a user and returns whether that changed anything. Whether the user is enabled is another question and stays
/// as it is (chosen).
pub fn unlock(user: &mut AdminUser) -> bool {
    std::mem::take(&mut user.facet.locked)
}

/// The word for whether a user can sign in (chosen). Disabled comes first: unlocking such a user does not let it in.
#[must_use]
pub fn status(user: &AdminUser) -> &'static str {
    match user.facet.locked {
        _ if !user.shared.enabled => "Disabled",
        true => "Locked",
        false => "Active",
    }
}

/// Puts users in the order of lists: by display name without regard to case, users of one name in the world's order
/// (chosen).
pub fn sort(users: &mut [AdminUser]) {
    users.sort_by_cached_key(|user| folded(user.shared.display_name.as_deref().unwrap_or_default()));
}
