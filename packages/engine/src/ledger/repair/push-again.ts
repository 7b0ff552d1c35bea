/**
 * Pushes a document again that is done (somebody deleted it at the target, say). The target is asked first: what it has stays as it is
 * and only its number is noted. What it lacks is queued with the body that it had, and asked for once more right before it is written,
 * however long the queue waits. Who and why is kept.
 */
import { DatongError, STATUSES, type Connection, type Flow } from "@datong/core";
import type { Engine } from "../../engine.ts";
import type { ReadyFlow } from "../../flow/ready-flow.ts";
import { CallFault, probeTarget, type Found } from "../../flow/target/probe-target.ts";
import { PROBE, REVERSED, WRITE } from "../../flow/target/settle.ts";
import { addInterventions } from "../../store/intervention-rows.ts";
import { insertExchanges } from "../../store/exchange-rows.ts";
import { readPlaces, type Place } from "../../store/stored-text.ts";
import { PRIORITY } from "../../store/task-rows.ts";
import { transaction, type Also, type Queryable } from "../../store/transaction.ts";
import { lockDocuments, namedDocuments, statusRefused, type Named } from "./named-documents.ts";
import type { OpenDocument } from "./open-documents.ts";
import { queueAgain, tasksFor, type Going } from "./queue-again.ts";
import { interventionOf, reasonOf, type Deed } from "./set-by-hand.ts";

export interface PushedAgain {
  /** Ids of documents that the target lacks; they are queued. */
  readonly queued: readonly string[];
  /** Those that it has; nothing is written. */
  readonly there: readonly { readonly id: string; readonly number: string | null }[];
}

/**
 * Throws where one of the documents is not done, has no body any more, or could be written twice because nobody can be asked. `also`: done
 * in the same transaction.
 */
export async function pushAgain(
  engine: Engine,
  flow: Flow,
  connections: ReadonlyMap<string, Connection>,
  deed: Deed,
  also?: Also<PushedAgain>,
): Promise<PushedAgain> {
  const reason = reasonOf(deed);
  const ready = engine.ready(flow, connections);
  const named = await namedDocuments(engine.pool, flow.id, deed.number);
  await checkEach(engine, named, flow.id, deed.number);
  return pushDocuments(
    engine,
    ready,
    named,
    { ...deed, reason },
    (client, ids) => lockDocuments(client, named, ids, [STATUSES.done.number], deed.number),
    also,
  );
}

/** Documents that are done and have a body; `lock` gives those of them that may be pushed. Throws where nobody can be asked. */
export async function pushDocuments(
  engine: Engine,
  ready: ReadyFlow,
  named: Pick<Named, "lane" | "flow" | "run" | "documents">,
  deed: Deed,
  lock: (client: Queryable, ids: readonly string[]) => Promise<readonly OpenDocument[]>,
  also?: Also<PushedAgain>,
  each = true,
): Promise<PushedAgain> {
  const { write } = ready.target.ready.api;
  if (write?.probe === undefined && write?.idempotent !== true)
    throw new DatongError("REPAIR_PROBE_MISSING", { api: ready.flow.target.api });
  const found = await ask(engine, ready, named);
  const action = write.probe === undefined ? WRITE : PROBE;
  const account = ready.target.connection.account;
  return transaction(engine.pool, async (client) => {
    const documents = await lock(
      client,
      named.documents.map((document) => document.id),
    );
    const lacking = documents.filter((document) => !found.has(document.externalKey ?? ""));
    const going = lacking.map(({ id, status }): Going => ({ id, status, action }));
    const tasks = tasksFor(ready, going, { each, priority: PRIORITY.manual }, engine.ids.next);
    await queueAgain(
      client,
      { lane: named.lane, flow: named.flow, account, forget: true, ordered: ready.order !== undefined },
      going,
      tasks,
    );
    const deeds = documents.map((document) => {
      const at = found.get(document.externalKey ?? "");
      const outcome = at === undefined ? { outcome: "queued" } : { outcome: "there", foundNumber: at.number };
      return interventionOf(engine, document, deed, "push-again", outcome);
    });
    await addInterventions(client, named.lane, named.flow, deeds);
    const there = documents.filter((document) => !lacking.includes(document));
    const pushed = {
      queued: lacking.map((document) => document.id),
      there: there.map((document) => ({ id: document.id, number: found.get(document.externalKey ?? "")?.number ?? document.number })),
    };
    await also?.(client, pushed);
    return pushed;
  });
}

async function checkEach(engine: Engine, named: Named, flow: string, number: string): Promise<void> {
  if (named.documents.length === 0) throw new DatongError("REPAIR_UNKNOWN", { number, flow });
  for (const document of named.documents) {
    if (document.status !== STATUSES.done.number) throw statusRefused(number, document);
    if (document.stage === REVERSED) throw new DatongError("REPAIR_REVERSED", { number, document: document.id });
  }
  const withBody = await documentsWithBody(engine.pool, named.lane, named.documents);
  const gone = named.documents.find((document) => !withBody.includes(document));
  if (gone !== undefined) throw new DatongError("REPAIR_BODY_GONE", { number, document: gone.id });
}

/** Without those whose body has been let go. */
export async function documentsWithBody(
  client: Queryable,
  lane: number,
  documents: readonly OpenDocument[],
): Promise<readonly OpenDocument[]> {
  const { rows } = await client.query<Place & { id: string }>(
    "select id, block, place from document where lane = $1 and id = any($2::bigint[])",
    [lane, documents.map((document) => document.id)],
  );
  const bodies = await readPlaces(client, lane, rows);
  const has = new Set(rows.filter((_, i) => bodies[i] !== null && bodies[i] !== undefined && bodies[i] !== "null").map((row) => row.id));
  return documents.filter((document) => has.has(document.id));
}

/** What the target has of them, by external key; the calls are kept either way. */
async function ask(
  engine: Engine,
  ready: ReadyFlow,
  named: Pick<Named, "lane" | "flow" | "run" | "documents">,
): Promise<ReadonlyMap<string, Found>> {
  const { write } = ready.target.ready.api;
  if (write?.probe === undefined) return new Map();
  const keys = named.documents.flatMap((document: OpenDocument) => (document.externalKey === null ? [] : [document.externalKey]));
  const keep = async (exchanges: CallFault["exchanges"]): Promise<void> =>
    insertExchanges(
      engine.pool,
      named.lane,
      named.flow,
      named.run ?? engine.ids.next(),
      exchanges.map((exchange) => ({ ...exchange, id: engine.ids.next(), task: null })),
    );
  try {
    const answer = await probeTarget(ready, write.probe, keys, engine.ports.nowMs());
    await keep(answer.exchanges);
    return answer.found;
  } catch (error) {
    if (error instanceof CallFault) await keep(error.exchanges);
    throw error;
  }
}
