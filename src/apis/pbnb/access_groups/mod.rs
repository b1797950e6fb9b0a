//! Access groups of an account and their members, one endpoint per file (docs/spec/pbnb.md §2, §18). A user is a member of at
//! most one, because the vendor's look-up by user answers one (chosen).

pub mod delete;
pub mod get;
pub mod list;
pub mod members;
pub mod named;
pub mod of_user;
pub mod remove_member;

use super::contract::{AccessGroup, AccessGroupMember, ReturnOf};
use super::envelope::Failure;
use super::facet::{self, PbnbUser};
use super::problem::Problem;
use super::users::existing;
use crate::apis::prelude::*;
use crate::store::Transaction;
use std::sync::Arc;

const GROUP: Source = required("accgrpId", "The access group's number.").example("2");

const ONE_GROUP: Documented = Documented::ok::<ReturnOf<AccessGroup>>(
    "The access group; or, with `Success` false, why the operation was not carried out.",
    Provenance::PublicDoc,
);

/// The access group of an account, or the problem that there is none.
fn find(transaction: &mut Transaction, account: i32, group: i32) -> Result<Arc<facet::AccessGroup>, Failure> {
    existing(transaction, account)?;
    let found = transaction.item::<facet::AccessGroup>(group)?.filter(|group| group.account_id == account);
    found.ok_or_else(|| Problem::AccessGroupNotFound(group).into())
}

/// A stored access group as answers show it.
fn on_the_wire(group: facet::AccessGroup) -> AccessGroup {
    let facet::AccessGroup { id, account_id, name, status, private_access_mfa, deleted: _ } = group;
    AccessGroup { id, account_id, name: Some(name), status, private_access_mfa }
}

/// A user as a member of a group. The member's number is the user's (chosen).
fn member(user: &PbnbUser, group: i32) -> Option<AccessGroupMember> {
    let id = user.facet.user_id;
    let is_in = user.facet.access_group_id == Some(group);
    is_in.then_some(AccessGroupMember { id, access_group_id: group, user_id: id })
}
