-- Alerts: what a rule says of each flow, and messages that wait to be sent. Small; written when something changes.

create table alert_state (
  workspace text not null,
  rule text not null,
  flow text not null,
  since timestamptz not null,
  told_at timestamptz,
  summary text not null,
  primary key (workspace, rule, flow)
);

-- One row a message; durable before it is sent, gone a week after. `due_at` moves on with each try.
create table alert_message (
  id bigint primary key,
  workspace text not null,
  channel text not null,
  body text not null,
  due_at timestamptz not null default now(),
  attempts int not null default 0,
  sent_at timestamptz,
  problem text,
  made_at timestamptz not null default now()
);
create index alert_message_waiting on alert_message (due_at) where sent_at is null;
