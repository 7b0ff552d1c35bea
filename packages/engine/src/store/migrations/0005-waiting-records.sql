-- Records whose newest version waits for a document that is under way (fingerprint 00): few, asked for at the start of every run.
create index record_waiting on record (lane, flow, key) where fingerprint = '\x00'::bytea;
