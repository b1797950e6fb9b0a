//! Users and their faces into rows. An index entry is written anew whenever a statement names its column, so a change
//! names the columns of names and keys only when one of them is another than before.

use rusqlite::{CachedStatement, Connection, ToSql};

use super::{StoreError, Stored, folded, lists, rows};
use crate::model::{AdminUsersFacet, ExpointsFacet, ExpointsType, Membership, PbnbFacet, ResellerFacet, User};

const INSERT: &str = "insert into user (number, id, username, username_folded, email, display_name, password, enabled, \
    created_at, modified_at, pbnb_account, pbnb_user, pbnb_deleted, pbnb_auth, pbnb_max_denials, pbnb_reset_period, \
    pbnb_private_username, pbnb_access_types, pbnb_voucher, pbnb_resources, pbnb_provisioning, pbnb_role, \
    reseller_tenant, reseller_memberships, expoints_external, expoints_single_role, expoints_roles, admin_account, \
    admin_admin, admin_agreement_date, admin_decline_date, admin_dpa_version, admin_language, admin_mobile_phone, \
    admin_pin, admin_preferences, admin_privacy_version, admin_sso, admin_time_zone, admin_super, admin_locked) values \
    (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";

const USERNAME: &str = "username = ?, username_folded = ?, ";
const EMAIL: &str = "email = ?, ";
const SHARED: &str = "display_name = ?, password = ?, enabled = ?, created_at = ?, modified_at = ?";
const PBNB_KEY: &str = ", pbnb_account = ?, pbnb_user = ?";
const PBNB: &str = ", pbnb_deleted = ?, pbnb_auth = ?, pbnb_max_denials = ?, pbnb_reset_period = ?, \
    pbnb_private_username = ?, pbnb_access_types = ?, pbnb_voucher = ?, pbnb_resources = ?, pbnb_provisioning = ?, \
    pbnb_role = ?";
const RESELLER: &str = ", reseller_tenant = ?, reseller_memberships = ?";
const EXPOINTS: &str = ", expoints_external = ?, expoints_single_role = ?, expoints_roles = ?";
const ADMIN_USERS: &str = ", admin_account = ?, admin_admin = ?, admin_agreement_date = ?, admin_decline_date = ?, \
    admin_dpa_version = ?, admin_language = ?, admin_mobile_phone = ?, admin_pin = ?, admin_preferences = ?, \
    admin_privacy_version = ?, admin_sso = ?, admin_time_zone = ?, admin_super = ?, admin_locked = ?";

/// Adds users under numbers from `first` on.
pub(super) fn insert(connection: &Connection, first: i64, users: &[User]) -> Result<(), StoreError> {
    let told = |error| StoreError::at(connection.path(), error);
    let mut statement = connection.prepare_cached(INSERT).map_err(told)?;
    for (number, user) in (first..).zip(users) {
        let mut values = Values::of(&mut statement);
        values.put(number)?;
        values.put(user.id.as_bytes())?;
        username(&mut values, user)?;
        values.put(user.email.as_deref())?;
        shared(&mut values, user)?;
        or_nulls(&mut values, user.pbnb.as_ref(), 12, |values, facet| {
            pbnb_key(values, facet)?;
            pbnb(values, facet)
        })?;
        let memberships = user.reseller.as_ref().map(memberships).transpose()?;
        or_nulls(&mut values, user.reseller.as_ref(), 2, |values, facet| {
            values.put(facet.primary_tenant.as_bytes())?;
            values.put(memberships.as_deref())
        })?;
        or_nulls(&mut values, user.expoints.as_ref(), 3, expoints)?;
        or_nulls(&mut values, user.admin_users.as_ref(), 14, admin_users)?;
        statement.raw_execute().map_err(told)?;
        join_tenants(connection, number, user.reseller.as_ref())?;
    }
    Ok(())
}

/// Keeps what is given of a user that is there, `before` as it is stored; a face that is absent from `after` stays as
/// it is.
///
/// # Errors
/// [`StoreError::NotFound`] when the user is gone, [`StoreError::Conflict`].
pub(super) fn change(connection: &Connection, before: &Stored, after: &User) -> Result<(), StoreError> {
    let key = |user: &User| user.pbnb.as_ref().map(|facet| (facet.account_id, facet.user_id));
    let renamed = before.user.username != after.username;
    let readdressed = before.user.email != after.email;
    let moved = after.pbnb.is_some() && key(&before.user) != key(after);
    let memberships = after.reseller.as_ref().map(memberships).transpose()?;
    let mut sql = String::from("update user set ");
    for (named, columns) in [
        (renamed, USERNAME),
        (readdressed, EMAIL),
        (true, SHARED),
        (moved, PBNB_KEY),
        (after.pbnb.is_some(), PBNB),
        (after.reseller.is_some(), RESELLER),
        (after.expoints.is_some(), EXPOINTS),
        (after.admin_users.is_some(), ADMIN_USERS),
        (true, " where number = ?"),
    ] {
        sql.push_str(if named { columns } else { "" });
    }
    let told = |error| StoreError::at(connection.path(), error);
    let mut statement = connection.prepare_cached(&sql).map_err(told)?;
    let mut values = Values::of(&mut statement);
    if renamed {
        username(&mut values, after)?;
    }
    if readdressed {
        values.put(after.email.as_deref())?;
    }
    shared(&mut values, after)?;
    if let Some(facet) = &after.pbnb {
        if moved {
            pbnb_key(&mut values, facet)?;
        }
        pbnb(&mut values, facet)?;
    }
    if let Some(facet) = &after.reseller {
        values.put(facet.primary_tenant.as_bytes())?;
        values.put(memberships.as_deref())?;
    }
    if let Some(facet) = &after.expoints {
        expoints(&mut values, facet)?;
    }
    if let Some(facet) = &after.admin_users {
        admin_users(&mut values, facet)?;
    }
    values.put(before.number)?;
    if statement.raw_execute().map_err(told)? == 0 {
        return Err(StoreError::NotFound("user"));
    }
    let (left, joined) = (before.user.reseller.as_ref(), after.reseller.as_ref());
    if joined.is_some() && tenants(left) != tenants(joined) {
        leave_tenants(connection, before.number, tenants(left))?;
        join_tenants(connection, before.number, joined)?;
    }
    Ok(())
}

/// Forgets which tenants a user belongs to; `memberships` as stored.
pub(super) fn leave_tenants(
    connection: &Connection,
    number: i64,
    memberships: &[Membership],
) -> Result<(), StoreError> {
    for membership in memberships {
        let leave = "delete from membership where tenant = ? and number = ?";
        rows::run(connection, leave, (membership.tenant.as_bytes(), number))?;
    }
    Ok(())
}

fn tenants(facet: Option<&ResellerFacet>) -> &[Membership] {
    facet.map_or(&[], |facet| &facet.memberships)
}

fn join_tenants(connection: &Connection, number: i64, facet: Option<&ResellerFacet>) -> Result<(), StoreError> {
    for membership in tenants(facet) {
        let join = "insert into membership (tenant, number) values (?, ?) on conflict do nothing";
        rows::run(connection, join, (membership.tenant.as_bytes(), number))?;
    }
    Ok(())
}

/// The places of a statement, filled in turn.
struct Values<'s, 'c> {
    statement: &'s mut CachedStatement<'c>,
    at: usize,
}

impl<'s, 'c> Values<'s, 'c> {
    fn of(statement: &'s mut CachedStatement<'c>) -> Values<'s, 'c> {
        Values { statement, at: 0 }
    }

    fn put(&mut self, value: impl ToSql) -> Result<(), StoreError> {
        self.at += 1;
        Ok(self.statement.raw_bind_parameter(self.at, value)?)
    }
}

fn or_nulls<T>(
    values: &mut Values<'_, '_>,
    facet: Option<&T>,
    width: usize,
    put: impl FnOnce(&mut Values<'_, '_>, &T) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    match facet {
        Some(facet) => put(values, facet),
        None => (0..width).try_for_each(|_| values.put(None::<i64>)),
    }
}

fn username(values: &mut Values<'_, '_>, user: &User) -> Result<(), StoreError> {
    values.put(user.username.as_deref())?;
    values.put(user.username.as_deref().map(folded))
}

fn shared(values: &mut Values<'_, '_>, user: &User) -> Result<(), StoreError> {
    values.put(user.display_name.as_deref())?;
    values.put(user.password.as_deref())?;
    values.put(user.enabled)?;
    values.put(user.created_at.ticks)?;
    values.put(user.modified_at.ticks)
}

fn pbnb_key(values: &mut Values<'_, '_>, facet: &PbnbFacet) -> Result<(), StoreError> {
    values.put(facet.account_id)?;
    values.put(facet.user_id)
}

fn pbnb(values: &mut Values<'_, '_>, facet: &PbnbFacet) -> Result<(), StoreError> {
    values.put(facet.deleted)?;
    values.put(facet.auth)?;
    values.put(facet.max_denials)?;
    values.put(facet.reset_period)?;
    values.put(facet.private_username.as_deref())?;
    values.put(facet.access_types.as_deref().map(lists::of_numbers))?;
    values.put(facet.voucher_id)?;
    values.put(lists::of_resources(&facet.resource_ids))?;
    values.put(facet.provisioning_id.as_bytes())?;
    values.put(facet.role_id)
}

fn memberships(facet: &ResellerFacet) -> Result<String, StoreError> {
    lists::of_memberships(&facet.memberships)
}

fn expoints(values: &mut Values<'_, '_>, facet: &ExpointsFacet) -> Result<(), StoreError> {
    values.put(facet.kind == ExpointsType::External)?;
    values.put(facet.has_single_active_role)?;
    values.put(lists::of_guids(&facet.roles))
}

fn admin_users(values: &mut Values<'_, '_>, facet: &AdminUsersFacet) -> Result<(), StoreError> {
    values.put(facet.account_id.as_bytes())?;
    values.put(facet.admin_user)?;
    values.put(facet.agreement_date.map(|date| date.ticks))?;
    values.put(facet.decline_date.map(|date| date.ticks))?;
    values.put(facet.dpa_version.as_deref())?;
    values.put(facet.language_id.as_bytes())?;
    values.put(facet.mobile_phone.as_deref())?;
    values.put(facet.pin.as_deref())?;
    values.put(facet.preferences)?;
    values.put(facet.privacy_policy_version.as_deref())?;
    values.put(facet.sso_enabled)?;
    values.put(facet.time_zone.as_deref())?;
    values.put(facet.super_user)?;
    values.put(facet.locked)
}
