//! Users, one endpoint a file, and the way from a stored user to the wire.

pub mod replace;

use super::contract::{Identification, Preferences, ResponseDataOfUser, ResponseOfUser, User};
use crate::apis::{Call, Refusal};
use crate::contract::{DateTime, DateTimeKind, Kind};
use crate::state;
use crate::store::Transaction;
use crate::webapi::{From, Parameter, Reply};

const ID: Parameter =
    Parameter { name: "id", kind: Kind::Guid, from: From::Uri, doc: "The id of the user to be modified." };

/// The envelope of a success. Whom `Identification` names is chosen: the user the answer is about.
async fn success(call: &Call, transaction: &mut Transaction, user: state::User) -> Result<Reply, Refusal> {
    let language_id = user.admin_users.as_ref().map(|facet| facet.language_id).unwrap_or_default();
    let language = transaction.language(language_id).await?.map(|language| language.name);
    let identification = Some(Identification { user_id: Some(user.id.to_string()) });
    let detail = Some(on_the_wire(call, user, language));
    let data = ResponseDataOfUser { result: Some("Success".to_owned()), identification, detail };
    Ok(Reply::ok(ResponseOfUser { error: None, response_data: Some(data) }))
}

fn on_the_wire(call: &Call, user: state::User, language: Option<String>) -> User {
    let facet = user.admin_users.unwrap_or_default();
    User {
        id: user.id,
        agreement_date: facet.agreement_date.map(local),
        account_id: facet.account_id,
        admin_user: facet.admin_user,
        date_created: local(user.created_at),
        date_modified: local(user.modified_at),
        decline_date: facet.decline_date.map(local),
        display_name: user.display_name,
        dpa_version: facet.dpa_version,
        email_address: user.email,
        enabled: user.enabled,
        language_id: facet.language_id,
        language,
        mobile_phone: facet.mobile_phone,
        password: call.shown(user.password),
        pin: facet.pin,
        preferences: Preferences(facet.preferences),
        privacy_policy_version: facet.privacy_policy_version,
        sso_enabled: facet.sso_enabled,
        time_zone: facet.time_zone,
        username: user.username,
        user_password: None,
    }
}

/// Dates leave as the server's local time, `+00:00` in every public sample (spec/admin-users.md §14 #18).
fn local(date: DateTime) -> DateTime {
    DateTime { kind: DateTimeKind::Local, ..date }
}
