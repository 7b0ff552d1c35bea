/**
 * Edit and retry: a person corrects what is to be sent (a document's body), or the copy of the source's rows that it is mapped from. What
 * was there before is kept with who and why, in the same transaction. A new version from the source, or fetching it again, wins over
 * edited rows; mapping anew wins over an edited body.
 */
import {
  DatongError,
  groupRows,
  isArray,
  isObject,
  readJson,
  readRows,
  STATUSES,
  writeJson,
  type Connection,
  type Flow,
} from "@datong/core";
import type { Engine } from "../../engine.ts";
import type { ReadyFlow } from "../../flow/ready-flow.ts";
import { keepExtraKeys } from "../../store/extra-keys.ts";
import { addInterventions } from "../../store/intervention-rows.ts";
import { indexRecords, lookupIndexes } from "../../store/lookup-rows.ts";
import { insertBlocks, readPlaces, type Place } from "../../store/stored-text.ts";
import { PRIORITY } from "../../store/task-rows.ts";
import { transaction, type Also, type Queryable } from "../../store/transaction.ts";
import { flowPosition } from "../flow-position.ts";
import { lockDocuments, namedDocuments, statusRefused } from "./named-documents.ts";
import { queueAgain, requestAgain, tasksFor } from "./queue-again.ts";
import { interventionOf, reasonOf, type Deed } from "./set-by-hand.ts";

/** What stands still: nothing of it is under way or done. */
const EDITABLE = [STATUSES.failed.number, STATUSES.pending.number, STATUSES.skipped.number];

/** The document with this body, queued as a request of its own. Gives the document's id. */
export async function editDocument(
  engine: Engine,
  flow: Flow,
  connections: ReadonlyMap<string, Connection>,
  deed: Deed & { readonly body: string },
  also?: Also<string>,
): Promise<string> {
  const reason = reasonOf(deed);
  const value = readJson(deed.body);
  if (!isObject(value)) throw new DatongError("REPAIR_EDIT_SHAPE", { expected: "JSON 对象 / a JSON object" });
  const body = writeJson(value);
  const ready = engine.ready(flow, connections);
  const { lane, flow: num, documents } = await namedDocuments(engine.pool, flow.id, deed.number);
  const [only, ...others] = documents;
  if (only === undefined) throw new DatongError("REPAIR_UNKNOWN", { number: deed.number, flow: flow.id });
  if (others.length > 0)
    throw new DatongError("REPAIR_AMBIGUOUS", {
      number: deed.number,
      count: documents.length,
      documents: documents.map(({ id }) => id).join(", "),
    });
  await transaction(engine.pool, async (client) => {
    const [document] = await lockDocuments(client, { lane, flow: num }, [only.id], EDITABLE, deed.number);
    if (document === undefined) throw statusRefused(deed.number, only);
    const action = requestAgain(ready, document);
    // Without a key of its own nobody could ask whether it has been taken.
    if (action === null) throw new DatongError("REPAIR_EDIT_UNMAPPED", { number: deed.number, document: document.id });
    const block = engine.ids.next();
    const before = await textOf(client, lane, "document", "id = $2", document.id);
    await insertBlocks(client, lane, num, [{ id: block, texts: [body] }]);
    await client.query("update document set block = $3, place = 0, changed_at = now() where lane = $1 and id = $2", [
      lane,
      document.id,
      block,
    ]);
    await addInterventions(client, lane, num, [interventionOf(engine, document, { ...deed, reason }, "edit", { before, after: body })]);
    const going = [{ id: document.id, action, status: document.status }];
    const tasks = tasksFor(ready, going, { each: true, priority: PRIORITY.manual }, engine.ids.next);
    const { account } = ready.target.connection;
    await queueAgain(client, { lane, flow: num, account, ordered: ready.order !== undefined }, going, tasks);
    await also?.(client, document.id);
  });
  return only.id;
}

/** The record with these rows; it is to be mapped again afterwards. Throws where they are another bill's. */
export async function editRows(
  engine: Engine,
  flow: Flow,
  connections: ReadonlyMap<string, Connection>,
  deed: Omit<Deed, "number"> & { readonly key: string; readonly rows: string },
  also?: Also<undefined>,
): Promise<void> {
  const { key } = deed;
  const reason = reasonOf({ ...deed, number: key });
  const ready = engine.ready(flow, connections);
  const text = checkedRows(ready, key, deed.rows);
  const at = await flowPosition(engine.pool, flow.id);
  if (at === null) throw new DatongError("REPAIR_UNKNOWN", { number: key, flow: flow.id });
  const { lane, flow: num } = at;
  await transaction(engine.pool, async (client) => {
    const { rows } = await client.query<{ number: string | null; status: number }>(
      "select number, status from record where lane = $1 and flow = $2 and key = $3 for update",
      [lane, num, key],
    );
    const [record] = rows;
    if (record === undefined) throw new DatongError("REPAIR_UNKNOWN", { number: key, flow: flow.id });
    const before = await textOf(client, lane, "record", "flow = $3 and key = $2", key, num);
    const block = engine.ids.next();
    await insertBlocks(client, lane, num, [{ id: block, texts: [text] }]);
    await client.query("update record set block = $4, place = 0, changed_at = now() where lane = $1 and flow = $2 and key = $3", [
      lane,
      num,
      key,
      block,
    ]);
    const edited = { key, ...record, rows: text, isNew: false };
    await indexRecords(client, { lane, flow: num }, await lookupIndexes(client, lane, num), [edited]);
    if (flow.source.extraKeys !== undefined) await keepExtraKeys(client, { lane, flow: num }, flow.source.extraKeys, [edited]);
    const details = { before, after: text };
    await addInterventions(client, lane, num, [
      { id: engine.ids.next(), recordKey: key, document: null, action: "edit-rows", reason, person: deed.person, details },
    ]);
    await also?.(client, undefined);
  });
}

/** The rows as they are stored; they must still be this bill. */
function checkedRows(ready: ReadyFlow, key: string, text: string): string {
  const value = readJson(text);
  if (!isArray(value) || value.length === 0 || !value.every(isObject))
    throw new DatongError("REPAIR_EDIT_SHAPE", { expected: "JSON 对象的列表，不为空 / a list of JSON objects, not empty" });
  const { records } = groupRows(ready.source.keys, [], readRows(value), true);
  if (records.length !== 1 || records[0]?.key !== key)
    throw new DatongError("REPAIR_EDIT_KEY", { key, found: records.map((each) => each.key).join(", ") });
  return writeJson(value);
}

/** Null where it has been let go. */
async function textOf(
  client: Queryable,
  lane: number,
  table: "document" | "record",
  where: string,
  ...values: readonly (string | number)[]
): Promise<string | null> {
  const { rows } = await client.query<Place>(`select block, place from ${table} where lane = $1 and ${where}`, [lane, ...values]);
  const [text = null] = await readPlaces(client, lane, rows);
  return text;
}
