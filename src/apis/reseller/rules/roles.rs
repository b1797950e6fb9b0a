//! Role keys: which ones users of an account and of a customer can have, and which one every user gets
//! (docs/spec/reseller.md §5.2, §16.2).

use crate::apis::reseller::contract::{ROLES, RoleCounts, WEBSITE_ACCESS};

/// The role that a customer's PBX decides on.
pub const PBX: &str = "customer.user.pbx";

/// The level of a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// An account of the enterprise.
    Account,
    /// A customer of an account.
    Customer,
}

impl Level {
    /// The role of users with access to the website, which every new user gets.
    #[must_use]
    pub fn website_access(self) -> &'static str {
        match self {
            Level::Account => WEBSITE_ACCESS,
            Level::Customer => "customer.user",
        }
    }

    /// Whether users can have a role. The vendor's list of customers' roles is not known to its end, so that every key of
    /// their form counts (chosen).
    #[must_use]
    pub fn knows(self, role: &str) -> bool {
        match self {
            Level::Account => ROLES.contains(&role),
            Level::Customer => {
                role == "admin.user" || role.strip_prefix("customer.").is_some_and(|key| !key.is_empty())
            }
        }
    }

    /// Whether a page of the vendor prints a role that users can have here.
    #[must_use]
    pub fn publishes(self, role: &str) -> bool {
        match self {
            Level::Account => ROLES.contains(&role),
            Level::Customer => RoleCounts::CLASS.members.iter().any(|member| member.name == role),
        }
    }

    /// Whether a role lets a user use the communications client: `customer.user.uc` and those below it (chosen).
    #[must_use]
    pub fn is_client(self, role: &str) -> bool {
        let below = role.strip_prefix("customer.user.uc");
        self == Level::Customer && below.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    /// Whether no patch can take a role from a user who has it: the customer's PBX would give it back
    /// (docs/spec/reseller.md §5.3).
    #[must_use]
    pub fn keeps(self, role: &str) -> bool {
        self == Level::Customer && role == PBX
    }
}
