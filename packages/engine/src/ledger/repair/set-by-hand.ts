/**
 * A person settles a document without a call: done with the target's number, or left out. Who and why is kept with it. Works while the
 * flow runs too; a document that a worker has just now is refused.
 */
import { canMove, DatongError, statusOf, STATUSES, type Status } from "@datong/core";
import type { Engine } from "../../engine.ts";
import { clearAttention, noteAttention } from "../../store/attention-rows.ts";
import { addInterventions, type NewIntervention } from "../../store/intervention-rows.ts";
import { countChanges, countingRecords, keysOfDocuments } from "../../store/status-counts.ts";
import { PRIORITY } from "../../store/task-rows.ts";
import { queueWriteBacks, type WriteBackQueue } from "../../store/write-back-rows.ts";
import { storableText } from "../../store/parameters.ts";
import { transaction, type Also, type Queryable } from "../../store/transaction.ts";
import { letOthersGo, lockDocuments, namedDocuments, takeFromQueue } from "./named-documents.ts";
import type { OpenDocument } from "./open-documents.ts";

/** What every deed by hand says of itself. */
export interface Deed {
  /** Whatever `findRecords` understands. */
  readonly number: string;
  readonly reason: string;
  readonly person: string;
}

/**
 * The document is in the target under this number: entered by hand, or looked up. Gives the document's id. `writeBack`: where a bill that
 * is done by this is queued to be told of. `also`: done in the same transaction.
 */
export async function markDone(
  engine: Engine,
  flowId: string,
  deed: Deed & { readonly targetNumber: string },
  writeBack?: WriteBackQueue,
  also?: Also<string>,
): Promise<string> {
  const reason = reasonOf(deed);
  const { lane, flow, run, documents } = await namedDocuments(engine.pool, flowId, deed.number);
  const [only] = documents;
  if (only === undefined) throw new DatongError("REPAIR_UNKNOWN", { number: deed.number, flow: flowId });
  if (documents.length > 1) throw ambiguous(deed.number, documents);
  await transaction(engine.pool, async (client) => {
    const locked = await lockDocuments(client, { lane, flow }, [only.id], allowedTo("done"), deed.number);
    const numbers = new Map([[only.id, deed.targetNumber]]);
    await settleDone(engine, client, { lane, flow, run }, locked, numbers, { ...deed, reason }, writeBack);
    await also?.(client, only.id);
  });
  return only.id;
}

/** Documents that are locked and may be marked; without a number of the target's they keep theirs. */
export async function settleDone(
  engine: Engine,
  client: Queryable,
  at: Settled,
  documents: readonly OpenDocument[],
  numbers: ReadonlyMap<string, string>,
  deed: Deed,
  writeBack?: WriteBackQueue,
): Promise<void> {
  const { lane, flow } = at;
  const ids = documents.map((document) => document.id);
  if (ids.length === 0) return;
  const targetNumbers = documents.map(({ id, number }) => {
    const given = numbers.get(id)?.trim() ?? "";
    return given === "" ? number : storableText(given);
  });
  await takeFromQueue(client, lane, ids);
  await client.query(
    `update document d set status = $3, number = x.n, code = null, cause = null, vendor_code = null, vendor_text = null, in_doubt = false,
       former_keys = '{}', changed_at = now()
     from unnest($2::bigint[], $4::text[]) as x(i, n) where d.lane = $1 and d.id = any($2::bigint[]) and d.id = x.i`,
    [lane, ids, STATUSES.done.number, targetNumbers],
  );
  const renamed = documents.flatMap(({ id, number }, i) => (targetNumbers[i] === number || targetNumbers[i] === null ? [] : [{ id, i }]));
  if (renamed.length > 0)
    await client.query(
      `insert into document_number (lane, flow, number, document)
       select l.lane, $2, x.n, x.i from lane l cross join unnest($3::text[], $4::bigint[]) as x(n, i) where l.lane = $1`,
      [lane, flow, renamed.map(({ i }) => targetNumbers[i]), renamed.map(({ id }) => id)],
    );
  await clearAttention(client, lane, ids);
  const changes = documents.map(({ id, status }) => ({ id, before: status, after: STATUSES.done.number }));
  await countChanges(client, lane, flow, changes, 0);
  await letOthersGo(client, { lane, flow }, ids, engine.ids.next);
  const deeds = documents.map((document, i) =>
    interventionOf(engine, document, deed, "mark-done", { targetNumber: targetNumbers[i] ?? null }),
  );
  await addInterventions(client, lane, flow, deeds);
  await tell(engine, client, at, ids, writeBack);
}

export interface Settled {
  readonly lane: number;
  readonly flow: number;
  /** The flow's last run, under which a write-back is noted. */
  readonly run: string | null;
}

/** A bill that is done by what a person said is written back like any other. */
async function tell(
  engine: Engine,
  client: Queryable,
  at: Settled,
  documents: readonly string[],
  to: WriteBackQueue | undefined,
): Promise<void> {
  if (to === undefined) return;
  const keys = await keysOfDocuments(client, at.lane, at.flow, documents);
  await queueWriteBacks(client, { ...at, run: at.run ?? engine.ids.next(), priority: PRIORITY.manual }, to, keys);
}

export interface SkipOptions {
  /** The bill's write-back is left out instead of its documents. */
  readonly isWriteBack?: boolean;
  readonly writeBack?: WriteBackQueue;
  /** Done in the same transaction, told how many were skipped. */
  readonly also?: Also<number>;
}

/** Leaves documents out, or a record that has none. A later version of the bill at the source brings it back. Gives how many. */
export async function skipByHand(engine: Engine, flowId: string, deed: Deed, options: SkipOptions = {}): Promise<number> {
  const reason = reasonOf(deed);
  const isWriteBack = options.isWriteBack === true;
  const { lane, flow, main, run, keys, documents } = await namedDocuments(engine.pool, flowId, deed.number, isWriteBack);
  const settled = documents.filter((document) => !canMove(statusOf(document.status), "skipped"));
  const open = documents.filter((document) => !settled.includes(document));
  return transaction(engine.pool, async (client) => {
    const skip = async (): Promise<number> => {
      if (documents.length === 0 && isWriteBack) throw new DatongError("REPAIR_UNKNOWN", { number: deed.number, flow: flowId });
      if (documents.length === 0) {
        const skipped = await skipRecords(engine, client, { lane, flow, keys }, { ...deed, reason });
        if (skipped === 0) throw new DatongError("REPAIR_STATUS", { number: deed.number, document: keys.join(", "), status: "skipped" });
        return skipped;
      }
      const ids = (open.length > 0 ? open : documents).map((document) => document.id);
      const locked = await lockDocuments(client, { lane, flow }, ids, allowedTo("skipped"), deed.number);
      await settleSkipped(engine, client, { lane, flow, run, main }, locked, { ...deed, reason }, options);
      return locked.length;
    };
    const skipped = await skip();
    await options.also?.(client, skipped);
    return skipped;
  });
}

/** Documents that are locked and may be skipped. `main`: the flow of the bills, where the documents are its write-backs. */
export async function settleSkipped(
  engine: Engine,
  client: Queryable,
  at: Settled & { readonly main: number },
  documents: readonly OpenDocument[],
  deed: Deed,
  options: SkipOptions = {},
): Promise<void> {
  const { lane, flow } = at;
  const ids = documents.map((document) => document.id);
  if (ids.length === 0) return;
  await takeFromQueue(client, lane, ids);
  await client.query("update document set status = $3, changed_at = now() where lane = $1 and id = any($2::bigint[])", [
    lane,
    ids,
    STATUSES.skipped.number,
  ]);
  const skipped = documents.map(({ id }) => ({ id, status: STATUSES.skipped.number }));
  await noteAttention(client, lane, flow, skipped);
  const changes = documents.map(({ id, status }) => ({ id, before: status, after: STATUSES.skipped.number }));
  await countChanges(client, lane, flow, changes, 0);
  await letOthersGo(client, { lane, flow }, ids, engine.ids.next);
  const isWriteBack = options.isWriteBack === true;
  const deeds = documents.map((document) => interventionOf(engine, document, deed, isWriteBack ? "skip-write-back" : "skip", {}));
  await addInterventions(client, lane, at.main, deeds);
  if (!isWriteBack) await tell(engine, client, at, ids, options.writeBack);
}

/** Records that have no document; gives how many stood so that they could be skipped. */
export async function skipRecords(
  engine: Engine,
  client: Queryable,
  at: { readonly lane: number; readonly flow: number; readonly keys: readonly string[] },
  deed: Deed,
): Promise<number> {
  const delta = { records: new Map(), documents: new Map(), tasks: 0 };
  const { rows } = await countingRecords(client, { ...at, delta }, () =>
    client.query<{ key: string; status: number }>(
      `update record r set status = $4, reason = $5, changed_at = now() from record b
       where r.lane = $1 and r.flow = $2 and r.key = any($3::text[]) and r.status = any($6::smallint[])
         and b.lane = r.lane and b.flow = r.flow and b.key = r.key returning r.key, b.status`,
      [at.lane, at.flow, at.keys, STATUSES.skipped.number, storableText(deed.reason), [STATUSES.pending.number, STATUSES.failed.number]],
    ),
  );
  if (rows.length === 0) return 0;
  const keys = rows.map((row) => row.key);
  await client.query("delete from merge_item where lane = $1 and flow = $2 and record_key = any($3::text[])", [at.lane, at.flow, keys]);
  const deeds = rows.map(({ key, status }): NewIntervention => {
    const { reason, person } = deed;
    return { id: engine.ids.next(), recordKey: key, document: null, action: "skip", reason, person, details: { status: statusOf(status) } };
  });
  await addInterventions(client, at.lane, at.flow, deeds);
  return rows.length;
}

/** With what the document was before. */
export function interventionOf(
  engine: Engine,
  document: OpenDocument,
  deed: Deed,
  action: string,
  outcome: Readonly<Record<string, string | null>>,
): NewIntervention {
  const { number, targetId, stage, recordKey } = document;
  const details = { status: statusOf(document.status), number, targetId, stage, ...outcome };
  return { id: engine.ids.next(), recordKey, document: document.id, action, reason: deed.reason, person: deed.person, details };
}

/** Throws REPAIR_REASON_MISSING for an empty one. */
export function reasonOf(deed: Deed): string {
  const reason = deed.reason.trim();
  if (reason === "") throw new DatongError("REPAIR_REASON_MISSING");
  return reason;
}

/** What is queued or sent ends by itself. */
export function allowedTo(to: Status): readonly number[] {
  const names = Object.keys(STATUSES) as readonly Status[];
  return names.filter((from) => from !== "sent" && canMove(from, to)).map((from) => STATUSES[from].number);
}

function ambiguous(number: string, documents: readonly OpenDocument[]): DatongError {
  const list = documents.map((document) => `${document.id} (${document.externalKey ?? document.unit})`).join(", ");
  return new DatongError("REPAIR_AMBIGUOUS", { number, count: documents.length, documents: list });
}
