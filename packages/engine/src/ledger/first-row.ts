/** The first stored row of a flow, as a sample: for previews of flows that ask once for each of its records. */
import { storedRows, type JsonObject } from "@datong/core";
import type { Engine } from "../engine.ts";
import { recordsByKey } from "../store/each-rows.ts";
import { findFlowNamed } from "../store/flow-rows.ts";

/** Null where it has stored none. */
export async function firstRow({ pool }: Pick<Engine, "pool">, flow: string): Promise<JsonObject | null> {
  const row = await findFlowNamed(pool, flow);
  const [first] = row === null ? [] : await recordsByKey(pool, { lane: row.lane, flow: row.num, after: "", count: 1 });
  return first === undefined ? null : (storedRows(first.rows)[0] ?? null);
}
