/**
 * Lists the external keys of the documents that the target has, by the query that the flow declares, page by page over a span of time, so that
 * those that nobody here wrote are found. Throws CallFault where the target refuses.
 */
import {
  asText,
  DatongError,
  decidePage,
  extractRows,
  FIRST_PAGE,
  getPath,
  pageGlobals,
  pageSizeOf,
  parsePath,
  type Api,
  type PageState,
  type ReconcileRule,
} from "@datong/core";
import { hashOf } from "../connection/http-send.ts";
import { readyParams, type ReadyFlow } from "../flow/ready-flow.ts";
import { ask } from "../flow/source/read-page.ts";

export type ListRule = NonNullable<ReconcileRule["list"]>;

/** One page of keys after the other; a document comes as often as it has lines. */
export async function* targetKeys(
  ready: ReadyFlow,
  rule: ListRule,
  span: { readonly fromMs: number; readonly toMs: number },
  nowMs: () => number,
): AsyncGenerator<readonly string[]> {
  const { connection } = ready.target;
  const api = connection.api(rule.api);
  const key = parsePath(rule.key ?? api.api.number ?? "");
  const params = readyParams(api.api, rule.params ?? {}, {});
  const paging = api.api.paging ?? ({ kind: "none" } as const);
  const pageSize = pageSizeOf(paging, undefined);
  for (const slice of slicesOf(api.api, span)) {
    let state: PageState | null = FIRST_PAGE;
    while (state !== null) {
      const result = await ask(connection, api, params, { nowMs: nowMs(), slice, state }, pageGlobals(paging, state, pageSize));
      const json = result.reply?.json ?? null;
      const columns = params.columns.map((column) => column.name);
      const rows = extractRows(api.api.rows ?? { kind: "objects", paths: [""] }, json, columns);
      yield rows.flatMap((row) => {
        const value = getPath(row.value, key);
        return value === undefined || value === null || value === "" ? [] : [asText(value)];
      });
      const hash = hashOf(rows.length === 0 ? "" : (result.reply?.text ?? ""));
      const decision = decidePage(paging, state, { rowCount: rows.length, json, hash, pageSize, next: result.reply?.next });
      if (decision.kind === "fault") throw new DatongError(decision.code, decision.details);
      state = decision.kind === "next" ? decision.state : null;
    }
  }
}

function slicesOf(
  { window }: Api,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): readonly {
  readonly fromMs: number;
  readonly toMs: number;
}[] {
  const span = window?.spanMaxMs ?? Number.POSITIVE_INFINITY;
  const slices = [];
  for (let from = fromMs; from < toMs; from += span) slices.push({ fromMs: from, toMs: Math.min(from + span, toMs) });
  return slices;
}
