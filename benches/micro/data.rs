//! The data that the codecs are measured with: a PBNB user as the vendor's sample shows it, as our value and as serde's
//! struct.

use serde::{Deserialize, Serialize};
use usertwin::apis::pbnb::contract::{Auth, ClientAccessTypes, PasswordInfo, SsoInfo, Status, User};
use usertwin::contract::{Collection, Contracted, Kind, ListType, ObjectType, Value};
use uuid::Uuid;

/// The contract of one.
pub const USER: &ObjectType = User::CLASS;
/// The contract of many.
pub const USERS: Kind = Kind::List(&ListType { item: Kind::Object(USER), collection: Collection::List });

/// User 1 as a form.
pub const FORM: &str = "ID=1&AccountID=2&Username=user+1&Email=user1%40example.com&Status=Enabled&Auth=ServicePassword&\
    PasswordInfo.Password=Engine1842&PasswordInfo.MaxDenials=2&PasswordInfo.ResetPeriod=3&\
    SSOInfo.PrivateUsername=user.private&AccessTypes%5B%5D=IPSec_L2TP&AccessTypes%5B%5D=APN&VoucherID=5&\
    ProvisioningID=f4237dd3-01ff-48d8-8d90-16c06605724f";

const ID: Uuid = Uuid::from_u128(0xf4237dd3_01ff_48d8_8d90_16c06605724f);

/// A user of ours.
pub fn user(number: usize) -> Value {
    let user = User {
        id: number as i32,
        account_id: 2,
        username: Some(format!("user {number}")),
        email: Some(format!("user{number}@example.com")),
        status: Status::Enabled,
        auth: Auth::ServicePassword,
        password_info: Some(PasswordInfo { password: Some("Engine1842".into()), max_denials: 2, reset_period: 3 }),
        sso_info: Some(SsoInfo { private_username: Some("user.private".into()) }),
        access_types: Some(vec![ClientAccessTypes::IPSec_L2TP, ClientAccessTypes::APN]),
        voucher_id: 5,
        resource_ids: None,
        provisioning_id: ID,
    };
    user.into_value()
}

/// The access types of a user as serde has them.
pub fn names() -> Vec<String> {
    vec!["IPSec_L2TP".to_owned(), "APN".to_owned()]
}

/// The same user for serde; XML wants its lists wrapped.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Plain<T> {
    #[serde(rename = "ID")]
    id: i32,
    #[serde(rename = "AccountID")]
    account_id: i32,
    username: Option<String>,
    email: Option<String>,
    status: String,
    auth: String,
    password_info: Option<PlainPassword>,
    #[serde(rename = "SSOInfo")]
    sso_info: Option<PlainSso>,
    access_types: T,
    #[serde(rename = "VoucherID")]
    voucher_id: i32,
    #[serde(rename = "ProvisioningID")]
    provisioning_id: String,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PlainPassword {
    password: Option<String>,
    max_denials: i32,
    reset_period: i32,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PlainSso {
    private_username: Option<String>,
}

/// A wrapped list.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct AccessTypes {
    #[serde(rename = "ClientAccessTypes")]
    pub items: Vec<String>,
}

/// Users in a root of their own.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Listed<T> {
    #[serde(rename = "User")]
    pub users: Vec<Plain<T>>,
}

impl<T> Plain<T> {
    /// The user with a number.
    pub fn new(number: usize, access_types: T) -> Plain<T> {
        Plain {
            id: number as i32,
            account_id: 2,
            username: Some(format!("user {number}")),
            email: Some(format!("user{number}@example.com")),
            status: "Enabled".to_owned(),
            auth: "ServicePassword".to_owned(),
            password_info: Some(PlainPassword {
                password: Some("Engine1842".to_owned()),
                max_denials: 2,
                reset_period: 3,
            }),
            sso_info: Some(PlainSso { private_username: Some("user.private".to_owned()) }),
            access_types,
            voucher_id: 5,
            provisioning_id: ID.to_string(),
        }
    }
}
