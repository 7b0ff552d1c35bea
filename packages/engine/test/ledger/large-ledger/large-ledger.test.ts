/** The questions of the console on 20,000 records: right answers, and no table of bills is read from end to end (full size: the soak). */
import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openLab, type Lab } from "../../flow/lab/lab.ts";
import { ASKS } from "./asks.ts";
import { fillLedger, type FilledFlow } from "@datong/testkit";

let lab: Lab;
let flows: readonly FilledFlow[];
beforeAll(async () => {
  lab = await openLab();
  flows = await fillLedger(lab.engine, 20_000);
});
afterAll(() => lab.close());

interface Plan {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly Plans?: readonly Plan[];
}

/** Tables whose every row is looked at. */
function readWhole(plan: Plan): readonly string[] {
  const own = plan["Node Type"].includes("Seq Scan") ? [plan["Relation Name"] ?? ""] : [];
  return [...own, ...(plan.Plans ?? []).flatMap(readWhole)];
}

test.each(ASKS.map((ask) => [ask.name, ask] as const))("%s", async (_, { ask }) => {
  const read = new Set<string>();
  const seen: string[] = [];
  const watching = {
    query: async (query: string | { readonly text: string; readonly values?: unknown[] }, values?: unknown[]) => {
      const text = typeof query === "string" ? query : query.text;
      const given = typeof query === "string" ? values : query.values;
      const { rows } = await lab.engine.pool.query<{ "QUERY PLAN": readonly [{ readonly Plan: Plan }] }>(
        `explain (format json) ${text}`,
        given,
      );
      for (const table of readWhole(rows[0]?.["QUERY PLAN"][0].Plan ?? { "Node Type": "" })) read.add(table);
      seen.push(text);
      return lab.engine.pool.query(text, given);
    },
  } as unknown as pg.Pool;
  const first = flows[0];
  if (first === undefined) throw new Error("nothing was filled");
  expect(await ask(watching, first, () => 0.4)).toBe(true);
  expect(seen.length).toBeGreaterThan(0);
  expect([...read].filter((table) => ["record", "document", "document_number", "exchange"].some((big) => table.startsWith(big)))).toEqual(
    [],
  );
});
