//! One user with its four faces (spec/control.md §3): what the APIs share stands on [`User`], what only one API
//! knows stands in that API's facet. Wire enums are kept as numbers because the emulated framework stores numbers
//! that have no name.

use uuid::Uuid;

use crate::contract::DateTime;

/// A user as every API shares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The id that Reseller and Admin users show.
    pub id: Uuid,
    /// Unique per world without regard to case. `None` only for users that no API with usernames shows.
    pub username: Option<String>,
    /// E-mail address, as it was sent.
    pub email: Option<String>,
    /// Display name.
    pub display_name: Option<String>,
    /// Password in clear text, as the vendors' samples show it.
    pub password: Option<String>,
    /// Whether the user may sign in; PBNB's `Status` is read from this and [`PbnbFacet::deleted`].
    pub enabled: bool,
    /// When the user was made, UTC.
    pub created_at: DateTime,
    /// When the user was last changed, UTC.
    pub modified_at: DateTime,
    /// What PBNB knows; `None` when PBNB does not show the user.
    pub pbnb: Option<PbnbFacet>,
    /// What Reseller knows.
    pub reseller: Option<ResellerFacet>,
    /// What Expoints knows.
    pub expoints: Option<ExpointsFacet>,
    /// What Admin users knows.
    pub admin_users: Option<AdminUsersFacet>,
}

/// The PBNB side of a user.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PbnbFacet {
    /// The account; with `user_id` the key of the user in this API.
    pub account_id: i32,
    /// The number of the user in its account.
    pub user_id: i32,
    /// Set by status `Deleted`; counts only while the user is not enabled.
    pub deleted: bool,
    /// Number of `Auth`, see [`super::names::AUTH`].
    pub auth: i32,
    /// `PasswordInfo.MaxDenials`. `PasswordInfo` is null when this, `reset_period` and the password are all `None`.
    pub max_denials: Option<i32>,
    /// `PasswordInfo.ResetPeriod`.
    pub reset_period: Option<i32>,
    /// `SSOInfo.PrivateUsername`.
    pub private_username: Option<String>,
    /// Numbers of `AccessTypes`, see [`super::names::ACCESS_TYPE`]; `None` is null.
    pub access_types: Option<Vec<i32>>,
    /// Opaque number.
    pub voucher_id: i32,
    /// Resource by access type, in order; shown when a request expands it.
    pub resource_ids: Vec<(i32, Uuid)>,
    /// Made by the server, constant for the user.
    pub provisioning_id: Uuid,
    /// The assigned role, if any.
    pub role_id: Option<i32>,
}

/// The Reseller side of a user.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResellerFacet {
    /// The tenant in which the user was first created.
    pub primary_tenant: Uuid,
    /// The tenants the user belongs to, in order.
    pub memberships: Vec<Membership>,
}

/// A user in one tenant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Membership {
    /// The account tenant.
    pub tenant: Uuid,
    /// Role keys in order.
    pub roles: Vec<String>,
}

/// The Expoints side of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpointsFacet {
    /// Internal or external.
    pub kind: ExpointsType,
    /// `HasSingleActiveRole`.
    pub has_single_active_role: bool,
    /// Role ids in order.
    pub roles: Vec<Uuid>,
}

/// `Type` of an Expoints user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpointsType {
    /// `Internal`
    Internal,
    /// `External`
    External,
}

impl ExpointsType {
    /// The name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ExpointsType::Internal => "Internal",
            ExpointsType::External => "External",
        }
    }

    /// From a name, without regard to case.
    #[must_use]
    pub fn of(name: &str) -> Option<ExpointsType> {
        [ExpointsType::Internal, ExpointsType::External].into_iter().find(|kind| kind.name().eq_ignore_ascii_case(name))
    }
}

/// The Admin users side of a user.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AdminUsersFacet {
    /// The account.
    pub account_id: Uuid,
    /// Whether the user is an administrator.
    pub admin_user: bool,
    /// When the agreement was accepted; read-only for clients.
    pub agreement_date: Option<DateTime>,
    /// When it was declined; read-only for clients.
    pub decline_date: Option<DateTime>,
    /// Accepted version of the data processing agreement; read-only for clients.
    pub dpa_version: Option<String>,
    /// The language.
    pub language_id: Uuid,
    /// Mobile phone number.
    pub mobile_phone: Option<String>,
    /// Two-factor PIN; `None` means a new one at each login.
    pub pin: Option<String>,
    /// Number of `Preferences`, see [`super::names::PREFERENCES`].
    pub preferences: i32,
    /// Accepted version of the privacy policy; read-only for clients.
    pub privacy_policy_version: Option<String>,
    /// Part of a single-sign-on setup.
    pub sso_enabled: bool,
    /// Time zone.
    pub time_zone: Option<String>,
    /// Shown only to calls with `IncludeSuperUsers=true`.
    pub super_user: bool,
    /// Locked out of the system until unlocked.
    pub locked: bool,
}

/// Which facet of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Api {
    /// PBNB accounts.
    Pbnb,
    /// Reseller.
    Reseller,
    /// Expoints v3.
    Expoints,
    /// Admin users.
    AdminUsers,
}

impl Api {
    /// Every API, in the order documents list them.
    pub const ALL: [Api; 4] = [Api::Pbnb, Api::Reseller, Api::Expoints, Api::AdminUsers];

    /// The name in documents and control calls.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Api::Pbnb => "pbnb",
            Api::Reseller => "reseller",
            Api::Expoints => "expoints",
            Api::AdminUsers => "adminUsers",
        }
    }

    /// From its exact name.
    #[must_use]
    pub fn of(name: &str) -> Option<Api> {
        Api::ALL.into_iter().find(|api| api.name() == name)
    }
}

impl User {
    /// A user with no facet yet.
    #[must_use]
    pub fn new(id: Uuid, at: DateTime) -> User {
        User {
            id,
            username: None,
            email: None,
            display_name: None,
            password: None,
            enabled: true,
            created_at: at,
            modified_at: at,
            pbnb: None,
            reseller: None,
            expoints: None,
            admin_users: None,
        }
    }

    /// Number of PBNB's `Status`: 0 Enabled, 1 Disabled, 2 Deleted (see [`super::names::STATUS`]).
    #[must_use]
    pub fn status(&self) -> i32 {
        match (self.enabled, self.pbnb.as_ref().is_some_and(|facet| facet.deleted)) {
            (true, _) => 0,
            (false, false) => 1,
            (false, true) => 2,
        }
    }

    /// Sets `enabled` and the facet from a number of PBNB's `Status`; a number without a name disables (chosen).
    pub fn set_status(&mut self, status: i32) {
        self.enabled = status == 0;
        if let Some(facet) = &mut self.pbnb {
            facet.deleted = status == 2;
        }
    }

    /// Whether an API shows this user.
    #[must_use]
    pub fn is_in(&self, api: Api) -> bool {
        match api {
            Api::Pbnb => self.pbnb.is_some(),
            Api::Reseller => self.reseller.is_some(),
            Api::Expoints => self.expoints.is_some(),
            Api::AdminUsers => self.admin_users.is_some(),
        }
    }
}

/// A username as it is compared: without regard to case.
#[must_use]
pub fn folded(username: &str) -> String {
    username.to_lowercase()
}
