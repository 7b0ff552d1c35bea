-- Rows that were pushed to a passive flow and are still to be read: by hand (datong push) or by another flow's writes. An entry is what
-- was pushed at once, as a JSON list of rows. It goes once its rows are records, so that a crash in between reads it again, which changes
-- nothing: a record knows its fingerprint.
create table inbox (
  lane int not null,
  flow int not null,
  id bigint not null,
  rows text not null,
  primary key (lane, flow, id)
);
