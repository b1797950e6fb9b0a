-- A facet is a body: one column for each API, whose members the API's declaration knows. `stored_body(API, members…)`
-- and `stored_item(LIST, members…)` are functions of the program, which encode a row's columns as the declaration of this
-- API or list does; for one that the program does not have they give null. Keys and containers follow from the bodies,
-- so the program fills them once this file has run.
alter table user rename to former_user;
drop index user_id;
drop index user_username;
drop index user_email;
drop index user_pbnb;

-- A user once: what the APIs share, and a column facet_{API} for each of them that is null when the user does not have
-- the facet. The number gives the order. Columns of APIs that are not named here are added when a file is opened.
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
    facet_adminUsers blob
);
insert into user
select number, id, username, username_folded, email, display_name, password, enabled, created_at, modified_at,
    iif(pbnb_account is null, null, stored_body('pbnb', pbnb_account, pbnb_user, iif(pbnb_deleted, 2, 0), pbnb_auth,
        pbnb_max_denials, pbnb_reset_period, pbnb_private_username, pbnb_access_types, pbnb_voucher, pbnb_resources,
        pbnb_provisioning, pbnb_role)),
    iif(reseller_tenant is null, null, stored_body('reseller', reseller_tenant, reseller_memberships)),
    iif(expoints_external is null, null,
        stored_body('expoints', expoints_external, expoints_single_role, expoints_roles)),
    iif(admin_account is null, null, stored_body('adminUsers', admin_account, admin_admin, admin_agreement_date,
        admin_decline_date, admin_dpa_version, admin_language, admin_mobile_phone, admin_pin, admin_preferences,
        admin_privacy_version, admin_sso, admin_time_zone, admin_super, admin_locked))
from former_user;
drop table former_user;
drop table membership;
create unique index user_id on user (id);
create unique index user_username on user (username_folded) where username_folded is not null;
create index user_email on user (lower(email)) where email is not null;

-- Users by the key that an API has for them; an API whose key is the user's id has none here. Keys sort as their values.
create table facet_key (
    api text not null,
    key blob not null,
    number integer not null,
    primary key (api, key)
) without rowid;

-- Users by the container under which an API lists them, e.g. a tenant; an API whose keys begin with it has none here.
create table container (
    api text not null,
    id blob not null,
    number integer not null,
    primary key (api, id, number)
) without rowid;

-- The lists that APIs own, by their path in documents, e.g. pbnb.accounts. A hidden item is kept because users may name
-- it, and is otherwise not found.
create table list_item (
    list text not null,
    position integer not null,
    id blob not null,
    hidden integer not null,
    body blob not null,
    primary key (list, position)
) without rowid;
create unique index list_item_id on list_item (list, id);

insert into list_item
select 'pbnb.accounts', position, stored_key(id), 0, body from
    (select position, id, stored_item('pbnb.accounts', id, user_defaults) as body from pbnb_account)
    where body is not null;
insert into list_item
select 'pbnb.roles', position, stored_key(id), 0, body from
    (select min(position) as position, id, stored_item('pbnb.roles', id, name) as body from pbnb_role group by id)
    where body is not null;
insert into list_item
select 'reseller.accounts', position, id, deleted, body from
    (select position, id, deleted, stored_item('reseller.accounts', id, name, enabled, description, reference, timezone,
        country_code, parent_tenant, created_at, deleted) as body from reseller_account)
    where body is not null;
insert into list_item
select 'expoints.roles', position, id, 0, body from
    (select min(position) as position, id, stored_item('expoints.roles', id, name) as body from expoints_role group by id)
    where body is not null;
insert into list_item
select 'adminUsers.accounts', position, id, 0, body from
    (select min(position) as position, id, stored_item('adminUsers.accounts', id, name) as body
        from admin_account group by id)
    where body is not null;
insert into list_item
select 'adminUsers.languages', position, id, 0, body from
    (select min(position) as position, id, stored_item('adminUsers.languages', id, name) as body
        from admin_language group by id)
    where body is not null;
drop table pbnb_account;
drop table pbnb_role;
drop table reseller_account;
drop table expoints_role;
drop table admin_account;
drop table admin_language;

-- What a grant is for, in the words of the API that gives it.
alter table token_grant add column scope text;
