/** What the console and the command line ask of the ledger, as they ask it. */
import type pg from "pg";
import { countFlows, countRecords, findBeginning, findMany, findRecords, listRecords, recordStory } from "../../../src/ledger/index.ts";
import { queueDepths } from "../../../src/store/queue-rows.ts";
import { documentId, extraKey, queuedOf, sourceNumber, targetId, targetNumber, type FilledFlow } from "@datong/testkit";

export interface Ask {
  readonly name: string;
  /** Milliseconds at the median. */
  readonly aimMs: number;
  /** Asks about some bill; true when the answer was right. */
  readonly ask: (pool: pg.Pool, flow: FilledFlow, random: () => number) => Promise<boolean>;
}

/** A bill of the flow that is done. */
function doneOf(flow: FilledFlow, random: () => number): number {
  const i = flow.from + 1 + Math.floor(random() * (flow.count - queuedOf(flow)));
  return i % 100 === 7 ? i - 1 || 1 : i;
}

export const ASKS: readonly Ask[] = [
  {
    name: "search by source number",
    aimMs: 20,
    ask: async (pool, flow, random) => {
      const i = doneOf(flow, random);
      const found = await findRecords(pool, sourceNumber(i));
      return found.length === 1 && found[0]?.flowId === flow.id;
    },
  },
  {
    name: "search by target number",
    aimMs: 20,
    ask: async (pool, flow, random) => {
      const found = await findRecords(pool, targetNumber(doneOf(flow, random)));
      return found.length === 1 && found[0]?.flowId === flow.id;
    },
  },
  {
    name: "search by target id",
    aimMs: 20,
    ask: async (pool, flow, random) => {
      const found = await findRecords(pool, targetId(doneOf(flow, random)));
      return found.length === 1 && found[0]?.flowId === flow.id;
    },
  },
  {
    name: "search by extra key",
    aimMs: 20,
    ask: async (pool, flow, random) => {
      const found = await findRecords(pool, extraKey(doneOf(flow, random)));
      return found.length === 1 && found[0]?.flowId === flow.id;
    },
  },
  {
    name: "search for 500 numbers at once",
    aimMs: 500,
    ask: async (pool, flow, random) => {
      const numbers = Array.from({ length: 500 }, () => sourceNumber(doneOf(flow, random)));
      return (await findMany(pool, numbers, [flow.id])).every(({ refs }) => refs.length === 1);
    },
  },
  {
    name: "search for a number that the ledger lacks",
    aimMs: 20,
    ask: async (pool, flow, random) =>
      (await findRecords(pool, `9${Math.floor(random() * 1_000_000_000)}`, random() < 0.5 ? flow.id : undefined)).length === 0,
  },
  {
    name: "search by the beginning of a source number",
    aimMs: 20,
    ask: async (pool, flow, random) =>
      (await findBeginning(pool, sourceNumber(doneOf(flow, random)).slice(0, 7 + Math.floor(random() * 7)))).length > 0,
  },
  {
    name: "search by the beginning of a target number",
    aimMs: 20,
    ask: async (pool, flow, random) =>
      (await findBeginning(pool, targetNumber(doneOf(flow, random)).slice(0, 3 + Math.floor(random() * 8)))).length > 0,
  },
  {
    name: "a record's story",
    aimMs: 20,
    ask: async (pool, { id, lane, flow, ...rest }, random) => {
      const i = doneOf({ id, lane, flow, ...rest }, random);
      const story = await recordStory(pool, { flowId: id, lane, flow, key: String(5_000_000_000 + i) });
      return story?.status === "done" && story.documents[0]?.exchanges.length === 1 && story.rows !== null;
    },
  },
  {
    name: "50 records of a flow, from anywhere",
    aimMs: 20,
    ask: async (pool, flow, random) =>
      (await listRecords(pool, flow, { limit: 50, after: String(5_000_000_000 + doneOf(flow, random) - 50) })).length === 50,
  },
  {
    name: "50 failed records of a flow",
    aimMs: 20,
    ask: async (pool, flow, random) =>
      (
        await listRecords(pool, flow, {
          limit: 50,
          status: "failed",
          after: documentId(flow.from + Math.floor(random() * 0.5 * flow.count)),
        })
      ).length > 0,
  },
  {
    name: "50 queued records of a flow",
    aimMs: 20,
    ask: async (pool, flow) => (await listRecords(pool, flow, { limit: 50, status: "queued" })).length > 0,
  },
  {
    name: "records of a flow with one number",
    aimMs: 20,
    ask: async (pool, flow, random) =>
      (await listRecords(pool, flow, { limit: 50, number: sourceNumber(doneOf(flow, random)) })).length === 1,
  },
  {
    name: "status counts of a flow",
    aimMs: 5,
    ask: async (pool, flow) => [...(await countRecords(pool, flow)).values()].reduce((sum, n) => sum + n, 0) === flow.count,
  },
  { name: "status counts of all flows", aimMs: 5, ask: async (pool) => (await countFlows(pool)).length > 0 },
  {
    name: "depth of a flow's queue",
    aimMs: 5,
    ask: async (pool, flow) => (await queueDepths(pool, flow.lane, [flow.flow]))[0]?.documents === queuedOf(flow),
  },
];
