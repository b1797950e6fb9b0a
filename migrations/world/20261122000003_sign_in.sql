-- Bearer tokens, listed or issued, and the clients that may ask for one. apis is a JSON list; null means all.
create table token (
    position integer primary key,
    token text not null unique,
    state text not null,
    apis text,
    expires_at integer
);
create table client (position integer primary key, api text not null, client_id text not null, client_secret text not null);
-- Authorization codes and refresh tokens, each good once.
create table token_grant (
    secret text primary key,
    api text not null,
    client_id text not null,
    redirect_uri text,
    expires_at integer not null
) without rowid;
