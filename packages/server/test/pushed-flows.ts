/** Two flows without any vendor: pushed bills that are pushed on. Broken, its mapping fails every bill; mended, none. */
import type { Ask } from "./server-lab.ts";

const FLOWS = "/api/v1/workspaces/main/flows";
export const IN = `${FLOWS}/orders-in`;
export const OUT = `${FLOWS}/orders-out`;

interface Made {
  readonly isBroken: boolean;
  readonly revision: number;
  readonly extraKeys?: readonly string[];
  /** Of the target's numbers. */
  readonly prefix?: string;
  /** A number that is left out. */
  readonly without?: string;
}

export interface Published {
  readonly queued: { readonly documents: number; readonly summaries: number; readonly inHand: number; readonly bulk: string | null };
}

/** Saves and publishes a revision of the flow of orders. */
export async function publishOrders(ask: Ask, made: Made): Promise<Published> {
  const { isBroken, revision, extraKeys, prefix = "OUT-", without = "" } = made;
  const document = {
    id: "orders-in",
    source: {
      connection: "datong",
      api: "receive",
      id: ["id"],
      number: "no",
      condition: [
        {
          rule: "no-tests",
          any: [
            [
              { field: "kind", logic: "neq", value: "test" },
              { field: "no", logic: "neq", value: without },
            ],
          ],
        },
      ],
      ...(extraKeys === undefined ? {} : { extraKeys }),
    },
    mapping: [
      { field: "id", value: "{{id}}" },
      { field: "no", value: `${prefix}{{no}}` },
      { field: "of", value: "{{no}}" },
      ...(isBroken ? [{ field: "amount", value: "{{amount}}", required: true }] : []),
    ],
    target: { connection: "datong", api: "push", options: { flow: "orders-out" } },
    dispatch: { enabled: true },
  };
  return saveAndPublish(ask, IN, document, revision);
}

export async function openOrders(ask: Ask): Promise<void> {
  const out = {
    id: "orders-out",
    source: { connection: "datong", api: "receive", id: ["id"], number: "no", extraKeys: ["of"] },
    mapping: [],
    target: { connection: "datong", api: "collect" },
    dispatch: { enabled: true },
  };
  await saveAndPublish(ask, OUT, out, 0);
  await publishOrders(ask, { isBroken: true, revision: 0 });
  for (const flow of [OUT, IN]) await ask("POST", `${flow}/enable`);
}

export async function saveAndPublish(ask: Ask, flow: string, document: object, revision: number): Promise<Published> {
  const saved = await ask("PUT", flow, { revision, document });
  if (saved.status !== 200 || saved.body.issues.length > 0) throw new Error(saved.text);
  const published = await ask("POST", `${flow}/publish`, { revision: revision + 1, confirm: true });
  if (published.status !== 200) throw new Error(published.text);
  return published.body as Published;
}

/** Bills numbered `from` to `from + count - 1`. */
export async function pushOrders(ask: Ask, count: number, from = 1): Promise<void> {
  for (let at = from; at < from + count; at += 5_000) {
    const rows = Array.from({ length: Math.min(5_000, from + count - at) }, (_, i) => orderRow(at + i));
    const answer = await ask("POST", `${IN}/push`, rows);
    if (answer.status !== 202) throw new Error(answer.text);
  }
}

export function orderRow(i: number): Readonly<Record<string, unknown>> {
  return { id: `b${i}`, no: `SO-${String(i).padStart(6, "0")}`, online: `TB${90_000_000 + i}`, lines: [{ express: `SF${i}` }] };
}

export async function countsOf(ask: Ask, flow: string): Promise<Readonly<Record<string, number>>> {
  return (await ask("GET", `${flow}/records?limit=1`)).body.counts as Readonly<Record<string, number>>;
}

/** Throws what stood instead, after so long. */
export async function waitForCounts(ask: Ask, flow: string, wanted: Readonly<Record<string, number>>, longestMs = 30_000): Promise<void> {
  const text = JSON.stringify(wanted);
  for (const until = performance.now() + longestMs; ;) {
    const counts = JSON.stringify(await countsOf(ask, flow));
    if (counts === text) return;
    if (performance.now() > until) throw new Error(`${flow}: ${counts} instead of ${text}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
