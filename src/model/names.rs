//! Names of the wire enums that documents spell out. The place in a table is the number on the wire
//! (spec/pbnb.md §16 #6; spec/admin-users.md §2).

/// PBNB `User.ClientAccessTypes`.
pub const ACCESS_TYPE: &[&str] = &["IPSec_L2TP", "APN", "MC", "DSL", "IOT"];
/// PBNB `User.Status`.
pub const STATUS: &[&str] = &["Enabled", "Disabled", "Deleted"];
/// PBNB `User.Auth`.
pub const AUTH: &[&str] = &["ServicePassword", "SSO"];
/// PBNB's user defaults: the flags of an account, the first being the lowest bit.
pub const USER_DEFAULTS: &[&str] =
    &["PKTIPsec", "PKTAPN", "PKTMC", "PKTDSL", "PKTIOT", "P2PIPsec", "P2PAPN", "P2PMC", "P2PDSL", "P2PIOT"];
/// Admin users `Preferences`.
pub const PREFERENCES: &[&str] = &["NONE"];

/// The number of a name, compared exactly.
#[must_use]
pub fn number_of(names: &[&str], name: &str) -> Option<i32> {
    names.iter().position(|known| *known == name).and_then(|at| i32::try_from(at).ok())
}

/// The name of a number.
#[must_use]
pub fn name_of(names: &[&'static str], number: i32) -> Option<&'static str> {
    usize::try_from(number).ok().and_then(|at| names.get(at)).copied()
}
