-- Bearer tokens, listed or issued, and the clients that may ask for one. apis is a JSON list; null means all.
create table token (
    world integer not null, position integer not null, token text not null, state text not null, apis text,
    expires_at integer,
    primary key (world, position)
) without rowid;
create unique index token_token on token (world, token);
create table client (
    world integer not null, position integer not null, api text not null, client_id text not null,
    client_secret text not null,
    primary key (world, position)
) without rowid;
