-- Which master key the secrets are sealed under, by its fingerprint, and since when. No row: the next process enters its own.
create table master_key (
  id int primary key check (id = 1),
  fingerprint bytea not null,
  since timestamptz not null default now()
);

-- Answers kept for a day may hold what is told only once (a new key, a hook's secret): sealed from now on, hence none of the former stays.
delete from kept_answer;
