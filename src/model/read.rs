//! From text to [`Document`]: lists first, whatever their place in the text, because users refer to them, then users, one
//! at a time. Reading goes on after a problem and finds the next one.

use super::members::{Members, Problems};
use super::problem::Path;
use super::read_record::{Reading, References, read_record};
use super::read_users::{Numbered, Users};
use super::tree::{self, Items, Node};
use super::{
    Client, ClockState, DEFAULT_DATE, Document, NewUser, Problem, Schema, Token, TokenState, User, UserRecord,
};
use crate::contract::{ApiList, Key, Value};
use std::collections::HashSet;
use std::hash::Hash;
use uuid::Uuid;

const USERS: &str = "users";

impl Schema {
    /// Reads a document. Absent members take their defaults.
    ///
    /// # Errors
    /// Every problem in it, by line; a syntax error alone, because nothing after it can be trusted.
    pub fn parse(&self, text: &str) -> Result<Document, Vec<Problem>> {
        let mut reader = self.reader(text)?;
        let mut users: Vec<(usize, UserRecord)> = reader.by_ref().collect();
        // Those that got their number last stand where the document has them.
        users.sort_by_key(|(place, _)| *place);
        let users = users.into_iter().map(|(_, user)| user).collect();
        let DocumentReader { rest, problems, .. } = reader;
        finished(Document { users, ..rest }, problems)
    }

    /// Checks a document, and counts its users.
    ///
    /// # Errors
    /// As [`Schema::parse`].
    pub(crate) fn check(&self, text: &str) -> Result<usize, Vec<Problem>> {
        let mut reader = self.reader(text)?;
        let users = reader.by_ref().count();
        reader.finish().map(|()| users)
    }

    /// A reader of a document that takes its users one at a time, so that they are not all in memory.
    ///
    /// # Errors
    /// The syntax error of a text that has one outside its users.
    pub(crate) fn reader<'s, 't>(&'s self, text: &'t str) -> Result<DocumentReader<'s, 't>, Vec<Problem>> {
        let root = tree::parse_except(text, Some(USERS)).map_err(|problem| vec![problem])?;
        let mut problems = Problems::default();
        let (rest, items) = self.document(&root, &mut problems);
        let users = Users::new(self, References::for_document(&rest));
        Ok(DocumentReader { rest, problems, users, items, place: 0, numbered: None })
    }

    /// Reads one user as it would stand in a document's `users`, and checks its references against that document's
    /// lists, but not whether another user has its name or keys.
    ///
    /// # Errors
    /// Every problem in it, by line.
    pub fn parse_user(&self, text: &str, lists: &Document) -> Result<NewUser, Vec<Problem>> {
        let root = tree::parse(text).map_err(|problem| vec![problem])?;
        let mut problems = Problems::default();
        let mut users = Users::new(self, References::for_document(lists));
        let read = users.read(0, &mut problems, &Path::Root, &root);
        let left_out = users.left_out();
        let record = read.or_else(|| users.numbered().next().map(|(_, user)| user));
        let record = record.unwrap_or_else(|| User::new(Uuid::nil(), DEFAULT_DATE).into());
        finished(NewUser { record, left_out }, problems)
    }

    /// Everything but the users, and those unread.
    fn document<'t>(&self, root: &Node<'t>, problems: &mut Problems) -> (Document, Option<Items<'t>>) {
        let mut document = self.empty_document();
        let Some(mut members) = Members::new(&Path::Root, root, problems) else { return (document, None) };
        // Editors check the document against this schema; it is ignored here.
        members.take("$schema", Problems::text);
        document.clock = members.nullable("clock", clock);
        let users = members.take(USERS, Problems::later);
        for part in self.parts().iter().filter(|part| !part.lists.is_empty()) {
            members.take(part.api, |problems, path, node| {
                let mut members = Members::new(path, node, problems)?;
                for list in part.lists {
                    // Items refer to lists that the document shows before theirs.
                    let refers = list.members.iter().any(|member| !member.refers.is_empty());
                    let known = if refers { References::for_document(&document) } else { References::default() };
                    let items = items(&mut members, list, &known);
                    if let Some(records) = document.lists.iter_mut().find(|known| known.list.path == list.path) {
                        records.items = items;
                    }
                }
                members.finish();
                Some(())
            });
        }
        document.tokens = tokens(self, &mut members);
        document.clients = clients(self, &mut members);
        members.finish();
        (document, users)
    }
}

/// A document that is being read. As an iterator it gives users with their places in the document: those without a
/// number of their own last, because theirs follow from those of all others, and none once there is a problem.
pub(crate) struct DocumentReader<'s, 't> {
    rest: Document,
    problems: Problems,
    users: Users<'s>,
    /// The users that are not read yet.
    items: Option<Items<'t>>,
    /// The place of the next one.
    place: usize,
    /// Those that got their number last.
    numbered: Option<Numbered>,
}

impl DocumentReader<'_, '_> {
    /// Leaves it to the caller to find names, ids and keys of users that are not unique: what is known of those that were
    /// read is most of the memory that reading takes.
    pub(crate) fn trust_names(&mut self) {
        self.users.trust_names();
    }

    /// Everything in the document except its users.
    pub(crate) fn rest(&self) -> &Document {
        &self.rest
    }

    /// Reads what is left.
    ///
    /// # Errors
    /// Every problem in the document, by line. Nothing of one that has problems is to be used.
    pub(crate) fn finish(mut self) -> Result<(), Vec<Problem>> {
        self.by_ref().for_each(drop);
        finished((), self.problems)
    }
}

impl Iterator for DocumentReader<'_, '_> {
    type Item = (usize, UserRecord);

    fn next(&mut self) -> Option<(usize, UserRecord)> {
        let users = Path::Member(&Path::Root, USERS);
        while let Some(item) = self.items.as_mut().and_then(|items| items.next(&users, self.place)) {
            let node = match item {
                Ok(node) => node,
                Err(problem) => {
                    // Nothing that follows it can be trusted, and it is the only problem that is reported.
                    (self.items, self.problems) = (None, Problems(vec![problem]));
                    return None;
                }
            };
            let (place, path) = (self.place, Path::Item(&users, self.place));
            self.place += 1;
            let user = self.users.read(place, &mut self.problems, &path, &node);
            if self.problems.0.is_empty() && user.is_some() {
                return user.map(|user| (place, user));
            }
        }
        if !self.problems.0.is_empty() {
            return None;
        }
        self.numbered.get_or_insert_with(|| self.users.numbered()).next()
    }
}

fn finished<T>(value: T, problems: Problems) -> Result<T, Vec<Problem>> {
    let mut problems = problems.0;
    problems.sort_by_key(|problem| problem.line);
    if problems.is_empty() { Ok(value) } else { Err(problems) }
}

fn clock(problems: &mut Problems, path: &Path<'_>, node: &Node<'_>) -> Option<ClockState> {
    let mut members = Members::new(path, node, problems)?;
    let now = members.required("now", Problems::date);
    let frozen = members.take("frozen", Problems::flag).unwrap_or(false);
    members.finish();
    Some(ClockState { now: now?, frozen })
}

/// Notes a repeated key; the list keeps the first.
fn unrepeated<K: Hash + Eq>(members: &mut Members<'_, '_, '_>, seen: &mut HashSet<K>, key: K, name: &str) {
    if !seen.insert(key) {
        members.wrong(name, format!("Another item of this list has the same {name}."));
    }
}

fn items(members: &mut Members<'_, '_, '_>, list: &'static ApiList, references: &References) -> Vec<Vec<Value>> {
    let (mut items, mut seen) = (Vec::new(), HashSet::new());
    let id = list.members.get(list.id).map_or("", |member| member.name);
    members.each(list.name, |problems, path, node| {
        let reading = Reading { references, user: None, facet: None };
        let Some(record) = read_record(list.members, &reading, problems, path, node) else { return };
        // Without an id the item cannot be kept; the problem is noted.
        if !record.given(list.id) {
            return;
        }
        let key = record.values.get(list.id).map(|id| Key::default().with_value(id));
        if !seen.insert(key) {
            let place = Path::Member(path, id);
            problems.add(&place, record.line_of(list.id), format!("Another item of this list has the same {id}."));
        }
        items.push(record.values);
    });
    items
}

fn api(schema: &Schema, problems: &mut Problems, path: &Path<'_>, node: &Node<'_>) -> Option<&'static str> {
    problems.one_of(path, node, || schema.api_names().collect(), |name| schema.api(name))
}

fn tokens(schema: &Schema, members: &mut Members<'_, '_, '_>) -> Vec<Token> {
    let (mut tokens, mut seen) = (Vec::new(), HashSet::new());
    members.each("tokens", |problems, path, node| {
        let Some(mut members) = Members::new(path, node, problems) else { return };
        let token = members.required("token", Problems::text);
        let state = members
            .take("state", |problems, path, node| {
                let names = || TokenState::ALL.map(TokenState::name).to_vec();
                problems.one_of(path, node, names, TokenState::from_name)
            })
            .unwrap_or(TokenState::Valid);
        let apis = members.nullable("apis", |problems, path, node| {
            let mut apis = Vec::new();
            for (index, item) in problems.items(path, node)?.iter().enumerate() {
                apis.extend(api(schema, problems, &Path::Item(path, index), item));
            }
            Some(apis)
        });
        let expires_at = members.nullable("expiresAt", Problems::date);
        let client = members.nullable("client", Problems::text);
        let user = members.nullable("user", Problems::guid);
        let password = members.nullable("passwordFingerprint", Problems::text);
        let scope = members.nullable("scope", Problems::text);
        if let Some(token) = token {
            unrepeated(&mut members, &mut seen, token.clone(), "token");
            tokens.push(Token { token, state, apis, expires_at, client, user, password, scope });
        }
        members.finish();
    });
    tokens
}

fn clients(schema: &Schema, members: &mut Members<'_, '_, '_>) -> Vec<Client> {
    let (mut clients, mut seen) = (Vec::new(), HashSet::new());
    members.each("clients", |problems, path, node| {
        let Some(mut members) = Members::new(path, node, problems) else { return };
        let api = members.required("api", |problems, path, node| api(schema, problems, path, node));
        let client_id = members.required("clientId", Problems::text);
        let client_secret = members.required("clientSecret", Problems::text);
        let read_only = members.take("readOnly", Problems::flag).unwrap_or(false);
        if let (Some(api), Some(client_id), Some(client_secret)) = (api, client_id, client_secret) {
            unrepeated(&mut members, &mut seen, (api, client_id.clone()), "clientId");
            clients.push(Client { api, client_id, client_secret, read_only });
        }
        members.finish();
    });
    clients
}
