-- APIs as assets. A pause may be of one API of a connection: kind api, id `<connection> <code>`; with who said so and why.
alter table pause add column paused_by text not null default '';
alter table pause add column reason text not null default '';

-- What each API of each connection was called: a row a day (Asia/Shanghai), added to every few seconds by each process. `buckets`: calls by
-- how long they took, bucket n ends at 1.25^n ms.
create table api_usage (
  connection text not null,
  api text not null,
  day date not null,
  calls bigint not null,
  errors bigint not null,
  throttled bigint not null,
  took_ms bigint not null,
  buckets bigint[] not null,
  last_at timestamptz not null,
  last_error text,
  last_error_at timestamptz,
  primary key (connection, api, day)
) with (fillfactor = 50);
