/** How fast tasks are claimed: the same queue, of 50 documents a task, in one ledger and another, turn by turn on the same machine. */
import { claimTasks, PRIORITY, type ClaimedTask } from "../../../src/store/task-rows.ts";
import { registerFlow } from "../../../src/store/flow-rows.ts";
import { commitPage, type DocumentRow } from "../../../src/store/page-rows.ts";
import type { Engine } from "../../../src/engine.ts";

const TASK = 50;
const TASKS_PAGE = 10;
const OWNER = "00000000-0000-4000-8000-000000000001";

export interface Claims {
  readonly claim: () => Promise<readonly ClaimedTask[]>;
}

/**
 * A flow with so many queued tasks, stored in pages like any other's. The flow and its account are new each time, and so is the lane, as
 * a rule: younger than every statistic of the ledger, and no task left in hand by the run before.
 */
export async function queueTasks(engine: Engine, tasks: number): Promise<Claims> {
  const { pool, ids } = engine;
  const name = `claims-${ids.next()}`;
  const account = `account of ${name}`;
  const row = await registerFlow(pool, name, account);
  for (let page = 0; page < tasks / TASKS_PAGE; page += 1) {
    const made = Array.from({ length: TASKS_PAGE }, () => ids.next());
    const documents = made.flatMap((task, t) =>
      Array.from({ length: TASK }, (_, i): DocumentRow => {
        const key = `c${page}-${t}-${i}`;
        const empty = { part: "", version: 1, code: null, vendorText: null };
        return {
          ...empty,
          id: ids.next(),
          unit: key,
          recordKey: key,
          externalKey: key,
          status: 1,
          task,
          body: JSON.stringify({ k: key, name: "单据".repeat(40) }),
        };
      }),
    );
    await commitPage(pool, {
      lane: row.lane,
      flow: row.num,
      revision: 1,
      run: "1",
      account,
      records: documents.map(({ recordKey: key, body }) => ({
        key,
        number: key,
        fingerprint: "ab".repeat(16),
        version: 1,
        status: 1,
        reason: null,
        rows: `[${body}]`,
        isNew: true,
      })),
      documents,
      replaced: [],
      skipped: [],
      planned: [],
      links: [],
      mergeItems: [],
      mergeDone: [],
      tasks: made.map((id) => ({
        id,
        action: "write",
        priority: PRIORITY.scheduled,
        documents: documents.filter((document) => document.task === id).map((document) => document.id),
      })),
      cursors: [],
      counts: { read: 0, records: 0, unchanged: 0 },
      exchanges: [],
      nextId: ids.next,
    });
  }
  return { claim: () => claimTasks(pool, { lane: row.lane, flow: row.num, count: 5, owner: OWNER, leaseMs: 3_600_000 }) };
}

/** Tasks a second at the median claim of each, in turns, until both queues are empty. */
export async function compareClaims(one: Claims, other: Claims): Promise<readonly [number, number]> {
  const rates: [number[], number[]] = [[], []];
  for (;;) {
    for (const [i, claims] of [one, other].entries()) {
      const startedAt = performance.now();
      const tasks = await claims.claim();
      if (tasks.length === 0 && rates[i === 0 ? 0 : 1].length === 0) throw new Error("there was nothing to claim");
      if (tasks.length === 0) return [median(rates[0]), median(rates[1])];
      rates[i === 0 ? 0 : 1].push((tasks.length * 1000) / (performance.now() - startedAt));
    }
  }
}

export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
