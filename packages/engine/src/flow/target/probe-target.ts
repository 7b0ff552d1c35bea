/**
 * Asks the target which of the documents it has, by their external keys, in batches. The answer is evidence: found with number and
 * stage, or not there. A probe that fails says nothing; it is thrown as a CallFault.
 */
import { asText, extractRows, getPath, parsePath, type Json, type JsonObject, type Probe } from "@datong/core";
import type { Exchange } from "../../connection/caller.ts";
import { optionValues } from "./build-request.ts";
import { ask, CallFault } from "../source/read-page.ts";
import { readyParams, type ReadyFlow } from "../ready-flow.ts";

export interface Found {
  readonly number: string | null;
  readonly id: string | null;
  /** Name of the stage reached, by the stages rule; null where the API has none. */
  readonly stage: string | null;
}

export interface ProbeAnswer {
  readonly found: ReadonlyMap<string, Found>;
  readonly exchanges: readonly Exchange[];
}

export async function probeTarget(ready: ReadyFlow, probe: Probe, keys: readonly string[], nowMs: number): Promise<ProbeAnswer> {
  const found = new Map<string, Found>();
  const exchanges: Exchange[] = [];
  const { connection } = ready.target;
  const api = connection.api(probe.api);
  const params = readyParams(api.api, probe.params, {});
  const options = optionValues({ connection, options: ready.target.options, nowMs }, ready.target.zone);
  for (let from = 0; from < keys.length; from += probe.batchMax) {
    const asked = keys.slice(from, from + probe.batchMax);
    const scope = {
      nowMs,
      slice: { fromMs: 0, toMs: nowMs },
      state: { pagesRead: 0, rowsRead: 0, cursor: null, lastHash: null },
      keys: asked,
    };
    const page = {
      PAGINATION_PAGE_SIZE: probe.batchMax,
      PAGINATION_START_PAGE: api.api.paging?.kind === "page" ? api.api.paging.first : 1,
      PAGINATION_START_ROW: 0,
    };
    const result = await ask(connection, api, params, scope, page, { options });
    exchanges.push(...result.exchanges);
    const rows = extractRows(
      api.api.rows ?? { kind: "objects", paths: [""] },
      result.reply?.json ?? null,
      params.columns.map((column) => column.name),
    );
    for (const row of rows) note(ready, probe, row.value, found);
  }
  return { found, exchanges };
}

function note(ready: ReadyFlow, probe: Probe, row: JsonObject, found: Map<string, Found>): void {
  const text = (path: string | undefined): string | null => {
    const value: Json | undefined = path === undefined ? undefined : getPath(row, parsePath(path));
    return value === undefined || value === null || value === "" ? null : asText(value);
  };
  if (probe.ignore !== undefined && probe.ignore.in.includes(text(probe.ignore.field) ?? "")) return;
  const key = text(probe.key);
  if (key === null) return;
  const value = text(probe.stage);
  const stage = value === null ? null : (ready.target.ready.api.write?.stages?.values[value] ?? null);
  found.set(key, { number: text(probe.number), id: text(probe.id), stage });
}

export { CallFault };
