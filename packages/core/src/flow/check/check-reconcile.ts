/** What a flow declares for its reconciliation: paths that lead somewhere on either side, and a query that lists the target's documents. */
import type { Api } from "../../connector/api.ts";
import type { Connector } from "../../connector/connector.ts";
import { didYouMean, isZone, nearestName, parsePath } from "../../value/index.ts";
import type { Flow } from "../flow.ts";
import { cronFlaw } from "../next-tick.ts";
import { mergesBills } from "../transform/restructure.ts";
import { checkParams } from "./check-params.ts";
import { checkReference } from "./check-restructure.ts";
import type { IssueList } from "./issue.ts";
import type { Names } from "./known-names.ts";

/** `rows`: the names of the source's rows. `write`: the target's API, where it is known. */
export function checkReconcile(flow: Flow, target: Connector, rows: Names, write: Api | undefined, list: IssueList): void {
  const { reconcile } = flow;
  if (reconcile === undefined) return;
  const at = "/reconcile";
  const path = (text: string, place: string): void => checkTargetPath(text, place, target, write, list);
  if (reconcile.lines !== undefined) path(reconcile.lines, `${at}/lines`);
  if (reconcile.day !== undefined) path(reconcile.day, `${at}/day`);
  for (const [i, group] of (reconcile.groups ?? []).entries()) path(group, `${at}/groups/${i}`);
  for (const [i, sum] of (reconcile.sums ?? []).entries()) {
    path(sum.target, `${at}/sums/${i}/target`);
    if (sum.source === undefined) continue;
    const place = `${at}/sums/${i}/source`;
    if (mergesBills(flow.restructure)) list.add("RECONCILE_SOURCE_MERGED", place, { field: sum.source });
    else if (list.attempt(place, () => parsePath(sum.source ?? "")) !== undefined) checkReference(rows, sum.source, place, list);
  }
  if (reconcile.list !== undefined) checkList(reconcile.list, target, list);
  for (const [i, schedule] of (reconcile.schedule ?? []).entries()) {
    const reason = cronFlaw(schedule.cron);
    if (reason !== undefined) list.add("CRON_INVALID", `${at}/schedule/${i}/cron`, { cron: schedule.cron, reason });
    if (schedule.zone !== undefined && !isZone(schedule.zone))
      list.add("TIME_ZONE_UNKNOWN", `${at}/schedule/${i}/zone`, { zone: schedule.zone });
    if (schedule.span !== undefined && flow.source.watermark === undefined)
      list.add("RANGE_WITHOUT_WATERMARK", `${at}/schedule/${i}/span`, { flow: flow.id });
  }
}

/** Its first name is one of the document's fields, or of what the target's query gives; behind it the vendor may have more than we know. */
function checkTargetPath(text: string, place: string, target: Connector, write: Api | undefined, list: IssueList): void {
  const parsed = list.attempt(place, () => parsePath(text));
  if (parsed === undefined || write === undefined) return;
  const probe = target.apis.find((api) => api.code === write.write?.probe?.api);
  const byColumn = probe?.request.some((field) => field.default?.includes("{{COLUMNS}}") === true) === true;
  const known = [...(probe === undefined || byColumn ? write.request : probe.response)].map((field) => field.field);
  const head = parsed.steps[0]?.key ?? "";
  // A header's field that only the target fills is a name of its own in a query by columns.
  if (known.includes(head) || (byColumn && parsed.steps.length === 1)) return;
  list.add("RECONCILE_FIELD_UNKNOWN", place, {
    field: text,
    api: byColumn || probe === undefined ? write.code : probe.code,
    known: known.join(", "),
    ...didYouMean(nearestName(head, known)),
  });
}

function checkList(given: NonNullable<NonNullable<Flow["reconcile"]>["list"]>, target: Connector, list: IssueList): void {
  const at = "/reconcile/list";
  const api = target.apis.find((each) => each.code === given.api);
  if (api === undefined) {
    const known = target.apis.filter((each) => each.direction === "query").map((each) => each.code);
    const details = { api: given.api, system: target.system, known: known.join(", ") };
    return list.add("API_UNKNOWN", `${at}/api`, { ...details, ...didYouMean(nearestName(given.api, known)) });
  }
  if (api.direction !== "query") return list.add("API_DIRECTION", `${at}/api`, { api: api.code, expected: "query" });
  checkParams(given.params ?? {}, api.request, api, `${at}/params`, list);
  if (given.key === undefined && api.number === undefined)
    list.add("RECONCILE_FIELD_UNKNOWN", `${at}/key`, {
      field: "key",
      api: api.code,
      known: api.response.map((field) => field.field).join(", "),
    });
}
