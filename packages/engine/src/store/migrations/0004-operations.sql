-- Repairs by hand. A retry goes through what wants attention by id, page by page, so the index ends with the document.
drop index attention_status;
create index attention_status on attention (lane, flow, status, document);

-- What people did to documents by hand, and why. Rows are only ever added. `record_key` without `document`: the record itself.
create table intervention (
  lane int not null,
  id bigint not null,
  flow int not null,
  record_key text not null,
  document bigint,
  action text not null,
  reason text not null,
  person text not null,
  details text not null,
  at timestamptz not null default now(),
  primary key (lane, id)
);
create index intervention_record on intervention (lane, flow, record_key);

-- Master data that a target said it lacks, with the documents that wait for it (they are pending). A row stays until its document is
-- settled and nobody else waits for the code: what was done with it tells that the code is there.
create table missing_code (
  lane int not null,
  flow int not null,
  kind text not null,
  code text not null,
  document bigint not null,
  at timestamptz not null default now(),
  primary key (lane, document, kind, code)
);
create index missing_code_flow on missing_code (lane, flow);
create index missing_code_code on missing_code (lane, code, kind);
