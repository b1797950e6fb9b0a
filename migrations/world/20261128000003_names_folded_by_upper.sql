-- SQLite's own `upper` folds a name of ASCII letters as the program does. Only other names keep their folded form beside
-- them; it was a tenth of a user's row. Users who have the name of an earlier one, see names_without_case, are still found
-- by id only: a blob equals no name.
drop index user_username;
update user set username_folded = cast(number as blob) where username_folded is null and username is not null;
update user set username_folded = null where username_folded = upper(username);
create unique index user_username on user (ifnull(username_folded, upper(username)));

drop index user_email;
update user set email_folded = null where email_folded = upper(email);
create index user_email on user (ifnull(email_folded, upper(email)));
