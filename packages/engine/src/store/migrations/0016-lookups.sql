-- Lookups into stored records (关联查询). Which fields of a flow's rows are looked up by: made when a flow first asks, filled from what is
-- stored in batches (`filled_to` is the last key that is in; null when all are), kept up by each page from then on. A page holds the row
-- shared, a batch of the filling alone.
create table lookup_index (
  lane int not null,
  flow int not null,
  num int not null,
  fields text not null,
  filled_to text default '',
  primary key (lane, flow, num)
);
create unique index lookup_index_fields on lookup_index (lane, flow, fields);

-- Under which values a record is found: the first 8 bytes of their hash. What else is asked, and what is found, is in the record's rows.
create table lookup_value (
  lane int not null,
  flow int not null,
  num int not null,
  hash bigint not null,
  record_key text not null,
  primary key (lane, flow, num, hash, record_key)
);
create index lookup_value_record on lookup_value (flow, record_key, lane);
