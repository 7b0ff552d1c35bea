-- How long what is kept: `part` is exchanges, bodies or rows (docs/operations.md); flow 0 stands for every flow that says nothing itself.
-- `status` is a number of the status table, -1 where the part has none (exchanges).
create table retention (
  flow int not null,
  part text not null check (part in ('exchanges', 'bodies', 'rows')),
  status smallint not null,
  keep_days int not null check (keep_days >= 0),
  changed_at timestamptz not null default now(),
  primary key (flow, part, status)
);

-- Which records a document stands for, from the document's side: needed to delete both together, and to tell a document's story.
create index document_source_document on document_source (lane, document);

-- The days' partitions are made like the table itself: bodies are compressed already.
alter table exchange alter column request set storage external;
alter table exchange alter column response set storage external;
