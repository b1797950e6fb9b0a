//! From [`Document`] to JSON, in the shape and member order of spec/control.md §4. Every member of the published shape
//! is written; the others, such as `expiresAt` of a token or `userDefaults` of a PBNB account, only where they say
//! something.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::names::{ACCESS_TYPE, AUTH, PREFERENCES, STATUS, USER_DEFAULTS, name_of};
use super::{AdminUsersFacet, DEFAULT_DATE, Document, ExpointsFacet, Named, PbnbAccount, PbnbFacet};
use super::{ResellerAccount, ResellerFacet, Token, User};
use crate::contract::DateTime;

impl Document {
    /// The document as JSON in the shape it is read in.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let accounts: Vec<Value> = self.pbnb_accounts.iter().map(pbnb_account).collect();
        let roles: Vec<Value> =
            self.pbnb_roles.iter().map(|role| json!({ "id": role.id, "name": role.name })).collect();
        let tenants: Vec<Value> = self.reseller_accounts.iter().map(reseller_account).collect();
        let clients: Vec<Value> = self
            .clients
            .iter()
            .map(|client| {
                json!({
                    "api": client.api.name(), "clientId": client.client_id, "clientSecret": client.client_secret
                })
            })
            .collect();
        json!({
            "clock": self.clock.map(|clock| json!({ "now": clock.now.round_trip(), "frozen": clock.frozen })),
            "users": self.users.iter().map(User::to_json).collect::<Vec<_>>(),
            "pbnb": { "accounts": accounts, "roles": roles },
            "reseller": { "accounts": tenants },
            "expoints": { "roles": named(&self.expoints_roles) },
            "adminUsers": { "accounts": named(&self.admin_accounts), "languages": named(&self.admin_languages) },
            "tokens": self.tokens.iter().map(token).collect::<Vec<_>>(),
            "clients": clients,
        })
    }
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl User {
    /// The user as it stands in a document; facets the user does not have are left out.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut user = Map::new();
        let mut put = |name: &str, value: Value| user.insert(name.to_owned(), value);
        put("id", self.id.to_string().into());
        put("username", json!(self.username));
        put("email", json!(self.email));
        put("displayName", json!(self.display_name));
        put("password", json!(self.password));
        put("enabled", self.enabled.into());
        put("createdAt", self.created_at.round_trip().into());
        put("modifiedAt", self.modified_at.round_trip().into());
        if let Some(facet) = &self.pbnb {
            put("pbnb", pbnb(facet, self.status()));
        }
        if let Some(facet) = &self.reseller {
            put("reseller", reseller(facet));
        }
        if let Some(facet) = &self.expoints {
            put("expoints", expoints(facet));
        }
        if let Some(facet) = &self.admin_users {
            put("adminUsers", admin_users(facet));
        }
        Value::Object(user)
    }
}

fn pbnb(facet: &PbnbFacet, status: i32) -> Value {
    let access_types: Option<Vec<Value>> =
        facet.access_types.as_ref().map(|types| types.iter().map(|number| name(ACCESS_TYPE, *number)).collect());
    let resources: Map<String, Value> = facet
        .resource_ids
        .iter()
        .map(|(number, id)| {
            let key = name_of(ACCESS_TYPE, *number).map_or_else(|| number.to_string(), str::to_owned);
            (key, id.to_string().into())
        })
        .collect();
    json!({
        "accountId": facet.account_id,
        "userId": facet.user_id,
        "status": name(STATUS, status),
        "auth": name(AUTH, facet.auth),
        "maxDenials": facet.max_denials,
        "resetPeriod": facet.reset_period,
        "privateUsername": facet.private_username,
        "accessTypes": access_types,
        "voucherId": facet.voucher_id,
        "resourceIds": resources,
        "provisioningId": facet.provisioning_id.to_string(),
        "roleId": facet.role_id,
    })
}

fn pbnb_account(account: &PbnbAccount) -> Value {
    let is_on = |place: &usize| account.user_defaults >> place & 1 == 1;
    let flags: Vec<Value> =
        USER_DEFAULTS.iter().enumerate().filter(|(place, _)| is_on(place)).map(|(_, name)| (*name).into()).collect();
    match flags.is_empty() {
        true => json!({ "id": account.id }),
        false => json!({ "id": account.id, "userDefaults": flags }),
    }
}

fn reseller(facet: &ResellerFacet) -> Value {
    let memberships: Vec<Value> = facet
        .memberships
        .iter()
        .map(|membership| json!({ "tenant": membership.tenant.to_string(), "roles": membership.roles }))
        .collect();
    json!({ "primaryTenant": facet.primary_tenant.to_string(), "memberships": memberships })
}

fn expoints(facet: &ExpointsFacet) -> Value {
    json!({
        "type": facet.kind.name(),
        "hasSingleActiveRole": facet.has_single_active_role,
        "roles": facet.roles.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

fn admin_users(facet: &AdminUsersFacet) -> Value {
    let date = |date: Option<DateTime>| date.map(|date| date.round_trip());
    json!({
        "accountId": facet.account_id.to_string(),
        "adminUser": facet.admin_user,
        "agreementDate": date(facet.agreement_date),
        "declineDate": date(facet.decline_date),
        "dpaVersion": facet.dpa_version,
        "languageId": facet.language_id.to_string(),
        "mobilePhone": facet.mobile_phone,
        "pin": facet.pin,
        "preferences": name(PREFERENCES, facet.preferences),
        "privacyPolicyVersion": facet.privacy_policy_version,
        "ssoEnabled": facet.sso_enabled,
        "timeZone": facet.time_zone,
        "superUser": facet.super_user,
        "locked": facet.locked,
    })
}

fn reseller_account(account: &ResellerAccount) -> Value {
    let mut value = Map::new();
    value.insert("id".into(), account.id.to_string().into());
    value.insert("name".into(), account.name.as_str().into());
    value.insert("enabled".into(), account.enabled.into());
    for (name, text) in [
        ("description", &account.description),
        ("reference", &account.reference),
        ("timezone", &account.timezone),
        ("countryCode", &account.country_code),
    ] {
        if let Some(text) = text {
            value.insert(name.into(), text.as_str().into());
        }
    }
    if let Some(parent) = account.parent_tenant {
        value.insert("parentTenantId".into(), parent.to_string().into());
    }
    if account.created_at != DEFAULT_DATE {
        value.insert("dateCreated".into(), account.created_at.round_trip().into());
    }
    if account.deleted {
        value.insert("deleted".into(), true.into());
    }
    Value::Object(value)
}

fn token(token: &Token) -> Value {
    let mut value = Map::new();
    value.insert("token".into(), token.token.as_str().into());
    value.insert("state".into(), token.state.name().into());
    if let Some(apis) = &token.apis {
        value.insert("apis".into(), apis.iter().map(|api| api.name()).collect::<Vec<_>>().into());
    }
    if let Some(at) = token.expires_at {
        value.insert("expiresAt".into(), at.round_trip().into());
    }
    Value::Object(value)
}

fn named(list: &[Named]) -> Vec<Value> {
    list.iter().map(|thing| json!({ "id": thing.id.to_string(), "name": thing.name })).collect()
}

/// The name of a number, or the number itself when it has none.
fn name(names: &[&'static str], number: i32) -> Value {
    name_of(names, number).map_or_else(|| number.into(), Value::from)
}
