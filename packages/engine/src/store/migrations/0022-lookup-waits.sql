-- What waits for a record of another flow, by what would make it be found: a value of one of that flow's lookup indexes, whose lane and
-- flow these are. A page that stores such a value wakes them in its own transaction. Of a flow that has never run the name is known alone.
create table lookup_wait (
  lane int not null,
  flow int not null,
  num int not null,
  hash bigint not null,
  name text not null,
  -- Who waits: a record's key, the key of a group that is put together, or the key of a bill that is told of.
  waiter_flow int not null,
  kind text not null,
  waiter text not null,
  woken_at timestamptz,
  primary key (lane, flow, num, hash, name, waiter_flow, kind, waiter)
);
create index lookup_wait_waiter on lookup_wait (waiter_flow, kind, waiter, lane);
create index lookup_wait_woken on lookup_wait (waiter_flow, lane) where woken_at is not null;
create index lookup_wait_nameless on lookup_wait (name, lane) where flow = 0;
