//! Users of an account, one endpoint a file.

pub mod get;
pub mod patch;

use super::contract::{ClientAccessTypes, PasswordInfo, ReturnOfUser, SsoInfo, User};
