-- The schema of a world: what all migrations together make, which a test compares. A new database is given it at once,
-- because the way over every version takes more than half of a start.

-- A user once: what the APIs share, and a column facet_{API} for each of them that is null when the user does not have
-- the facet. The number gives the order. Columns of APIs that are not named here are added when a file is opened. Names are
-- compared in their folded form; a column has it only where `upper`, which knows ASCII letters alone, makes another one.
create table user (
    number integer primary key,
    id blob not null,
    username text,
    username_folded text,
    email text,
    display_name text,
    password text,
    enabled integer not null,
    created_at integer not null,
    modified_at integer not null,
    facet_pbnb blob,
    facet_reseller blob,
    facet_expoints blob,
    facet_adminUsers blob,
    email_folded text
);
create unique index user_id on user (id);
create unique index user_username on user (ifnull(username_folded, upper(username)));
create index user_email on user (ifnull(email_folded, upper(email)));

-- Users by the key that an API has for them; an API whose key is the user's id has none here. Keys sort as their values.
create table facet_key (
    api text not null,
    key blob not null,
    number integer not null,
    primary key (api, key)
) without rowid;

-- The containers under which APIs list users, e.g. tenants, and the users in them; an API whose keys begin with the
-- container has none here.
create table container (
    number integer primary key,
    api text not null,
    id blob not null,
    unique (api, id)
);
create table container_user (
    container integer not null,
    user integer not null,
    primary key (container, user)
) without rowid;

-- The lists that APIs own, by their path in documents, e.g. pbnb.accounts. A hidden item is kept because users may name
-- it, and is otherwise not found. The container is that by which an API lists an item, e.g. the account of a customer.
create table list_item (
    list text not null,
    position integer not null,
    id blob not null,
    hidden integer not null,
    body blob not null,
    container blob,
    primary key (list, position)
) without rowid;
create unique index list_item_id on list_item (list, id);
create index list_item_container on list_item (list, container, position) where container is not null;

-- Bearer tokens, listed or issued, and the clients that may ask for one. apis is a JSON list; null means all. A token may
-- be somebody's: the client's it was issued to, the user's it ends with, by the fingerprint of that user's password.
create table token (
    position integer primary key,
    token text not null unique,
    state text not null,
    apis text,
    expires_at integer,
    client text,
    user blob,
    password text,
    scope text
);
create table client (
    position integer primary key,
    api text not null,
    client_id text not null,
    client_secret text not null,
    read_only integer not null default 0
);

-- Authorization codes and refresh tokens, each good once; of codes also the challenge of PKCE, whether the verifier is
-- compared as it is (1) or by its SHA-256 (0), and the nonce that the id token repeats.
create table token_grant (
    secret text primary key,
    api text not null,
    client_id text not null,
    redirect_uri text,
    expires_at integer not null,
    scope text,
    user blob,
    password text,
    challenge text,
    plain integer,
    nonce text
) without rowid;

-- What the world's clock shows: 0 real, 1 shifted by, 2 frozen at ticks (100 ns).
create table clock (kind integer not null, ticks integer not null);
insert into clock (kind, ticks) values (0, 0);

-- Mails that a real service would send.
create table outbox (
    position integer primary key,
    at integer not null,
    api text not null,
    kind text not null,
    recipient text not null,
    link text
);
