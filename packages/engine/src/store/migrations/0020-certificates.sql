-- Certificates of closed source windows: what was read between two instants, kept in the transaction that stores the window's last page.
-- `from_at` null: all that the source has. `ids_hash` null: not known. Old ones of a day are folded into one; `windows` says how many.
create table certificate (
  lane int not null,
  flow int not null,
  id bigint not null,
  from_at timestamptz,
  to_at timestamptz not null,
  pages int not null,
  row_count bigint not null,
  record_count bigint not null,
  ids_hash text,
  windows int not null,
  revision int not null,
  run bigint not null,
  closed_at timestamptz not null default now(),
  primary key (lane, flow, id)
);
create index certificate_span on certificate (lane, flow, to_at);

-- Refills: spans that are asked for again, turn by turn; the counts are those of their runs.
create table refill (
  lane int not null,
  flow int not null,
  id bigint not null,
  state text not null,
  person text not null,
  from_at timestamptz not null,
  to_at timestamptz not null,
  started_at timestamptz not null,
  touched_at timestamptz not null,
  ended_at timestamptz,
  estimate text,
  problem text,
  primary key (lane, flow, id)
);

alter table run add column added int not null default 0;
alter table run add column changed int not null default 0;
alter table run add column refill bigint;
create index run_refill on run (lane, flow, refill) where refill is not null;
