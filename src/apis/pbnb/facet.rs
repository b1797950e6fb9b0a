//! The state of PBNB: its facet of a user, and the accounts, roles and access groups that users refer to.

use super::contract::{
    AccessGroupStatus, AccountUserDefaults, Auth, ClientAccessTypes, CycleTimeZone, CycleType, PrivateAccessMFA, Status,
};
use crate::contract::{Class, DefaultValue, EnumMap, Storable, StoredKind, Value, ValueRef, mirrored, unmirrored};
use crate::model::UserWith;
use crate::{facet, group, list};
use uuid::Uuid;

facet! {
    /// The PBNB facet of a user.
    pub struct PbnbFacet of "pbnb", key (account_id: i32, user_id: i32), in account_id, needs username {
        /// The account.
        account_id: i32 = "accountId" {
            refers: &["pbnb.accounts"],
            default: DefaultValue::FirstOf("pbnb.accounts"),
        },
        /// The number of the user in its account; one more than the largest when it is left out.
        user_id: i32 = "userId" { default: DefaultValue::NextNumber },
        /// Says again whether the user is enabled; `Deleted` counts as disabled.
        status: Status = "status" { kind: StoredKind::NamedEnum(Status::TYPE), mirrors_enabled: true },
        /// How the user proves who they are.
        auth: Auth = "auth",
        /// `PasswordInfo.MaxDenials`. PasswordInfo is null when this, `resetPeriod` and the password are all null.
        max_denials: Option<i32> = "maxDenials" { default: DefaultValue::Value(|| Value::Int(0)) },
        /// `PasswordInfo.ResetPeriod`.
        reset_period: Option<i32> = "resetPeriod" { default: DefaultValue::Value(|| Value::Int(0)) },
        /// `SSOInfo.PrivateUsername`.
        private_username: Option<String> = "privateUsername",
        /// The access technologies the user may use.
        access_types: Option<Vec<ClientAccessTypes>> = "accessTypes" {
            default: DefaultValue::Value(|| Value::List(Vec::new())),
        },
        /// An opaque number.
        voucher_id: i32 = "voucherId",
        /// The resource of each access type, shown when a request expands it: by name, or by number where there is none.
        resource_ids: EnumMap<ClientAccessTypes, Uuid> = "resourceIds",
        /// Made by the server, constant for the user.
        provisioning_id: Uuid = "provisioningId" { default: DefaultValue::UserId },
        /// The assigned role, if any.
        role_id: Option<i32> = "roleId" { refers: &["pbnb.roles"] },
        /// The access group that the user is a member of, if any; one of the account's.
        access_group_id: Option<i32> = "accessGroupId" { refers: &["pbnb.accessGroups"], quiet: true },
    }
}

/// A user as this API knows it.
pub type PbnbUser = UserWith<PbnbFacet>;

list! {
    /// An account.
    pub struct Account in "pbnb"."accounts", each "account", id id: i32 {
        /// Its number.
        id: i32 = "id" { default: DefaultValue::Required },
        /// What new users of the account get.
        user_defaults: UserDefaults = "userDefaults" { quiet: true },
        /// Its name.
        name: Option<String> = "name" { quiet: true },
        /// The quota of its users.
        quota_defaults: QuotaDefaults = "quotaDefaults" { quiet: true },
    }
}

group! {
    /// The quota of an account's users unless they have their own.
    pub struct QuotaDefaults {
        /// The quota of a cycle.
        quota: i32 = "quota",
        /// Whether the first cycle's quota is in proportion to its length.
        first_pro_rata: bool = "firstProRata",
        /// How long a cycle is.
        cycle_type: CycleType = "cycleType" { kind: StoredKind::NamedEnum(CycleType::TYPE) },
        /// The day on which it begins.
        cycle_day: i32 = "cycleDay",
        /// The hour.
        cycle_hour: i32 = "cycleHour",
        /// The minute.
        cycle_minute: i32 = "cycleMinute",
        /// The time zone of these.
        cycle_time_zone: CycleTimeZone = "cycleTimeZone" { kind: StoredKind::NamedEnum(CycleTimeZone::TYPE) },
        /// Whether daylight saving time counts.
        cycle_daylight_savings: bool = "cycleDaylightSavings",
    }
}

list! {
    /// An access group of an account.
    pub struct AccessGroup in "pbnb"."accessGroups", each "access group", id id: i32, hidden deleted, in account_id {
        /// Its number, of which every account's groups have their own.
        id: i32 = "id" { default: DefaultValue::Required },
        /// The account.
        account_id: i32 = "accountId" {
            refers: &["pbnb.accounts"],
            default: DefaultValue::FirstOf("pbnb.accounts"),
        },
        /// Its name.
        name: String = "name",
        /// Whether it is in use.
        status: AccessGroupStatus = "status" { kind: StoredKind::NamedEnum(AccessGroupStatus::TYPE), quiet: true },
        /// The second factor for private access.
        private_access_mfa: PrivateAccessMFA = "privateAccessMFA" {
            kind: StoredKind::NamedEnum(PrivateAccessMFA::TYPE),
            quiet: true,
        },
        /// Deleted: it is not shown, but users may still name it.
        deleted: bool = "deleted" { quiet: true },
    }
}

list! {
    /// A role that can be assigned to users.
    pub struct Role in "pbnb"."roles", each "role", id id: i32 {
        /// Its number.
        id: i32 = "id" { default: DefaultValue::Required },
        /// Its name.
        name: String = "name",
    }
}

/// The flags of an account's user defaults: a bit each, in the order of [`AccountUserDefaults`], the first the lowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UserDefaults(pub i32);

impl UserDefaults {
    /// The flags' names: the members of the wire type behind AccountID.
    fn names() -> Vec<&'static str> {
        AccountUserDefaults::CLASS.members.iter().skip(1).map(|member| member.name).collect()
    }

    /// The flags that a client sent.
    #[must_use]
    pub fn from_wire(defaults: AccountUserDefaults) -> UserDefaults {
        let flags = (0..Self::names().len()).map(|place| matches!(defaults.slot(place + 1), ValueRef::Bool(true)));
        UserDefaults(flags.zip(0..).fold(0, |bits, (flag, place)| bits | i32::from(flag) << place))
    }

    /// The flags as an account shows them.
    #[must_use]
    pub fn to_wire(self, account: i32) -> AccountUserDefaults {
        let flags = (0..Self::names().len()).map(|place| Value::Bool(self.is_on(place)));
        AccountUserDefaults::from_slots(&mut std::iter::once(Value::Int(account)).chain(flags))
    }

    /// Whether a flag is on.
    #[must_use]
    pub fn is_on(self, place: usize) -> bool {
        self.0 >> place & 1 == 1
    }
}

impl Storable for UserDefaults {
    const KIND: StoredKind = StoredKind::Flags(UserDefaults::names);
    fn to_value(&self) -> Value {
        Value::Int(self.0)
    }
    fn from_value(value: Value) -> Self {
        UserDefaults(i32::from_value(value))
    }
}

impl PbnbUser {
    /// The status that PBNB shows.
    #[must_use]
    pub fn status(&self) -> Status {
        Status(mirrored(self.shared.enabled, self.facet.status.0))
    }

    /// Gives the user a status. A number without a name disables (chosen).
    pub fn set_status(&mut self, status: Status) {
        let named = if status.name().is_some() { status } else { Status::Disabled };
        self.shared.enabled = named == Status::Enabled;
        self.facet.status = Status(unmirrored(named.0));
    }
}
