-- A user once, with its four faces side by side: reading one is a single row, and so is changing it. A face that the
-- user does not have is null in the column that the face never leaves out. The number gives the order. Lists of
-- numbers and guids are blobs of 4 and 16 bytes each, resources of 20; memberships are JSON text.
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

    pbnb_account integer,
    pbnb_user integer,
    pbnb_deleted integer,
    pbnb_auth integer,
    pbnb_max_denials integer,
    pbnb_reset_period integer,
    pbnb_private_username text,
    pbnb_access_types blob,
    pbnb_voucher integer,
    pbnb_resources blob,
    pbnb_provisioning blob,
    pbnb_role integer,

    reseller_tenant blob,
    reseller_memberships text,

    expoints_external integer,
    expoints_single_role integer,
    expoints_roles blob,

    admin_account blob,
    admin_admin integer,
    admin_agreement_date integer,
    admin_decline_date integer,
    admin_dpa_version text,
    admin_language blob,
    admin_mobile_phone text,
    admin_pin text,
    admin_preferences integer,
    admin_privacy_version text,
    admin_sso integer,
    admin_time_zone text,
    admin_super integer,
    admin_locked integer
);
create unique index user_id on user (id);
create unique index user_username on user (username_folded) where username_folded is not null;
create index user_email on user (lower(email)) where email is not null;
create unique index user_pbnb on user (pbnb_account, pbnb_user) where pbnb_account is not null;

-- Which users a Reseller tenant has; what they are there stands in user.reseller_memberships, in order.
create table membership (
    tenant blob not null,
    number integer not null,
    primary key (tenant, number)
) without rowid;
