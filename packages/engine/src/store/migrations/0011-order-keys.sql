-- Order keys: documents of a flow with the same key are written one after the other. Only the head of each key may have a task.
alter table document add column order_key text;

-- Whose turn it is: one row a key that has anything to write. Its row is the lock under which places of the key are taken and left.
create table order_head (
  lane int not null,
  flow int not null,
  order_key text not null,
  document bigint not null,
  primary key (lane, flow, order_key)
) with (fillfactor = 70);
create index order_head_document on order_head (document, lane);

-- Who waits behind the head, by position: a document's id, or a newer id where it was done before. `action` is the call that it waits
-- to make; null where it stopped before (it could not be mapped) and only keeps its place.
create table order_line (
  lane int not null,
  flow int not null,
  order_key text not null,
  position bigint not null,
  document bigint not null,
  action text,
  priority smallint not null,
  primary key (lane, flow, order_key, position)
);
create unique index order_line_document on order_line (document, lane);
