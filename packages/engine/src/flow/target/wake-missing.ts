/**
 * Documents that wait for master data go on when the codes have appeared: written by another flow since, or taken with another document.
 * Where the connector declares a query for that kind of master data, the target is asked for the codes, in batches. Of a code that nobody
 * writes here and that cannot be asked for, one document tries every half hour; the others wait for its outcome, so that no retries are burnt.
 */
import { LoginFault, type Exchange } from "../../connection/caller.ts";
import { queueAgain, requestAgain, tasksFor, type Going } from "../../ledger/repair/queue-again.ts";
import { documentsOfIds } from "../../ledger/repair/open-documents.ts";
import { claimAsks, forgetMissing, noteFound } from "../../store/missing-rows.ts";
import { insertExchanges } from "../../store/exchange-rows.ts";
import { PRIORITY } from "../../store/task-rows.ts";
import { transaction } from "../../store/transaction.ts";
import type { Running } from "../running.ts";
import { CallFault, probeTarget } from "./probe-target.ts";

const ASK_AGAIN_MS = 2 * 60_000;
const ASK_MAX = 1_000;
const TRY_AFTER_MS = 30 * 60_000;
const PAGE = 500;
const WOKEN = { each: false, priority: PRIORITY.scheduled };

export async function wakeMissing(running: Running): Promise<void> {
  const { pool, store, row, ready, ids } = running;
  const place = { lane: row.lane, flow: row.num, account: ready.target.connection.account, ordered: ready.order !== undefined };
  await askForCodes(running);
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

/** What the target says is noted; a question that fails is asked again later. */
async function askForCodes({ pool, row, ready, ids, options, run, ports, paused, breaker, log }: Running): Promise<void> {
  const { connector, connection } = ready.target.connection;
  const queries = connector.masterData ?? {};
  const kinds = Object.keys(queries);
  if (kinds.length === 0 || paused.target || (breaker?.waitMs(connection.id) ?? 0) > 0) return;
  const at = { lane: row.lane, flow: row.num, againMs: options.missingAskMs ?? ASK_AGAIN_MS };
  const wanted = await claimAsks(pool, { ...at, kinds, count: ASK_MAX });
  const keep = (exchanges: readonly Exchange[]): Promise<void> =>
    insertExchanges(
      pool,
      row.lane,
      row.num,
      run,
      exchanges.map((exchange) => ({ ...exchange, id: ids.next(), task: null })),
    );
  for (const kind of new Set(wanted.map((code) => code.kind))) {
    const query = queries[kind];
    if (query === undefined) continue;
    const codes = wanted.filter((code) => code.kind === kind).map(({ code }) => code);
    try {
      const { found, exchanges } = await probeTarget(ready, query, codes, ports.nowMs());
      await keep(exchanges);
      await noteFound(
        pool,
        row.lane,
        row.num,
        kind,
        codes.filter((code) => found.has(code)),
      );
    } catch (error) {
      if (!(error instanceof CallFault || error instanceof LoginFault)) throw error;
      await keep(error.exchanges);
      log?.(`${ready.flow.id}: ${kind}: ${error instanceof LoginFault ? error.code : error.error.code}`);
      return;
    }
  }
}
