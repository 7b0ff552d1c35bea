/**
 * What a source says beyond its API: its own key, rows that are pushed, one call for each record of another flow, a second reading by a
 * schedule of its own.
 */
import type { Api } from "../../connector/api.ts";
import { isZone } from "../../value/index.ts";
import { cronFlaw } from "../next-tick.ts";
import type { Flow } from "../flow.ts";
import { checkReference } from "./check-restructure.ts";
import { checkParams } from "./check-params.ts";
import type { IssueList } from "./issue.ts";
import type { Names } from "./known-names.ts";

/** `rows`: the names of the source's rows. */
export function checkReading({ source }: Flow, api: Api, rows: Names, list: IssueList): void {
  for (const [i, field] of (source.id ?? []).entries()) checkReference(rows, field, `/source/id/${i}`, list);
  for (const [i, field] of (source.extraKeys ?? []).entries()) checkReference(rows, field, `/source/extraKeys/${i}`, list);
  if (source.number !== undefined) checkReference(rows, source.number, "/source/number", list);
  if (api.local === "receive") checkPassive(source, api, list);
  else if (api.open === true && api.id === undefined && source.id === undefined && source.flow === undefined)
    list.add("SOURCE_KEY_UNSET", "/source", { api: api.code });
  if (source.each !== undefined && source.flow !== undefined) list.add("EACH_WITH_FLOW", "/source/each");
  checkRemedy(source, api, list);
}

function checkPassive(source: Flow["source"], api: Api, list: IssueList): void {
  if (source.id === undefined) list.add("SOURCE_KEY_UNSET", "/source", { api: api.code });
  const { params, columns, pageSize, watermark, each, remedy } = source;
  const unused = Object.entries({ params, columns, pageSize, watermark, each, remedy }).flatMap(([name, value]) =>
    value === undefined ? [] : [name],
  );
  if (unused.length > 0) list.add("SOURCE_PASSIVE_UNUSED", "/source", { names: unused.join(", ") });
}

function checkRemedy({ remedy }: Flow["source"], api: Api, list: IssueList): void {
  if (remedy === undefined) return;
  const reason = cronFlaw(remedy.cron);
  if (reason !== undefined) list.add("CRON_INVALID", "/source/remedy/cron", { cron: remedy.cron, reason });
  if (remedy.zone !== undefined && !isZone(remedy.zone)) list.add("TIME_ZONE_UNKNOWN", "/source/remedy/zone", { zone: remedy.zone });
  checkParams(remedy.params, api.request, api, "/source/remedy/params", list, { isPart: true });
}
