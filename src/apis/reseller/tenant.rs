//! A tenant that users belong to, an account or a customer of one (docs/spec/reseller.md §2, §16): who is a member, who
//! becomes one, and which mails that causes. Operations on users differ between the two levels in what they show only.

use super::contract::NewUser;
use super::facet::{Account, Customer, ResellerFacet, ResellerUser};
use super::mail;
use super::problem::Problem;
use super::rules::roles::Level;
use super::rules::{self, patch, users};
use crate::apis::{Call, Refusal};
use crate::contract::Facet;
use crate::frameworks::json_patch::Document;
use crate::store::{Page, StoreError, Stored, Transaction};
use uuid::Uuid;

/// A tenant that is there.
#[derive(Debug, Clone, Copy)]
pub struct Tenant {
    /// Its id.
    pub id: Uuid,
    /// Whether it is an account or a customer.
    pub level: Level,
    /// Whether new users get an activation mail.
    activates: bool,
    /// Whether users who may use the communications client get a welcome mail.
    welcomes: bool,
}

impl Tenant {
    /// An account.
    ///
    /// # Errors
    /// When there is none.
    pub fn account(transaction: &mut Transaction, id: Uuid) -> Result<Tenant, Refusal> {
        match transaction.item::<Account>(id)? {
            Some(_) => Ok(Tenant { id, level: Level::Account, activates: true, welcomes: false }),
            None => Err(Problem::NotFound.at(transaction.now())),
        }
    }

    /// A customer of an account.
    ///
    /// # Errors
    /// When there is no such account, or it has no such customer.
    pub fn customer(transaction: &mut Transaction, account: Uuid, id: Uuid) -> Result<Tenant, Refusal> {
        let customer = find_customer(transaction, account, id)?;
        let (activates, welcomes) = (customer.send_new_user_email, customer.send_connect_welcome_email);
        Ok(Tenant { id, level: Level::Customer, activates, welcomes })
    }

    /// The user of an id who has a membership in this tenant.
    ///
    /// # Errors
    /// When there is none.
    pub fn member(&self, transaction: &mut Transaction, id: Uuid) -> Result<Stored<ResellerFacet>, Refusal> {
        let stored = transaction.find::<ResellerFacet>(id)?;
        let member = stored.filter(|stored| stored.user.facet.membership(self.id).is_some());
        member.ok_or_else(|| Problem::NotFound.at(transaction.now()))
    }

    /// Every member, in the order of creation.
    ///
    /// # Errors
    /// When the store fails.
    pub fn members(&self, transaction: &mut Transaction) -> Result<Vec<ResellerUser>, StoreError> {
        let members = transaction.members::<ResellerFacet>(self.id, Page::All)?;
        Ok(members.into_iter().map(|stored| stored.user).collect())
    }

    /// Adds a user: a new one, or one of another tenant with the same e-mail address (chosen,
    /// docs/spec/reseller.md §15 #8).
    ///
    /// # Errors
    /// When a role cannot be given, or a member has the address.
    pub fn add(&self, call: &Call, transaction: &mut Transaction, new: NewUser) -> Result<ResellerUser, Refusal> {
        let now = transaction.now();
        let sent = new.roles.as_deref().unwrap_or_default();
        let roles = users::granted(self.level, sent).map_err(|problem| problem.at(now))?;
        let email = new.email.clone().unwrap_or_default();
        self.advise_roles(call, &[], &roles);
        let user = match transaction.find_by_email::<ResellerFacet>(&email, self.id)? {
            Some(stored) => {
                let mut user = stored.user.clone();
                users::attach(&mut user, self.id, roles, now).map_err(|problem| problem.at(now))?;
                transaction.change(&stored, &user)?;
                call.advise(
                    rules::EXISTING_USER_ATTACHED,
                    "The e-mail address is a user's already: it keeps its name.",
                );
                user
            }
            None => {
                let elsewhere = transaction.elsewhere_by_email::<ResellerFacet>(&email)?;
                let shared = call.shared_members(transaction, elsewhere.as_ref())?;
                let user = users::create(shared, new, self.id, roles);
                call.add_user(transaction, elsewhere.as_ref(), &user, &email)?;
                if self.activates {
                    transaction.post(&mail::to(&user, mail::ACTIVATION, call, now))?;
                }
                user
            }
        };
        self.welcome(call, transaction, None, &user)?;
        Ok(user)
    }

    /// Applies a patch to a member. One that changes nothing leaves no trace, so that a state diff stays empty.
    ///
    /// # Errors
    /// When it cannot be applied, or would give the user another member's e-mail address.
    pub fn patch(
        &self,
        call: &Call,
        transaction: &mut Transaction,
        stored: &Stored<ResellerFacet>,
        document: &Document,
    ) -> Result<(), Refusal> {
        let now = transaction.now();
        let mut user = stored.user.clone();
        patch::advise(call, document, &user, self.id);
        patch::to_user(document, &mut user, self).map_err(|problem| problem.at(now))?;
        if user == stored.user {
            return Ok(());
        }
        self.advise_roles(call, stored.user.facet.roles(self.id), user.facet.roles(self.id));
        if user.shared.email != stored.user.shared.email {
            let email = user.shared.email.as_deref().unwrap_or_default();
            let holder = transaction.find_by_email::<ResellerFacet>(email, self.id)?.map(|holder| holder.user);
            users::check_address_is_free(holder.as_ref(), user.shared.id, self.id)
                .map_err(|problem| problem.at(now))?;
        }
        user.shared.modified_at = now;
        transaction.change(stored, &user)?;
        self.welcome(call, transaction, Some(&stored.user), &user)?;
        Ok(())
    }

    /// Notes each role that a user gets and that no page of the vendor prints.
    fn advise_roles(&self, call: &Call, before: &[String], after: &[String]) {
        /// chosen: how many are noted.
        const MOST: usize = 20;
        let unpublished = after.iter().filter(|role| !self.level.publishes(role) && !before.contains(role));
        for role in unpublished.take(MOST) {
            let message = format!("No page of the vendor prints the role '{role}'; it was given all the same.");
            call.advise(rules::ROLE_NOT_PUBLISHED, message);
        }
    }

    /// Takes a member out: of every tenant where this is the primary one, else of this one only
    /// (docs/spec/reseller.md §5.3).
    ///
    /// # Errors
    /// When the store fails.
    pub fn remove(&self, transaction: &mut Transaction, stored: &Stored<ResellerFacet>) -> Result<(), StoreError> {
        let mut user = stored.user.clone();
        if user.facet.primary_tenant == self.id {
            // Other APIs may show the person still; this one forgets it.
            transaction.remove_facet(user.shared.id, ResellerFacet::TYPE)?;
            return Ok(());
        }
        users::detach(&mut user, self.id, transaction.now());
        transaction.change(stored, &user)
    }

    /// Sends a mail to a member, who has to have this as the primary tenant.
    ///
    /// # Errors
    /// When it is another one.
    pub fn mail(&self, call: &Call, transaction: &mut Transaction, user: Uuid, kind: &str) -> Result<(), Refusal> {
        let now = transaction.now();
        let Stored { user, .. } = self.member(transaction, user)?;
        rules::check_primary(&user, self.id).map_err(|problem| problem.at(now))?;
        Ok(transaction.post(&mail::to(&user, kind, call, now))?)
    }

    /// Invites every member with website access, as is done once a tenant becomes enabled.
    ///
    /// # Errors
    /// When the store fails.
    pub fn invite(&self, call: &Call, transaction: &mut Transaction) -> Result<(), StoreError> {
        let now = transaction.now();
        for user in self.members(transaction)? {
            if user.facet.roles(self.id).iter().any(|role| role == self.level.website_access()) {
                transaction.post(&mail::to(&user, mail::INVITATION, call, now))?;
            }
        }
        Ok(())
    }

    /// Welcomes a member who may use the communications client from now on.
    fn welcome(
        &self,
        call: &Call,
        transaction: &mut Transaction,
        before: Option<&ResellerUser>,
        after: &ResellerUser,
    ) -> Result<(), StoreError> {
        let uses_client = |user: &ResellerUser| user.facet.roles(self.id).iter().any(|role| self.level.is_client(role));
        if self.welcomes && uses_client(after) && !before.is_some_and(uses_client) {
            transaction.post(&mail::to(after, mail::WELCOME, call, transaction.now()))?;
        }
        Ok(())
    }
}

/// A customer of an account as it is stored.
///
/// # Errors
/// As [`Tenant::customer`].
pub fn find_customer(
    transaction: &mut Transaction,
    account: Uuid,
    id: Uuid,
) -> Result<std::sync::Arc<Customer>, Refusal> {
    Tenant::account(transaction, account)?;
    let customer = transaction.item::<Customer>(id)?.filter(|customer| customer.account_id == account);
    customer.ok_or_else(|| Problem::NotFound.at(transaction.now()))
}
