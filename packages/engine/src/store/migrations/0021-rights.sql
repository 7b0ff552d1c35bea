-- Rights that are narrower than a role: some flows only (by id or tag; null: all), and whether personal fields are shown in clear (null: as
-- the role has it). A key may have no role at all: what its scopes allow is all that it may do.
alter table member add column flows text[];
alter table member add column tags text[];
alter table member add column sees_personal boolean;
alter table api_key add column flows text[];
alter table api_key add column tags text[];
alter table api_key add column sees_personal boolean;
alter table api_key alter column role drop not null;
