-- A world is a separate copy of everything. The one with the empty name is the seed, hidden from lists.
-- Keys are never used again, so that a reader of a dropped world cannot see another one in its place.
create table world (
    id integer primary key autoincrement,
    name text not null unique,
    -- 0 real, 1 shifted by, 2 frozen at clock_ticks (100 ns)
    clock_kind integer not null default 0,
    clock_ticks integer not null default 0
);
