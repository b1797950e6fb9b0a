//! PBNB's wire types (seeds 000 and 002, docs/spec/pbnb.md §3, §4). Enum members beyond the first are chosen. The
//! envelope around every answer is in [`super::envelope`].

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

/// Takes a member that the vendor updates out of the slots of a partial user.
fn taken<T: Contracted>(name: &str, members: &[&Member], slots: &mut [Value]) -> Patched<T> {
    let slot = members.iter().position(|member| member.name == name);
    debug_assert!(slot.is_some(), "a user has no member {name}");
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
