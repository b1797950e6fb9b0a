//! From text to [`Document`]: lists first, whatever their place in the text, because users refer to them.

use std::collections::HashSet;
use std::hash::Hash;

use uuid::Uuid;

use super::members::{Members, Problems};
use super::names::{USER_DEFAULTS, number_of};
use super::parse_user::{Known, Users};
use super::path::Path;
use super::tree::{self, Node};
use super::{
    Api, Client, ClockState, Document, Named, PbnbAccount, PbnbRole, Problem, ResellerAccount, Token, TokenState, User,
};

impl Document {
    /// Reads a document. Absent members take their defaults.
    ///
    /// # Errors
    /// Every problem in it, by line; a syntax error is the only one, because nothing after it can be trusted.
    pub fn parse(text: &str) -> Result<Document, Vec<Problem>> {
        let root = tree::parse(text).map_err(|problem| vec![problem])?;
        let mut problems = Problems::default();
        let document = document(&root, &mut problems);
        finished(document, problems)
    }

    /// Reads one user as it would stand in this document's `users`, checking what it refers to against this
    /// document's lists, but not whether another user has its name or keys.
    ///
    /// # Errors
    /// Every problem in it, by line.
    pub fn parse_user(&self, text: &str) -> Result<User, Vec<Problem>> {
        let root = tree::parse(text).map_err(|problem| vec![problem])?;
        let mut problems = Problems::default();
        let mut users = Users::new(Known::of(self));
        users.read(&mut problems, &Path::Root, &root);
        let user = users.finish().pop().unwrap_or_else(|| User::new(Uuid::nil(), super::DEFAULT_DATE));
        finished(user, problems)
    }
}

fn finished<T>(value: T, problems: Problems) -> Result<T, Vec<Problem>> {
    let mut problems = problems.0;
    problems.sort_by_key(|problem| problem.line);
    if problems.is_empty() { Ok(value) } else { Err(problems) }
}

fn document(root: &Node, problems: &mut Problems) -> Document {
    let mut document = Document::default();
    let Some(mut members) = Members::of(&Path::Root, root, problems) else { return document };
    document.clock = members.nullable("clock", clock);
    // Asked for here so that an unknown member's list of known ones follows the document; read once the lists are.
    let users = members.node("users");
    members.take("pbnb", |problems, path, node| pbnb(problems, path, node, &mut document));
    members.take("reseller", |problems, path, node| reseller(problems, path, node, &mut document));
    members.take("expoints", |problems, path, node| {
        let mut members = Members::of(path, node, problems)?;
        document.expoints_roles = named_list(&mut members, "roles");
        members.finish();
        Some(())
    });
    members.take("adminUsers", |problems, path, node| {
        let mut members = Members::of(path, node, problems)?;
        document.admin_accounts = named_list(&mut members, "accounts");
        document.admin_languages = named_list(&mut members, "languages");
        members.finish();
        Some(())
    });
    document.tokens = tokens(&mut members);
    document.clients = clients(&mut members);
    if users.is_some() {
        let mut read = Users::new(Known::of(&document));
        members.each("users", |problems, path, node| read.read(problems, path, node));
        document.users = read.finish();
    }
    members.finish();
    document
}

fn clock(problems: &mut Problems, path: &Path<'_>, node: &Node) -> Option<ClockState> {
    let mut members = Members::of(path, node, problems)?;
    let now = members.required("now", Problems::date);
    let frozen = members.take("frozen", Problems::flag).unwrap_or(false);
    members.finish();
    Some(ClockState { now: now?, frozen })
}

/// Notes a repeated key; the list keeps the first.
fn unrepeated<K: Hash + Eq>(members: &mut Members<'_, '_>, seen: &mut HashSet<K>, key: K, name: &str) {
    if !seen.insert(key) {
        members.wrong(name, format!("Another item of this list has the same {name}."));
    }
}

fn pbnb(problems: &mut Problems, path: &Path<'_>, node: &Node, document: &mut Document) -> Option<()> {
    let mut members = Members::of(path, node, problems)?;
    let mut seen = HashSet::new();
    members.each("accounts", |problems, path, node| {
        let Some(mut members) = Members::of(path, node, problems) else { return };
        let id = members.required("id", Problems::int);
        let mut user_defaults = 0;
        members.each("userDefaults", |problems, path, node| {
            let flag = problems.one_of(path, node, USER_DEFAULTS, |name| number_of(USER_DEFAULTS, name));
            user_defaults |= flag.map_or(0, |place| 1 << place);
        });
        if let Some(id) = id {
            unrepeated(&mut members, &mut seen, id, "id");
            document.pbnb_accounts.push(PbnbAccount { id, user_defaults });
        }
        members.finish();
    });
    let mut seen = HashSet::new();
    members.each("roles", |problems, path, node| {
        let Some(mut members) = Members::of(path, node, problems) else { return };
        let id = members.required("id", Problems::int);
        let name = members.take("name", Problems::text).unwrap_or_default();
        if let Some(id) = id {
            unrepeated(&mut members, &mut seen, id, "id");
            document.pbnb_roles.push(PbnbRole { id, name });
        }
        members.finish();
    });
    members.finish();
    Some(())
}

fn reseller(problems: &mut Problems, path: &Path<'_>, node: &Node, document: &mut Document) -> Option<()> {
    let mut members = Members::of(path, node, problems)?;
    let mut seen = HashSet::new();
    members.each("accounts", |problems, path, node| {
        let Some(mut members) = Members::of(path, node, problems) else { return };
        let id = members.required("id", Problems::guid);
        let mut account = ResellerAccount::new(id.unwrap_or_default(), "");
        account.name = members.take("name", Problems::text).unwrap_or_default();
        account.enabled = members.take("enabled", Problems::flag).unwrap_or(true);
        account.description = members.nullable("description", Problems::text);
        account.reference = members.nullable("reference", Problems::text);
        account.timezone = members.nullable("timezone", Problems::text);
        account.country_code = members.nullable("countryCode", Problems::text);
        account.parent_tenant = members.nullable("parentTenantId", Problems::guid);
        account.created_at = members.take("dateCreated", Problems::date).unwrap_or(account.created_at);
        account.deleted = members.take("deleted", Problems::flag).unwrap_or(false);
        if let Some(id) = id {
            unrepeated(&mut members, &mut seen, id, "id");
            document.reseller_accounts.push(account);
        }
        members.finish();
    });
    members.finish();
    Some(())
}

fn named_list(members: &mut Members<'_, '_>, list: &'static str) -> Vec<Named> {
    let (mut items, mut seen) = (Vec::new(), HashSet::new());
    members.each(list, |problems, path, node| {
        let Some(mut members) = Members::of(path, node, problems) else { return };
        let id = members.required("id", Problems::guid);
        let name = members.take("name", Problems::text).unwrap_or_default();
        if let Some(id) = id {
            unrepeated(&mut members, &mut seen, id, "id");
            items.push(Named { id, name });
        }
        members.finish();
    });
    items
}

fn api(problems: &mut Problems, path: &Path<'_>, node: &Node) -> Option<Api> {
    problems.one_of(path, node, &Api::ALL.map(Api::name), Api::of)
}

fn tokens(members: &mut Members<'_, '_>) -> Vec<Token> {
    let (mut tokens, mut seen) = (Vec::new(), HashSet::new());
    members.each("tokens", |problems, path, node| {
        let Some(mut members) = Members::of(path, node, problems) else { return };
        let token = members.required("token", Problems::text);
        let state = members
            .take("state", |problems, path, node| {
                problems.one_of(path, node, &TokenState::ALL.map(TokenState::name), TokenState::of)
            })
            .unwrap_or(TokenState::Valid);
        let apis = members.nullable("apis", |problems, path, node| {
            let mut apis = Vec::new();
            for (index, item) in problems.items(path, node).iter().enumerate() {
                apis.extend(api(problems, &Path::Item(path, index), item));
            }
            Some(apis)
        });
        let expires_at = members.nullable("expiresAt", Problems::date);
        if let Some(token) = token {
            unrepeated(&mut members, &mut seen, token.clone(), "token");
            tokens.push(Token { token, state, apis, expires_at });
        }
        members.finish();
    });
    tokens
}

fn clients(members: &mut Members<'_, '_>) -> Vec<Client> {
    let (mut clients, mut seen) = (Vec::new(), HashSet::new());
    members.each("clients", |problems, path, node| {
        let Some(mut members) = Members::of(path, node, problems) else { return };
        let api = members.required("api", api);
        let client_id = members.required("clientId", Problems::text);
        let client_secret = members.required("clientSecret", Problems::text);
        if let (Some(api), Some(client_id), Some(client_secret)) = (api, client_id, client_secret) {
            unrepeated(&mut members, &mut seen, (api, client_id.clone()), "clientId");
            clients.push(Client { api, client_id, client_secret });
        }
        members.finish();
    });
    clients
}
