//! The input and output of an endpoint: bound arguments, the world it acts in and the store; a reply of values, or a
//! refusal. Endpoints contain no SQL, no formats and no wording.

use super::authentication::Caller;
use crate::codec::{Advice, Note};
use crate::config::{AuthMode, Passwords};
use crate::contract::Facet;
use crate::frameworks::webapi::{Reply, Request};
use crate::model::ids::{Ids, Sequence};
use crate::model::{User, UserRecord, UserWith};
use crate::store::{Elsewhere, Sources, Store, StoreError, Transaction, Watcher, WorldName};
use std::sync::{Arc, Mutex};
use uuid::Uuid;

/// The outcome of an endpoint.
pub type Outcome = Result<Reply, Refusal>;

/// An outcome other than success.
#[derive(Debug)]
pub enum Refusal {
    /// A refusal in the API's own words.
    Problem(Box<Reply>),
    /// A fault of this server: logged, and answered as the API's 500.
    Fault(anyhow::Error),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Refusal {
        Refusal::Fault(error.into())
    }
}

impl From<Reply> for Refusal {
    fn from(reply: Reply) -> Refusal {
        Refusal::Problem(Box::new(reply))
    }
}

/// The parts of a server that endpoints use; clones are cheap and share them.
#[derive(Debug, Clone)]
pub struct Services {
    /// The worlds.
    pub store: Store,
    /// The only source of identifiers.
    pub ids: Arc<Ids>,
    /// Whether answers show stored passwords.
    pub passwords: Passwords,
    /// Which tokens are good.
    pub auth: AuthMode,
    /// How deep a request body may nest.
    pub depth: usize,
}

/// One call of an endpoint.
#[derive(Debug)]
pub struct Call {
    services: Services,
    /// The world that the request addresses.
    world: WorldName,
    /// The request.
    pub request: Arc<Request>,
    /// Who is calling, where tokens are checked strictly and the token has a holder.
    caller: Option<Caller>,
    /// Silent behaviour of the real service, for the journal.
    pub(crate) notes: Arc<Mutex<Vec<Note>>>,
    /// The users it changed, for the journal.
    pub(crate) changes: Watcher,
    /// What its answer shows, where somebody would keep it.
    pub(crate) sources: Option<Arc<Mutex<Sources>>>,
}

impl Call {
    /// A call of an endpoint in a world.
    #[must_use]
    pub(crate) fn new(services: Services, world: WorldName, request: Arc<Request>, caller: Option<Caller>) -> Call {
        let (notes, changes) = (Arc::default(), Watcher::default());
        Call { services, world, request, caller, notes, changes, sources: None }
    }

    /// The user whose token the request carries, with the facet of the API; `None` where tokens are not checked
    /// strictly, and for tokens that belong to no user. An answer that lists things leaves out what this user may not
    /// see.
    #[must_use]
    pub fn user(&self) -> Option<&UserRecord> {
        self.caller.as_ref()?.user.as_ref()
    }

    /// A transaction that sees one state of the world.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn read(&self) -> Result<Transaction, StoreError> {
        Ok(self.telling(self.services.store.read(&self.world).await?))
    }

    /// A transaction that may change the world.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn write(&self) -> Result<Transaction, StoreError> {
        Ok(self.telling(self.services.store.write(&self.world).await?.watched(Arc::clone(&self.changes))))
    }

    fn telling(&self, transaction: Transaction) -> Transaction {
        match &self.sources {
            Some(asked) => transaction.telling_sources(Arc::clone(asked)),
            None => transaction,
        }
    }

    /// A new identifier.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        self.services.ids.next_id(self.world.as_str(), Sequence::World)
    }

    /// How deep a request body may nest.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.services.depth
    }

    /// Whether tokens are checked strictly. Sign-in then refuses what it otherwise only gives advice about.
    #[must_use]
    pub fn is_strict(&self) -> bool {
        self.services.auth == AuthMode::Strict
    }

    /// A stored password, if answers may show it.
    #[must_use]
    pub fn shown(&self, password: Option<String>) -> Option<String> {
        password.filter(|_| self.services.passwords == Passwords::Echo)
    }

    /// Adds a reader's notes.
    pub(crate) fn advise_all(&self, found: impl IntoIterator<Item = Note>) {
        if let Ok(mut notes) = self.notes.lock() {
            notes.extend(found);
        }
    }

    /// Adds a note about something that the real service does silently.
    pub fn advise(&self, code: Advice, message: impl Into<String>) {
        if let Ok(mut notes) = self.notes.lock() {
            notes.push(Note { code, message: message.into() });
        }
    }

    /// Whether the body names a member. A value that was bound cannot say whether a zero was sent or left out; the text
    /// can, and only who would note a loss has to ask.
    #[must_use]
    pub fn body_names(&self, member: &str) -> bool {
        names(&self.request.body, member)
    }

    /// The shared members of a user that is new to an API: a new user's, or those of one that only other APIs show so far
    /// (chosen, docs/one-user.md).
    ///
    /// # Errors
    /// Faults of the database.
    pub fn shared_members(
        &self,
        transaction: &mut Transaction,
        elsewhere: Option<&Elsewhere>,
    ) -> Result<User, StoreError> {
        match elsewhere {
            Some(known) => Ok(User { modified_at: transaction.now(), ..known.user.clone() }),
            None => Ok(User::new(transaction.unused_id(|| self.new_id())?, transaction.now())),
        }
    }

    /// Stores a user that is new to an API, with a note where other APIs know it by this name or e-mail address.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn add_user<F: Facet>(
        &self,
        transaction: &mut Transaction,
        elsewhere: Option<&Elsewhere>,
        user: &UserWith<F>,
        who: &str,
    ) -> Result<(), StoreError> {
        let Some(known) = elsewhere else { return transaction.insert(user) };
        self.advise_attached(who);
        transaction.attach(known, user)
    }

    /// Notes that users of other APIs, with these names, have become users of this one too.
    pub fn advise_attached(&self, who: &str) {
        let message =
            format!("Other APIs know '{who}' already: it is the same user, and members that were sent count there.");
        self.advise(Advice::UserAttached, message);
    }

    /// Notes that a name is refused because of a user that this API does not show, if that is so.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn advise_name_held<F: Facet>(&self, transaction: &mut Transaction, name: &str) -> Result<(), StoreError> {
        if transaction.elsewhere_by_username::<F>(name)?.is_some() {
            let message = format!("'{name}' is a user that only other APIs show; a username is unique in a world.");
            self.advise(Advice::UserNameHeldElsewhere, message);
        }
        Ok(())
    }
}

/// Whether a name stands in a body of any format, as a word and in any case. Zero bytes are skipped, which makes UTF-16
/// readable. chosen: a value that is the same word counts too, so that advice is rather missed than wrong.
fn names(body: &[u8], name: &str) -> bool {
    let text: Vec<u8> = body.iter().copied().filter(|byte| *byte != 0).collect();
    let is_part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    text.windows(name.len()).enumerate().any(|(start, word)| {
        word.eq_ignore_ascii_case(name.as_bytes())
            && !is_part(start.checked_sub(1).and_then(|before| text.get(before)))
            && !is_part(text.get(start + name.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_member_is_named_in_every_format_and_only_as_a_whole_word() {
        let utf16: Vec<u8> = r#"{"Pin":"1"}"#.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let bson = b"\x0e\0\0\0\x10Pin\0\x01\0\0\0\0";
        for body in [&br#"{"pin":null}"#[..], b"<User><Pin/></User>", b"a=1&User.Pin=1", b"Pin", &utf16, bson] {
            assert!(names(body, "Pin"), "{body:?}");
        }
        for body in [&b""[..], b"Pi", br#"{"Pins":1}"#, b"<Pinned/>", b"a=Spin", b"my_Pin=1"] {
            assert!(!names(body, "Pin"), "{body:?}");
        }
    }
}
