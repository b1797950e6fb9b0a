-- What Reseller's account pages show beside name and state. A deleted account keeps its row: users may still name it.
alter table reseller_account add column description text;
alter table reseller_account add column reference text;
alter table reseller_account add column timezone text;
alter table reseller_account add column country_code text;
alter table reseller_account add column parent_tenant blob;
-- null: the day on which every seed was made
alter table reseller_account add column created_at integer;
alter table reseller_account add column deleted integer not null default 0;
