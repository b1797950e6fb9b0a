//! A user out of its row. Every statement that reads users is built from the column list here, so that the list and
//! the readers that take columns in turn stand side by side.

use super::StoreError;
use super::rows::{Columns, from_json, json_guid, utc};
use crate::state::{AdminUsersFacet, ExpointsFacet, ExpointsType, Membership, PbnbFacet, ResellerFacet, User};

/// `select` of whole users; what restricts and orders them follows.
macro_rules! whole_user {
    ($rest:literal) => {
        concat!(
            "select id, username, email, display_name, password, enabled, created_at, modified_at,",
            " pbnb_account, pbnb_user, pbnb_deleted, pbnb_auth, pbnb_max_denials, pbnb_reset_period,",
            " pbnb_private_username, pbnb_access_types, pbnb_voucher, pbnb_resources, pbnb_provisioning, pbnb_role,",
            " reseller_tenant, reseller_memberships, expoints_external, expoints_single_role, expoints_roles,",
            " admin_account, admin_admin, admin_agreement_date, admin_decline_date, admin_dpa_version,",
            " admin_language, admin_mobile_phone, admin_pin, admin_preferences, admin_privacy_version, admin_sso,",
            " admin_time_zone, admin_super, admin_locked from user ",
            $rest
        )
    };
}
pub(super) use whole_user;

/// Users with the Expoints facet and no other, in order: the one list that its vendor pages nowhere.
pub(super) const EXPOINTS_USERS: &str = "select id, username, email, display_name, password, enabled, created_at, modified_at, expoints_external, \
     expoints_single_role, expoints_roles from user where expoints_external is not null order by number";

/// A row of [`whole_user!`].
pub(super) fn user(columns: &mut Columns<'_>) -> Result<User, StoreError> {
    let mut user = shared(columns)?;
    user.pbnb = pbnb(columns)?;
    user.reseller = reseller(columns)?;
    user.expoints = expoints(columns)?;
    user.admin_users = admin_users(columns)?;
    Ok(user)
}

/// A row of [`EXPOINTS_USERS`].
pub(super) fn expoints_user(columns: &mut Columns<'_>) -> Result<User, StoreError> {
    let mut user = shared(columns)?;
    user.expoints = expoints(columns)?;
    Ok(user)
}

fn shared(columns: &mut Columns<'_>) -> Result<User, StoreError> {
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
        access_types: columns.text()?.map(from_json).transpose()?,
        voucher_id: columns.next()?,
        resource_ids: columns
            .json::<Vec<(i32, &str)>>()?
            .into_iter()
            .map(|(kind, id)| Ok((kind, json_guid(id)?)))
            .collect::<Result<_, StoreError>>()?,
        provisioning_id: columns.guid()?,
        role_id: columns.next()?,
    }))
}

fn reseller(columns: &mut Columns<'_>) -> Result<Option<ResellerFacet>, StoreError> {
    let Some(primary_tenant) = columns.some_guid()? else {
        columns.skip(1);
        return Ok(None);
    };
    let memberships = columns
        .json::<Vec<(&str, Vec<String>)>>()?
        .into_iter()
        .map(|(tenant, roles)| Ok(Membership { tenant: json_guid(tenant)?, roles }))
        .collect::<Result<_, StoreError>>()?;
    Ok(Some(ResellerFacet { primary_tenant, memberships }))
}

fn expoints(columns: &mut Columns<'_>) -> Result<Option<ExpointsFacet>, StoreError> {
    let Some(external) = columns.next::<Option<i64>>()? else {
        columns.skip(2);
        return Ok(None);
    };
    Ok(Some(ExpointsFacet {
        kind: if external != 0 { ExpointsType::External } else { ExpointsType::Internal },
        has_single_active_role: columns.flag()?,
        roles: columns.json::<Vec<&str>>()?.into_iter().map(json_guid).collect::<Result<_, _>>()?,
    }))
}

fn admin_users(columns: &mut Columns<'_>) -> Result<Option<AdminUsersFacet>, StoreError> {
    let Some(account_id) = columns.some_guid()? else {
        columns.skip(13);
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
