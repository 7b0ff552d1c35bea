-- Of tables that are looked up by id, only the primary key begins with the lane. A lane that is younger than the last analysis stands in no
-- list of common values: the planner expects one row of it, and would rather read the lane by another index, and throw away what it did
-- not ask for, than look the ids up. Every key still holds the lane, as a distributed database wants it.
alter table document drop constraint document_lane_flow_unit_key;
create unique index document_unit on document (flow, unit, lane);
drop index document_record;
create index document_record on document (flow, record_key, lane);
drop index task_due;
create index task_due on task (flow, priority, lane, run_at, id);
drop index attention_status;
create index attention_status on attention (flow, status, lane, document);
