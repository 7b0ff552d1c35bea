/** `datong records FLOW`: the flow's records with their status; with a table for people, one object with --json. */
import { STATUSES, type Status } from "@datong/core";
import { countRecords, flowPosition, listRecords, type ListedRecord } from "@datong/engine";
import type { Context } from "../context.ts";
import { CommandFailure } from "../failure.ts";
import { findFlow, openStore, type PlaceOptions } from "../open-flow.ts";
import { table } from "../output/table.ts";

export interface RecordsOptions extends PlaceOptions {
  readonly status?: string;
  readonly number?: string;
  readonly limit?: number;
}

const LIMIT = 50;
const REASON_COLUMNS = 80;

export async function recordsCommand(context: Context, flowName: string, options: RecordsOptions): Promise<number> {
  const status = options.status === undefined ? undefined : statusNamed(options.status);
  const { workspace, entry } = await findFlow(context, flowName, options);
  const limit = options.limit ?? LIMIT;
  const engine = await openStore(context, workspace.dir, { ...options, connectors: workspace.connectors });
  try {
    const at = await flowPosition(engine.pool, entry.id);
    const counts = at === null ? new Map<Status, number>() : await countRecords(engine.pool, at);
    // One more than asked for tells whether there are more.
    const listed =
      at === null
        ? []
        : await listRecords(engine.pool, at, {
            limit: limit + 1,
            ...(status === undefined ? {} : { status }),
            ...(options.number === undefined ? {} : { number: options.number }),
          });
    tell(context, entry.id, listed.slice(0, limit), counts, listed.length > limit);
    return 0;
  } finally {
    await engine.close();
  }
}

/** By the English name or the Chinese one; wrong usage else. */
export function statusNamed(given: string): Status {
  const names = Object.keys(STATUSES) as readonly Status[];
  const found = names.find((name) => name === given.toLowerCase() || STATUSES[name].zh === given);
  if (found !== undefined) return found;
  const known = names.map((name) => `${name} (${STATUSES[name].zh})`).join(", ");
  throw new CommandFailure(
    "USAGE",
    { zh: `没有状态 ${given}`, en: `There is no status ${given}`, todoZh: `可选：${known}`, todoEn: `There are: ${known}` },
    2,
  );
}

function tell(context: Context, flow: string, records: readonly ListedRecord[], counts: ReadonlyMap<Status, number>, more: boolean): void {
  const { terminal, text, language } = context;
  if (context.json) {
    terminal.out(`${JSON.stringify({ ok: true, flow, counts: Object.fromEntries(counts), records, more })}\n`);
    return;
  }
  const total = [...counts].map(([status, n]) => `${STATUSES[status][language]} ${n}`).join("  ");
  terminal.out(`${text.recordsCounts}${total === "" ? "0" : total}\n`);
  if (records.length === 0) {
    terminal.out(`${text.recordsNone}\n`);
    return;
  }
  terminal.out(
    table(
      text.recordsTable,
      records.flatMap((record) => rowsOf(context, record)),
      [5],
    ),
  );
  if (more) terminal.out(`${text.recordsMore(records.length)}\n`);
}

function rowsOf(context: Context, record: ListedRecord): readonly (readonly string[])[] {
  const number = record.number ?? record.key;
  const { language } = context;
  if (record.documents.length === 0) return [[number, STATUSES[record.status][language], "", "", "", "", short(record.reason)]];
  return record.documents.map((document) => [
    number,
    STATUSES[document.status][language],
    document.externalKey ?? "",
    document.number ?? "",
    document.stage ?? "",
    String(document.attempts),
    short([document.code, document.vendorText ?? record.reason].filter((part) => part !== null).join("  ")),
  ]);
}

function short(reason: string | null): string {
  const line = (reason ?? "").replace(/\s+/g, " ");
  return line.length > REASON_COLUMNS ? `${line.slice(0, REASON_COLUMNS)}…` : line;
}
