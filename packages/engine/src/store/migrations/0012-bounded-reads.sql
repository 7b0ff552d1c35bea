-- Reads that cost what they show. The target's ids stand beside its numbers, apart from the document: an index on `document` itself would
-- make each settlement a new version in every index. One row where number and id came together; either may be null.
alter table document_number add column target_id text;
alter table document_number alter column number drop not null;
update document_number n set target_id = d.target_id from document d where d.lane = n.lane and d.id = n.document and d.number = n.number;
insert into document_number (lane, flow, target_id, document)
  select d.lane, d.flow, d.target_id, d.id from document d where d.target_id is not null and d.number is null;
create index document_number_target on document_number (target_id) where target_id is not null;

-- Lists go through the records of a status by key.
drop index record_open;
create index record_open on record (lane, flow, status, key) where status in (0, 4, 5, 6);
