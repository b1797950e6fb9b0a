-- Mails that a real service would send.
create table outbox (
    world integer not null, position integer not null, at integer not null, api text not null, kind text not null,
    recipient text not null, link text,
    primary key (world, position)
) without rowid;
