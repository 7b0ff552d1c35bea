-- Repairs by hand. A retry goes through what wants attention by id, page by page, so the index ends with the document.
drop index attention_status;
create index attention_status on attention (lane, flow, status, document);
