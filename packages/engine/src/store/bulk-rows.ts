/**
 * Bulk work (批量处理) as rows: asked for, taken under a lease, counted page by page, ended. Every change of an item's fate goes through
 * `countItems` in the transaction that deals with the documents, which also tells a worker that lost its lease. Instants are epoch ms.
 */
import { DatongError, type Status } from "@datong/core";
import type pg from "pg";
import { numberArray, storableText, textArray } from "./parameters.ts";
import type { Queryable } from "./transaction.ts";

export type BulkKind = "retry" | "push-again" | "skip" | "mark-done" | "index";
export type BulkState = "waiting" | "running" | "done" | "failed" | "cancelled";

/** Which documents are meant. Numbers alone, or a status narrowed down. */
export interface BulkSelection {
  readonly numbers?: readonly string[];
  readonly status?: Status;
  /** Our code or the vendor's. */
  readonly code?: string;
  readonly cause?: string;
  /** Changed in this span, epoch ms; the end is left out. */
  readonly changedFrom?: number;
  readonly changedTo?: number;
  readonly limit?: number;
}

export interface BulkAsked extends BulkSelection {
  /** Of a retry. */
  readonly how?: "same" | "map" | "fetch";
  readonly reason?: string;
  /** Of mark-done: the target's number of each, in the order of `numbers`; null leaves it as it is. */
  readonly targetNumbers?: readonly (string | null)[];
}

export interface BulkCounts {
  /** Go to the target (again). */
  readonly queued: number;
  /** Skipped, marked as done, or found at the target. */
  readonly settled: number;
  readonly unmapped: number;
  /** Numbers whose bills are in another status, and documents that are by then, under way, or such as only a person can go on with. */
  readonly untouched: number;
  /** Numbers that the ledger does not have, and bills that are gone by then. */
  readonly missing: number;
}

/** A number that was asked for, and the status of its bill, which the work is not for. */
export interface UntouchedNumber {
  readonly number: string;
  readonly status: Status;
}

/** Of the numbers that were asked for, those that nothing is done with; they are dealt with by being told. */
export interface NumbersApart {
  readonly missing: number;
  readonly untouched: number;
  /** The first few, in the order in which they were given. */
  readonly untouchedNumbers: readonly UntouchedNumber[];
}

const NONE_APART: NumbersApart = { missing: 0, untouched: 0, untouchedNumbers: [] };

export const NO_COUNTS: BulkCounts = { queued: 0, settled: 0, unmapped: 0, untouched: 0, missing: 0 };

export interface BulkWork extends BulkCounts {
  readonly lane: number;
  readonly id: string;
  readonly workspace: string;
  readonly flowId: string;
  readonly kind: BulkKind;
  readonly asked: BulkAsked;
  readonly person: string;
  readonly state: BulkState;
  readonly isCancelled: boolean;
  /** Null until the documents have been looked up. */
  readonly total: number | null;
  readonly untouchedNumbers: readonly UntouchedNumber[];
  /** An error of ours as JSON, of one that failed. */
  readonly problem: unknown;
  readonly madeAt: number;
  readonly beganAt: number | null;
  readonly endedAt: number | null;
}

export interface BulkItem {
  readonly place: number;
  readonly status: number;
  readonly key: string;
  readonly document: string | null;
  readonly targetNumber: string | null;
}

/** How long a worker that says nothing keeps its work. */
export const BULK_LEASE_MS = 60_000;

const COLUMNS = `b.lane, b.id::text as id, b.workspace, b.flow_id as "flowId", b.kind, b.asked, b.person, b.state, b.is_cancelled as "isCancelled",
  b.total, b.queued, b.settled, b.unmapped, b.untouched, b.missing, b.untouched_numbers as "untouchedNumbers", b.problem, b.made_at as "madeAt", b.began_at as "beganAt", b.ended_at as "endedAt"`;

type Columns = Omit<BulkWork, "asked" | "problem" | "untouchedNumbers"> & {
  readonly asked: string;
  readonly untouchedNumbers: string | null;
  readonly problem: string | null;
};

function toBulk({ asked, untouchedNumbers, problem, ...row }: Columns): BulkWork {
  return {
    ...row,
    asked: JSON.parse(asked) as BulkAsked,
    untouchedNumbers: JSON.parse(untouchedNumbers ?? "[]") as BulkWork["untouchedNumbers"],
    problem: problem === null ? null : (JSON.parse(problem) as unknown),
  };
}

export async function addBulk(
  client: Queryable,
  bulk: Pick<BulkWork, "id" | "workspace" | "flowId" | "kind" | "asked" | "person">,
): Promise<BulkWork> {
  const { rows } = await client.query<Columns>(
    `insert into bulk_work as b (lane, id, workspace, flow_id, kind, asked, person)
     values (coalesce((select lane from flow where id = $3), 0), $1, $2, $3, $4, $5, $6) returning ${COLUMNS}`,
    [bulk.id, bulk.workspace, bulk.flowId, bulk.kind, storableText(JSON.stringify(bulk.asked)), bulk.person],
  );
  return toBulk(rows[0] as Columns);
}

export async function findBulk(client: Queryable, workspace: string, id: string): Promise<BulkWork | null> {
  const { rows } = await client.query<Columns>(`select ${COLUMNS} from bulk_work b where b.workspace = $1 and b.id = $2`, [workspace, id]);
  return rows[0] === undefined ? null : toBulk(rows[0]);
}

/** The latest first, behind an id. */
export async function listBulks(
  client: Queryable,
  workspace: string,
  options: { readonly limit: number; readonly after?: string; readonly flowId?: string },
): Promise<readonly BulkWork[]> {
  const { rows } = await client.query<Columns>(
    `select ${COLUMNS} from bulk_work b where b.workspace = $1 and ($2::bigint is null or b.id < $2) and ($3::text is null or b.flow_id = $3)
     order by b.id desc limit $4`,
    [workspace, options.after ?? null, options.flowId ?? null, options.limit],
  );
  return rows.map(toBulk);
}

/** False: it had ended already. */
export async function cancelBulk(client: Queryable, workspace: string, id: string): Promise<boolean> {
  const { rowCount } = await client.query(
    "update bulk_work set is_cancelled = true where workspace = $1 and id = $2 and state in ('waiting', 'running')",
    [workspace, id],
  );
  return rowCount === 1;
}

/** The oldest that waits, or whose worker is gone; null where there is none. `living`: ids of the processes that are. */
export async function claimBulk(pool: pg.Pool, owner: string, living: readonly string[]): Promise<BulkWork | null> {
  const { rows } = await pool.query<Columns>({
    text: `update bulk_work b set owner = $1, until = now() + make_interval(secs => $3), state = 'running', began_at = coalesce(b.began_at, now())
      where (b.lane, b.id) in (select o.lane, o.id from bulk_work o where o.state in ('waiting', 'running')
        and (o.owner is null or o.until < now() or o.owner <> all($2::uuid[])) order by o.id limit 1 for update skip locked)
      returning ${COLUMNS}`,
    values: [owner, living, BULK_LEASE_MS / 1000],
  });
  return rows[0] === undefined ? null : toBulk(rows[0]);
}

/** Whether anything is to be done: one look at a small index. */
export async function bulkWaits(pool: pg.Pool): Promise<boolean> {
  const { rowCount } = await pool.query({
    text: "select 1 from bulk_work where state in ('waiting', 'running') limit 1",
  });
  return rowCount !== 0;
}

/** Keeps the lease. False: it is another's by now, or a person has cancelled. */
export async function renewBulk(client: Queryable, at: BulkPlace): Promise<boolean> {
  const { rows } = await client.query<{ go: boolean }>({
    name: "bulk_renew",
    text: `update bulk_work set until = now() + make_interval(secs => $4) where lane = $1 and id = $2 and owner = $3 and state = 'running'
      returning not is_cancelled as go`,
    values: [at.lane, at.id, at.owner, BULK_LEASE_MS / 1000],
  });
  return rows[0]?.go === true;
}

export interface BulkPlace {
  readonly lane: number;
  readonly id: string;
  readonly owner: string;
}

/** Given back as it stands, for whoever comes next: the process ends. */
export async function releaseBulk(client: Queryable, at: BulkPlace): Promise<void> {
  await client.query("update bulk_work set owner = null, until = null where lane = $1 and id = $2 and owner = $3", [
    at.lane,
    at.id,
    at.owner,
  ]);
}

/** Its items go with it; what was done stays done. */
export async function endBulk(
  client: Queryable,
  at: BulkPlace,
  state: "done" | "failed" | "cancelled",
  problem: unknown = null,
): Promise<void> {
  const { rowCount } = await client.query(
    "update bulk_work set state = $4, problem = $5, ended_at = now(), owner = null, until = null where lane = $1 and id = $2 and owner = $3",
    [at.lane, at.id, at.owner, state, problem === null ? null : storableText(JSON.stringify(problem))],
  );
  if (rowCount === 1) await client.query("delete from bulk_item where lane = $1 and bulk = $2", [at.lane, at.id]);
}

/** The next items of one status, in their order. */
export async function nextItems(client: Queryable, at: BulkPlace, count: number): Promise<readonly BulkItem[]> {
  const { rows } = await client.query<BulkItem>({
    name: "bulk_next",
    text: `select place, status, record_key as key, document::text as document, target_number as "targetNumber" from bulk_item
      where lane = $1 and bulk = $2 order by place limit $3`,
    values: [at.lane, at.id, count],
  });
  const end = rows.findIndex((row) => row.status !== rows[0]?.status);
  return end === -1 ? rows : rows.slice(0, end);
}

/** Items that are dealt with in this transaction, and what became of them. Throws where the lease is another's by now. */
export async function countItems(client: Queryable, at: BulkPlace, places: readonly number[], counts: Partial<BulkCounts>): Promise<void> {
  await client.query({
    name: "bulk_item_done",
    text: "delete from bulk_item where lane = $1 and bulk = $2 and place = any($3::int[])",
    values: [at.lane, at.id, numberArray(places)],
  });
  const { queued, settled, unmapped, untouched, missing } = { ...NO_COUNTS, ...counts };
  const { rowCount } = await client.query({
    name: "bulk_count",
    text: `update bulk_work set queued = queued + $4, settled = settled + $5, unmapped = unmapped + $6, untouched = untouched + $7,
        missing = missing + $8, until = now() + make_interval(secs => $9)
      where lane = $1 and id = $2 and owner = $3 and state = 'running'`,
    values: [at.lane, at.id, at.owner, queued, settled, unmapped, untouched, missing, BULK_LEASE_MS / 1000],
  });
  if (rowCount !== 1) throw new DatongError("BULK_LOST", { id: at.id });
}

export interface NewItem {
  readonly status: number;
  readonly key: string;
  readonly document: string | null;
  readonly targetNumber?: string | null;
}

/** Behind the `from` that are there. */
export async function addItems(client: Queryable, at: BulkPlace, from: number, items: readonly NewItem[]): Promise<void> {
  if (items.length === 0) return;
  await client.query({
    name: "bulk_item_add",
    text: `insert into bulk_item (lane, bulk, place, status, record_key, document, target_number)
      select l.lane, $2, $3 + x.o, x.s, x.k, x.d, x.t from lane l cross join
        unnest($4::smallint[], $5::text[], $6::bigint[], $7::text[]) with ordinality as x(s, k, d, t, o) where l.lane = $1`,
    values: [
      at.lane,
      at.id,
      from,
      numberArray(items.map((item) => item.status)),
      textArray(items.map((item) => item.key)),
      numberArray(items.map((item) => item.document)),
      textArray(items.map((item) => item.targetNumber ?? null)),
    ],
  });
}

/** What there is to do; the numbers that nothing is done with are dealt with already. */
export async function setTotal(client: Queryable, at: BulkPlace, documents: number, apart: NumbersApart = NONE_APART): Promise<void> {
  const { missing, untouched, untouchedNumbers } = apart;
  const total = documents + missing + untouched;
  const first = untouchedNumbers.length === 0 ? null : storableText(JSON.stringify(untouchedNumbers));
  await client.query(
    `update bulk_work set total = $4, missing = $5, untouched = $6, untouched_numbers = $7 where lane = $1 and id = $2 and owner = $3`,
    [at.lane, at.id, at.owner, total, missing, untouched, first],
  );
}
