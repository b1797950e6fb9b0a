//! `POST /v1.0/accounts/{ACCOUNT_TENANT_ID}/users` (spec/reseller.md §6.3): a new user and its activation mail. Who has a
//! user with the e-mail address in another account becomes a member of this one, too (chosen, §15 #8).

use crate::apis::operation::{Operation, Provenance};
use crate::apis::reseller::contract::{NewUser, UserData};
use crate::apis::reseller::documented::{self, NO_ACCOUNT, UNAUTHORIZED};
use crate::apis::reseller::problem::Problem;
use crate::apis::reseller::rules::users;
use crate::apis::reseller::{mail, view};
use crate::apis::{Call, Outcome};
use crate::contract::Contracted;
use crate::frameworks::aspnetcore;
use crate::frameworks::webapi::{Action, From, Parameter};
use uuid::Uuid;

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "createUser",
    action: Action {
        method: "POST",
        templates: &["v1.0/accounts/{accountTenantId}/users"],
        parameters: &[
            documented::ACCOUNT,
            Parameter { name: "user", kind: NewUser::KIND, from: From::Body, doc: "The user to be created." },
        ],
    },
    summary: "Create a user",
    description: "Creates a user, gives it the account.user role beside those sent, and sends an activation mail. A \
                  user of another account with the same e-mail address becomes a member of this account instead: its \
                  name and primary tenant stay, and no mail is sent.",
    provenance: Provenance::PublicDoc,
    anonymous: false,
    form: None,
    answers: &[
        documented::answer(
            201,
            "The user was created; Location has its address.",
            UserData::KIND,
            Provenance::PublicDoc,
        ),
        documented::bad_request(
            "The tenant id is malformed, the body is not acceptable, or the account has a user with the e-mail address \
             (UserAlreadyExists).",
        ),
        UNAUTHORIZED,
        NO_ACCOUNT,
    ],
    samples: &[],
    run: |call| Box::pin(create(call)),
};

async fn create(mut call: Call) -> Outcome {
    let tenant: Uuid = call.take(0);
    let body: Option<String> = call.take(1);
    let mut transaction = call.write().await?;
    let now = transaction.now();
    let new = read(&call, &body.unwrap_or_default()).map_err(|problem| problem.at(now))?;
    if !transaction.reseller_account_exists(tenant)? {
        return Err(Problem::NotFound.at(now));
    }
    let roles = users::granted(new.roles.as_deref().unwrap_or_default()).map_err(|problem| problem.at(now))?;
    let email = new.email.clone().unwrap_or_default();
    let user = match transaction.reseller_user_by_email(tenant, &email)? {
        Some(mut user) => {
            users::attach(&mut user, tenant, roles, now).map_err(|problem| problem.at(now))?;
            transaction.save(&user)?;
            call.advise(
                "reseller.existing-user-attached",
                "The e-mail address is a user's already: it keeps its name.",
            );
            user
        }
        None => {
            let id = transaction.unused_id(|| call.new_id())?;
            let user = users::create(id, new, tenant, roles, now);
            transaction.insert(&user)?;
            transaction.post(&mail::to(&user, mail::ACTIVATION, &call, now))?;
            user
        }
    };
    transaction.commit()?;
    let body = UserData::at(now, Some(view::user(&user, tenant)));
    Ok(view::created(body, &call.request, &format!("accounts/{tenant}/users/{}", user.id)))
}

fn read(call: &Call, body: &str) -> Result<NewUser, Problem> {
    let mut notes = Vec::new();
    let new = aspnetcore::typed_noting(body, &NewUser::KIND, call.app.config().depth_limit, &mut notes);
    call.advise_all(notes);
    let new = NewUser::from_value(new?);
    users::check(&new)?;
    Ok(new)
}
