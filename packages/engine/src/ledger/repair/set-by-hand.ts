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
import { transaction, type Queryable } from "../../store/transaction.ts";
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
 * is done by this is queued to be told of.
 */
export async function markDone(
  engine: Engine,
  flowId: string,
  deed: Deed & { readonly targetNumber: string },
  writeBack?: WriteBackQueue,
): Promise<string> {
  const reason = reasonOf(deed);
  const { lane, flow, run, documents } = await namedDocuments(engine.pool, flowId, deed.number);
  const [only] = documents;
  if (only === undefined) throw new DatongError("REPAIR_UNKNOWN", { number: deed.number, flow: flowId });
  if (documents.length > 1) throw ambiguous(deed.number, documents);
  const targetNumber = storableText(deed.targetNumber.trim());
  await transaction(engine.pool, async (client) => {
    const [document] = await lockDocuments(client, { lane, flow }, [only.id], allowedTo("done"), deed.number);
    if (document === undefined) return;
    await takeFromQueue(client, lane, [document.id]);
    await client.query(
      `update document set status = $3, number = $4, code = null, cause = null, vendor_code = null, vendor_text = null, in_doubt = false, former_keys = '{}',
         changed_at = now()
       where lane = $1 and id = $2`,
      [lane, document.id, STATUSES.done.number, targetNumber],
    );
    if (document.number !== targetNumber)
      await client.query("insert into document_number (lane, flow, number, document) values ($1, $2, $3, $4)", [
        lane,
        flow,
        targetNumber,
        document.id,
      ]);
    await clearAttention(client, lane, [document.id]);
    await countChanges(client, lane, flow, [{ id: document.id, before: document.status, after: STATUSES.done.number }], 0);
    await letOthersGo(client, { lane, flow }, [document.id], engine.ids.next);
    await addInterventions(client, lane, flow, [interventionOf(engine, document, { ...deed, reason }, "mark-done", { targetNumber })]);
    await tell(engine, client, { lane, flow, run }, [document.id], writeBack);
  });
  return only.id;
}

/** A bill that is done by what a person said is written back like any other. */
async function tell(
  engine: Engine,
  client: Queryable,
  at: { readonly lane: number; readonly flow: number; readonly run: string | null },
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
}

/** Leaves documents out, or a record that has none. A later version of the bill at the source brings it back. Gives how many. */
export async function skipByHand(engine: Engine, flowId: string, deed: Deed, options: SkipOptions = {}): Promise<number> {
  const reason = reasonOf(deed);
  const isWriteBack = options.isWriteBack === true;
  const { lane, flow, main, run, keys, documents } = await namedDocuments(engine.pool, flowId, deed.number, isWriteBack);
  const settled = documents.filter((document) => !canMove(statusOf(document.status), "skipped"));
  const open = documents.filter((document) => !settled.includes(document));
  return transaction(engine.pool, async (client) => {
    if (documents.length === 0 && isWriteBack) throw new DatongError("REPAIR_UNKNOWN", { number: deed.number, flow: flowId });
    if (documents.length === 0) return skipRecords(engine, client, { lane, flow, keys }, { ...deed, reason });
    const ids = (open.length > 0 ? open : documents).map((document) => document.id);
    const locked = await lockDocuments(client, { lane, flow }, ids, allowedTo("skipped"), deed.number);
    await takeFromQueue(client, lane, ids);
    await client.query("update document set status = $3, changed_at = now() where lane = $1 and id = any($2::bigint[])", [
      lane,
      ids,
      STATUSES.skipped.number,
    ]);
    const skipped = locked.map((document) => ({ id: document.id, status: STATUSES.skipped.number }));
    await noteAttention(client, lane, flow, skipped);
    const changes = locked.map((document) => ({ id: document.id, before: document.status, after: STATUSES.skipped.number }));
    await countChanges(client, lane, flow, changes, 0);
    await letOthersGo(client, { lane, flow }, ids, engine.ids.next);
    const deeds = locked.map((document) =>
      interventionOf(engine, document, { ...deed, reason }, isWriteBack ? "skip-write-back" : "skip", {}),
    );
    await addInterventions(client, lane, main, deeds);
    if (!isWriteBack) await tell(engine, client, { lane, flow, run }, ids, options.writeBack);
    return locked.length;
  });
}

async function skipRecords(
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
  if (rows.length === 0) throw new DatongError("REPAIR_STATUS", { number: deed.number, document: at.keys.join(", "), status: "skipped" });
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
function allowedTo(to: Status): readonly number[] {
  const names = Object.keys(STATUSES) as readonly Status[];
  return names.filter((from) => from !== "sent" && canMove(from, to)).map((from) => STATUSES[from].number);
}

function ambiguous(number: string, documents: readonly OpenDocument[]): DatongError {
  const list = documents.map((document) => `${document.id} (${document.externalKey ?? document.unit})`).join(", ");
  return new DatongError("REPAIR_AMBIGUOUS", { number, count: documents.length, documents: list });
}
