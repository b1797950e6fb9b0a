//! Users page by page, for the control API: a search over what people know of a user, in the order of the document.

use uuid::Uuid;

use super::facets::{self, users};
use super::{StoreError, Transaction, folded};
use crate::model::User;

impl Transaction {
    /// Up to `limit` users after the user `after` whose username, e-mail address or display name contains `search`;
    /// usernames without regard to case, the others without regard to ASCII case.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no user `after`: starting again instead would make a client that pages
    /// through the list go round for ever.
    pub fn users_page(
        &mut self,
        search: Option<&str>,
        limit: u32,
        after: Option<Uuid>,
    ) -> Result<Vec<User>, StoreError> {
        let start: i64 = match after {
            None => 0,
            Some(id) => self
                .value("select number from user where id = ?", [id.as_bytes()])?
                .ok_or(StoreError::NotFound("user"))?,
        };
        let search = search.filter(|search| !search.is_empty());
        let sql = users!(
            all,
            "where number > ?1 and (?2 is null or instr(username_folded, ?2) > 0
             or instr(lower(email), lower(?3)) > 0 or instr(lower(display_name), lower(?3)) > 0)
             order by number limit ?4"
        );
        self.many(sql, (start, search.map(folded), search, limit), facets::whole_user)
    }
}
