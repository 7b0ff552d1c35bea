-- The first of the numbers that bulk work was asked for and does nothing with, as JSON: their bills are in another status.
alter table bulk_work add column untouched_numbers text;
