/** `datong records FLOW`: the flow's records with their status; with a table for people, one object with --json. */
import { inLanguage, STATUSES, type Language, type Status } from "@datong/core";
import { countRecords, countWriteBacks, flowPosition, listRecords, type ListedDocument, type ListedRecord } from "@datong/engine";
import type { Context } from "../context.ts";
import { CommandFailure } from "../failure.ts";
import { findFlow, openStore, type PlaceOptions } from "../open-flow.ts";
import { behindText } from "../output/behind-text.ts";
import { table } from "../output/table.ts";
import { writeBackText } from "../text/write-back.ts";

export interface RecordsOptions extends PlaceOptions {
  readonly status?: string;
  readonly number?: string;
  /** Only records whose write-back has this status. */
  readonly writeBack?: string;
  readonly limit?: number;
}

const LIMIT = 50;
const REASON_COLUMNS = 80;

export async function recordsCommand(context: Context, flowName: string, options: RecordsOptions): Promise<number> {
  const status = options.status === undefined ? undefined : statusNamed(options.status);
  const writeBack = options.writeBack === undefined ? undefined : statusNamed(options.writeBack);
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
            ...(writeBack === undefined ? {} : { writeBack }),
            ...(options.number === undefined ? {} : { number: options.number }),
          });
    const writeBacks = at === null ? null : await countWriteBacks(engine.pool, at);
    tell(context, entry.id, { records: listed.slice(0, limit), counts, writeBacks, more: listed.length > limit });
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

interface Told {
  readonly records: readonly ListedRecord[];
  readonly counts: ReadonlyMap<Status, number>;
  /** Null for a flow that never wrote back: nothing is said of it then. */
  readonly writeBacks: ReadonlyMap<Status, number> | null;
  readonly more: boolean;
}

function tell(context: Context, flow: string, { records, counts, writeBacks, more }: Told): void {
  const { terminal, text, language } = context;
  if (context.json) {
    const told = writeBacks === null ? {} : { writeBacks: Object.fromEntries(writeBacks) };
    terminal.out(`${JSON.stringify({ ok: true, flow, counts: Object.fromEntries(counts), ...told, records, more })}\n`);
    return;
  }
  const summed = (by: ReadonlyMap<Status, number>): string =>
    by.size === 0 ? "0" : [...by].map(([status, n]) => `${STATUSES[status][language]} ${n}`).join("  ");
  terminal.out(`${text.recordsCounts}${summed(counts)}\n`);
  const back = writeBackText(language);
  if (writeBacks !== null) terminal.out(`${back.counts}${summed(writeBacks)}\n`);
  if (records.length === 0) {
    terminal.out(`${text.recordsNone}\n`);
    return;
  }
  terminal.out(
    table(
      [...text.recordsTable, ...(writeBacks === null ? [] : [back.column])],
      records.flatMap((record) =>
        rowsOf(context, record).map((row) => (writeBacks === null ? row : [...row, writeBackCell(context, record)])),
      ),
      [5],
    ),
  );
  if (more) terminal.out(`${text.recordsMore(records.length)}\n`);
}

function rowsOf(context: Context, record: ListedRecord): readonly (readonly string[])[] {
  const number = record.number ?? record.key;
  const { language } = context;
  if (record.documents.length === 0)
    return [[number, STATUSES[record.status][language], "", "", "", "", short(told(record.reason, language))]];
  return record.documents.map((document) => [
    number,
    STATUSES[document.status][language],
    document.externalKey ?? "",
    document.number ?? "",
    document.stage ?? "",
    String(document.attempts),
    short([document.code, reasonOf(context, document) ?? told(record.reason, language)].filter((part) => part !== null).join("  ")),
  ]);
}

function writeBackCell({ language }: Context, { writeBack }: ListedRecord): string {
  if (writeBack === null) return "";
  return [
    STATUSES[writeBack.status][language],
    short([writeBack.code, told(writeBack.vendorText, language)].filter((part) => part !== null).join("  ")),
  ]
    .join("  ")
    .trim();
}

function reasonOf({ language }: Context, { behind, vendorText }: ListedDocument): string | null {
  return behind === null ? told(vendorText, language) : behindText(behind, language);
}

function told(reason: string | null, language: Language): string | null {
  return reason === null ? null : inLanguage(reason, language);
}

function short(reason: string | null): string {
  const line = (reason ?? "").replace(/\s+/g, " ");
  return line.length > REASON_COLUMNS ? `${line.slice(0, REASON_COLUMNS)}…` : line;
}
