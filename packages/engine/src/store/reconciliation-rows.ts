/**
 * Reconciliations in the store: begun, kept with a summary and its differences, listed, read page by page, accepted. Bodies are JSON texts.
 * The newest of a flow are kept, older ones go with their differences.
 */
import { textArray } from "./parameters.ts";
import { transaction, type Queryable } from "./transaction.ts";
import type pg from "pg";

export interface FlowPlace {
  readonly lane: number;
  readonly flow: number;
}

export interface ReconciliationRow {
  readonly id: string;
  /** `interrupted`: whoever did it is gone. */
  readonly state: "running" | "done" | "failed" | "interrupted";
  readonly person: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** JSON; null until it is done. */
  readonly summary: string | null;
  /** The tick of the schedule that began it; null for one that a person did. */
  readonly tickAt: number | null;
  /** JSON; of one that is running. */
  readonly progress: string | null;
}

export interface DifferenceRow {
  readonly place: number;
  readonly kind: string;
  readonly key: string;
  readonly hash: string;
  readonly body: string;
}

const KEPT = 60;
const PAGE = 1000;
/** A reconciliation that says nothing for so long has nobody who does it. */
export const SILENT_MS = 180_000;

const MS = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;

/** What is begun: by a person, or by a tick with what it asks for (JSON). */
export interface BegunRow {
  readonly id: string;
  readonly person: string;
  readonly nowMs: number;
  readonly tickMs?: number;
  readonly asked?: string;
}

export async function beginReconciliation(client: Queryable, at: FlowPlace, row: BegunRow): Promise<void> {
  await client.query(
    `insert into reconciliation (lane, id, flow, state, person, started_at, touched_at, tick_at, asked)
     values ($1, $2, $3, 'running', $4, to_timestamp($5::float8 / 1000), to_timestamp($5::float8 / 1000), to_timestamp($6::float8 / 1000), $7)`,
    [at.lane, row.id, at.flow, row.person, row.nowMs, row.tickMs ?? null, row.asked ?? null],
  );
  const { rows } = await client.query<{ id: string }>(
    "select id from reconciliation where lane = $1 and flow = $2 order by id desc offset $3",
    [at.lane, at.flow, KEPT],
  );
  const old = rows.map((each) => each.id);
  if (old.length === 0) return;
  await client.query("delete from reconciliation_difference where lane = $1 and reconciliation = any($2::bigint[])", [at.lane, old]);
  await client.query("delete from reconciliation where lane = $1 and id = any($2::bigint[])", [at.lane, old]);
}

/** One that a schedule began and that nobody works on any more is given to one who asks; null where there is none. */
export async function takeUpReconciliation(
  client: Queryable,
  at: FlowPlace,
  nowMs: number,
): Promise<{ readonly id: string; readonly asked: string } | null> {
  const { rows } = await client.query<{ id: string; asked: string }>(
    `update reconciliation set touched_at = to_timestamp($3::float8 / 1000)
     where lane = $1 and flow = $2 and state = 'running' and asked is not null and touched_at < to_timestamp($4::float8 / 1000) returning id, asked`,
    [at.lane, at.flow, nowMs, nowMs - SILENT_MS],
  );
  return rows[0] ?? null;
}

/** `progress`: JSON. */
export async function touchReconciliation(client: Queryable, lane: number, id: string, nowMs: number, progress: string): Promise<void> {
  await client.query("update reconciliation set touched_at = to_timestamp($3::float8 / 1000), progress = $4 where lane = $1 and id = $2", [
    lane,
    id,
    nowMs,
    progress,
  ]);
}

export async function endReconciliation(
  pool: pg.Pool,
  lane: number,
  id: string,
  end: {
    readonly state: "done" | "failed";
    readonly nowMs: number;
    readonly summary: string;
    readonly differences: readonly DifferenceRow[];
  },
): Promise<void> {
  await transaction(pool, async (client) => {
    for (let from = 0; from < end.differences.length; from += PAGE) {
      const page = end.differences.slice(from, from + PAGE);
      await client.query(
        `insert into reconciliation_difference (lane, reconciliation, place, kind, key, hash, body)
         select l.lane, $2, x.p, x.k, x.n, x.h, x.b
         from lane l cross join unnest($3::int[], $4::text[], $5::text[], $6::text[], $7::text[]) as x(p, k, n, h, b) where l.lane = $1`,
        [
          lane,
          id,
          page.map((each) => each.place),
          textArray(page.map((each) => each.kind)),
          textArray(page.map((each) => each.key)),
          textArray(page.map((each) => each.hash)),
          textArray(page.map((each) => each.body)),
        ],
      );
    }
    await client.query(
      "update reconciliation set state = $3, summary = $4, ended_at = to_timestamp($5::float8 / 1000) where lane = $1 and id = $2",
      [lane, id, end.state, end.summary, end.nowMs],
    );
  });
}

const COLUMNS = `id, case when state = 'running' and touched_at < to_timestamp($3::float8 / 1000) then 'interrupted' else state end as state, person,
  ${MS("started_at")} as "startedAt", ${MS("ended_at")} as "endedAt", summary, ${MS("tick_at")} as "tickAt", case when state = 'running' then progress end as progress`;

/** The newest first; `before`: only older ones. */
export async function listReconciliationRows(
  client: Queryable,
  at: FlowPlace,
  { nowMs, before, limit }: { readonly nowMs: number; readonly before: string | null; readonly limit: number },
): Promise<readonly ReconciliationRow[]> {
  const { rows } = await client.query<ReconciliationRow>(
    `select ${COLUMNS} from reconciliation where lane = $1 and flow = $2 and ($4::bigint is null or id < $4::bigint) order by id desc limit $5`,
    [at.lane, at.flow, nowMs - SILENT_MS, before, limit],
  );
  return rows;
}

export async function findReconciliationRow(
  client: Queryable,
  at: FlowPlace,
  id: string,
  nowMs: number,
): Promise<ReconciliationRow | null> {
  const { rows } = await client.query<ReconciliationRow>(
    `select ${COLUMNS} from reconciliation where lane = $1 and flow = $2 and id = $4::bigint`,
    [at.lane, at.flow, nowMs - SILENT_MS, id],
  );
  return rows[0] ?? null;
}

/** In the order of the report, behind `after` (a place); of one kind where that is given. */
export async function differencePage(
  client: Queryable,
  lane: number,
  id: string,
  after: number,
  limit: number,
  kind: string | null = null,
): Promise<readonly DifferenceRow[]> {
  const { rows } = await client.query<DifferenceRow>(
    `select place, kind, key, hash, body from reconciliation_difference where lane = $1 and reconciliation = $2 and place > $3 and ($5::text is null or kind = $5)
     order by place limit $4`,
    [lane, id, after, limit, kind],
  );
  return rows;
}

/** What was accepted of these bills: key to the hash that was meant. */
export async function acceptedHashes(client: Queryable, at: FlowPlace, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ key: string; hash: string }>(
    "select key, hash from accepted_difference where lane = $1 and flow = $2 and key = any($3::text[])",
    [at.lane, at.flow, textArray(keys)],
  );
  return new Map(rows.map((row) => [row.key, row.hash]));
}

/** The bill's newest acceptance takes the place of the former. */
export async function acceptRows(
  client: Queryable,
  at: FlowPlace,
  rows: readonly { readonly key: string; readonly hash: string }[],
  deed: { readonly reason: string; readonly person: string; readonly nowMs: number },
): Promise<void> {
  await client.query(
    `insert into accepted_difference (lane, flow, key, hash, reason, person, accepted_at)
     select l.lane, $2, x.k, x.h, $5, $6, to_timestamp($7::float8 / 1000)
     from lane l cross join unnest($3::text[], $4::text[]) as x(k, h) where l.lane = $1
     on conflict (lane, flow, key) do update set hash = excluded.hash, reason = excluded.reason, person = excluded.person, accepted_at = excluded.accepted_at`,
    [at.lane, at.flow, textArray(rows.map((row) => row.key)), textArray(rows.map((row) => row.hash)), deed.reason, deed.person, deed.nowMs],
  );
}

export interface AcceptedRow {
  readonly key: string;
  readonly reason: string;
  readonly person: string;
  readonly acceptedAt: number;
}

/** What was accepted of a flow, by key, behind one of them. */
export async function listAcceptedRows(
  client: Queryable,
  at: FlowPlace,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<readonly AcceptedRow[]> {
  const { rows } = await client.query<AcceptedRow>(
    `select key, reason, person, ${MS("accepted_at")} as "acceptedAt" from accepted_difference
     where lane = $1 and flow = $2 and key > $3 order by key limit $4`,
    [at.lane, at.flow, after, limit],
  );
  return rows;
}

/** Told again from the next reconciliation on. Gives how many there were. */
export async function forgetAcceptedRows(client: Queryable, at: FlowPlace, keys: readonly string[]): Promise<number> {
  const { rowCount } = await client.query("delete from accepted_difference where lane = $1 and flow = $2 and key = any($3::text[])", [
    at.lane,
    at.flow,
    textArray(keys),
  ]);
  return rowCount ?? 0;
}

/** Keys of the first records of documents, by the documents' external keys: those of many bills are known by nothing else. */
export async function firstRecordsOf(client: Queryable, at: FlowPlace, externalKeys: readonly string[]): Promise<readonly string[]> {
  const { rows } = await client.query<{ key: string }>(
    "select distinct d.record_key as key from document d where d.lane = $1 and d.flow = $2 and d.external_key = any($3::text[])",
    [at.lane, at.flow, textArray(externalKeys)],
  );
  return rows.map((row) => row.key);
}

/** Status numbers of records by key; those that the ledger does not know are left out. */
export async function recordStatuses(client: Queryable, at: FlowPlace, keys: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const { rows } = await client.query<{ key: string; status: number }>(
    "select r.key, r.status from record r where r.lane = $1 and r.flow = $2 and r.key = any($3::text[])",
    [at.lane, at.flow, textArray(keys)],
  );
  return new Map(rows.map((row) => [row.key, row.status]));
}

/** A page of the documents that the ledger has as done, behind an id; changed since `fromMs` where that is given. */
export async function doneDocuments(
  client: Queryable,
  at: FlowPlace,
  after: string,
  fromMs: number | null,
): Promise<
  readonly {
    readonly id: string;
    readonly externalKey: string | null;
    readonly recordKey: string;
    readonly number: string | null;
    readonly targetNumber: string | null;
  }[]
> {
  const { rows } = await client.query<Awaited<ReturnType<typeof doneDocuments>>[number]>(
    `select d.id, d.external_key as "externalKey", d.record_key as "recordKey", r.number, d.number as "targetNumber"
     from document d left join record r on r.lane = d.lane and r.flow = d.flow and r.key = d.record_key
     where d.lane = $1 and d.flow = $2 and d.id > $3::bigint and d.status = 3 and d.stage is distinct from 'reversed'
       and ($4::float8 is null or d.changed_at >= to_timestamp($4::float8 / 1000))
     order by d.id limit ${PAGE}`,
    [at.lane, at.flow, after, fromMs],
  );
  return rows;
}

/** Of these external keys and numbers those that the ledger knows, as a document of the flow or as taken over. */
export async function knownAtTarget(client: Queryable, at: FlowPlace, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ key: string }>(
    `select d.external_key as key from document d where d.external_key = any($3::text[]) and d.lane = $1 and d.flow = $2
     union select t.target_number from taken_over t where t.lane = $1 and t.flow = $2 and t.target_number = any($3::text[])`,
    [at.lane, at.flow, textArray(keys)],
  );
  return new Set(rows.map((row) => row.key));
}
