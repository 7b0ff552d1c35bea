-- Many workers on one database: who lives, what they may call, in which order the queue is served (docs/adr/0011-workers-and-budgets.md).
-- `worker`, `pause`, `circuit` and `tick` are small and cold (reference or local tables on Citus); `budget*` and `flow_rate` lead with the lane.

-- One row per living process. `number` is its part of the ids it makes. A process that died is known by its identity on the same host,
-- else by its `beat_at`.
create table worker (
  id uuid primary key,
  number int not null unique,
  host text not null,
  process text not null,
  since timestamptz not null default now(),
  beat_at timestamptz not null default now()
);

-- 0 manual, 1 scheduled, 2 backfill. A queue is a flow's tasks of one priority.
alter table task add column priority smallint not null default 1;
drop index task_due;
create index task_due on task (lane, flow, priority, run_at, id);

-- What an account (or one API of it) may be called: nobody calls before `held_until`.
create table budget (
  lane int not null,
  key text not null,
  held_until timestamptz,
  primary key (lane, key)
) with (fillfactor = 50);

-- The calls of one sliding window, in at most about a hundred groups: instants (epoch ms, the latest of the group) and how many.
create table budget_window (
  lane int not null,
  key text not null,
  span_ms bigint not null,
  at_ms bigint[] not null default '{}',
  calls int[] not null default '{}',
  primary key (lane, key, span_ms)
) with (fillfactor = 50);

-- Who may have how many calls open at once. `wanted`: what it would use; `since`: when it last went from none to some.
create table budget_share (
  lane int not null,
  key text not null,
  worker uuid not null,
  wanted int not null,
  share int not null,
  since timestamptz not null,
  until timestamptz not null,
  primary key (lane, key, worker)
) with (fillfactor = 50);

-- How many documents were settled, by flow and minute; written with the heartbeat, kept for an hour.
create table flow_rate (
  lane int not null,
  flow int not null,
  minute bigint not null,
  documents int not null,
  calls int not null,
  primary key (lane, flow, minute)
);

-- What a person has paused: kind source or target with a flow's id, kind connection with a connection's.
create table pause (
  kind text not null,
  id text not null,
  paused_at timestamptz not null default now(),
  primary key (kind, id)
);

-- Connections that nobody reaches: open until `until`; then one process tries (state half).
create table circuit (
  connection text primary key,
  state text not null,
  failures int not null,
  until timestamptz not null,
  opened_at timestamptz not null default now()
);

-- The last tick of a flow's schedule that was fired, by its own instant, so that no two schedulers fire one twice.
create table tick (
  flow text primary key,
  at timestamptz not null
);

-- Takes up to `wanted` calls out of all windows at once, by the database's clock, read after the lock is held: the windows slide exactly,
-- whoever asks and from where. Calls of one group (a hundredth of the span) count until the last of them has left the window.
create function budget_take(p_lane int, p_key text, p_wanted int, p_spans bigint[], p_limits int[], out granted int, out wait_ms bigint)
language plpgsql as $$
declare
  v_held timestamptz;
  v_now bigint;
  v_at bigint[];
  v_calls int[];
  v_first int;
  v_used int;
  v_width bigint;
  v_last int;
begin
  select held_until into v_held from budget where lane = p_lane and key = p_key for update;
  if not found then
    insert into budget (lane, key) values (p_lane, p_key) on conflict (lane, key) do nothing;
    select held_until into v_held from budget where lane = p_lane and key = p_key for update;
  end if;
  v_now := floor(extract(epoch from clock_timestamp()) * 1000)::bigint;
  granted := p_wanted;
  wait_ms := 0;
  if v_held is not null and extract(epoch from v_held) * 1000 > v_now then
    granted := 0;
    wait_ms := ceil(extract(epoch from v_held) * 1000 - v_now)::bigint;
    return;
  end if;
  for i in 1 .. coalesce(array_length(p_spans, 1), 0) loop
    select at_ms, calls into v_at, v_calls from budget_window where lane = p_lane and key = p_key and span_ms = p_spans[i];
    v_used := 0;
    for j in 1 .. coalesce(array_length(v_at, 1), 0) loop
      if v_at[j] > v_now - p_spans[i] then v_used := v_used + v_calls[j]; end if;
    end loop;
    if v_used >= p_limits[i] then
      granted := 0;
      -- The first call fits when enough of the oldest have left.
      for j in 1 .. array_length(v_at, 1) loop
        if v_at[j] > v_now - p_spans[i] then
          v_used := v_used - v_calls[j];
          if v_used < p_limits[i] then
            wait_ms := greatest(wait_ms, v_at[j] + p_spans[i] - v_now);
            exit;
          end if;
        end if;
      end loop;
    else
      granted := least(granted, p_limits[i] - v_used);
    end if;
  end loop;
  if granted < 1 then
    wait_ms := greatest(wait_ms, 1);
    return;
  end if;
  wait_ms := 0;
  for i in 1 .. coalesce(array_length(p_spans, 1), 0) loop
    v_width := greatest(1, p_spans[i] / 100);
    select at_ms, calls into v_at, v_calls from budget_window where lane = p_lane and key = p_key and span_ms = p_spans[i];
    if not found then
      insert into budget_window (lane, key, span_ms, at_ms, calls) values (p_lane, p_key, p_spans[i], array[v_now], array[granted]);
      continue;
    end if;
    v_first := 1;
    while v_first <= coalesce(array_length(v_at, 1), 0) and v_at[v_first] <= v_now - p_spans[i] loop v_first := v_first + 1; end loop;
    v_at := v_at[v_first:];
    v_calls := v_calls[v_first:];
    v_last := coalesce(array_length(v_at, 1), 0);
    if v_last > 0 and v_at[v_last] / v_width >= v_now / v_width then
      v_at[v_last] := greatest(v_at[v_last], v_now);
      v_calls[v_last] := v_calls[v_last] + granted;
    else
      v_at := v_at || v_now;
      v_calls := v_calls || granted;
    end if;
    update budget_window set at_ms = v_at, calls = v_calls where lane = p_lane and key = p_key and span_ms = p_spans[i];
  end loop;
end $$;

-- A process's share of the calls that an account allows at once, renewed by asking again. `p_busy` calls are open and stay counted;
-- the answer is how many it may have open from now on. While somebody gets less than an equal part, nobody gets more than one; where
-- there are more processes than calls, they take turns of a second.
create function budget_share_take(p_lane int, p_key text, p_worker uuid, p_wanted int, p_busy int, p_limit int, p_lease_ms int) returns int
language plpgsql as $$
declare
  v_now timestamptz;
  v_others int;
  v_taken int;
  v_fair int;
  v_hungry boolean;
  v_since timestamptz;
  v_share int;
begin
  perform 1 from budget where lane = p_lane and key = p_key for update;
  if not found then
    insert into budget (lane, key) values (p_lane, p_key) on conflict (lane, key) do nothing;
    perform 1 from budget where lane = p_lane and key = p_key for update;
  end if;
  v_now := clock_timestamp();
  delete from budget_share where lane = p_lane and key = p_key and until <= v_now and worker <> p_worker;
  select count(*), coalesce(sum(share), 0) into v_others, v_taken from budget_share where lane = p_lane and key = p_key and worker <> p_worker;
  v_fair := greatest(1, p_limit / (v_others + 1));
  select exists (select 1 from budget_share where lane = p_lane and key = p_key and worker <> p_worker and share < least(wanted, v_fair))
    into v_hungry;
  select since into v_since from budget_share where lane = p_lane and key = p_key and worker = p_worker and share > 0;
  v_share := least(p_wanted, greatest(0, p_limit - v_taken));
  if v_hungry then
    v_share := least(v_share, v_fair);
    if v_others + 1 > p_limit and v_since is not null and v_since < v_now - interval '1 second' then v_share := 0; end if;
  end if;
  insert into budget_share as s (lane, key, worker, wanted, share, since, until)
    values (p_lane, p_key, p_worker, p_wanted, greatest(v_share, p_busy), coalesce(v_since, v_now), v_now + make_interval(secs => p_lease_ms / 1000.0))
    on conflict (lane, key, worker) do update set wanted = excluded.wanted, share = excluded.share, since = excluded.since, until = excluded.until;
  return v_share;
end $$;
