-- Names are compared as .NET does, which `folded(text)` is, a function of the program; they were in lower case. Where two
-- users now have the same name, the first is found by it, and the others keep theirs but are found by id only.
drop index user_username;
update user set username_folded = folded(username) where username is not null;
update user set username_folded = null where username_folded is not null
    and number not in (select min(number) from user where username_folded is not null group by username_folded);
create unique index user_username on user (username_folded) where username_folded is not null;

drop index user_email;
alter table user add column email_folded text;
update user set email_folded = folded(email) where email is not null;
create index user_email on user (email_folded) where email_folded is not null;
