-- What the server keeps beside the ledger: workspaces, people, keys, documents with their revisions, secrets, the audit log. Small tables,
-- read by key; none of them is written in the path of a bill. The ledger knows the flows of the workspace `main` by their id and those of
-- others as `<workspace>/<id>`.

create table workspace (
  id text primary key,
  name text not null,
  -- Grows with every change of a document, a secret or a switch; workers read the documents anew when it has.
  changes bigint not null default 0,
  created_at timestamptz not null default now()
);

create table person (
  id uuid primary key,
  name text not null unique,
  display text not null,
  -- argon2id, with its parameters; null for people who come from somewhere else.
  password text,
  is_admin boolean not null default false,
  is_disabled boolean not null default false,
  created_at timestamptz not null default now()
);

create table member (
  workspace text not null,
  person uuid not null,
  role text not null,
  primary key (workspace, person)
);

-- Log-ins: only the hash of what the browser holds.
create table login (
  token bytea primary key,
  person uuid not null,
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  ends_at timestamptz not null
);
create index login_person on login (person);

-- Failed log-ins of a name or an address, and until when it has to wait.
create table login_failure (
  subject text primary key,
  failures int not null,
  wait_until timestamptz not null
);

-- The one-time link by which the first administrator is made.
create table setup_link (
  token bytea primary key,
  ends_at timestamptz not null
);

create table api_key (
  id uuid primary key,
  workspace text not null,
  name text not null,
  token bytea not null unique,
  role text not null,
  scopes text[] not null default '{}',
  made_by text not null,
  created_at timestamptz not null default now(),
  ends_at timestamptz,
  used_at timestamptz,
  unique (workspace, name)
);

-- Flows, connections and private connectors of a workspace, as text. `published` is what runs.
create table kept_document (
  workspace text not null,
  kind text not null,
  id text not null,
  revision int not null,
  draft text not null,
  published text,
  published_revision int,
  is_enabled boolean not null default false,
  changed_at timestamptz not null default now(),
  changed_by text not null,
  primary key (workspace, kind, id)
);

create table kept_revision (
  workspace text not null,
  kind text not null,
  id text not null,
  revision int not null,
  text text not null,
  note text not null default '',
  made_at timestamptz not null default now(),
  made_by text not null,
  published_at timestamptz,
  primary key (workspace, kind, id, revision)
);

-- Secret settings of connections: each under a key of its own, that key under the master key (AES-256-GCM, bound to its place).
create table connection_secret (
  workspace text not null,
  connection text not null,
  name text not null,
  sealed_key bytea not null,
  sealed bytea not null,
  changed_at timestamptz not null default now(),
  primary key (workspace, connection, name)
);

create table audit_entry (
  id bigint primary key,
  workspace text not null,
  at timestamptz not null default now(),
  actor text not null,
  deed text not null,
  object text not null,
  before text,
  after text
);
create index audit_entry_workspace on audit_entry (workspace, id);

-- Answers to writes that were sent with an Idempotency-Key; gone after a day.
create table kept_answer (
  actor text not null,
  key text not null,
  request bytea not null,
  status int,
  body text,
  made_at timestamptz not null default now(),
  primary key (actor, key)
);

insert into workspace (id, name) values ('main', 'main');
