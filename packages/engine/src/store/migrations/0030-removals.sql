-- Bills that somebody added by hand at the target and a person has taken away by a repair: one row each, durable before the first call.
-- `before`: what the target showed of it (JSON), by which a change since is told. `tasks`: the calls, by which their exchanges are found.
create table removal (
  lane int not null,
  id bigint not null,
  flow int not null,
  reconciliation bigint not null,
  key text not null,
  number text,
  target_id text,
  stage text,
  seen text not null,
  before text,
  state text not null,
  api text,
  tasks bigint[] not null default '{}',
  code text,
  text text,
  reason text not null,
  person text not null,
  begun_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (lane, id)
);
create index removal_report on removal (lane, reconciliation, id);
create index removal_open on removal (lane, flow) where state in ('planned', 'sent');
