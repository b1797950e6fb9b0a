-- A user is keyed by its number in its world: the number gives the order, and a copy of a world keeps it, so that
-- fork and reset are one insert-select per table. Without rowid: the rows of a world lie together, in order.
create table users (
    world integer not null,
    number integer not null,
    id blob not null,
    username text,
    username_folded text,
    email text,
    display_name text,
    password text,
    enabled integer not null,
    created_at integer not null,
    modified_at integer not null,
    primary key (world, number)
) without rowid;
create unique index users_id on users (world, id);
create unique index users_username on users (world, username_folded);
create index users_email on users (world, lower(email));
