//! Users and their facets out of rows. Every statement that reads a user is built from the column lists here, so
//! that the lists and the readers that take columns in turn stand side by side.

use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use super::StoreError;
use super::rows::{Columns, from_json, json_guid, utc};
use crate::state::{AdminUsersFacet, ExpointsFacet, ExpointsType, Membership, PbnbFacet, ResellerFacet, User};

/// What every API knows of a user.
macro_rules! shared_columns {
    () => {
        "u.number, u.id, u.username, u.email, u.display_name, u.password, u.enabled, u.created_at, u.modified_at"
    };
}

/// The columns of a whole user and the tables they come from; a `where` on `u` or a facet's letter follows.
macro_rules! whole_user {
    ($rest:literal) => {
        concat!(
            "select ",
            $crate::store::facets::shared_columns!(),
            ", p.account_id, p.user_id, p.deleted, p.auth, p.max_denials, p.reset_period,",
            " p.private_username, p.access_types, p.voucher_id, p.resource_ids, p.provisioning_id, p.role_id,",
            " r.primary_tenant, r.memberships, e.external, e.has_single_active_role, e.roles,",
            " a.account_id, a.admin_user, a.agreement_date, a.decline_date, a.dpa_version, a.language_id,",
            " a.mobile_phone, a.pin, a.preferences, a.privacy_policy_version, a.sso_enabled, a.time_zone,",
            " a.super_user, a.locked",
            " from users u",
            " left join pbnb_user p on p.world = u.world and p.number = u.number",
            " left join reseller_user r on r.world = u.world and r.number = u.number",
            " left join expoints_user e on e.world = u.world and e.number = u.number",
            " left join admin_user a on a.world = u.world and a.number = u.number ",
            $rest
        )
    };
}
pub(super) use shared_columns;
pub(super) use whole_user;

/// Users with the Expoints facet and no other, in order.
pub(super) const EXPOINTS_USERS: &str = concat!(
    "select ",
    shared_columns!(),
    ", e.external, e.has_single_active_role, e.roles from expoints_user e",
    " join users u on u.world = e.world and u.number = e.number where e.world = $1 order by e.number"
);

/// A row of [`whole_user!`].
pub(super) fn user(row: &SqliteRow) -> Result<User, StoreError> {
    let mut columns = Columns::of(row);
    let mut user = shared(&mut columns)?;
    user.pbnb = pbnb(&mut columns)?;
    user.reseller = reseller(&mut columns)?;
    user.expoints = expoints(&mut columns)?;
    user.admin_users = admin_users(&mut columns)?;
    Ok(user)
}

/// A row of [`EXPOINTS_USERS`].
pub(super) fn expoints_user(row: &SqliteRow) -> Result<User, StoreError> {
    let mut columns = Columns::of(row);
    let mut user = shared(&mut columns)?;
    user.expoints = expoints(&mut columns)?;
    Ok(user)
}

fn shared(columns: &mut Columns<'_>) -> Result<User, StoreError> {
    columns.skip(1);
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
    let Some(account_id) = columns.next::<Option<i32>>()? else {
        columns.skip(11);
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
        access_types: columns.next::<Option<&str>>()?.map(from_json).transpose()?,
        voucher_id: columns.next()?,
        resource_ids: from_json::<Vec<(i32, &str)>>(columns.next()?)?
            .into_iter()
            .map(|(kind, id)| Ok((kind, json_guid(id)?)))
            .collect::<Result<_, StoreError>>()?,
        provisioning_id: columns.guid()?,
        role_id: columns.next()?,
    }))
}

fn reseller(columns: &mut Columns<'_>) -> Result<Option<ResellerFacet>, StoreError> {
    let Some(primary) = columns.next::<Option<&[u8]>>()? else {
        columns.skip(1);
        return Ok(None);
    };
    let memberships: Vec<(&str, Vec<String>)> = from_json(columns.next()?)?;
    Ok(Some(ResellerFacet {
        primary_tenant: Uuid::from_slice(primary).map_err(|_| StoreError::Unreadable("guid"))?,
        memberships: memberships
            .into_iter()
            .map(|(tenant, roles)| Ok(Membership { tenant: json_guid(tenant)?, roles }))
            .collect::<Result<_, StoreError>>()?,
    }))
}

fn expoints(columns: &mut Columns<'_>) -> Result<Option<ExpointsFacet>, StoreError> {
    let Some(external) = columns.next::<Option<i64>>()? else {
        columns.skip(2);
        return Ok(None);
    };
    Ok(Some(ExpointsFacet {
        kind: if external != 0 { ExpointsType::External } else { ExpointsType::Internal },
        has_single_active_role: columns.flag()?,
        roles: from_json::<Vec<&str>>(columns.next()?)?.into_iter().map(json_guid).collect::<Result<_, _>>()?,
    }))
}

fn admin_users(columns: &mut Columns<'_>) -> Result<Option<AdminUsersFacet>, StoreError> {
    let Some(account) = columns.next::<Option<&[u8]>>()? else {
        columns.skip(13);
        return Ok(None);
    };
    Ok(Some(AdminUsersFacet {
        account_id: Uuid::from_slice(account).map_err(|_| StoreError::Unreadable("guid"))?,
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
