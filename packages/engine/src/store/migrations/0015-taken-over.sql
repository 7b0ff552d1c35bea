-- Bills that another system wrote before this one took over: by the source's number or key, with the number that the target gave. A bill
-- that is pulled later is done at once. Kept for good: the source may give any of them again.
create table taken_over (
  lane int not null,
  flow int not null,
  number text not null,
  target_number text,
  taken_at timestamptz not null default now(),
  primary key (lane, flow, number)
);
