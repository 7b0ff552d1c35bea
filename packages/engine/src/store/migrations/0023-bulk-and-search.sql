-- Bulk work: what a person asks for thousands of documents at once. Asked for in one transaction with its audit entry, done page by page
-- by whoever holds its lease; an item goes in the transaction that deals with its document, so that a process that dies in between does
-- nothing twice. Counts grow in the same transactions.
create table bulk_work (
  lane int not null,
  id bigint not null,
  workspace text not null,
  -- As the ledger knows it.
  flow_id text not null,
  kind text not null check (kind in ('retry', 'push-again', 'skip', 'mark-done', 'index')),
  -- What was asked for, as JSON.
  asked text not null,
  person text not null,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
  is_cancelled boolean not null default false,
  total int,
  queued int not null default 0,
  settled int not null default 0,
  unmapped int not null default 0,
  untouched int not null default 0,
  missing int not null default 0,
  problem text,
  owner uuid,
  until timestamptz,
  made_at timestamptz not null default now(),
  began_at timestamptz,
  ended_at timestamptz,
  primary key (lane, id)
);
create index bulk_work_open on bulk_work (id) where state in ('waiting', 'running');
create index bulk_work_workspace on bulk_work (workspace, id);

create table bulk_item (
  lane int not null,
  bulk bigint not null,
  place int not null,
  status smallint not null,
  record_key text not null,
  document bigint,
  -- Of mark-done: under which number the target has it.
  target_number text,
  primary key (lane, bulk, place)
);

-- Numbers beside the bill's own by which people search (source.extraKeys): 网上订单号, 运单号 and the like.
create table record_extra (
  lane int not null,
  flow int not null,
  record_key text not null,
  value text not null,
  primary key (lane, flow, record_key, value)
);
create index record_extra_value on record_extra (value text_pattern_ops);

-- Which process works on a request with an Idempotency-Key, and what it has done for certain: written in the deed's own transaction.
alter table kept_answer add column owner uuid;
alter table kept_answer add column deed text;

-- Filters that people keep, for themselves or for all of the workspace.
create table saved_view (
  workspace text not null,
  id uuid not null,
  page text not null,
  name text not null,
  person text not null,
  is_shared boolean not null default false,
  filter text not null,
  changed_at timestamptz not null default now(),
  primary key (workspace, id),
  unique (workspace, page, person, name)
);
