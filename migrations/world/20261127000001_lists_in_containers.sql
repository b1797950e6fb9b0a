-- The container by which an API lists an item, e.g. the account of a customer; null for lists without one. No list had
-- one before, so that rows that are there have none.
alter table list_item add column container blob;
create index list_item_container on list_item (list, container, position) where container is not null;
