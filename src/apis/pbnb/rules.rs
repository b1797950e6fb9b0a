//! PBNB's business rules: what `expand` and paging ask for, what a new user may contain and a partial one change.
//! Limits are chosen (docs/spec/pbnb.md §16 #7, #12, #13, #15, #17).

use super::contract::{self as wire, ClientAccessTypes, PasswordInfo, UserDelta};
use super::facet::{PbnbFacet, PbnbUser, UserDefaults};
use super::problem::Problem;
use crate::apis::Call;
use crate::apis::arguments::Argument;
use crate::apis::authentication::{Attempt, Denial};
use crate::codec::Advice;
use crate::contract::{Kind, Patched, Value};
use crate::model::UserRecord;
use crate::store::{StoreError, Transaction};
use http::header::CONTENT_TYPE;

/// A member that was sent is read and not applied.
pub const MEMBER_NOT_UPDATABLE: Advice = Advice::OfApi("pbnb.member-not-updatable");

/// PasswordInfo is replaced as a whole, and something of it that the body left out was lost.
pub const PASSWORD_INFO_REPLACED: Advice = Advice::OfApi("pbnb.password-info-replaced");

/// A partial user came in a format of which the real service most probably reads nothing.
pub const PATCH_FORMAT_DOUBTFUL: Advice = Advice::OfApi("pbnb.patch-format-doubtful");

/// The parts that `expand` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expand {
    /// Nothing.
    Nothing,
    /// ResourceIDs.
    ResourceIds,
}

/// `resourceIDs` in any case, `true` or `1`, also inside a comma list; anything else asks for nothing.
impl Argument for Expand {
    const BOUND: Kind = Kind::String;

    fn from_bound(value: Value) -> Expand {
        let asks = |part: &str| ["resourceids", "true", "1"].contains(&part.trim().to_ascii_lowercase().as_str());
        match value {
            Value::Text(list) if list.split(',').any(asks) => Expand::ResourceIds,
            _ => Expand::Nothing,
        }
    }
}

/// A token reaches the account of the user who signed in and no other (chosen, docs/spec/pbnb.md §16 #3).
///
/// # Errors
/// [`Denial::OtherAccount`].
pub fn reaches(attempt: &Attempt<'_>, _: &mut Transaction) -> Result<Result<(), Denial>, StoreError> {
    let user = attempt.user().and_then(UserRecord::facet::<PbnbFacet>);
    let own = user.map(|facet| Value::Int(facet.account_id));
    let reached = Option::zip(own.as_ref(), attempt.argument("accId")).is_none_or(|(own, addressed)| own == addressed);
    Ok(if reached { Ok(()) } else { Err(Denial::OtherAccount) })
}

/// Applies a partial user. Nothing is changed when a member cannot be applied. A value that is stored already is not
/// checked: it may come from a state document, and a client may send back everything that it has read (chosen).
///
/// # Errors
/// [`Problem::InvalidArgument`] naming the member.
pub fn apply(delta: UserDelta, user: &mut PbnbUser) -> Result<(), Problem> {
    if let Patched::Sent(name) = &delta.username
        && *name != user.shared.username
    {
        named(name.as_deref())?;
    }
    if let Patched::Sent(Some(info)) = &delta.password_info
        && (Some(info.max_denials), Some(info.reset_period)) != (user.facet.max_denials, user.facet.reset_period)
    {
        limits(info)?;
    }
    if let Patched::Sent(Some(types)) = &delta.access_types
        && user.facet.access_types.as_ref() != Some(types)
    {
        known_access(types)?;
    }
    let PbnbUser { shared, facet } = user;
    if let Patched::Sent(name) = delta.username {
        shared.username = name;
    }
    if let Patched::Sent(info) = delta.password_info {
        facet.max_denials = info.as_ref().map(|info| info.max_denials);
        facet.reset_period = info.as_ref().map(|info| info.reset_period);
        shared.password = info.and_then(|info| info.password);
    }
    if let Patched::Sent(types) = delta.access_types {
        facet.access_types = types;
    }
    Ok(())
}

/// Notes what a user lost of its PasswordInfo because the client left it out: numbers that became 0, and the password.
/// The password is noted even if null was sent: answers that hide passwords show null, and clients send back what they
/// have read (chosen).
pub fn advise_lost_password_info(call: &Call, before: &PbnbUser, after: &PbnbUser) {
    let zeroed = |before: Option<i32>, after: Option<i32>| before.unwrap_or(0) != 0 && after.unwrap_or(0) == 0;
    let limits = [
        ("MaxDenials", zeroed(before.facet.max_denials, after.facet.max_denials)),
        ("ResetPeriod", zeroed(before.facet.reset_period, after.facet.reset_period)),
    ];
    let left_out = limits.into_iter().filter(|(member, zeroed)| *zeroed && !call.body_names(member));
    let mut lost: Vec<&str> = left_out.map(|(member, _)| member).collect();
    if before.shared.password.is_some() && after.shared.password.is_none() {
        lost.insert(0, "Password");
    }
    if !lost.is_empty() {
        let message =
            format!("PasswordInfo is replaced as a whole; the user lost what was stored as {}.", lost.join(", "));
        call.advise(PASSWORD_INFO_REPLACED, message);
    }
}

/// Notes a partial user as XML or as a form. `Delta` has no members that either reader would find (docs/spec/pbnb.md §8),
/// so that the real service most probably answers the unchanged user; here the document is applied (chosen).
pub fn advise_format(call: &Call) {
    let content_type = call.request.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    let ends = |end: &str| media_type.len().checked_sub(end.len()).and_then(|start| media_type.get(start..));
    let is = |end: &str| ends(end).is_some_and(|tail| tail.eq_ignore_ascii_case(end));
    if is("/xml") || is("/x-www-form-urlencoded") {
        let message = format!("A partial user as {media_type} was applied; the real service most probably ignores it.");
        call.advise(PATCH_FORMAT_DOUBTFUL, message);
    }
}

/// Whether a document may become a new user of an account.
///
/// # Errors
/// [`Problem::InvalidArgument`] naming the first member that may not.
pub fn creatable(user: &wire::User, account: i32) -> Result<(), Problem> {
    agrees("AccountID", user.account_id, account)?;
    named(user.username.as_deref())?;
    if user.status.name().is_none() {
        return Err(Problem::InvalidArgument("Status", "must be a known status"));
    }
    if user.auth.name().is_none() {
        return Err(Problem::InvalidArgument("Auth", "must be a known way to sign in"));
    }
    user.password_info.as_ref().map_or(Ok(()), limits)?;
    user.access_types.as_deref().map_or(Ok(()), known_access)
}

/// Checks a number in the body that repeats the one in the address: 0 counts as not sent (chosen).
///
/// # Errors
/// [`Problem::InvalidArgument`] when the two contradict each other.
pub fn agrees(member: &'static str, sent: i32, addressed: i32) -> Result<(), Problem> {
    if sent == 0 || sent == addressed {
        return Ok(());
    }
    Err(Problem::InvalidArgument(member, "must be the number in the address"))
}

fn named(username: Option<&str>) -> Result<(), Problem> {
    match username.is_none_or(|name| name.trim().is_empty()) {
        true => Err(Problem::InvalidArgument("Username", "must not be empty")),
        false => Ok(()),
    }
}

fn limits(info: &PasswordInfo) -> Result<(), Problem> {
    match info.max_denials < 0 || info.reset_period < 0 {
        true => Err(Problem::InvalidArgument("PasswordInfo", "must not hold negative numbers")),
        false => Ok(()),
    }
}

/// A number without a name could be stored, but no XML answer could carry it.
fn known_access(types: &[ClientAccessTypes]) -> Result<(), Problem> {
    match types.iter().any(|access| access.name().is_none()) {
        true => Err(Problem::InvalidArgument("AccessTypes", "must hold known access types only")),
        false => Ok(()),
    }
}

/// A page of a list as the query asks for it (docs/spec/pbnb.md §2, §16 #17).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// How many users it contains at most.
    pub size: i32,
    /// Its number, counted from 0.
    pub number: i32,
}

impl Page {
    /// The page asked for. A size outside 1 to 1000, and so the default 0 too, becomes 1000; a number below 0 is the
    /// first page (both chosen where the vendor's page contradicts itself).
    #[must_use]
    pub fn new(size: i32, number: i32) -> Page {
        const LARGEST: i32 = 1000;
        Page { size: if (1..=LARGEST).contains(&size) { size } else { LARGEST }, number: number.max(0) }
    }

    /// How many users are on the earlier pages.
    #[must_use]
    pub fn offset(self) -> i64 {
        i64::from(self.size) * i64::from(self.number)
    }
}

/// Whether an account's quota defaults can be stored (chosen).
///
/// # Errors
/// [`Problem::InvalidArgument`] naming the first member that cannot.
pub fn quota(defaults: &wire::AccountQuotaDefaults, account: i32) -> Result<(), Problem> {
    agrees("AccountID", defaults.account_id, account)?;
    if defaults.cycle_type.name().is_none() {
        return Err(Problem::InvalidArgument("CycleType", "must be a known cycle"));
    }
    if defaults.cycle_time_zone.name().is_none() {
        return Err(Problem::InvalidArgument("CycleTimeZone", "must be a known time zone"));
    }
    for (member, number) in [
        ("Quota", defaults.quota),
        ("CycleDay", defaults.cycle_day),
        ("CycleHour", defaults.cycle_hour),
        ("CycleMinute", defaults.cycle_minute),
    ] {
        if number < 0 {
            return Err(Problem::InvalidArgument(member, "must not be negative"));
        }
    }
    Ok(())
}

/// The access types that an account's user defaults grant: each whose PKT or P2P flag is on (chosen; the vendor only
/// states that the defaults apply to new users).
#[must_use]
pub fn granted(defaults: UserDefaults) -> Vec<ClientAccessTypes> {
    let families = [0, ClientAccessTypes::TYPE.members.len()];
    let is_on = |place: usize| families.iter().any(|first| defaults.is_on(first + place));
    let numbers = ClientAccessTypes::TYPE.members.iter().map(|(_, number)| *number);
    numbers.zip(0..).filter(|(_, place)| is_on(*place)).map(|(number, _)| ClientAccessTypes(number)).collect()
}
