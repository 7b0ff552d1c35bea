/**
 * Many bills to one (a day's summary per shop): after the pull, group by group. A group's records are loaded, put together, mapped and
 * stored as one document with links to every record; memory holds one group. A record that comes later for the same key makes a
 * supplement of its own (`+key#2`), never a second document for the same records. A summary that failed and that the target never
 * took is put together anew, with what has come or changed since.
 */
import {
  DatongError,
  inBothLanguages,
  globalsOf,
  keysOf,
  mergeBills,
  orderedObject,
  storedRows,
  restructureRecord,
  STATUSES,
  applyCondition,
  type Bill,
  type Json,
  type JsonObject,
  type MergeInput,
} from "@datong/core";
import { forgetWaiters, noteWaiters } from "../../store/lookup-waits.ts";
import { documentsOfUnits } from "../../store/known-rows.ts";
import { failedGroup, loadMergeGroup, nextMergeKey, type FailedDocument } from "../../store/merge-rows.ts";
import { commitPage, type DocumentRow } from "../../store/page-rows.ts";
import type { ReadyFlow } from "../ready-flow.ts";
import { toTasks, type Running } from "../running.ts";
import { firstAction } from "../target/first-action.ts";
import { withAnswers } from "./answer-lookups.ts";
import { makeDocument, type Made } from "./make-document.ts";

/** Makes the documents of all groups that wait. */
export async function mergeDue(running: Running): Promise<void> {
  const { pool, row } = running;
  for (let key = await nextMergeKey(pool, row.lane, row.num); key !== null; key = await nextMergeKey(pool, row.lane, row.num))
    await mergeGroup(running, key);
}

/** One group, whether further bills of it have come or not. */
export async function mergeGroup(running: Running, mergeKey: string): Promise<void> {
  const { pool, row, ready } = running;
  const failed = await failedGroup(pool, row.lane, row.num, `+${mergeKey}`);
  const records = await loadMergeGroup(pool, row.lane, row.num, mergeKey, failed.records);
  const scope = { globals: globalsOf({ nowMs: running.ports.nowMs() }), zone: ready.target.zone };
  const inputs = records.flatMap((record) => billsOf(running, record, scope));
  const merged = mergeBills(ready.restructure, inputs, scope).bills.filter((bill) => bill.mergeKey === mergeKey);
  const place = await freePlace(running, mergeKey, merged, failed.documents);
  const taken = new Map(failed.documents.map((document) => [document.unit, document]));
  const mapped = await withAnswers(pool, ready, { globals: scope.globals }, (staging) =>
    merged.map((bill) => makeDocument(ready, place.unitOf(bill), numberedSupplement(bill, place.number), staging)),
  );
  const documents = merged.map((bill, index): DocumentRow => {
    const unit = place.unitOf(bill);
    const made = mapped[index] as Made;
    const isTaken = made.code === null && made.externalKey !== null && place.externalKeys.has(made.externalKey);
    const problem = isTaken
      ? supplementProblem(ready, made.externalKey)
      : made.code === null
        ? null
        : { code: made.code, text: made.problem };
    return {
      id: taken.get(unit)?.id ?? running.ids.next(),
      unit,
      recordKey: bill.sources[0]?.key ?? records[0]?.key ?? "",
      part: bill.part,
      version: (taken.get(unit)?.version ?? 0) + 1,
      externalKey: made.externalKey,
      status: (problem === null ? STATUSES.queued : made.waits === true ? STATUSES.pending : STATUSES.failed).number,
      code: problem?.code ?? null,
      vendorText: problem?.text ?? null,
      task: null,
      body: made.body ?? "null",
    };
  });
  const tasks = toTasks(
    running,
    firstAction(ready),
    documents.filter((d) => d.status === STATUSES.queued.number).map((d) => d.id),
  );
  const taskOf = new Map(tasks.flatMap((task) => task.documents.map((id): [string, string] => [id, task.id])));
  const rows = documents.map((d) => ({ ...d, task: taskOf.get(d.id) ?? null }));
  const units = new Set(rows.map((d) => d.unit));
  const replaced = rows.filter((d) => taken.has(d.unit));
  await commitPage(pool, {
    lane: row.lane,
    flow: row.num,
    revision: running.revision,
    run: running.run,
    account: ready.target.connection.account,
    records: [],
    documents: rows.filter((d) => !taken.has(d.unit)),
    replaced,
    planned: failed.documents.map((document) => ({ id: document.id, status: document.status })),
    skipped: [],
    gone: failed.documents.filter((document) => !units.has(document.unit)).map((document) => document.id),
    links: merged.flatMap((bill, i) =>
      bill.sources.slice(1).map((source) => ({ recordKey: source.key, document: documents[i]?.id ?? "" })),
    ),
    mergeItems: [],
    mergeDone: [mergeKey],
    tasks,
    cursors: [],
    counts: { read: 0, records: 0, unchanged: 0 },
    exchanges: [],
    nextId: running.ids.next,
  });
  await noteWaitingGroup(running, mergeKey, mapped, failed.documents);
}

async function noteWaitingGroup(
  { pool, row }: Running,
  key: string,
  mapped: readonly Made[],
  before: readonly FailedDocument[],
): Promise<void> {
  const awaited = mapped.flatMap((made) => made.awaited ?? []);
  if (awaited.length > 0) await noteWaiters(pool, row.num, "group", [{ key, awaited }]);
  else if (before.some((document) => document.status === STATUSES.pending.number)) await forgetWaiters(pool, row.num, [key], "group");
}

/** Where the documents of a group go: the summary itself, or the next supplement to it. */
interface GroupPlace {
  /** 1 is the summary, further ones its supplements. */
  readonly number: number;
  readonly unitOf: (bill: Bill) => string;
  /** External keys that the group has used. */
  readonly externalKeys: ReadonlySet<string>;
}

async function freePlace(
  running: Running,
  mergeKey: string,
  bills: readonly Bill[],
  failed: readonly { readonly unit: string }[],
): Promise<GroupPlace> {
  const open = new Set(failed.map((document) => document.unit));
  const externalKeys = new Set<string>();
  const parts = [...new Set(["", "1", ...bills.map((bill) => bill.part)])];
  for (let number = 1; ; number += 1) {
    const unitOf = (part: string): string => unitText(mergeKey, part, number);
    const documents = await documentsOfUnits(running.pool, running.row.lane, running.row.num, parts.map(unitOf));
    const standing = documents.filter((document) => !open.has(document.unit));
    if (standing.length === 0) return { number, unitOf: (bill) => unitOf(bill.part), externalKeys };
    for (const { externalKey } of standing) if (externalKey !== null) externalKeys.add(externalKey);
  }
}

function unitText(mergeKey: string, part: string, number: number): string {
  return `+${mergeKey}${part === "" ? "" : `/${part}`}${number === 1 ? "" : `#${number}`}`;
}

/** The bill with `supplement_no` for its mapping: empty for the summary, then 2, 3 … */
export function numberedSupplement(bill: Bill, number: number): Bill {
  return {
    ...bill,
    row: orderedObject([
      ...keysOf(bill.row).map((name): [string, Json] => [name, bill.row[name] ?? null]),
      ["supplement_no", number === 1 ? "" : String(number)],
    ]),
  };
}

/** Under a key that the target knows already, a supplement would be refused, or taken for the summary itself. */
function supplementProblem(ready: ReadyFlow, key: string | null): { readonly code: string; readonly text: string } {
  const field = ready.target.ready.api.write?.key ?? "";
  const error = new DatongError("MERGE_SUPPLEMENT_KEY", { key: key ?? "", field });
  return { code: error.code, text: inBothLanguages(error) };
}

function billsOf(
  running: Running,
  record: { readonly key: string; readonly number: string | null; readonly rows: string },
  scope: Parameters<typeof mergeBills>[2],
): readonly MergeInput[] {
  const list = storedRows(record.rows);
  const { condition, withdrawn } = running.ready.source;
  // Taken back while it waited.
  if (withdrawn !== undefined && "row" in applyCondition(withdrawn, list[0] ?? {})) return [];
  const kept =
    condition === undefined
      ? list
      : list.flatMap((line): JsonObject[] => {
          const answer = applyCondition(condition, line);
          return "row" in answer ? [answer.row] : [];
        });
  return restructureRecord(running.ready.restructure, { key: record.key, number: record.number ?? record.key, rows: kept }, scope).bills;
}
