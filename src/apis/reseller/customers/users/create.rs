//! `POST /v1.0/accounts/{ACCOUNT_TENANT_ID}/customers/{CUSTOMER_TENANT_ID}/users` (docs/spec/reseller.md §7.2, §16.2): a new
//! user of a customer, with an activation mail unless the customer's `sendNewUserEmail` is off.

use crate::apis::prelude::*;
use crate::apis::reseller::contract::{NewCustomerUser, NewUser, UserData};
use crate::apis::reseller::documented::{self, NO_CUSTOMER, UNAUTHORIZED};
use crate::apis::reseller::rules::users;
use crate::apis::reseller::tenant::Tenant;
use crate::apis::reseller::view;
use uuid::Uuid;

arguments! {
    struct Arguments {
        account: Uuid = documented::ACCOUNT,
        customer: Uuid = documented::CUSTOMER,
        user: NewCustomerUser = body("user", "The user to be created.").example(r#"{"email": "alan@example.com", "displayName": "Alan Turing", "roles": ["customer.user"]}"#),
    }
}

/// The operation.
pub const OPERATION: Operation = Operation {
    id: "createCustomerUser",
    action: Action {
        method: "POST",
        templates: &["v1.0/accounts/{accountTenantId}/customers/{customerTenantId}/users"],
        parameters: Arguments::PARAMETERS,
    },
    summary: "Create a user of a customer",
    description: "Creates a user, gives it the customer.user role in addition to those sent, and sends an activation mail unless \
                  the customer's sendNewUserEmail is off. A user of another tenant with the same e-mail address becomes \
                  a member of this customer instead: its name and primary tenant stay, and no mail is sent.",
    provenance: Provenance::PublicDoc,
    answers: &[
        // The vendor's sample shows no isParent here.
        Documented::value::<UserData>(201, "The user was created; Location has its address.", Provenance::PublicDoc),
        documented::bad_request(
            "A tenant id is malformed, the body is not acceptable, or the customer has a user with the e-mail address \
             (UserAlreadyExists).",
        ),
        UNAUTHORIZED,
        NO_CUSTOMER,
    ],
    run: |call, values| Box::pin(create(call, values.into())),
    ..Operation::NEW
};

async fn create(call: Call, Arguments { account, customer, user: new }: Arguments) -> Outcome {
    let mut transaction = call.write().await?;
    let now = transaction.now();
    let new = NewUser::from(new);
    users::check(&new).map_err(|problem| problem.at(now))?;
    let user = Tenant::customer(&mut transaction, account, customer)?.add(&call, &mut transaction, new)?;
    transaction.commit_together().await?;
    let path = format!("accounts/{account}/customers/{customer}/users/{}", user.shared.id);
    let body = UserData::at(now, Some(view::user(&user, customer)));
    Ok(view::created(body, &call.request, &path))
}
