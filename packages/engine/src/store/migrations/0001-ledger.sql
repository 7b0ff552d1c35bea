-- The ledger. Rules (docs/adr/0006-ledger.md): every hot table's key begins with `lane`; ids are made by the application; no
-- identity, no now() in DO UPDATE; bulk inserts start from the anchor table `lane`; bodies lie apart from narrow rows.

create table lane (lane int primary key);
insert into lane (lane) select generate_series(0, 1023);

-- Flows that have run here. `num` is the short key of every other table; `lane` is the hash of the target account, given once, never changed.
create table flow (
  id text primary key,
  num int not null unique,
  lane int not null,
  account text not null,
  created_at timestamptz not null default now()
);

-- What a flow's document was when something ran by it.
create table revision (
  flow int not null,
  revision int not null,
  digest text not null,
  document text not null,
  created_at timestamptz not null default now(),
  primary key (flow, revision),
  unique (flow, digest)
);

-- One source bill. `status` is its own (pending, skipped, failed) where it has no documents; else it is derived from them.
create table record (
  lane int not null,
  flow int not null,
  key text not null,
  number text,
  fingerprint bytea not null,
  version int not null default 1,
  status smallint not null,
  reason text,
  run bigint not null,
  exchange bigint,
  block bigint,
  place int,
  seen_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  primary key (lane, flow, key)
) with (fillfactor = 90);
create index record_number on record (number text_pattern_ops);
create index record_open on record (lane, flow, status) where status in (0, 4, 5, 6);

-- Bodies, many to a block, compressed by the engine: the source rows of records (a JSON list each, byte for byte) and the bodies of
-- documents. `block` and `place` of record and document say where one lies.
create table block (
  lane int not null,
  id bigint not null,
  flow int not null,
  body bytea not null,
  primary key (lane, id)
);
alter table block alter column body set storage external;

-- One target document. Settled by HOT updates: none of `status`, `number`, `attempts` … may enter an index. `unit` says which one it is within its flow: the record's key, its piece, or the key that many records share.
create table document (
  lane int not null,
  id bigint not null,
  flow int not null,
  unit text not null,
  record_key text not null,
  part text not null default '',
  version int not null default 1,
  revision int not null,
  external_key text,
  number text,
  target_id text,
  status smallint not null,
  stage text,
  attempts int not null default 0,
  code text,
  cause text,
  vendor_code text,
  vendor_text text,
  tasks bigint[] not null default '{}',
  run bigint not null,
  block bigint,
  place int,
  changed_at timestamptz not null default now(),
  primary key (lane, id),
  unique (lane, flow, unit)
) with (fillfactor = 45);
create index document_record on document (lane, flow, record_key);
create index document_external_key on document (external_key text_pattern_ops);

-- Numbers that targets gave, apart from the document: with status and number in no index of `document`, its settlement is a HOT update
-- (a third of the time, measured; docs/performance.md).
create table document_number (
  lane int not null,
  flow int not null,
  number text not null,
  document bigint not null
);
create index document_number_text on document_number (number text_pattern_ops);
alter table document_number replica identity full;

-- Documents that want somebody's attention: pending, failed, skipped, unknown. Few, however many are done.
create table attention (
  lane int not null,
  flow int not null,
  document bigint not null,
  status smallint not null,
  primary key (lane, document)
);
create index attention_status on attention (lane, flow, status);

-- Records beyond the first that a document stands for (many to one).
create table document_source (
  lane int not null,
  flow int not null,
  record_key text not null,
  document bigint not null,
  primary key (lane, flow, record_key, document)
);

-- Bills that wait to be put together with others of the same key (many bills to one); gone when their document is made.
create table merge_item (
  lane int not null,
  flow int not null,
  merge_key text not null,
  record_key text not null,
  run bigint not null,
  primary key (lane, flow, merge_key, record_key)
);

-- The hot queue: one row per write of a batch, gone when the write is settled. `sent_at` and `request_hash` are the intent, durable before the call.
create table task (
  lane int not null,
  id bigint not null,
  flow int not null,
  account text not null,
  action text not null,
  documents bigint[] not null,
  run_at timestamptz not null default now(),
  attempts int not null default 0,
  owner uuid,
  sent_at timestamptz,
  request_hash text,
  primary key (lane, id)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);
create index task_due on task (lane, flow, run_at, id);

-- Requests and responses, masked, compressed by the engine; dropped by age, a partition a day.
create table exchange (
  at timestamptz not null,
  lane int not null,
  id bigint not null,
  flow int not null,
  run bigint not null,
  task bigint,
  operation text not null,
  status int not null,
  took_ms int not null,
  request bytea not null,
  response bytea not null
) partition by range (at);
create index exchange_id on exchange (lane, id);
create index exchange_task on exchange (lane, task) where task is not null;
create index exchange_at on exchange using brin (at);
create table exchange_rest partition of exchange default;
alter table exchange_rest alter column request set storage external;
alter table exchange_rest alter column response set storage external;
alter table exchange_rest replica identity full;

-- Where a flow's pull stands: watermark, page, the unfinished bill. Moved only in the transaction that stores the page.
create table cursor (
  lane int not null,
  flow int not null,
  name text not null,
  value text not null,
  changed_at timestamptz not null default now(),
  primary key (lane, flow, name)
);

create table run (
  lane int not null,
  id bigint not null,
  flow int not null,
  revision int not null,
  state text not null,
  read int not null default 0,
  records int not null default 0,
  unchanged int not null default 0,
  code text,
  details text,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  primary key (lane, id)
);
create index run_flow on run (lane, flow, id desc);

-- Log-ins, sealed (AES-256-GCM) by the engine.
create table session (
  account text primary key,
  sealed bytea not null,
  changed_at timestamptz not null default now()
);
