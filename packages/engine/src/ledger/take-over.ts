/**
 * Takes over what another system wrote: bills by their number at the source, with the number that the target gave. A bill that is stored
 * and not written yet is done; one that comes later is done when it is pulled (store-page.ts). Goes page by page, each in one transaction,
 * so that an import that is broken off is begun anew without harm. Holds the flow's lease; throws FLOW_RUNNING where somebody else has it.
 */
import { STATUSES, type Connection, type Flow } from "@datong/core";
import type { Engine } from "../engine.ts";
import { clearAttention } from "../store/attention-rows.ts";
import { placeFlow } from "../store/flow-rows.ts";
import { addInterventions, type NewIntervention } from "../store/intervention-rows.ts";
import { lockKeyed } from "../store/order-rows.ts";
import { storableText, textArray } from "../store/parameters.ts";
import { countChanges, countingRecords } from "../store/status-counts.ts";
import { addTaken, settleTaken, TAKEN_REASON, takenNumbers, type TakenNumber } from "../store/taken-over-rows.ts";
import { transaction, type Queryable } from "../store/transaction.ts";
import { documentsOfIds, openDocuments, type OpenDocument } from "./repair/open-documents.ts";
import { holdFlow } from "./repair/hold-flow.ts";
import { letOthersGo, takeFromQueue } from "./repair/named-documents.ts";

export interface TakeOverConflict extends TakenNumber {
  /** It is done with another number; a worker is writing it now; it is one of many in a summary. */
  readonly kind: "other-number" | "under-way" | "merged";
  /** The number that the ledger has, of the first kind. */
  readonly found: string | null;
}

export interface TakeOverResult {
  /** New in this import. */
  readonly taken: number;
  /** Of those: bills that were stored here and not written yet. */
  readonly stored: number;
  /** Taken over before, or written here under this number. */
  readonly alreadyThere: number;
  readonly conflicts: readonly TakeOverConflict[];
}

const PAGE = 500;

/** Each number once. Who and why is kept with the bills that are stored. */
export async function takeOver(
  engine: Engine,
  flow: Flow,
  connections: ReadonlyMap<string, Connection>,
  taken: readonly TakenNumber[],
  deed: { readonly reason: string; readonly person: string },
): Promise<TakeOverResult> {
  const { row } = await placeFlow(engine.pool, engine.ready(flow, connections));
  const at = { lane: row.lane, flow: row.num };
  return holdFlow(engine, { ...at, flowId: flow.id }, async (stillOurs) => {
    let sum: TakeOverResult = { taken: 0, stored: 0, alreadyThere: 0, conflicts: [] };
    for (let from = 0; from < taken.length; from += PAGE) {
      stillOurs();
      const page = taken.slice(from, from + PAGE).map(({ number, targetNumber }) => ({
        number: storableText(number),
        targetNumber: targetNumber === null ? null : storableText(targetNumber),
      }));
      const one = await transaction(engine.pool, (client) => takePage(engine, client, at, page, deed));
      sum = {
        taken: sum.taken + one.taken,
        stored: sum.stored + one.stored,
        alreadyThere: sum.alreadyThere + one.alreadyThere,
        conflicts: [...sum.conflicts, ...one.conflicts],
      };
    }
    return sum;
  });
}

interface At {
  readonly lane: number;
  readonly flow: number;
}

/** What the ledger has of one number. */
interface Stored {
  readonly keys: readonly string[];
  readonly documents: readonly OpenDocument[];
}

async function takePage(
  engine: Engine,
  client: Queryable,
  at: At,
  page: readonly TakenNumber[],
  deed: { readonly reason: string; readonly person: string },
): Promise<TakeOverResult> {
  const known = await takenNumbers(
    client,
    at.lane,
    at.flow,
    page.map((each) => each.number),
  );
  const stored = await storedOf(
    client,
    at,
    page.filter((each) => !known.has(each.number)).map((each) => each.number),
  );
  const conflicts: TakeOverConflict[] = [];
  const fresh: TakenNumber[] = [];
  let alreadyThere = 0;
  for (const each of page) {
    const before = known.get(each.number);
    const conflict = before === undefined ? conflictOf(each, stored.get(each.number)) : otherNumber(each, before);
    if (conflict !== null) conflicts.push(conflict);
    else if (before !== undefined || isWritten(stored.get(each.number))) alreadyThere += 1;
    else fresh.push(each);
  }
  await addTaken(client, at.lane, at.flow, fresh);
  const own = fresh.flatMap((each) => {
    const found = stored.get(each.number);
    return found === undefined || found.keys.length === 0 ? [] : [{ each, found }];
  });
  const open = own.flatMap(({ each, found }) =>
    found.documents
      .filter((document) => document.status !== STATUSES.done.number)
      .map((document) => ({ document, number: each.targetNumber })),
  );
  await settleOpen(engine, client, at, open, deed);
  const bare = own.filter(({ found }) => found.documents.length === 0).flatMap(({ found }) => found.keys);
  await leaveOut(client, at, bare);
  return { taken: fresh.length, stored: own.length, alreadyThere, conflicts };
}

/** The records of the numbers with their documents, locked as a settlement locks them. */
async function storedOf(client: Queryable, at: At, numbers: readonly string[]): Promise<ReadonlyMap<string, Stored>> {
  if (numbers.length === 0) return new Map();
  const { rows } = await client.query<{ key: string; number: string | null }>({
    name: "taken_over_records",
    text: `select r.key, r.number from record r where r.lane = $1 and r.flow = $2 and r.key = any($3::text[])
      union select r.key, r.number from record r where r.lane = $1 and r.flow = $2 and r.number = any($3::text[])`,
    values: [at.lane, at.flow, textArray(numbers)],
  });
  const seen = await openDocuments(
    client,
    at,
    rows.map((row) => row.key),
  );
  const documents = await locked(
    client,
    at,
    seen.map((document) => document.id),
  );
  const wanted = new Set(numbers);
  const found = new Map<string, { readonly keys: string[]; readonly documents: OpenDocument[] }>();
  for (const row of rows) {
    const name = row.number !== null && wanted.has(row.number) ? row.number : row.key;
    const one = found.get(name) ?? { keys: [], documents: [] };
    one.keys.push(row.key);
    one.documents.push(...documents.filter((document) => document.recordKey === row.key));
    found.set(name, one);
  }
  return found;
}

/** Tasks, the lines of order keys, documents: the order in which a settlement locks them. */
async function locked(client: Queryable, at: At, ids: readonly string[]): Promise<readonly OpenDocument[]> {
  if (ids.length === 0) return [];
  await client.query({
    name: "taken_over_tasks",
    text: `select t.id from task t where t.lane = $1 and t.id in (select unnest(d.tasks) from document d where d.lane = $1 and d.id = any($2::bigint[]))
      order by t.id for update`,
    values: [at.lane, ids],
  });
  await lockKeyed(client, at, ids);
  await client.query({
    name: "taken_over_documents",
    text: "select d.id from document d where d.lane = $1 and d.id = any($2::bigint[]) order by d.id for update",
    values: [at.lane, ids],
  });
  return documentsOfIds(client, at.lane, ids);
}

function conflictOf(each: TakenNumber, stored: Stored | undefined): TakeOverConflict | null {
  const documents = stored?.documents ?? [];
  if (documents.some((document) => document.inFlight)) return { ...each, kind: "under-way", found: null };
  // Of a summary one bill says nothing about the others.
  if (documents.some((document) => document.unit.startsWith("+"))) return { ...each, kind: "merged", found: null };
  const done = documents.filter((document) => document.status === STATUSES.done.number && document.number !== null);
  const other = done.find((document) => document.number !== each.targetNumber && document.targetId !== each.targetNumber);
  return other === undefined || each.targetNumber === null ? null : { ...each, kind: "other-number", found: other.number };
}

function otherNumber(each: TakenNumber, before: string | null): TakeOverConflict | null {
  const same = before === null || each.targetNumber === null || before === each.targetNumber;
  return same ? null : { ...each, kind: "other-number", found: before };
}

function isWritten(stored: Stored | undefined): boolean {
  const documents = stored?.documents ?? [];
  return documents.length > 0 && documents.every((document) => document.status === STATUSES.done.number);
}

async function settleOpen(
  engine: Engine,
  client: Queryable,
  at: At,
  open: readonly { readonly document: OpenDocument; readonly number: string | null }[],
  deed: { readonly reason: string; readonly person: string },
): Promise<void> {
  if (open.length === 0) return;
  const ids = open.map(({ document }) => document.id);
  await takeFromQueue(client, at.lane, ids);
  await settleTaken(
    client,
    at,
    open.map(({ document, number }) => ({ id: document.id, number })),
  );
  await clearAttention(client, at.lane, ids);
  const changes = open.map(({ document }) => ({ id: document.id, before: document.status, after: STATUSES.done.number }));
  await countChanges(client, at.lane, at.flow, changes, 0);
  await letOthersGo(client, at, ids, engine.ids.next);
  const deeds = open.map(({ document, number }): NewIntervention => {
    const { id, recordKey, status } = document;
    const details = { status: String(status), targetNumber: number };
    return { id: engine.ids.next(), recordKey, document: id, action: "take-over", reason: deed.reason, person: deed.person, details };
  });
  await addInterventions(client, at.lane, at.flow, deeds);
}

/** Records that have no document and will not get one: those that wait to be merged, and those that failed before there was one. */
async function leaveOut(client: Queryable, at: At, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  const delta = { records: new Map(), documents: new Map(), tasks: 0 };
  await countingRecords(client, { ...at, keys, delta }, () =>
    client.query({
      name: "taken_over_left_out",
      text: `update record r set status = $4, reason = $5, changed_at = now()
        where r.lane = $1 and r.flow = $2 and r.key = any($3::text[]) and r.status = any($6::smallint[])`,
      values: [at.lane, at.flow, textArray(keys), STATUSES.skipped.number, TAKEN_REASON, [STATUSES.pending.number, STATUSES.failed.number]],
    }),
  );
  await client.query({
    name: "taken_over_merge_items",
    text: "delete from merge_item m where m.lane = $1 and m.flow = $2 and m.record_key = any($3::text[])",
    values: [at.lane, at.flow, textArray(keys)],
  });
}
