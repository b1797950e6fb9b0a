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
