/**
 * Documents that wait for master data go on when the codes have appeared: written by another flow since, or taken with another document.
 * Of a code that nobody writes here, one document tries every half hour; the others wait for its outcome, so that no retries are burnt.
 */
import { queueAgain, requestAgain, tasksFor, type Going } from "../../ledger/repair/queue-again.ts";
import { documentsOfIds } from "../../ledger/repair/open-documents.ts";
import { forgetMissing } from "../../store/missing-rows.ts";
import { PRIORITY } from "../../store/task-rows.ts";
import { transaction } from "../../store/transaction.ts";
import type { Running } from "../running.ts";

const TRY_AFTER_MS = 30 * 60_000;
const PAGE = 500;
const WOKEN = { each: false, priority: PRIORITY.scheduled };

export async function wakeMissing(running: Running): Promise<void> {
  const { pool, store, row, ready, ids } = running;
  const place = { lane: row.lane, flow: row.num, account: ready.target.connection.account };
  const woken = await store.documentsToWake?.({ ...place, tryAfterMs: running.options.missingTryMs ?? TRY_AFTER_MS });
  if (woken === null || woken === undefined) return;
  for (let from = 0; from < woken.length; from += PAGE) {
    const documents = await documentsOfIds(pool, row.lane, woken.slice(from, from + PAGE));
    const going = documents.flatMap((document): Going[] => {
      const action = document.hasTask ? null : requestAgain(ready, document);
      return action === null ? [] : [{ id: document.id, status: document.status, action }];
    });
    await transaction(pool, (client) => queueAgain(client, place, going, tasksFor(ready, going, WOKEN, ids.next)));
  }
  await forgetMissing(pool, row.lane, row.num);
}
