-- The worlds of a durable database; each lives in a file of its own, named after its id. The one with the empty name
-- is the seed, hidden from lists. Ids are never used again, so that a file is never taken for that of a later world.
create table world (
    id integer primary key autoincrement,
    name text not null unique
);
