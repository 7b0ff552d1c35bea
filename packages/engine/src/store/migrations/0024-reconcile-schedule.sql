-- Reconciliations that a schedule began: which tick, and what was asked for, so that one whose process died is done by another. `progress`:
-- how far the one that is running has come (JSON).
alter table reconciliation add column tick_at timestamptz;
alter table reconciliation add column asked text;
alter table reconciliation add column progress text;
