-- Codes of missing master data that the target was asked for: when, and when it had them. One row a code, however many documents wait.
create table missing_ask (
  lane int not null,
  flow int not null,
  kind text not null,
  code text not null,
  asked_at timestamptz not null,
  found_at timestamptz,
  primary key (lane, flow, kind, code)
);
