-- What only one API knows of a user. Lists without a life of their own are JSON text.
create table pbnb_user (
    world integer not null,
    number integer not null,
    account_id integer not null,
    user_id integer not null,
    deleted integer not null,
    auth integer not null,
    max_denials integer,
    reset_period integer,
    private_username text,
    access_types text,
    voucher_id integer not null,
    resource_ids text not null,
    provisioning_id blob not null,
    role_id integer,
    primary key (world, number)
) without rowid;
create unique index pbnb_user_key on pbnb_user (world, account_id, user_id);

create table reseller_user (
    world integer not null,
    number integer not null,
    primary_tenant blob not null,
    memberships text not null,
    primary key (world, number)
) without rowid;
-- Which users a tenant has; what they are there stands in reseller_user.memberships, in order.
create table reseller_membership (
    world integer not null,
    tenant blob not null,
    number integer not null,
    primary key (world, tenant, number)
) without rowid;

create table expoints_user (
    world integer not null,
    number integer not null,
    external integer not null,
    has_single_active_role integer not null,
    roles text not null,
    primary key (world, number)
) without rowid;

create table admin_user (
    world integer not null,
    number integer not null,
    account_id blob not null,
    admin_user integer not null,
    agreement_date integer,
    decline_date integer,
    dpa_version text,
    language_id blob not null,
    mobile_phone text,
    pin text,
    preferences integer not null,
    privacy_policy_version text,
    sso_enabled integer not null,
    time_zone text,
    super_user integer not null,
    locked integer not null,
    primary key (world, number)
) without rowid;
