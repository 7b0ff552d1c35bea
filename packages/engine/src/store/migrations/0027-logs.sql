-- What flows tell while they work, a line each: written in batches beside the work, never in its transactions. `level`: 0 record, 1 notice,
-- 2 success, 3 error, 4 fatal. Masked before it comes here. Ids grow with time, so that old lines are found by them.
create table log_line (
  lane int not null,
  id bigint not null,
  flow int not null,
  run bigint,
  level smallint not null,
  event text not null,
  zh text not null,
  en text not null,
  record_key text,
  exchange bigint,
  primary key (lane, id)
);
create index log_line_id on log_line (id);
create index log_line_flow on log_line (flow, id);
create index log_line_run on log_line (run, id) where run is not null;
create index log_line_bad on log_line (flow, id) where level >= 3;

-- Flows that tell more, until an instant.
create table flow_debug (
  flow_id text primary key,
  until timestamptz not null,
  person text not null
);

-- Certificates and logs are kept for a time too.
alter table retention drop constraint retention_part_check;
alter table retention add constraint retention_part_check check (part in ('exchanges', 'bodies', 'rows', 'certificates', 'logs'));
