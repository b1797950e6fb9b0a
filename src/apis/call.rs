//! What an endpoint receives and gives: the bound arguments, the world it acts in and the store; a reply of values, or
//! a refusal. Endpoints contain no SQL, no formats and no wording.

use crate::codec::Note;
use crate::config::Passwords;
use crate::contract::{Contracted, Value};
use crate::frameworks::webapi::{Reply, Request};
use crate::pipeline::app::App;
use crate::store::{StoreError, Transaction, WorldName};
use std::sync::{Arc, Mutex};
use uuid::Uuid;

/// What an endpoint gives back.
pub type Outcome = Result<Reply, Refusal>;

/// Why an endpoint gives no success.
#[derive(Debug)]
pub enum Refusal {
    /// The API's own words for it.
    Problem(Box<Reply>),
    /// Something of ours failed: logged, and answered as the API's 500.
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

/// One call of an endpoint.
#[derive(Debug)]
pub struct Call {
    /// The server.
    pub app: App,
    /// The world that the request addresses.
    pub world: WorldName,
    /// The request.
    pub request: Arc<Request>,
    /// What real services do silently, for the journal.
    pub notes: Arc<Mutex<Vec<Note>>>,
    arguments: Vec<Value>,
}

impl Call {
    /// A call with these bound arguments.
    #[must_use]
    pub fn new(app: App, world: WorldName, request: Arc<Request>, arguments: Vec<Value>) -> Call {
        Call { app, world, request, notes: Arc::default(), arguments }
    }

    /// Takes an argument by its place in the operation's parameter list.
    pub fn take<T: Contracted>(&mut self, place: usize) -> T {
        T::from_value(self.take_value(place))
    }

    /// Takes an argument as the value that was bound.
    pub fn take_value(&mut self, place: usize) -> Value {
        self.arguments.get_mut(place).map(std::mem::take).unwrap_or_default()
    }

    /// A transaction that sees one state of the world.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn read(&self) -> Result<Transaction, StoreError> {
        self.app.store().read(&self.world).await
    }

    /// A transaction that may change the world.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn write(&self) -> Result<Transaction, StoreError> {
        self.app.store().write(&self.world).await
    }

    /// A new identifier.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        self.app.ids().next_id(self.world.as_str())
    }

    /// A stored password as answers may show it.
    #[must_use]
    pub fn shown(&self, password: Option<String>) -> Option<String> {
        password.filter(|_| self.app.config().passwords == Passwords::Echo)
    }

    /// Notes what a reader did silently.
    pub fn advise_all(&self, found: impl IntoIterator<Item = Note>) {
        if let Ok(mut notes) = self.notes.lock() {
            notes.extend(found);
        }
    }

    /// Notes something that the real service does silently.
    pub fn advise(&self, code: &'static str, message: impl Into<String>) {
        if let Ok(mut notes) = self.notes.lock() {
            notes.push(Note { code, message: message.into() });
        }
    }
}
