//! `POST /v1.0/accounts/{ACCOUNT_TENANT_ID}/users` (docs/spec/reseller.md §6.3): a new user and its activation mail. A
//! user of another account with the same e-mail address also becomes a member of this one (chosen,
//! docs/spec/reseller.md §15 #8).

use crate::apis::prelude::*;
use crate::apis::reseller::contract::{NewUser, UserData};
use crate::apis::reseller::documented::{self, NO_ACCOUNT, UNAUTHORIZED};
use crate::apis::reseller::facet::{Account, ResellerFacet};
use crate::apis::reseller::problem::Problem;
use crate::apis::reseller::rules::{self, users};
use crate::apis::reseller::{mail, view};
use crate::model::User;
use uuid::Uuid;

arguments! {
    struct Arguments {
        tenant: Uuid = documented::ACCOUNT,
        user: NewUser = body("user", "The user to be created."),
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "createUser",
    action: Action {
        method: "POST",
        templates: &["v1.0/accounts/{accountTenantId}/users"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Create a user",
    description: "Creates a user, gives it the account.user role in addition to those sent, and sends an activation mail. \
                  A user of another account with the same e-mail address becomes a member of this account instead: \
                  its name and primary tenant stay, and no mail is sent.",
    provenance: Provenance::PublicDoc,
    answers: &[
        Documented::value::<UserData>(201, "The user was created; Location has its address.", Provenance::PublicDoc),
        documented::bad_request(
            "The tenant id is malformed, the body is not acceptable, or the account has a user with the e-mail address \
             (UserAlreadyExists).",
        ),
        UNAUTHORIZED,
        NO_ACCOUNT,
    ],
    run: |call, values| Box::pin(create(call, values.into())),
    ..Operation::NEW
};

async fn create(call: Call, Arguments { tenant, user: new }: Arguments) -> Outcome {
    let mut transaction = call.write().await?;
    let now = transaction.now();
    users::check(&new).map_err(|problem| problem.at(now))?;
    if transaction.item::<Account>(tenant)?.is_none() {
        return Err(Problem::NotFound.at(now));
    }
    let roles = users::granted(new.roles.as_deref().unwrap_or_default()).map_err(|problem| problem.at(now))?;
    let email = new.email.clone().unwrap_or_default();
    let user = match transaction.find_by_email::<ResellerFacet>(&email, tenant)? {
        Some(stored) => {
            let mut user = stored.user.clone();
            users::attach(&mut user, tenant, roles, now).map_err(|problem| problem.at(now))?;
            transaction.change(&stored, &user)?;
            call.advise(rules::EXISTING_USER_ATTACHED, "The e-mail address is a user's already: it keeps its name.");
            user
        }
        None => {
            let elsewhere = transaction.elsewhere_by_email::<ResellerFacet>(&email)?;
            let shared = match &elsewhere {
                Some(known) => User { modified_at: now, ..known.user.clone() },
                None => User::new(transaction.unused_id(|| call.new_id())?, now),
            };
            let user = users::create(shared, new, tenant, roles);
            match &elsewhere {
                Some(known) => {
                    transaction.attach(known, &user)?;
                    call.advise_attached(&email);
                }
                None => transaction.insert(&user)?,
            }
            transaction.post(&mail::to(&user, mail::ACTIVATION, &call, now))?;
            user
        }
    };
    transaction.commit()?;
    let body = UserData::at(now, Some(view::user(&user, tenant)));
    Ok(view::created(body, &call.request, &format!("accounts/{tenant}/users/{}", user.shared.id)))
}
