-- Authorization codes and refresh tokens, each good once.
create table token_grant (
    world integer not null, secret text not null, api text not null, client_id text not null, redirect_uri text,
    expires_at integer not null,
    primary key (world, secret)
) without rowid;
