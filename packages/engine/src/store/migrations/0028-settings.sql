-- Settings of the installation that people change while it runs, and notices for them, as JSON by name.
create table setting (
  name text primary key,
  value text not null,
  changed_at timestamptz not null default now()
);
