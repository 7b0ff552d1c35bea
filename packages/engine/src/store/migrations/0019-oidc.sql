-- People who sign in through an identity provider, and the roles that it gave them.
alter table person add column oidc_subject text unique;
alter table member add column is_from_oidc boolean not null default false;
