-- The things users refer to, in the order of the document.
create table pbnb_account (
    world integer not null, position integer not null, id integer not null,
    primary key (world, position)
) without rowid;
create unique index pbnb_account_id on pbnb_account (world, id);
create table pbnb_role (
    world integer not null, position integer not null, id integer not null, name text not null,
    primary key (world, position)
) without rowid;
create table reseller_account (
    world integer not null, position integer not null, id blob not null, name text not null, enabled integer not null,
    primary key (world, position)
) without rowid;
create unique index reseller_account_id on reseller_account (world, id);
create table expoints_role (
    world integer not null, position integer not null, id blob not null, name text not null,
    primary key (world, position)
) without rowid;
create unique index expoints_role_id on expoints_role (world, id);
create table admin_account (
    world integer not null, position integer not null, id blob not null, name text not null,
    primary key (world, position)
) without rowid;
create table admin_language (
    world integer not null, position integer not null, id blob not null, name text not null,
    primary key (world, position)
) without rowid;
