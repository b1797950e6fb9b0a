//! PBNB's wire types (seeds 000 and 002, docs/spec/pbnb.md §3, §4, §18). Enum members beyond the first are chosen where no
//! page prints them. The envelope around every answer is in [`super::envelope`].

use crate::apis::arguments::Argument;
use crate::contract::{Contracted, Kind, Member, ObjectType, Partial, Patched, Record, TypeName, Value};
use crate::{contract, enumeration};
use std::sync::OnceLock;
use uuid::Uuid;

pub use super::envelope::ReturnOf;

/// The data-contract namespace of the models.
pub const MODELS: &str = "http://schemas.datacontract.org/2004/07/pbnb_models";
/// The data-contract namespace of partial documents.
pub const DELTA: &str = "http://schemas.datacontract.org/2004/07/pbnb_delta";

enumeration! {
    /// An access technology. Beyond IPSec_L2TP the members are chosen, after the flags of the user defaults.
    pub enum ClientAccessTypes: "pbnb_models.User+ClientAccessTypes" as "User.ClientAccessTypes", in MODELS, {
        IPSec_L2TP = 0, APN = 1, MC = 2, DSL = 3, IOT = 4
    }
    /// Whether a user may connect. Beyond Enabled the members are chosen, after the vendor's tunnels.
    pub enum Status: "pbnb_models.User+UserStatus" as "User.UserStatus", in MODELS, { Enabled = 0, Disabled = 1, Deleted = 2 }
    /// How a user proves who they are. Beyond ServicePassword the members are chosen.
    pub enum Auth: "pbnb_models.User+UserAuth" as "User.UserAuth", in MODELS, { ServicePassword = 0, SSO = 1 }
    /// Whether an access group is in use. The vendor's samples print all three names at once for the first (chosen).
    pub enum AccessGroupStatus: "pbnb_models.AccessGroup+AccessGroupStatus" as "AccessGroup.AccessGroupStatus", in MODELS, {
        Enabled = 0, Disabled = 1, OutOfBand = 2
    }
    /// The second factor for private access to an access group.
    pub enum PrivateAccessMFA: "pbnb_models.AccessGroup+AccessGroupMFA" as "AccessGroup.AccessGroupMFA", in MODELS, {
        Disabled = 0, OutOfBand = 1
    }
    /// How long a quota cycle is.
    pub enum CycleType: "pbnb_models.QuotaCycleType" as "QuotaCycleType", in MODELS, { Daily = 0, Weekly = 1, Monthly = 2 }
    /// The time zone of a quota cycle, in the order in which the vendor prints them.
    pub enum CycleTimeZone: "pbnb_models.QuotaCycleTimeZone" as "QuotaCycleTimeZone", in MODELS, {
        GMT = 0, CET = 1, EET = 2, AST = 3, EST = 4, CST = 5, MST = 6, PST = 7, AKST = 8, HAST = 9,
        MSK = 10, RZ3 = 11, RZ4 = 12, RZ5 = 13, RZ1 = 14, RZ6 = 15, RZ7 = 16, RZ8 = 17, RZ9 = 18,
        RZ10 = 19, RZ11 = 20, MSST = 21, DST = 22, MIS = 23, MXP = 24, MXM = 25, MXC = 26, BLT = 27,
        VST = 28, BVT = 29, CHT = 30, NST = 31, BZT = 32, AGT = 33, GST = 34, UST = 35, JST = 36,
        EGT = 37, SAT = 38, IST = 39, SST = 40, KST = 41, INT = 42, WAT = 43, NAT = 44, AUT = 45,
        QST = 46, NWT = 47, AEST = 48, ACST = 49, AWST = 50, HKT = 51, ACT = 52, AMT = 53, BRT = 54,
        FNT = 55
    }
}

contract! {
    /// The service password of a user and its limits.
    pub struct PasswordInfo: "pbnb_models.PasswordInfo" as TypeName::Plain("PasswordInfo"), in MODELS, {
        /// The password; null when passwords are hidden.
        password: Option<String> = "Password",
        /// Failed attempts before the user is denied.
        max_denials: i32 = "MaxDenials",
        /// Time until denials are forgotten; the vendor publishes no unit.
        reset_period: i32 = "ResetPeriod",
    }

    /// The single sign-on identity of a user.
    pub struct SsoInfo: "pbnb_models.SSOInfo" as TypeName::Plain("SSOInfo"), in MODELS, {
        /// The name at the identity provider.
        private_username: Option<String> = "PrivateUsername",
    }

    /// A user of an account.
    pub struct User: "pbnb_models.User" as TypeName::Plain("User"), in MODELS, {
        /// The user's number within the account.
        id: i32 = "ID",
        /// The account's number.
        account_id: i32 = "AccountID",
        /// The login name.
        username: Option<String> = "Username",
        /// The e-mail address.
        email: Option<String> = "Email",
        /// Whether the user may connect.
        status: Status = "Status",
        /// How the user proves who they are.
        auth: Auth = "Auth",
        /// The service password and its limits.
        password_info: Option<PasswordInfo> = "PasswordInfo",
        /// The single sign-on identity.
        sso_info: Option<SsoInfo> = "SSOInfo",
        /// The access technologies the user may use.
        access_types: Option<Vec<ClientAccessTypes>> = "AccessTypes",
        /// The voucher with which the user was created.
        voucher_id: i32 = "VoucherID",
        /// The resource behind each access technology; null unless `expand` asks for it.
        resource_ids: Option<Vec<(ClientAccessTypes, Uuid)>> = "ResourceIDs",
        /// The user's id in provisioning.
        provisioning_id: Uuid = "ProvisioningID",
    }

    /// A page of users.
    pub struct PagedListOfUser: "pbnb_models.PagedList`1[pbnb_models.User]"
        as TypeName::Generic("PagedList", &[Kind::Object(User::CLASS)]), in MODELS, {
        /// The page before this one; null on the first.
        previous_page: Option<i32> = "PreviousPage",
        /// This page, counted from 0.
        current_page: i32 = "CurrentPage",
        /// The page after this one; null on the last.
        next_page: Option<i32> = "NextPage",
        /// How many users a page contains.
        page_size: i32 = "PageSize",
        /// How many users there are on all pages; null unless `includeTotal` asks for it.
        total_count: Option<i32> = "TotalCount",
        /// The users of the page.
        result_set: Option<Vec<User>> = "ResultSet",
    }

    /// The delegated-admin role of a user.
    pub struct AssignedRole: "pbnb_models.AssignedRole" as TypeName::Plain("AssignedRole"), in MODELS, {
        /// The role, as `users/roles` lists it.
        role_id: i32 = "RoleID",
        /// The user.
        user_id: i32 = "UserID",
    }

    /// A role that can be assigned. The vendor names the list of roles but shows none; its members are chosen.
    pub struct Role: "pbnb_models.Role" as TypeName::Plain("Role"), in MODELS, {
        /// The role's number.
        id: i32 = "ID",
        /// The role's name.
        name: Option<String> = "Name",
    }

    /// Who signs in.
    pub struct Credentials: "pbnb_models.Credentials" as TypeName::Plain("Credentials"), in MODELS, {
        /// The login name.
        username: Option<String> = "Username",
        /// The password.
        password: Option<String> = "Password",
    }

    /// What new users of an account get: one flag per access technology, in two families.
    pub struct AccountUserDefaults: "pbnb_models.AccountUserDefaults"
        as TypeName::Plain("AccountUserDefaults"), in MODELS, {
        /// The account.
        account_id: i32 = "AccountID",
        /// The PKT flag of IPSec_L2TP.
        pkt_ipsec: bool = "PKTIPsec",
        /// The PKT flag of APN.
        pkt_apn: bool = "PKTAPN",
        /// The PKT flag of MC.
        pkt_mc: bool = "PKTMC",
        /// The PKT flag of DSL.
        pkt_dsl: bool = "PKTDSL",
        /// The PKT flag of IOT.
        pkt_iot: bool = "PKTIOT",
        /// The P2P flag of IPSec_L2TP.
        p2p_ipsec: bool = "P2PIPsec",
        /// The P2P flag of APN.
        p2p_apn: bool = "P2PAPN",
        /// The P2P flag of MC.
        p2p_mc: bool = "P2PMC",
        /// The P2P flag of DSL.
        p2p_dsl: bool = "P2PDSL",
        /// The P2P flag of IOT.
        p2p_iot: bool = "P2PIOT",
    }
}

contract! {
    /// A resource of an account. The vendor documents that there is an index of them and prints none; its members are
    /// chosen.
    pub struct Resource: "pbnb_models.Resource" as TypeName::Plain("Resource"), in MODELS, {
        /// What it is.
        name: Option<String> = "Name",
        /// Its address.
        href: Option<String> = "Href",
    }

    /// The detail of an account. The vendor documents that it can be read and changed and prints none; its members are
    /// chosen.
    pub struct AccountDetail: "pbnb_models.AccountDetail" as TypeName::Plain("AccountDetail"), in MODELS, {
        /// The account's number.
        id: i32 = "ID",
        /// Its name.
        name: Option<String> = "Name",
    }

    /// The quota of an account's users unless they have their own.
    pub struct AccountQuotaDefaults: "pbnb_models.AccountQuotaDefaults"
        as TypeName::Plain("AccountQuotaDefaults"), in MODELS, {
        /// The account.
        account_id: i32 = "AccountID",
        /// The quota of a cycle; the vendor publishes no unit.
        quota: i32 = "Quota",
        /// Whether the first cycle's quota is in proportion to its length.
        first_pro_rata: bool = "FirstProRata",
        /// How long a cycle is.
        cycle_type: CycleType = "CycleType",
        /// The day on which it begins.
        cycle_day: i32 = "CycleDay",
        /// The hour.
        cycle_hour: i32 = "CycleHour",
        /// The minute.
        cycle_minute: i32 = "CycleMinute",
        /// The time zone of these.
        cycle_time_zone: CycleTimeZone = "CycleTimeZone",
        /// Whether daylight saving time counts.
        cycle_daylight_savings: bool = "CycleDaylightSavings",
    }

    /// An access group of an account.
    pub struct AccessGroup: "pbnb_models.AccessGroup" as TypeName::Plain("AccessGroup"), in MODELS, {
        /// Its number.
        id: i32 = "ID",
        /// The account.
        account_id: i32 = "AccountID",
        /// Its name.
        name: Option<String> = "Name",
        /// Whether it is in use.
        status: AccessGroupStatus = "Status",
        /// The second factor for private access.
        private_access_mfa: PrivateAccessMFA = "PrivateAccessMFA",
    }

    /// A member of an access group.
    pub struct AccessGroupMember: "pbnb_models.AccessGroupMember" as TypeName::Plain("AccessGroupMember"), in MODELS, {
        /// The member's number within the group: the user's (chosen).
        id: i32 = "ID",
        /// The group.
        access_group_id: i32 = "AccessGroupID",
        /// The user.
        user_id: i32 = "UserID",
    }

    /// A page of an access group's members.
    pub struct PagedListOfAccessGroupMember: "pbnb_models.PagedList`1[pbnb_models.AccessGroupMember]"
        as TypeName::Generic("PagedList", &[Kind::Object(AccessGroupMember::CLASS)]), in MODELS, {
        /// The page before this one; null on the first.
        previous_page: Option<i32> = "PreviousPage",
        /// This page, counted from 0.
        current_page: i32 = "CurrentPage",
        /// The page after this one; null on the last.
        next_page: Option<i32> = "NextPage",
        /// How many members a page contains.
        page_size: i32 = "PageSize",
        /// How many members there are on all pages; null unless `includeTotal` asks for it.
        total_count: Option<i32> = "TotalCount",
        /// The members of the page.
        result_set: Option<Vec<AccessGroupMember>> = "ResultSet",
    }
}

/// The body of PATCH: the members of [`User`], each sent or not. The genuine serializer most probably drops XML and
/// form members; here they count, because the vendor documents those formats as partial documents (chosen).
pub static DELTA_OF_USER: ObjectType = ObjectType {
    clr_name: "pbnb_delta.Delta`1[pbnb_models.User]",
    name: TypeName::Generic("Delta", &[Kind::Object(User::CLASS)]),
    namespace: DELTA,
    base: None,
    members: User::CLASS.members,
    partial: Some(Partial::AnyOrder { also: MODELS }),
    doc: "A partial user; members that are absent stay as they are.",
    plan: OnceLock::new(),
};

/// The body of PATCH on an account's detail: the members of [`AccountDetail`], each sent or not.
pub static DELTA_OF_ACCOUNT_DETAIL: ObjectType = ObjectType {
    clr_name: "pbnb_delta.Delta`1[pbnb_models.AccountDetail]",
    name: TypeName::Generic("Delta", &[Kind::Object(AccountDetail::CLASS)]),
    namespace: DELTA,
    base: None,
    members: AccountDetail::CLASS.members,
    partial: Some(Partial::AnyOrder { also: MODELS }),
    doc: "A partial account detail; members that are absent stay as they are.",
    plan: OnceLock::new(),
};

/// The members of a partial account detail that are applied.
#[derive(Debug, Default)]
pub struct AccountDelta {
    /// The new name.
    pub name: Patched<Option<String>>,
}

/// `None` when the client sent no document.
impl Argument for Option<AccountDelta> {
    const BOUND: Kind = Kind::Object(&DELTA_OF_ACCOUNT_DETAIL);

    fn from_bound(body: Value) -> Option<AccountDelta> {
        let Value::Object(Record { class, mut slots }) = body else { return None };
        Some(AccountDelta { name: taken("Name", &class.plan().members, &mut slots) })
    }
}

/// The members of a partial user that the vendor applies (seed 000), and the names of those it ignores.
#[derive(Debug, Default)]
pub struct UserDelta {
    /// The new login name.
    pub username: Patched<Option<String>>,
    /// The new password settings, replacing the old ones as a whole.
    pub password_info: Patched<Option<PasswordInfo>>,
    /// The new access technologies.
    pub access_types: Patched<Option<Vec<ClientAccessTypes>>>,
    /// Members that were sent and are not updatable.
    pub ignored: Vec<&'static str>,
}

/// `None` when the client sent no document.
impl Argument for Option<UserDelta> {
    const BOUND: Kind = Kind::Object(&DELTA_OF_USER);

    fn from_bound(body: Value) -> Option<UserDelta> {
        let Value::Object(Record { class, mut slots }) = body else { return None };
        let members = &class.plan().members;
        let mut delta = UserDelta {
            username: taken("Username", members, &mut slots),
            password_info: taken("PasswordInfo", members, &mut slots),
            access_types: taken("AccessTypes", members, &mut slots),
            ignored: Vec::new(),
        };
        let left = members.iter().zip(&slots).filter(|(_, value)| **value != Value::Absent);
        delta.ignored.extend(left.map(|(member, _)| member.name));
        Some(delta)
    }
}

/// Takes a member that is updated out of the slots of a partial document.
fn taken<T: Contracted>(name: &str, members: &[&Member], slots: &mut [Value]) -> Patched<T> {
    let slot = members.iter().position(|member| member.name == name);
    debug_assert!(slot.is_some(), "the document has no member {name}");
    let value = slot.and_then(|slot| slots.get_mut(slot));
    value.map_or(Patched::Absent, |value| Contracted::from_value(std::mem::replace(value, Value::Absent)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partial_user_yields_every_updatable_member_and_names_the_others() {
        let mut body = Record::empty(&DELTA_OF_USER);
        body.slots.fill(Value::Null);
        let delta = <Option<UserDelta> as Argument>::from_bound(Value::Object(body)).unwrap();
        assert_eq!(delta.username, Patched::Sent(None));
        assert_eq!(delta.password_info, Patched::Sent(None));
        assert_eq!(delta.access_types, Patched::Sent(None));
        assert_eq!(delta.ignored.len(), DELTA_OF_USER.members.len() - 3);
    }
}
