//! usertwin: a stateful, byte-faithful stand-in for four vendors' user-management REST APIs.
//!
//! A test starts a server on a free port and points its client at a world of its own:
//!
//! ```
//! use std::io::{Read, Write};
//! use std::net::TcpStream;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = usertwin::TestServer::start().await;
//! let base_url = server.world_url("checkout-test-7");
//!
//! let (address, world) = base_url.trim_start_matches("http://").split_once('/').unwrap();
//! let mut client = TcpStream::connect(address)?;
//! write!(client, "GET /{world}/v1/core/Accounts/2/users/1 HTTP/1.0\r\nAccept: application/json\r\n\r\n")?;
//! let mut answer = String::new();
//! client.read_to_string(&mut answer)?;
//! assert!(answer.starts_with("HTTP/1.0 200 OK"), "{answer}");
//! # Ok(())
//! # }
//! ```
//!
//! [`router()`] is the same server without a socket, for another axum program to nest or a test to call in process:
//!
//! ```
//! use axum::{Router, body::Body, http::Request};
//! use tower::ServiceExt;
//! use usertwin::{Apis, App, Config};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let app = App::open(Apis::four(), Config::from_flags(&["--auth", "strict"])?).await?;
//! let program = Router::new().nest("/mock", usertwin::router(app));
//!
//! let request = Request::get("/mock/external/api/v3/role").body(Body::empty())?;
//! let answer = program.oneshot(request).await?;
//! assert_eq!(answer.status(), 401);
//! # Ok(())
//! # }
//! ```
//!
//! [`Apis`] is the table of APIs. A program with another table is one expression, the whole command line included:
//! `usertwin::run(Apis::four().with(&HELP_DESK))`; [`extend`] contains what such an API is made of.
//!
//! # Layout, from the lowest room to the highest
//! - `contract`: types as data; `codec`: formats as interpreters of them.
//! - `frameworks`: the behaviour of Microsoft's code: two generations of ASP.NET, and its JSON Patch dialect.
//! - `model`: a user, the document that a world starts from and is exported to, the only sources of time and ids.
//! - `config`: the settings; `listener`: sockets, limits, shutdown of any service.
//! - `upstream`: a client of the real services, for the commands that ask one.
//! - `long_work`: whatever takes long, off the threads that serve.
//! - `store`: every SQL statement.
//! - `apis`: the four APIs, one folder each, one file per endpoint; their table of operations is the whole surface.
//! - [`extend`]: the names of all these that an API in another crate needs.
//! - `pipeline`: the way of an API request: world, journal, faults, framework, endpoint, answer.
//! - `openapi`: the documents, interpreted from the same contracts and tables.
//! - `control`: the control API, which sets up and inspects worlds.
//! - `router` and `server`: every route on one page, and the router behind a listener.
//! - `drift`: recordings of the real services replayed, and what differs grouped by cause.
//! - `record`: a proxy in front of a real service that writes a masked recording.
//! - `import`: a state document from the answers of a recording.
//! - `cli`: the commands; [`TestServer`]: the whole of it inside a Rust test.
//!
//! A room uses only lower ones; a test holds the order.
//!
//! The rooms are private: what nothing uses, the compiler then reports. The feature `testing` makes them public for the
//! tests, benches and fuzz targets of this repository; no promise covers it.

#[cfg(not(feature = "testing"))]
mod apis;
#[cfg(feature = "testing")]
pub mod apis;
#[cfg(not(feature = "testing"))]
mod cli;
#[cfg(feature = "testing")]
pub mod cli;
#[cfg(not(feature = "testing"))]
mod codec;
#[cfg(feature = "testing")]
pub mod codec;
#[cfg(not(feature = "testing"))]
mod config;
#[cfg(feature = "testing")]
pub mod config;
#[cfg(not(feature = "testing"))]
mod contract;
#[cfg(feature = "testing")]
pub mod contract;
#[cfg(not(feature = "testing"))]
mod control;
#[cfg(feature = "testing")]
pub mod control;
#[cfg(not(feature = "testing"))]
mod drift;
#[cfg(feature = "testing")]
pub mod drift;
pub mod extend;
#[cfg(not(feature = "testing"))]
mod frameworks;
#[cfg(feature = "testing")]
pub mod frameworks;
#[cfg(not(feature = "testing"))]
mod import;
#[cfg(feature = "testing")]
pub mod import;
#[cfg(not(feature = "testing"))]
mod listener;
#[cfg(feature = "testing")]
pub mod listener;
mod long_work;
#[cfg(not(feature = "testing"))]
mod model;
#[cfg(feature = "testing")]
pub mod model;
#[cfg(not(feature = "testing"))]
mod openapi;
#[cfg(feature = "testing")]
pub mod openapi;
#[cfg(not(feature = "testing"))]
mod pipeline;
#[cfg(feature = "testing")]
pub mod pipeline;
#[cfg(not(feature = "testing"))]
mod record;
#[cfg(feature = "testing")]
pub mod record;
mod router;
mod server;
#[cfg(not(feature = "testing"))]
mod store;
#[cfg(feature = "testing")]
pub mod store;
mod test_server;
mod turn;
#[cfg(not(feature = "testing"))]
mod upstream;
#[cfg(feature = "testing")]
pub mod upstream;

pub use apis::Apis;
pub use cli::run;
pub use config::{AuthMode, Config, LogFormat, Passwords};
pub use pipeline::app::App;
pub use router::router;
pub use server::serve;
pub use test_server::{TestClock, TestServer, TestSnapshot, TestUrls, TestWorld};

/// What the macros write into other crates.
#[doc(hidden)]
pub mod __macros {
    pub use crate::apis::arguments::next;
    pub use crate::contract::{
        ApiList, Class, Container, Contracted, EnumType, Enumeration, Facet, FacetType, Kind, ListItem, Member,
        MemberSink, MemberSource, ObjectType, Plan, Storable, StoredKind, StoredMember, StoredRecord, Value, ValueRef,
        api_name, next_member, object_from_value, place_of,
    };
    pub use crate::frameworks::webapi::Parameter;
    pub use uuid::Uuid;
}
