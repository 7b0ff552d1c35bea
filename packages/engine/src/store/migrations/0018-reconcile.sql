-- Reconciliations: one row each with its summary, its differences a row each (bounded), and what a person has accepted for good.
create table reconciliation (
  lane int not null,
  id bigint not null,
  flow int not null,
  state text not null,
  person text not null,
  started_at timestamptz not null,
  touched_at timestamptz not null,
  ended_at timestamptz,
  summary text,
  primary key (lane, id)
);
create index reconciliation_flow on reconciliation (lane, flow, id);

create table reconciliation_difference (
  lane int not null,
  reconciliation bigint not null,
  place int not null,
  kind text not null,
  key text not null,
  hash text not null,
  body text not null,
  primary key (lane, reconciliation, place)
);

-- Until the difference changes: `hash` is that of what was accepted.
create table accepted_difference (
  lane int not null,
  flow int not null,
  key text not null,
  hash text not null,
  reason text not null,
  person text not null,
  accepted_at timestamptz not null,
  primary key (lane, flow, key)
);
