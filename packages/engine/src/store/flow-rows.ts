/** Flows that have run here: their short number, their lane (the target account's hash, given once), their revisions. */
import { createHash } from "node:crypto";
import { storedFormOf, type Flow } from "@datong/core";
import type pg from "pg";
import { noteRegrouped } from "./status-counts.ts";
import { noteStoredForm } from "./stored-form.ts";
import { transaction } from "./transaction.ts";

export interface FlowRow {
  readonly num: number;
  readonly lane: number;
}

export const LANES = 1024;

/**
 * Finds or registers a flow. `account` names the target account. Safe when two processes register at once. `main`: the flow whose
 * write-backs this one holds; it lies in the same lane.
 */
export async function registerFlow(pool: pg.Pool, id: string, account: string, main?: FlowRow): Promise<FlowRow> {
  const found = await pool.query<FlowRow>("select num, lane from flow where id = $1", [id]);
  if (found.rows[0] !== undefined) return found.rows[0];
  return transaction(pool, async (client) => {
    await client.query("lock table flow in share row exclusive mode");
    const { rows } = await client.query<FlowRow>(
      "insert into flow (id, num, lane, account, write_back_of) select $1, coalesce(max(num), 0) + 1, $2, $3, $4 from flow where not exists (select 1 from flow where id = $1) having not exists (select 1 from flow where id = $1) returning num, lane",
      [id, main?.lane ?? laneOf(account), account, main?.num ?? null],
    );
    const row = rows[0] ?? (await client.query<FlowRow>("select num, lane from flow where id = $1", [id])).rows[0];
    if (row === undefined) throw new Error(`flow ${id} could not be registered`);
    // Write-backs have no records of their own: none are to be counted with them.
    if (main !== undefined) await noteRegrouped(client, row.lane, row.num);
    return row;
  });
}

/** The write-backs of a flow lie beside it, under an id that no flow's document can have. */
export function writeBackId(flow: string): string {
  return `${flow}:write-back`;
}

/** A flow that is ready to run, as far as it matters here. */
interface Placed {
  readonly flow: Pick<Flow, "id" | "source" | "restructure">;
  readonly target: { readonly connection: { readonly account: string }; readonly zone: string };
  readonly writeBack: Pick<Placed, "target"> | undefined;
}

/** Where a flow lies in the ledger, and its write-backs where it has them; the number of its document's text. */
export async function placeFlow(
  pool: pg.Pool,
  ready: Placed,
): Promise<{ readonly row: FlowRow; readonly writeBackRow?: FlowRow; readonly revision: number }> {
  const { flow, target, writeBack } = ready;
  const row = await registerFlow(pool, flow.id, target.connection.account);
  const revision = await registerRevision(pool, row.num, JSON.stringify(flow));
  await noteStoredForm(pool, row, storedFormOf(flow, target.zone));
  if (writeBack === undefined) return { row, revision };
  return { row, revision, writeBackRow: await registerFlow(pool, writeBackId(flow.id), writeBack.target.connection.account, row) };
}

/** The number of this text of the flow's document: an old one when it has run before, else a new one. */
export async function registerRevision(pool: pg.Pool, flow: number, document: string): Promise<number> {
  const digest = createHash("sha256").update(document).digest("hex");
  return transaction(pool, async (client) => {
    await client.query("select num from flow where num = $1 for update", [flow]);
    const found = await client.query<{ revision: number }>("select revision from revision where flow = $1 and digest = $2", [flow, digest]);
    if (found.rows[0] !== undefined) return found.rows[0].revision;
    const { rows } = await client.query<{ revision: number }>(
      "insert into revision (flow, revision, digest, document) select $1::int, coalesce(max(revision), 0) + 1, $2::text, $3::text from revision where flow = $1 returning revision",
      [flow, digest, document],
    );
    return rows[0]?.revision ?? 1;
  });
}

export async function findFlow(pool: pg.Pool, id: string): Promise<FlowRow | null> {
  const { rows } = await pool.query<FlowRow>("select num, lane from flow where id = $1", [id]);
  return rows[0] ?? null;
}

/** Of many, those that have run here, by id. */
export async function findFlows(pool: pg.Pool, ids: readonly string[]): Promise<ReadonlyMap<string, FlowRow>> {
  const { rows } = await pool.query<FlowRow & { id: string }>("select id, num, lane from flow where id = any($1::text[])", [ids]);
  return new Map(rows.map(({ id, num, lane }) => [id, { num, lane }]));
}

/** The newest text of a flow's document; null where it was never registered. */
export async function newestDocument(pool: pg.Pool, flow: number): Promise<string | null> {
  const { rows } = await pool.query<{ document: string }>("select document from revision where flow = $1 order by revision desc limit 1", [
    flow,
  ]);
  return rows[0]?.document ?? null;
}

/**
 * The flow of that id, or the one that had it formerly, as its newest document says. Of flows named `<workspace>/<id>` only those of the
 * same workspace: a scheme that two of them have imported has its former id in both.
 */
export async function findFlowNamed(pool: pg.Pool, name: string): Promise<FlowRow | null> {
  const own = await findFlow(pool, name);
  if (own !== null) return own;
  const front = name.slice(0, name.lastIndexOf("/") + 1);
  const { rows } = await pool.query<FlowRow>(
    `select f.num, f.lane from flow f
     cross join lateral (select r.document from revision r where r.flow = f.num order by r.revision desc limit 1) d
     where left(f.id, length($2)) = $2 and strpos(substr(f.id, length($2) + 1), '/') = 0 and d.document::jsonb -> 'aliases' ? $1 limit 1`,
    [name.slice(front.length), front],
  );
  return rows[0] ?? null;
}

/** The lane of an account. */
export function laneOf(account: string): number {
  return createHash("sha256").update(account).digest().readUInt32BE(0) % LANES;
}
