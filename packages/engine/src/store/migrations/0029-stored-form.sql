-- The form in which lookups see a flow's rows (关联查询): its condition and the steps that shape one row at a time, as JSON; null: as they
-- were read. Kept here because the flow that looks up may be another process's. When it changes, the lookup indexes are filled anew.
alter table flow add column stored_form text;
