-- Whose a token is: the client it was issued to, the user it ends with, the fingerprint of that user's password at the
-- time, and the scope. Tokens of earlier versions belong to nobody.
alter table token add column client text;
alter table token add column user blob;
alter table token add column password text;
alter table token add column scope text;

-- A client whose tokens are good for reading only.
alter table client add column read_only integer not null default 0;

-- The same of codes and refresh tokens; and of codes what the client sent with the request for one: the challenge of
-- PKCE, whether the verifier is compared as it is (1) or by its SHA-256 (0), and the nonce that its id token repeats.
alter table token_grant add column user blob;
alter table token_grant add column password text;
alter table token_grant add column challenge text;
alter table token_grant add column plain integer;
alter table token_grant add column nonce text;
