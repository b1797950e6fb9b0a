//! Users page by page, for the control API: a search over what people know of a user, in the order of the document.

use uuid::Uuid;

use super::facets::whole_user;
use super::{StoreError, Transaction, folded};
use crate::state::User;

impl Transaction {
    /// Up to `limit` users after the user `after` whose username, e-mail address or display name contains `search`;
    /// usernames without regard to case, the others without regard to ASCII case.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no user `after`: starting again instead would make a client that pages
    /// through the list go round for ever.
    pub async fn users_page(
        &mut self,
        search: Option<&str>,
        limit: u32,
        after: Option<Uuid>,
    ) -> Result<Vec<User>, StoreError> {
        let start: i64 = match after {
            None => 0,
            Some(id) => sqlx::query_scalar("select number from users where world = $1 and id = $2")
                .bind(self.world())
                .bind(id.as_bytes().to_vec())
                .fetch_optional(self.connection())
                .await?
                .ok_or(StoreError::NotFound("user"))?,
        };
        let search = search.filter(|search| !search.is_empty());
        let statement = sqlx::query(whole_user!(
            "where u.world = $1 and u.number > $2 and ($3 is null or instr(u.username_folded, $3) > 0
             or instr(lower(u.email), lower($4)) > 0 or instr(lower(u.display_name), lower($4)) > 0)
             order by u.number limit $5"
        ));
        let statement = statement.bind(self.world()).bind(start).bind(search.map(folded)).bind(search);
        self.many(statement.bind(i64::from(limit))).await
    }
}
