//! Mails that a real service would send. They stay in their world, in order, for a test to look at.

use super::rows::Columns;
use super::{StoreError, Transaction};
use crate::contract::DateTime;
use crate::state::Api;

/// A mail that was not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// When, by the world's clock.
    pub at: DateTime,
    /// The API that would have sent it.
    pub api: Api,
    /// What it is, e.g. `activation`.
    pub kind: String,
    /// Whom it is for.
    pub to: String,
    /// The link a client would follow.
    pub link: Option<String>,
}

impl Transaction {
    /// Puts a mail into the world's outbox.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn post(&mut self, mail: &Mail) -> Result<(), StoreError> {
        let statement = sqlx::query(
            "insert into outbox (world, position, at, api, kind, recipient, link) \
             select $1, coalesce(max(position), 0) + 1, $2, $3, $4, $5, $6 from outbox where world = $1",
        );
        let statement = statement.bind(self.world()).bind(mail.at.ticks).bind(mail.api.name()).bind(&mail.kind);
        statement.bind(&mail.to).bind(mail.link.as_deref()).execute(self.connection()).await?;
        Ok(())
    }

    /// The world's mails, oldest first.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn outbox(&mut self) -> Result<Vec<Mail>, StoreError> {
        let statement =
            sqlx::query("select at, api, kind, recipient, link from outbox where world = $1 order by position");
        let rows = statement.bind(self.world()).fetch_all(self.connection()).await?;
        let mail = |row| {
            let mut columns = Columns::of(row);
            Ok(Mail {
                at: columns.date()?.ok_or(StoreError::Unreadable("mail"))?,
                api: Api::of(columns.next()?).ok_or(StoreError::Unreadable("mail"))?,
                kind: columns.next()?,
                to: columns.next()?,
                link: columns.next()?,
            })
        };
        rows.iter().map(mail).collect()
    }
}
