//! PBNB's business rules: what `expand` asks for and what a partial user may change. Limits are chosen
//! (spec/pbnb.md §16 #7, #12, #13, #15).

use super::contract::{ClientAccessTypes, PasswordInfo, UserDelta};
use super::problem::Problem;
use crate::contract::Patched;
use crate::state::User;

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
    if let Patched::Sent(name) = &delta.username
        && name.as_deref().is_none_or(|name| name.trim().is_empty())
    {
        return Err(Problem::InvalidArgument("Username", "must not be empty"));
    }
    if let Patched::Sent(Some(PasswordInfo { max_denials, reset_period, .. })) = &delta.password_info
        && (*max_denials < 0 || *reset_period < 0)
    {
        return Err(Problem::InvalidArgument("PasswordInfo", "must not hold negative numbers"));
    }
    if let Patched::Sent(Some(types)) = &delta.access_types
        && types.iter().any(|access| access.name().is_none())
    {
        // A number without a name could be stored, but no XML answer could carry it.
        return Err(Problem::InvalidArgument("AccessTypes", "must hold known access types only"));
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
