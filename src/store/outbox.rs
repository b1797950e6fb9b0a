//! Mails that a real service would send. They stay in their world, in order, for tests to read.

use super::{StoreError, Transaction};
use crate::contract::DateTime;

/// A mail that the real service would have sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// When, by the world's clock.
    pub at: DateTime,
    /// The name of the API that would have sent it.
    pub api: &'static str,
    /// The kind of mail, e.g. `activation`.
    pub kind: String,
    /// The recipient.
    pub to: String,
    /// The link a client would follow.
    pub link: Option<String>,
}

impl Transaction {
    /// Puts a mail into the world's outbox.
    ///
    /// # Errors
    /// Faults of the database.
    pub fn post(&mut self, mail: &Mail) -> Result<(), StoreError> {
        let sql = "insert into outbox (at, api, kind, recipient, link) values (?, ?, ?, ?, ?)";
        self.run(sql, (mail.at.ticks, mail.api, &mail.kind, &mail.to, &mail.link))?;
        Ok(())
    }

    /// The world's mails, oldest first.
    ///
    /// # Errors
    /// Faults of the database.
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn outbox(&mut self) -> Result<Vec<Mail>, StoreError> {
        let statements = self.statements();
        self.many("select at, api, kind, recipient, link from outbox order by position", [], |columns| {
            Ok(Mail {
                at: columns.date()?.ok_or(StoreError::Unreadable("mail"))?,
                api: columns
                    .text()?
                    .and_then(|name| statements.schema.api(name))
                    .ok_or(StoreError::Unreadable("mail"))?,
                kind: columns.next()?,
                to: columns.next()?,
                link: columns.next()?,
            })
        })
    }
}
