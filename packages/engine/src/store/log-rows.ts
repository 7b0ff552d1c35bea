/** Lines of flows' logs: stored many at once, read by id from the newest back, dropped by age. Instants are epoch ms. */
import type pg from "pg";
import { idAtMs, idMs } from "./id-source.ts";
import { numberArray, textArray } from "./parameters.ts";
import type { Queryable } from "./transaction.ts";

/** In the order of their numbers. */
export const LOG_LEVELS = ["record", "notice", "success", "error", "fatal"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogRow {
  readonly lane: number;
  readonly id: string;
  readonly flow: number;
  readonly run: string | null;
  readonly level: LogLevel;
  /** What happened, for programs: page, written, refused, run-end … */
  readonly event: string;
  readonly zh: string;
  readonly en: string;
  readonly recordKey: string | null;
  readonly exchange: string | null;
}

export interface LogLine extends Omit<LogRow, "lane" | "flow"> {
  readonly flowId: string;
  readonly at: number;
}

export async function insertLogRows(client: Queryable, rows: readonly LogRow[]): Promise<void> {
  await client.query({
    name: "log_insert",
    text: `insert into log_line (lane, id, flow, run, level, event, zh, en, record_key, exchange)
      select l.lane, x.i, x.f, x.r, x.v, x.e, x.z, x.n, x.k, x.x from lane l cross join unnest($1::int[], $2::bigint[], $3::int[], $4::bigint[],
        $5::smallint[], $6::text[], $7::text[], $8::text[], $9::text[], $10::bigint[]) as x(lane, i, f, r, v, e, z, n, k, x)
      where l.lane = any($1::int[]) and l.lane = x.lane
      on conflict do nothing`,
    values: [
      numberArray(rows.map((row) => row.lane)),
      numberArray(rows.map((row) => row.id)),
      numberArray(rows.map((row) => row.flow)),
      numberArray(rows.map((row) => row.run)),
      numberArray(rows.map((row) => LOG_LEVELS.indexOf(row.level))),
      textArray(rows.map((row) => row.event)),
      textArray(rows.map((row) => row.zh)),
      textArray(rows.map((row) => row.en)),
      textArray(rows.map((row) => row.recordKey)),
      numberArray(rows.map((row) => row.exchange)),
    ],
  });
}

export interface LogFilter {
  /** As the ledger knows them. */
  readonly flowIds: readonly string[];
  readonly run?: string;
  readonly recordKey?: string;
  /** These alone; all unless given. */
  readonly levels?: readonly LogLevel[];
  /** Part of the line, in either language, or of the bill's key. */
  readonly text?: string;
  readonly fromMs?: number;
  readonly toMs?: number;
}

interface Columns extends Omit<LogLine, "level" | "at"> {
  readonly level: number;
}

/** `before`: lines older than that one, the newest first. `after`: lines that are newer, the oldest first. */
export async function listLogLines(
  client: Queryable,
  filter: LogFilter,
  page: { readonly limit: number; readonly before?: string; readonly after?: string },
): Promise<readonly LogLine[]> {
  const { flowIds, run, recordKey, levels, text, fromMs, toMs } = filter;
  const isForward = page.after !== undefined;
  const like = text === undefined || text === "" ? null : `%${text.replace(/[\\%_]/g, String.raw`\$&`)}%`;
  const { rows } = await client.query<Columns>(
    `select l.id::text as id, f.id as "flowId", l.run::text as run, l.level, l.event, l.zh, l.en, l.record_key as "recordKey", l.exchange::text as exchange
     from log_line l join flow f on f.num = l.flow and f.lane = l.lane
     where l.flow = any(array(select num from flow where id = any($1::text[])))
       and ($2::bigint is null or l.run = $2) and ($3::text is null or l.record_key = $3) and ($4::smallint[] is null or l.level = any($4::smallint[]))
       and ($5::text is null or l.zh ilike $5 or l.en ilike $5 or l.record_key like $5)
       and ($6::bigint is null or l.id >= $6) and ($7::bigint is null or l.id < $7)
       and ($8::bigint is null or l.id < $8) and ($9::bigint is null or l.id > $9)
     order by l.id ${isForward ? "asc" : "desc"} limit $10`,
    [
      flowIds,
      run ?? null,
      recordKey ?? null,
      levels === undefined ? null : levels.map((level) => LOG_LEVELS.indexOf(level)),
      like,
      fromMs === undefined ? null : idAtMs(fromMs),
      toMs === undefined ? null : idAtMs(toMs),
      page.before ?? null,
      page.after ?? null,
      page.limit,
    ],
  );
  return rows.map((row) => ({ ...row, level: LOG_LEVELS[row.level] ?? "record", at: idMs(row.id) }));
}

const DELETE_BATCH = 10_000;

/** Lines of a flow that are older; gives how many. */
export async function pruneLogLines(pool: pg.Pool, lane: number, flow: number, beforeMs: number): Promise<number> {
  let sum = 0;
  for (;;) {
    const { rowCount } = await pool.query(
      `delete from log_line where lane = $1 and id in (select id from log_line where lane = $1 and flow = $2 and id < $3 order by id limit ${DELETE_BATCH})`,
      [lane, flow, idAtMs(beforeMs)],
    );
    sum += rowCount ?? 0;
    if ((rowCount ?? 0) < DELETE_BATCH) return sum;
  }
}

export interface DebugSwitch {
  readonly flowId: string;
  readonly until: number;
  readonly person: string;
}

export async function switchDebug(
  client: Queryable,
  flowId: string,
  to: { readonly untilMs: number; readonly person: string } | null,
): Promise<void> {
  if (to === null) await client.query("delete from flow_debug where flow_id = $1", [flowId]);
  else
    await client.query(
      `insert into flow_debug (flow_id, until, person) values ($1, to_timestamp($2 / 1000.0), $3)
       on conflict (flow_id) do update set until = excluded.until, person = excluded.person`,
      [flowId, to.untilMs, to.person],
    );
}

/** Those that are still on. */
export async function listDebug(client: Queryable): Promise<readonly DebugSwitch[]> {
  const { rows } = await client.query<DebugSwitch>({
    name: "flow_debug_on",
    text: `select flow_id as "flowId", until, person from flow_debug where until > now() order by flow_id`,
  });
  return rows;
}
