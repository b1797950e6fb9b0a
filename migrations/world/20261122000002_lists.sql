-- The things users refer to, in the order of the document.
create table pbnb_account (
    position integer primary key,
    id integer not null unique,
    -- what new users of the account get: one bit a flag, the first flag the lowest
    user_defaults integer not null
);
create table pbnb_role (position integer primary key, id integer not null, name text not null);
-- A deleted account keeps its row: users may still name it.
create table reseller_account (
    position integer primary key,
    id blob not null unique,
    name text not null,
    enabled integer not null,
    description text,
    reference text,
    timezone text,
    country_code text,
    parent_tenant blob,
    created_at integer not null,
    deleted integer not null
);
create table expoints_role (position integer primary key, id blob not null, name text not null);
create table admin_account (position integer primary key, id blob not null, name text not null);
create table admin_language (position integer primary key, id blob not null, name text not null);
