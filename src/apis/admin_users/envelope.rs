//! The envelopes around every answer (docs/spec/admin-users.md §3): one generic class of the vendor's, closed over what
//! the answer holds. XML names such as `ResponseOfListOfUser` follow from the declaration.

use super::contract::{Account, AccountV2, Array, Error, Identification, Nothing, User, UserV2};
use crate::contract;
use crate::contract::{Contracted, TypeName};
use uuid::Uuid;

/// An envelope: a detail, or the error.
pub trait Envelope: Contracted {
    /// The payload of a success.
    type Detail;

    /// A success; `user` is the user that the answer is about, `None` when it is about several.
    fn success(user: Option<Uuid>, detail: Self::Detail) -> Self;

    /// A failure.
    fn failure(error: Error) -> Self;
}

macro_rules! envelope {
    ($(#[doc = $doc:literal])* $response:ident, $data:ident of $detail:ty, $response_clr:literal, $data_clr:literal) => {
        contract! {
            /// The data of an answer. JSON puts Identification first, XML Result.
            pub struct $data: $data_clr as TypeName::Generic("ResponseData", &[<$detail as Contracted>::KIND]), in "", {
                /// How it went; the words are chosen.
                result: Option<String> = "Result",
                /// Whom the answer is about.
                identification: Option<Identification> = "Identification" { json_order: -2 },
                /// The requested data.
                detail: $detail = "Detail",
            }

            $(#[doc = $doc])*
            pub struct $response: $response_clr as TypeName::Generic("Response", &[<$detail as Contracted>::KIND]), in "", {
                /// Null on success.
                error: Option<Error> = "Error",
                /// Null on failure.
                response_data: Option<$data> = "ResponseData",
            }
        }

        impl Envelope for $response {
            type Detail = $detail;

            fn success(user: Option<Uuid>, detail: $detail) -> Self {
                let identification = Some(Identification { user_id: user.map(|id| id.to_string()) });
                let data = $data { result: Some("Success".to_owned()), identification, detail };
                Self { error: None, response_data: Some(data) }
            }

            fn failure(error: Error) -> Self {
                Self { error: Some(error), response_data: None }
            }
        }
    };
}

envelope! {
    /// The envelope of an answer about one user.
    ResponseOfUser, ResponseDataOfUser of Option<User>,
    "TwoSms.CustomerPortalRole.API.Misc.Response`1[TwoSms.CustomerPortalRole.API.Admin.Users.User]",
    "TwoSms.CustomerPortalRole.API.Misc.ResponseData`1[TwoSms.CustomerPortalRole.API.Admin.Users.User]"
}
envelope! {
    /// The envelope of an answer about one user, version 2.
    ResponseOfUserV2, ResponseDataOfUserV2 of Option<UserV2>,
    "TwoSms.CustomerPortalRole.API.Misc.Response`1[TwoSms.CustomerPortalRole.API.Admin.Users.UserV2]",
    "TwoSms.CustomerPortalRole.API.Misc.ResponseData`1[TwoSms.CustomerPortalRole.API.Admin.Users.UserV2]"
}
envelope! {
    /// The envelope of an answer about several users.
    ResponseOfListOfUser, ResponseDataOfListOfUser of Option<Vec<User>>,
    "TwoSms.CustomerPortalRole.API.Misc.Response`1[System.Collections.Generic.List`1[TwoSms.CustomerPortalRole.API.Admin.Users.User]]",
    "TwoSms.CustomerPortalRole.API.Misc.ResponseData`1[System.Collections.Generic.List`1[TwoSms.CustomerPortalRole.API.Admin.Users.User]]"
}
envelope! {
    /// The envelope of an answer about several users, version 2.
    ResponseOfListOfUserV2, ResponseDataOfListOfUserV2 of Option<Vec<UserV2>>,
    "TwoSms.CustomerPortalRole.API.Misc.Response`1[System.Collections.Generic.List`1[TwoSms.CustomerPortalRole.API.Admin.Users.UserV2]]",
    "TwoSms.CustomerPortalRole.API.Misc.ResponseData`1[System.Collections.Generic.List`1[TwoSms.CustomerPortalRole.API.Admin.Users.UserV2]]"
}
envelope! {
    /// The envelope of an answer that is one text.
    ResponseOfString, ResponseDataOfString of Option<String>,
    "TwoSms.CustomerPortalRole.API.Misc.Response`1[System.String]",
    "TwoSms.CustomerPortalRole.API.Misc.ResponseData`1[System.String]"
}
envelope! {
    /// The envelope of an answer about one account.
    ResponseOfAccount, ResponseDataOfAccount of Option<Account>,
    "TwoSms.CustomerPortalRole.API.Misc.Response`1[TwoSms.CustomerPortalRole.API.Admin.Accounts.Account]",
    "TwoSms.CustomerPortalRole.API.Misc.ResponseData`1[TwoSms.CustomerPortalRole.API.Admin.Accounts.Account]"
}
envelope! {
    /// The envelope of an answer about one account, version 2.
    ResponseOfAccountV2, ResponseDataOfAccountV2 of Option<AccountV2>,
    "TwoSms.CustomerPortalRole.API.Misc.Response`1[TwoSms.CustomerPortalRole.API.Admin.Accounts.AccountV2]",
    "TwoSms.CustomerPortalRole.API.Misc.ResponseData`1[TwoSms.CustomerPortalRole.API.Admin.Accounts.AccountV2]"
}
envelope! {
    /// The envelope of an answer about several accounts.
    ResponseOfArrayOfAccount, ResponseDataOfArrayOfAccount of Option<Array<Account>>,
    "TwoSms.CustomerPortalRole.API.Misc.Response`1[TwoSms.CustomerPortalRole.API.Admin.Accounts.Account[]]",
    "TwoSms.CustomerPortalRole.API.Misc.ResponseData`1[TwoSms.CustomerPortalRole.API.Admin.Accounts.Account[]]"
}
envelope! {
    /// The envelope of an answer without a detail.
    ResponseOfObject, ResponseDataOfObject of Option<Nothing>,
    "TwoSms.CustomerPortalRole.API.Misc.Response`1[System.Object]",
    "TwoSms.CustomerPortalRole.API.Misc.ResponseData`1[System.Object]"
}
