-- Where a world came from, when it was made (in ticks of 100 ns since 0001-01-01), and whether it stays although nobody
-- uses it. Of worlds that were listed before, nobody knows the first two, and they stay.
alter table world add column source text;
alter table world add column created_at integer;
alter table world add column kept integer not null default 1;
