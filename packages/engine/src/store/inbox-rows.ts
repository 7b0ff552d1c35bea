/** Pushed rows that wait to be read by their flow (0014-inbox.sql), oldest first. */
import type pg from "pg";

export interface InboxEntry {
  readonly id: string;
  /** JSON list of rows, as they were pushed. */
  readonly rows: string;
}

/** Durable when it returns. */
export async function addToInbox(pool: pg.Pool, entry: InboxEntry & { readonly lane: number; readonly flow: number }): Promise<void> {
  await pool.query({
    name: "inbox_add",
    text: "insert into inbox (lane, flow, id, rows) values ($1, $2, $3, $4)",
    values: [entry.lane, entry.flow, entry.id, entry.rows],
  });
}

/** Up to `count` entries. */
export async function readInbox(pool: pg.Pool, lane: number, flow: number, count: number): Promise<readonly InboxEntry[]> {
  const { rows } = await pool.query<InboxEntry>({
    name: "inbox_read",
    text: "select id, rows from inbox where lane = $1 and flow = $2 order by id limit $3",
    values: [lane, flow, count],
  });
  return rows;
}

export async function dropFromInbox(pool: pg.Pool, lane: number, flow: number, ids: readonly string[]): Promise<void> {
  await pool.query({
    name: "inbox_drop",
    text: "delete from inbox where lane = $1 and flow = $2 and id = any($3::bigint[])",
    values: [lane, flow, ids],
  });
}

/** The flows of a lane for which something waits. */
export async function waitingInboxes(pool: pg.Pool, lane: number): Promise<ReadonlySet<number>> {
  const { rows } = await pool.query<{ flow: number }>({
    name: "inbox_flows",
    text: "select distinct flow from inbox where lane = $1",
    values: [lane],
  });
  return new Set(rows.map((row) => row.flow));
}

/** Whether something waits for the flow. */
export async function inboxWaits(pool: pg.Pool, lane: number, flow: number): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: "inbox_waits",
    text: "select 1 from inbox where lane = $1 and flow = $2 limit 1",
    values: [lane, flow],
  });
  return rowCount !== 0;
}
