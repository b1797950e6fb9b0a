//! A fifth API in another crate: everything that its declarations and endpoints name. The four APIs of this crate are
//! written with the same names; `src/apis/expoints` is the shortest whole one.
//!
//! An API is a folder with its wire types ([`contract!`](crate::contract!), [`enumeration!`](crate::enumeration!)), what
//! it stores of a user ([`facet!`](crate::facet!), [`list!`](crate::list!), [`group!`](crate::group!)), its refusals,
//! and its operations, each with its [`arguments!`](crate::arguments!) and an endpoint. One [`Api`] holds them together:
//!
//! ```
//! use usertwin::extend::*;
//! use usertwin::{Apis, TestServer, arguments, contract, facet};
//!
//! contract! {
//!     /// How far the requests of a user may go.
//!     pub struct Level: "HelpDesk.Level" as TypeName::Plain("Level"), in "http://helpdesk.example/models", {
//!         /// The level, 0 to 3.
//!         level: i32 = "Level" { required: true },
//!     }
//! }
//!
//! facet! {
//!     /// What the help desk knows of a user.
//!     pub struct HelpDeskFacet of "helpDesk", needs username {
//!         /// The level.
//!         level: i32 = "level",
//!     }
//! }
//!
//! arguments! {
//!     struct Arguments {
//!         name: Option<String> = required("name", "The username."),
//!     }
//! }
//!
//! async fn show(call: Call, Arguments { name }: Arguments) -> Outcome {
//!     let mut transaction = call.read().await?;
//!     let found = transaction.find_by_username::<HelpDeskFacet>(&name.unwrap_or_default())?;
//!     let Some(Stored { user, .. }) = found else {
//!         return Err(Reply::error(http::StatusCode::NOT_FOUND, HttpError::message("There is no such user.")).into());
//!     };
//!     Ok(Reply::ok(Level { level: user.facet.level }))
//! }
//!
//! static HELP_DESK: Api = Api {
//!     name: "helpDesk",
//!     document: "help-desk",
//!     title: "Help desk",
//!     description: "How far the requests of each user may go.",
//!     mounts: &[Mount { directory: "", prefix: "/helpdesk" }],
//!     framework: Framework::WebApi(&[Formatter { codec: &JSON_ENUM_NAMES, media_types: &["application/json"] }]),
//!     facet: HelpDeskFacet::TYPE,
//!     lists: &[],
//!     advice: &[],
//!     transport: TokenTransport { documented: true, header: None, scope: None },
//!     address_of_user: |_, user| Ok(user.shared.username.as_ref().map(|name| format!("/helpdesk/levels/{name}"))),
//!     operations: &[Operation {
//!         id: "showLevel",
//!         action: Action { method: "GET", templates: &["helpdesk/levels/{name}"], parameters: Arguments::PARAMETERS },
//!         summary: "Show a level",
//!         description: "How far the requests of a user may go.",
//!         answers: &[
//!             Documented::ok::<Level>("The level.", Provenance::Chosen),
//!             Documented::error(404, "There is no such user.", Provenance::Chosen),
//!         ],
//!         run: |call, values| Box::pin(show(call, values.into())),
//!         ..Operation::NEW
//!     }],
//!     permits: everything,
//!     denied: |_, _| Reply::error(http::StatusCode::UNAUTHORIZED, HttpError::message("A token is needed.")),
//!     server_error: |error, _| Reply::error(error.status(), HttpError::message(error.sentence())),
//! };
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = TestServer::with_apis(Apis::four().with(&HELP_DESK), &[]).await?;
//! # use std::io::{Read, Write};
//! # let mut client = std::net::TcpStream::connect(server.url().trim_start_matches("http://"))?;
//! # let head = "GET /helpdesk/levels/ada HTTP/1.0\r\nAuthorization: Bearer any\r\n\r\n";
//! # client.write_all(head.as_bytes())?;
//! # let mut answer = String::new();
//! # client.read_to_string(&mut answer)?;
//! # assert!(answer.ends_with(r#"{"Message":"There is no such user."}"#), "{answer}");
//! # Ok(())
//! # }
//! ```
//!
//! Identifiers are those of the crate `uuid` 1, statuses and headers those of `http` 1.

/// An API as data.
pub use crate::apis::authentication::{Attempt, Denial, TokenTransport, everything};
pub use crate::apis::{AddressOfUser, Api, Framework, Mount, ServerError};
pub use crate::frameworks::webapi::Formatter;

/// The formats.
pub use crate::codec::{BSON, Codec, DATA_CONTRACT_XML, FORM, JSON_ENUM_NAMES, JSON_ENUM_NUMBERS, XML_SERIALIZER_XML};

/// A row in the table of operations.
pub use crate::apis::operation::{AnswerContent, Documented, Operation, Provenance, Run, Sample};
pub use crate::frameworks::webapi::{Action, BindFrom, Parameter};

/// The arguments of an operation.
pub use crate::apis::arguments::{Argument, Source, body, optional, required};

/// What an endpoint receives, and its outcome.
pub use crate::apis::{Call, Outcome, Refusal};
pub use crate::codec::Advice;
pub use crate::frameworks::webapi::{Content, HttpError, ModelError, ModelState, Reply, Request};

/// Wire types, declared with `contract!` and `enumeration!`.
pub use crate::contract::{
    Class, Collection, Contracted, DateTime, DateTimeKind, Dictionary, DictionaryType, EnumType, Enumeration, Kind,
    List, ListType, Member, Object, ObjectType, Partial, Patched, Record, Rule, TICKS_PER_SECOND, TypeName, Value,
    ValueRef, Written,
};

/// What is stored, declared with `facet!`, `list!` and `group!`.
pub use crate::contract::{
    ApiList, Container, DefaultValue, EnumMap, Facet, FacetType, Key, KeyPart, ListItem, MemberSink, MemberSource,
    Storable, StoredKind, StoredMember, StoredRecord,
};

/// Users and the rest of a world, in transactions.
pub use crate::model::{Client, Token, TokenState, User, UserRecord, UserWith, folded};
pub use crate::store::{
    Conflict, Elsewhere, FacetUpdate, Grant, GrantedBy, Mail, Page, Proof, StoreError, Stored, Transaction,
};

/// What token endpoints share.
pub use crate::apis::{jwt, oauth, signing_key};

/// What ASP.NET Core refuses, for [`Framework::AspNetCore`].
pub mod aspnetcore {
    pub use crate::frameworks::aspnetcore::{BindingError, Refusal};
}
