//! A user out of its row. Every statement that reads users is built from the column list here, so that the list and
//! the readers that take columns in turn stand side by side.

use super::lists;
use super::rows::{Columns, Read, utc};
use super::{StoreError, Stored};
use crate::model::{AdminUsersFacet, ExpointsFacet, ExpointsType, PbnbFacet, ResellerFacet, User};

/// `select` of users with one face, or with `all`; what restricts and orders them follows. An API that looks at its
/// own users has no use for the other faces, and most of the cost of a row is in its columns.
macro_rules! users {
    (@shared) => {
        "select number, id, username, email, display_name, password, enabled, created_at, modified_at, "
    };
    (@pbnb) => {
        "pbnb_account, pbnb_user, pbnb_deleted, pbnb_auth, pbnb_max_denials, pbnb_reset_period, pbnb_private_username, \
         pbnb_access_types, pbnb_voucher, pbnb_resources, pbnb_provisioning, pbnb_role"
    };
    (@reseller) => {
        "reseller_tenant, reseller_memberships"
    };
    (@expoints) => {
        "expoints_external, expoints_single_role, expoints_roles"
    };
    (@admin_users) => {
        "admin_account, admin_admin, admin_agreement_date, admin_decline_date, admin_dpa_version, admin_language, \
         admin_mobile_phone, admin_pin, admin_preferences, admin_privacy_version, admin_sso, admin_time_zone, \
         admin_super, admin_locked"
    };
    (@all) => {
        concat!(users!(@pbnb), ", ", users!(@reseller), ", ", users!(@expoints), ", ", users!(@admin_users))
    };
    ($face:ident, $rest:literal) => {
        concat!(users!(@shared), users!(@$face), " from user ", $rest)
    };
}
pub(super) use users;

/// Where the id stands in every row of `users!`, and PBNB's key in one of `users!(pbnb, …)`.
pub(super) const ID: usize = 1;
pub(super) const PBNB_ACCOUNT: usize = 9;
pub(super) const PBNB_USER: usize = 10;

/// A row of `users!` as it stands in its table; `read` takes the user's columns.
pub(super) fn stored(columns: &mut Columns<'_>, read: Read<User>) -> Result<Stored, StoreError> {
    Ok(Stored { number: columns.clone().next()?, user: read(columns)? })
}

/// A row of `users!(all, …)`.
pub(super) fn whole_user(columns: &mut Columns<'_>) -> Result<User, StoreError> {
    let mut user = shared(columns)?;
    user.pbnb = pbnb(columns)?;
    user.reseller = reseller(columns)?;
    user.expoints = expoints(columns)?;
    user.admin_users = admin_users(columns)?;
    Ok(user)
}

/// A row of `users!(pbnb, …)`.
pub(super) fn pbnb_user(columns: &mut Columns<'_>) -> Result<User, StoreError> {
    let mut user = shared(columns)?;
    user.pbnb = pbnb(columns)?;
    Ok(user)
}

/// A row of `users!(reseller, …)`.
pub(super) fn reseller_user(columns: &mut Columns<'_>) -> Result<User, StoreError> {
    let mut user = shared(columns)?;
    user.reseller = reseller(columns)?;
    Ok(user)
}

/// A row of `users!(expoints, …)`.
pub(super) fn expoints_user(columns: &mut Columns<'_>) -> Result<User, StoreError> {
    let mut user = shared(columns)?;
    user.expoints = expoints(columns)?;
    Ok(user)
}

/// A row of `users!(admin_users, …)`.
pub(super) fn admin_user(columns: &mut Columns<'_>) -> Result<User, StoreError> {
    let mut user = shared(columns)?;
    user.admin_users = admin_users(columns)?;
    Ok(user)
}

fn shared(columns: &mut Columns<'_>) -> Result<User, StoreError> {
    // The number, which only `stored` looks at.
    columns.skip(1)?;
    let mut user = User::new(columns.guid()?, utc(0));
    user.username = columns.next()?;
    user.email = columns.next()?;
    user.display_name = columns.next()?;
    user.password = columns.next()?;
    user.enabled = columns.flag()?;
    user.created_at = utc(columns.next()?);
    user.modified_at = utc(columns.next()?);
    Ok(user)
}

fn pbnb(columns: &mut Columns<'_>) -> Result<Option<PbnbFacet>, StoreError> {
    let Some(account_id) = columns.next()? else {
        columns.skip(11)?;
        return Ok(None);
    };
    Ok(Some(PbnbFacet {
        account_id,
        user_id: columns.next()?,
        deleted: columns.flag()?,
        auth: columns.next()?,
        max_denials: columns.next()?,
        reset_period: columns.next()?,
        private_username: columns.next()?,
        access_types: columns.bytes()?.map(lists::numbers).transpose()?,
        voucher_id: columns.next()?,
        resource_ids: lists::resources(columns.bytes()?.unwrap_or_default())?,
        provisioning_id: columns.guid()?,
        role_id: columns.next()?,
    }))
}

fn reseller(columns: &mut Columns<'_>) -> Result<Option<ResellerFacet>, StoreError> {
    let Some(primary_tenant) = columns.some_guid()? else {
        columns.skip(1)?;
        return Ok(None);
    };
    let memberships = lists::memberships(columns.text()?.unwrap_or_default())?;
    Ok(Some(ResellerFacet { primary_tenant, memberships }))
}

fn expoints(columns: &mut Columns<'_>) -> Result<Option<ExpointsFacet>, StoreError> {
    let Some(external) = columns.next::<Option<i64>>()? else {
        columns.skip(2)?;
        return Ok(None);
    };
    Ok(Some(ExpointsFacet {
        kind: if external != 0 { ExpointsType::External } else { ExpointsType::Internal },
        has_single_active_role: columns.flag()?,
        roles: lists::guids(columns.bytes()?.unwrap_or_default())?,
    }))
}

fn admin_users(columns: &mut Columns<'_>) -> Result<Option<AdminUsersFacet>, StoreError> {
    let Some(account_id) = columns.some_guid()? else {
        columns.skip(13)?;
        return Ok(None);
    };
    Ok(Some(AdminUsersFacet {
        account_id,
        admin_user: columns.flag()?,
        agreement_date: columns.date()?,
        decline_date: columns.date()?,
        dpa_version: columns.next()?,
        language_id: columns.guid()?,
        mobile_phone: columns.next()?,
        pin: columns.next()?,
        preferences: columns.next()?,
        privacy_policy_version: columns.next()?,
        sso_enabled: columns.flag()?,
        time_zone: columns.next()?,
        super_user: columns.flag()?,
        locked: columns.flag()?,
    }))
}
