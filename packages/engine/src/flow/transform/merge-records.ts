/**
 * Many bills to one (a day's summary per shop): after the pull, group by group. A group's records are loaded, put together, mapped and
 * stored as one document with links to every record; memory holds one group. A record that comes later for the same key makes a
 * supplement of its own (`+key#2`), never a second document for the same records.
 */
import {
  globalsOf,
  isArray,
  mergeBills,
  readJson,
  restructureRecord,
  STATUSES,
  writeJson,
  applyCondition,
  type JsonObject,
  type MergeInput,
  type SourceRecord,
} from "@datong/core";
import { documentsOfUnits } from "../../store/known-rows.ts";
import { loadMergeGroup, nextMergeKey } from "../../store/merge-rows.ts";
import { commitPage, type DocumentRow } from "../../store/page-rows.ts";
import { toTasks, type Running } from "../running.ts";
import { WRITE } from "../target/settle.ts";
import { makeDocument } from "./stage-records.ts";

/** Makes the documents of all groups that wait. */
export async function mergeDue(running: Running): Promise<void> {
  const { pool, row } = running;
  for (let key = await nextMergeKey(pool, row.lane, row.num); key !== null; key = await nextMergeKey(pool, row.lane, row.num))
    await mergeGroup(running, key);
}

async function mergeGroup(running: Running, mergeKey: string): Promise<void> {
  const { pool, row, ready } = running;
  const records = await loadMergeGroup(pool, row.lane, row.num, mergeKey);
  const scope = { globals: globalsOf({ nowMs: running.ports.nowMs() }), zone: ready.target.zone };
  const inputs = records.flatMap((record) => billsOf(running, record, scope));
  const merged = mergeBills(ready.restructure, inputs, scope).bills.filter((bill) => bill.mergeKey === mergeKey);
  const documents: DocumentRow[] = [];
  for (const bill of merged) {
    const unit = await freeUnit(running, bill.part === "" ? `+${mergeKey}` : `+${mergeKey}/${bill.part}`);
    const made = makeDocument(ready, unit, bill, { globals: scope.globals });
    documents.push({
      id: running.ids.next(),
      unit,
      recordKey: bill.sources[0]?.key ?? records[0]?.key ?? "",
      part: bill.part,
      version: 1,
      externalKey: made.externalKey,
      status: made.code === null ? STATUSES.queued.number : STATUSES.failed.number,
      code: made.code,
      vendorText: made.problem,
      task: null,
      body: made.body === null ? "null" : writeJson(made.body),
    });
  }
  const tasks = toTasks(
    running,
    WRITE,
    documents.filter((d) => d.status === STATUSES.queued.number).map((d) => d.id),
  );
  const taskOf = new Map(tasks.flatMap((task) => task.documents.map((id): [string, string] => [id, task.id])));
  await commitPage(pool, {
    lane: row.lane,
    flow: row.num,
    revision: running.revision,
    run: running.run,
    account: ready.target.connection.account,
    records: [],
    documents: documents.map((d) => ({ ...d, task: taskOf.get(d.id) ?? null })),
    replaced: [],
    planned: [],
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
}

function billsOf(
  running: Running,
  record: { readonly key: string; readonly number: string | null; readonly rows: string },
  scope: Parameters<typeof mergeBills>[2],
): readonly MergeInput[] {
  const rows = readJson(record.rows, { keepSource: true });
  const list = isArray(rows) ? (rows as SourceRecord["rows"]) : [];
  const { condition } = running.ready.source;
  const kept =
    condition === undefined
      ? list
      : list.flatMap((line): JsonObject[] => {
          const answer = applyCondition(condition, line);
          return "row" in answer ? [answer.row] : [];
        });
  return restructureRecord(running.ready.restructure, { key: record.key, number: record.number ?? record.key, rows: kept }, scope).bills;
}

async function freeUnit(running: Running, unit: string): Promise<string> {
  for (let n = 1; ; n += 1) {
    const candidate = n === 1 ? unit : `${unit}#${n}`;
    const taken = await documentsOfUnits(running.pool, running.row.lane, running.row.num, [candidate]);
    if (taken.length === 0) return candidate;
  }
}
