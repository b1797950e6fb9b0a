//! The wire types of the application that answered the observed pairs (tests/oracle). They differ from the four
//! APIs' own contracts only where that application differs from the vendors.

use usertwin::contract::{
    Class, Collection, Contracted, DateTime, Kind, ListType, Partial, Rule, TypeName, Value, ValueRef,
};
use usertwin::{contract, enumeration};
use uuid::Uuid;

const PBNB: &str = "http://schemas.datacontract.org/2004/07/pbnb_models";
const PBNB_DELTA: &str = "http://schemas.datacontract.org/2004/07/pbnb_delta";
const EXPOINTS: &str = "http://schemas.datacontract.org/2004/07/Expoints.API.Extern.Models";
const EXPOINTS_V1: &str = "http://schemas.datacontract.org/2004/07/Expoints.API.Extern.V1.Models";

enumeration! {
    /// Access technologies.
    pub enum ClientAccessTypes: "pbnb_models.User+ClientAccessTypes" as "User.ClientAccessTypes", in PBNB, {
        IPSec_L2TP = 0, OpenVPN = 1, PPTP = 2, SSTP = 10
    }
    /// User status.
    pub enum Status: "pbnb_models.User+ClientStatus" as "User.ClientStatus", in PBNB, { Enabled = 0, Disabled = 1, Deleted = 2 }
    /// User authentication.
    pub enum Auth: "pbnb_models.User+ClientAuth" as "User.ClientAuth", in PBNB, { ServicePassword = 0, SSO = 1, Certificate = 2 }
    /// Preferences of an admin user.
    pub enum Preferences: "AdminApi.Models.Preferences" as "Preferences", in "", { NONE = 0, A = 1, B = 2 }
}

contract! {
    /// Password settings.
    pub struct PasswordInfo: "pbnb_models.PasswordInfo" as TypeName::Plain("PasswordInfo"), in PBNB, {
        password: Option<String> = "Password",
        max_denials: i32 = "MaxDenials",
        reset_period: i32 = "ResetPeriod",
    }

    /// Single sign-on settings.
    pub struct SsoInfo: "pbnb_models.SSOInfo" as TypeName::Plain("SSOInfo"), in PBNB, {
        private_username: Option<String> = "PrivateUsername",
    }

    /// A PBNB user.
    pub struct User: "pbnb_models.User" as TypeName::Plain("User"), in PBNB, {
        id: i32 = "ID",
        account_id: i32 = "AccountID",
        username: Option<String> = "Username",
        email: Option<String> = "Email",
        status: Status = "Status",
        auth: Auth = "Auth",
        password_info: Option<PasswordInfo> = "PasswordInfo",
        sso_info: Option<SsoInfo> = "SSOInfo",
        access_types: Option<Vec<ClientAccessTypes>> = "AccessTypes",
        voucher_id: Option<i32> = "VoucherID",
        resource_ids: Option<Vec<(ClientAccessTypes, Uuid)>> = "ResourceIDs",
        provisioning_id: Option<Uuid> = "ProvisioningID",
    }

    /// The envelope around a user.
    pub struct ReturnOfUser: "pbnb_models.PBNBReturn`1[pbnb_models.User]"
        as TypeName::Generic("PBNBReturn", &[Kind::Object(User::CLASS)]), in PBNB, {
        success: bool = "Success",
        data: Option<User> = "Data",
        error_code: i32 = "ErrorCode",
        error_description: Option<String> = "ErrorDescription",
        meta: Option<String> = "Meta",
    }

    /// The base class of Expoints users.
    pub struct BaseUser: "Expoints.API.Extern.Models.BaseUser" as TypeName::Plain("BaseUser"), in EXPOINTS, {
        username: Option<String> = "Username" { required: true, json_order: -2 },
        kind: Option<String> = "Type" { required: true },
        has_single_active_role: bool = "HasSingleActiveRole",
    }

    /// A role of an imported user, its id as the echo application has it.
    pub struct BaseRole: "Expoints.API.Extern.Models.BaseRole" as TypeName::Plain("BaseRole"), in EXPOINTS, {
        id: Uuid = "Id",
    }

    /// An imported user.
    pub struct ImportUser extends BaseUser: "Expoints.API.Extern.V1.Models.ImportUser"
        as TypeName::Plain("ImportUser"), in EXPOINTS_V1, {
        email: Option<String> = "Email",
        roles: Option<Vec<Option<BaseRole>>> = "Roles" { required: true },
    }

    /// An imported user of the `expoints-nofilter` application.
    pub struct CollectionUser extends BaseUser: "Expoints.API.Extern.V1.Models.ImportUser"
        as TypeName::Plain("ImportUser"), in EXPOINTS_V1, {
        email: Option<String> = "Email",
        roles: RoleCollection<BaseRole> = "Roles" { required: true },
    }

    /// A role whose id is required, as the vendor documents it.
    pub struct RequiredBaseRole: "Expoints.API.Extern.Models.BaseRole" as TypeName::Plain("BaseRole"), in EXPOINTS, {
        id: Uuid = "Id" { required: true },
    }

    /// An imported user of the `expoints-put` application.
    pub struct PutUser extends BaseUser: "Expoints.API.Extern.V1.Models.ImportUser"
        as TypeName::Plain("ImportUser"), in EXPOINTS_V1, {
        email: Option<String> = "Email",
        roles: RoleCollection<RequiredBaseRole> = "Roles" { required: true },
    }

    /// An admin user.
    pub struct AdminUser: "AdminApi.Models.User" as TypeName::Plain("User"), in "", {
        id: Uuid = "ID",
        agreement_date: Option<DateTime> = "AgreementDate",
        account_id: Uuid = "AccountID",
        admin_user: bool = "AdminUser",
        date_created: DateTime = "DateCreated",
        date_modified: DateTime = "DateModified",
        decline_date: Option<DateTime> = "DeclineDate",
        display_name: Option<String> = "DisplayName" { required: true },
        dpa_version: Option<String> = "DPAVersion",
        email_address: Option<String> = "EmailAddress" { required: true, rules: &[Rule::EmailDataType] },
        enabled: bool = "Enabled" { required: true },
        language_id: Uuid = "LanguageID" { required: true },
        language: Option<String> = "Language" { in_json: false },
        mobile_phone: Option<String> = "MobilePhone" { required: true, rules: &[PHONE] },
        password: Option<String> = "Password",
        pin: Option<String> = "Pin",
        preferences: Preferences = "Preferences",
        privacy_policy_version: Option<String> = "PrivacyPolicyVersion",
        sso_enabled: bool = "SSOEnabled",
        time_zone: Option<String> = "TimeZone" { required: true },
        username: Option<String> = "Username" { required: true },
        user_password: Option<String> = "UserPassword",
    }

    /// The error part of the admin envelope.
    pub struct AdminError: "AdminApi.Models.Error" as TypeName::Plain("Error"), in "", {
        error_code: Option<String> = "ErrorCode",
        error_reason: Option<String> = "ErrorReason",
    }

    /// Who was meant.
    pub struct Identification: "AdminApi.Models.Identification" as TypeName::Plain("Identification"), in "", {
        user_id: Option<String> = "UserId",
    }

    /// The data part of the admin envelope; JSON puts Identification first.
    pub struct ResponseDataOfUser: "AdminApi.Models.ResponseData`1[AdminApi.Models.User]"
        as TypeName::Generic("ResponseData", &[Kind::Object(AdminUser::CLASS)]), in "", {
        result: Option<String> = "Result",
        identification: Option<Identification> = "Identification" { json_order: -2 },
        detail: Option<AdminUser> = "Detail",
    }

    /// The admin envelope.
    pub struct ResponseOfUser: "AdminApi.Models.Response`1[AdminApi.Models.User]"
        as TypeName::Generic("Response", &[Kind::Object(AdminUser::CLASS)]), in "", {
        error: Option<AdminError> = "Error",
        response_data: Option<ResponseDataOfUser> = "ResponseData",
    }

    /// The model of the e-mail route.
    pub struct EmailModel: "AdminApi.Models.EmailModel" as TypeName::Plain("EmailModel"), in "", {
        id: Uuid = "ID",
        display_name: Option<String> = "DisplayName" { required: true },
        email_address: Option<String> = "EmailAddress" { required: true, rules: &[Rule::EmailAddress] },
        enabled: bool = "Enabled" { required: true },
        language_id: Uuid = "LanguageID" { required: true },
    }
}

/// Roles in a ``Collection`1`` (tests/oracle/README.md, "A second round").
#[derive(Debug, Clone, PartialEq)]
pub struct RoleCollection<T>(Option<Vec<Option<T>>>);

impl<T: Class + Contracted> Contracted for RoleCollection<T> {
    const KIND: Kind = Kind::List(&ListType { item: <Option<T>>::KIND, collection: Collection::Collection });
    fn value(&self) -> ValueRef<'_> {
        self.0.value()
    }
    fn from_value(value: Value) -> Self {
        RoleCollection(Contracted::from_value(value))
    }
}

/// The partial user of PATCH: the members of [`User`], without data members for XML and forms.
pub static DELTA_OF_USER: usertwin::contract::ObjectType = usertwin::contract::ObjectType {
    clr_name: "pbnb_delta.Delta`1[pbnb_models.User]",
    name: TypeName::Generic("Delta", &[Kind::Object(User::CLASS)]),
    namespace: PBNB_DELTA,
    base: None,
    members: User::CLASS.members,
    partial: Some(Partial::NoDataMembers),
    doc: "A partial user.",
    plan: std::sync::OnceLock::new(),
};

/// The phone rule of Admin users.
pub const PHONE: Rule = Rule::Pattern {
    text: r"^(?=.*?\d.*?\d.*?\d.*?\d.*?\d)([+]?)([\d\s\(\)-]{5,20})$",
    matches: usertwin::frameworks::webapi::phone_number,
};

/// The body of the Expoints routes.
pub const fn import_users() -> Kind {
    Kind::List(&ListType { item: Kind::Object(ImportUser::CLASS), collection: Collection::Enumerable })
}

/// The body of the Expoints routes of the `expoints-nofilter` application.
pub const fn collection_users() -> Kind {
    Kind::List(&ListType { item: Kind::Object(CollectionUser::CLASS), collection: Collection::Enumerable })
}

/// The body of the `expoints-put` route.
pub const fn put_users() -> Kind {
    Kind::List(&ListType { item: Kind::Object(PutUser::CLASS), collection: Collection::Enumerable })
}
