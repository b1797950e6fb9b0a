//! Whole users and their facets, to rows and back. Every statement that reads a user is built from the column lists
//! here, so a facet has its columns in one place.

use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use super::rows::{Columns, from_json, json_guid, to_json, utc, write_rows};
use super::{StoreError, folded};
use crate::state::{AdminUsersFacet, ExpointsFacet, ExpointsType, Membership, PbnbFacet, ResellerFacet, User};

/// The columns of a whole user and the tables they come from; a `where` on `u` or a facet's letter follows.
macro_rules! whole_user {
    ($rest:literal) => {
        concat!(
            "select u.number, u.id, u.username, u.email, u.display_name, u.password, u.enabled, u.created_at,",
            " u.modified_at, p.account_id, p.user_id, p.deleted, p.auth, p.max_denials, p.reset_period,",
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
pub(super) use whole_user;

/// A row of [`whole_user!`]: the user and its number.
pub(super) fn user(row: &SqliteRow) -> Result<(i64, User), StoreError> {
    let mut columns = Columns::of(row);
    let number = columns.next()?;
    let user = User {
        id: columns.guid()?,
        username: columns.next()?,
        email: columns.next()?,
        display_name: columns.next()?,
        password: columns.next()?,
        enabled: columns.flag()?,
        created_at: utc(columns.next()?),
        modified_at: utc(columns.next()?),
        pbnb: pbnb(&mut columns)?,
        reseller: reseller(&mut columns)?,
        expoints: expoints(&mut columns)?,
        admin_users: admin_users(&mut columns)?,
    };
    Ok((number, user))
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

/// Adds users under their numbers, then their facets.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    world: i64,
    users: &[(i64, &User)],
) -> Result<(), StoreError> {
    let head = "insert into users (world, number, id, username, username_folded, email, display_name, password, \
                enabled, created_at, modified_at)";
    write_rows(connection, world, (head, 10, ""), users, |statement, (number, user)| {
        Ok(statement
            .bind(number)
            .bind(user.id.as_bytes().as_slice())
            .bind(user.username.as_deref())
            .bind(user.username.as_deref().map(folded))
            .bind(user.email.as_deref())
            .bind(user.display_name.as_deref())
            .bind(user.password.as_deref())
            .bind(user.enabled)
            .bind(user.created_at.ticks)
            .bind(user.modified_at.ticks))
    })
    .await?;
    put_all(connection, world, users).await
}

/// Keeps every facet that is present, whether there was one before or not.
pub(super) async fn put_all(
    connection: &mut SqliteConnection,
    world: i64,
    users: &[(i64, &User)],
) -> Result<(), StoreError> {
    let pbnb: Vec<_> = users.iter().filter_map(|(n, user)| Some((*n, user.pbnb.as_ref()?))).collect();
    put_pbnb(connection, world, &pbnb).await?;
    let reseller: Vec<_> = users.iter().filter_map(|(n, user)| Some((*n, user.reseller.as_ref()?))).collect();
    put_reseller(connection, world, &reseller).await?;
    let expoints: Vec<_> = users.iter().filter_map(|(n, user)| Some((*n, user.expoints.as_ref()?))).collect();
    put_expoints(connection, world, &expoints).await?;
    let admin: Vec<_> = users.iter().filter_map(|(n, user)| Some((*n, user.admin_users.as_ref()?))).collect();
    put_admin_users(connection, world, &admin).await
}

async fn put_pbnb(
    connection: &mut SqliteConnection,
    world: i64,
    facets: &[(i64, &PbnbFacet)],
) -> Result<(), StoreError> {
    let head = "insert into pbnb_user (world, number, account_id, user_id, deleted, auth, max_denials, reset_period, \
                private_username, access_types, voucher_id, resource_ids, provisioning_id, role_id)";
    let tail = " on conflict (world, number) do update set account_id = excluded.account_id, \
                user_id = excluded.user_id, deleted = excluded.deleted, auth = excluded.auth, \
                max_denials = excluded.max_denials, reset_period = excluded.reset_period, \
                private_username = excluded.private_username, access_types = excluded.access_types, \
                voucher_id = excluded.voucher_id, resource_ids = excluded.resource_ids, \
                provisioning_id = excluded.provisioning_id, role_id = excluded.role_id";
    write_rows(connection, world, (head, 13, tail), facets, |statement, (number, facet)| {
        let resources: Vec<(i32, String)> =
            facet.resource_ids.iter().map(|(kind, id)| (*kind, id.to_string())).collect();
        Ok(statement
            .bind(number)
            .bind(facet.account_id)
            .bind(facet.user_id)
            .bind(facet.deleted)
            .bind(facet.auth)
            .bind(facet.max_denials)
            .bind(facet.reset_period)
            .bind(facet.private_username.as_deref())
            .bind(facet.access_types.as_ref().map(to_json).transpose()?)
            .bind(facet.voucher_id)
            .bind(to_json(&resources)?)
            .bind(facet.provisioning_id.as_bytes().as_slice())
            .bind(facet.role_id))
    })
    .await
}

async fn put_reseller(
    connection: &mut SqliteConnection,
    world: i64,
    facets: &[(i64, &ResellerFacet)],
) -> Result<(), StoreError> {
    let head = "insert into reseller_user (world, number, primary_tenant, memberships)";
    let tail = " on conflict (world, number) do update set primary_tenant = excluded.primary_tenant, \
                memberships = excluded.memberships";
    write_rows(connection, world, (head, 3, tail), facets, |statement, (number, facet)| {
        let memberships: Vec<(String, &[String])> =
            facet.memberships.iter().map(|m| (m.tenant.to_string(), m.roles.as_slice())).collect();
        Ok(statement.bind(number).bind(facet.primary_tenant.as_bytes().as_slice()).bind(to_json(&memberships)?))
    })
    .await?;
    let memberships: Vec<(i64, Uuid)> = facets
        .iter()
        .flat_map(|(number, facet)| facet.memberships.iter().map(|membership| (*number, membership.tenant)))
        .collect();
    let head = "insert into reseller_membership (world, number, tenant)";
    write_rows(connection, world, (head, 2, " on conflict do nothing"), &memberships, |statement, (number, tenant)| {
        Ok(statement.bind(number).bind(tenant.as_bytes().as_slice()))
    })
    .await
}

/// Keeps Expoints facets, whether there was one before or not.
pub(super) async fn put_expoints(
    connection: &mut SqliteConnection,
    world: i64,
    facets: &[(i64, &ExpointsFacet)],
) -> Result<(), StoreError> {
    let head = "insert into expoints_user (world, number, external, has_single_active_role, roles)";
    let tail = " on conflict (world, number) do update set external = excluded.external, \
                has_single_active_role = excluded.has_single_active_role, roles = excluded.roles";
    write_rows(connection, world, (head, 4, tail), facets, |statement, (number, facet)| {
        let roles: Vec<String> = facet.roles.iter().map(Uuid::to_string).collect();
        Ok(statement
            .bind(number)
            .bind(facet.kind == ExpointsType::External)
            .bind(facet.has_single_active_role)
            .bind(to_json(&roles)?))
    })
    .await
}

async fn put_admin_users(
    connection: &mut SqliteConnection,
    world: i64,
    facets: &[(i64, &AdminUsersFacet)],
) -> Result<(), StoreError> {
    let head = "insert into admin_user (world, number, account_id, admin_user, agreement_date, decline_date, \
                dpa_version, language_id, mobile_phone, pin, preferences, privacy_policy_version, sso_enabled, \
                time_zone, super_user, locked)";
    let tail = " on conflict (world, number) do update set account_id = excluded.account_id, \
                admin_user = excluded.admin_user, agreement_date = excluded.agreement_date, \
                decline_date = excluded.decline_date, dpa_version = excluded.dpa_version, \
                language_id = excluded.language_id, mobile_phone = excluded.mobile_phone, pin = excluded.pin, \
                preferences = excluded.preferences, privacy_policy_version = excluded.privacy_policy_version, \
                sso_enabled = excluded.sso_enabled, time_zone = excluded.time_zone, \
                super_user = excluded.super_user, locked = excluded.locked";
    write_rows(connection, world, (head, 15, tail), facets, |statement, (number, facet)| {
        Ok(statement
            .bind(number)
            .bind(facet.account_id.as_bytes().as_slice())
            .bind(facet.admin_user)
            .bind(facet.agreement_date.map(|date| date.ticks))
            .bind(facet.decline_date.map(|date| date.ticks))
            .bind(facet.dpa_version.as_deref())
            .bind(facet.language_id.as_bytes().as_slice())
            .bind(facet.mobile_phone.as_deref())
            .bind(facet.pin.as_deref())
            .bind(facet.preferences)
            .bind(facet.privacy_policy_version.as_deref())
            .bind(facet.sso_enabled)
            .bind(facet.time_zone.as_deref())
            .bind(facet.super_user)
            .bind(facet.locked))
    })
    .await
}
