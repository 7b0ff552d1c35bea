/**
 * Retries write-backs by hand, one bill or thousands: mapped again from the ledger as it is now; one in doubt is asked for, or told again
 * where the API takes that. The documents at the target are not touched. A named bill that was done before the flow had a write-back is
 * told of for the first time. Holds the flow's lease; throws FLOW_RUNNING, and WRITE_BACK_MISSING where the flow has none.
 */
import { DatongError, STATUSES, type Connection, type Flow } from "@datong/core";
import type { Engine } from "../engine.ts";
import type { ReadyFlow } from "../flow/ready-flow.ts";
import { MAP, PROBE } from "../flow/target/settle.ts";
import { PRIORITY } from "../store/task-rows.ts";
import { transaction } from "../store/transaction.ts";
import { queueWriteBacks } from "../store/write-back-rows.ts";
import { flowPosition } from "./flow-position.ts";
import { holdFlow } from "./repair/hold-flow.ts";
import { openDocuments, type OpenDocument } from "./repair/open-documents.ts";
import { queueAgain, tasksFor, type Going } from "./repair/queue-again.ts";
import { selectedPages, type RetrySelection } from "./repair/select-documents.ts";
import type { RetryOptions, RetryResult } from "./retry-records.ts";

export async function retryWriteBacks(
  engine: Engine,
  flow: Flow,
  connections: ReadonlyMap<string, Connection>,
  /** Without a status: what failed. */
  selection: RetrySelection,
  options: Omit<RetryOptions, "how"> = {},
): Promise<RetryResult> {
  const { pool, ids } = engine;
  const prepared = engine.ready(flow, connections);
  const { writeBack: ready } = prepared;
  const queue = await engine.writeBack(prepared);
  const at = await flowPosition(pool, flow.id);
  if (ready === undefined || queue === undefined || at === null) throw new DatongError("WRITE_BACK_MISSING", { flow: flow.id });
  const { lane } = at;
  const priority = PRIORITY.manual;
  return holdFlow(engine, { flowId: flow.id, lane, flow: at.flow }, async (stillOurs) => {
    const sum = { queued: 0, unmapped: 0, untouched: 0, missing: 0 };
    for await (const page of selectedPages(pool, { lane, flow: queue.flow, flowId: flow.id }, { status: "failed", ...selection })) {
      if (options.signal?.aborted === true) break;
      stillOurs();
      const documents = await openDocuments(pool, { lane, flow: queue.flow }, page.keys);
      const known = new Set(documents.map((document) => document.recordKey));
      const going = documents.flatMap((document): Going[] => {
        const action = isMeant(document) && (page.documents?.has(document.id) ?? true) ? actionOf(ready, document) : null;
        return action === null ? [] : [{ id: document.id, action, status: document.status }];
      });
      const queued = await transaction(pool, async (client) => {
        const tasks = tasksFor(ready, going, { each: false, priority }, ids.next);
        const again = await queueAgain(client, { lane, flow: queue.flow, account: queue.account, ordered: false }, going, tasks);
        const first = page.keys.filter((key) => !known.has(key));
        return (
          again.size + (await queueWriteBacks(client, { lane, flow: at.flow, run: at.lastRun?.id ?? ids.next(), priority }, queue, first))
        );
      });
      sum.queued += queued;
      sum.untouched += Math.max(0, (page.documents?.size ?? page.keys.length) - queued);
      options.onProgress?.({ ...sum });
    }
    return sum;
  });

  function isMeant(document: OpenDocument): boolean {
    return document.status === STATUSES[selection.status ?? "failed"].number && !document.hasTask;
  }
}

/** Null: nobody can tell whether it was taken, and taking it twice would do harm. */
function actionOf(ready: ReadyFlow, document: OpenDocument): string | null {
  const { write } = ready.target.ready.api;
  if (document.status !== STATUSES.unknown.number) return MAP;
  if (write?.probe !== undefined && document.externalKey !== null) return PROBE;
  return write?.idempotent === true ? MAP : null;
}
