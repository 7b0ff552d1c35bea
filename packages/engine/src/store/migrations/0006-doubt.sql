-- Doubt that outlives a version. `in_doubt`: a write of this document may have been taken, and it is not done since. `former_keys`: external
-- keys of earlier versions that were in doubt when a newer one took their place; the target is asked for them before anything is sent.
-- Neither is in an index: a settlement stays a HOT update.
alter table document add column in_doubt boolean not null default false;
alter table document add column former_keys text[] not null default '{}';
