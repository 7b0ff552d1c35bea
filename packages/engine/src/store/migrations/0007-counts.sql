-- Counts for dashboards without counting rows (status-counts.ts). Whoever changes a status adds rows to `status_delta` in the same
-- transaction; now and then they are folded into `status_count`. A count is the sum of both, exact at every instant, and no two
-- transactions ever wait for one counter. `status` is a document's; of `records` the one derived from the documents, where there are
-- any; `tasks` stand at status 1 (queued).
create table status_count (
  lane int not null,
  flow int not null,
  status smallint not null,
  records bigint not null,
  documents bigint not null,
  tasks bigint not null,
  primary key (lane, flow, status)
) with (fillfactor = 50);

create table status_delta (
  lane int not null,
  flow int not null,
  status smallint not null,
  records int not null,
  documents int not null,
  tasks int not null
) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);
create index status_delta_flow on status_delta (lane, flow);
alter table status_delta replica identity full;

-- Flows that have or had records with several documents, or documents of several records. In all others a record's status is its one
-- document's, and nobody has to look.
create table regrouped_flow (
  lane int not null,
  flow int not null,
  primary key (lane, flow)
);

-- What the store holds already.
insert into regrouped_flow (lane, flow)
  select lane, flow from document where unit <> record_key group by 1, 2 union select lane, flow from document_source group by 1, 2;
insert into status_count (lane, flow, status, records, documents, tasks)
  select lane, flow, status, sum(records), sum(documents), sum(tasks) from (
    select lane, flow, status, 0 as records, count(*) as documents, 0 as tasks from document group by 1, 2, 3
    union all select lane, flow, 1, 0, 0, count(*) from task group by 1, 2
    union all select r.lane, r.flow, coalesce(('{4,6,2,1,0,3,5}'::smallint[])[d.worst], r.status), count(*), 0, 0
      from record r left join (
        select lane, flow, key, min(array_position('{4,6,2,1,0,3,5}'::smallint[], status)) as worst from (
          select lane, flow, record_key as key, status from document
          union all select s.lane, s.flow, s.record_key, d.status from document_source s join document d on d.lane = s.lane and d.id = s.document
        ) x group by 1, 2, 3
      ) d on d.lane = r.lane and d.flow = r.flow and d.key = r.key group by 1, 2, 3
  ) counted group by 1, 2, 3;
