-- Write-backs (回写): what the source is told of a bill whose documents are done lies in a flow of its own beside the flow's, in the same
-- lane, so that both are settled and queued in one transaction: a document per record (`unit` and `record_key` are the record's key),
-- with tasks, attention, exchanges and retries like any other. It has no records; they are those of the flow that it names here.
alter table flow add column write_back_of int unique;
