//! PBNB's business rules: what `expand` and paging ask for, what a new user may hold and a partial one change. Limits
//! are chosen (spec/pbnb.md §16 #7, #12, #13, #15, #17).

use super::contract::{self as wire, ClientAccessTypes, PasswordInfo, UserDelta};
use super::problem::Problem;
use crate::contract::Patched;
use crate::model::User;

/// What `expand` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expand {
    /// Nothing.
    Nothing,
    /// ResourceIDs.
    ResourceIds,
}

impl Expand {
    /// From the query: `resourceIDs` in any case, `true` or `1`, also inside a comma list.
    #[must_use]
    pub fn of(query: Option<String>) -> Expand {
        let asks = |part: &str| ["resourceids", "true", "1"].contains(&part.trim().to_ascii_lowercase().as_str());
        match query {
            Some(list) if list.split(',').any(asks) => Expand::ResourceIds,
            _ => Expand::Nothing,
        }
    }
}

/// Applies a partial user. Nothing is changed when a member cannot be applied.
///
/// # Errors
/// [`Problem::InvalidArgument`] naming the member.
pub fn apply(delta: UserDelta, user: &mut User) -> Result<(), Problem> {
    if let Patched::Sent(name) = &delta.username {
        named(name.as_deref())?;
    }
    if let Patched::Sent(Some(info)) = &delta.password_info {
        limits(info)?;
    }
    if let Patched::Sent(Some(types)) = &delta.access_types {
        known_access(types)?;
    }
    let facet = user.pbnb.get_or_insert_default();
    if let Patched::Sent(name) = delta.username {
        user.username = name;
    }
    if let Patched::Sent(info) = delta.password_info {
        facet.max_denials = info.as_ref().map(|info| info.max_denials);
        facet.reset_period = info.as_ref().map(|info| info.reset_period);
        user.password = info.and_then(|info| info.password);
    }
    if let Patched::Sent(types) = delta.access_types {
        facet.access_types = types.map(|types| types.into_iter().map(|ClientAccessTypes(number)| number).collect());
    }
    Ok(())
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

/// A number in the body that says again what the address says: 0 counts as not sent (chosen).
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

/// A page of a list as the query asks for it (spec/pbnb.md §2 and §16 #17).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// How many users it holds at most.
    pub size: i32,
    /// Its number, counted from 0.
    pub number: i32,
}

impl Page {
    /// The page asked for. A size outside 1 to 1000, and so the default 0 too, becomes 1000; a number below 0 is the
    /// first page (both chosen where the vendor's page contradicts itself).
    #[must_use]
    pub fn of(size: i32, number: i32) -> Page {
        const LARGEST: i32 = 1000;
        Page { size: if (1..=LARGEST).contains(&size) { size } else { LARGEST }, number: number.max(0) }
    }

    /// How many users stand on the pages before.
    #[must_use]
    pub fn offset(self) -> i64 {
        i64::from(self.size) * i64::from(self.number)
    }
}

/// The access types that an account's user defaults grant: each whose PKT or P2P flag is on (chosen; the vendor says
/// only that the defaults apply to new users).
#[must_use]
pub fn granted(user_defaults: i32) -> Vec<ClientAccessTypes> {
    let families = [0, ClientAccessTypes::TYPE.members.len()];
    let is_on = |number: i32| families.iter().any(|first| user_defaults >> first >> number & 1 == 1);
    ClientAccessTypes::TYPE
        .members
        .iter()
        .map(|(_, number)| *number)
        .filter(|n| is_on(*n))
        .map(ClientAccessTypes)
        .collect()
}
