-- What new users of an account get: one bit a flag, the first flag the lowest.
alter table pbnb_account add column user_defaults integer not null default 0;
