/** The first stored row of a flow in its stored form, as a sample: for previews of flows that ask once for each of its records. */
import type { JsonObject } from "@datong/core";
import type { Engine } from "../engine.ts";
import { headsByKey } from "../store/each-rows.ts";
import { findFlowNamed } from "../store/flow-rows.ts";

/** Null where it has stored none. */
export async function firstRow({ pool }: Pick<Engine, "pool">, flow: string): Promise<JsonObject | null> {
  const row = await findFlowNamed(pool, flow);
  const [first] = row === null ? [] : await headsByKey(pool, { lane: row.lane, flow: row.num, after: "", count: 1 });
  return first?.head ?? null;
}
