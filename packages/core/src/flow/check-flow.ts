/**
 * Checks a flow against the connectors of both its sides, without calling anybody: names, values, types, required fields, bounds,
 * schedules. Every finding is an error; what may be wrong only for some data is left to the run.
 */
import type { Api } from "../connector/api.ts";
import type { Connector } from "../connector/connector.ts";
import { isZone, didYouMean, nearestName, parseWallTime } from "../value/index.ts";
import { compileShape } from "./call/shape.ts";
import { checkMapping, type MappingCheck } from "./check/check-mapping.ts";
import { checkParams } from "./check/check-params.ts";
import { checkReconcile } from "./check/check-reconcile.ts";
import { checkReading } from "./check/check-reading.ts";
import { checkCondition, checkReference, checkRestructure } from "./check/check-restructure.ts";
import { IssueList, type FlowIssue } from "./check/issue.ts";
import { namesOf, OPEN, sourceNames, VALUE, withMembers, type Names } from "./check/known-names.ts";
import type { Flow } from "./flow.ts";
import { cronFlaw } from "./next-tick.ts";
import { PRIMARY, TOLD } from "./target/write-back.ts";
import { mergesBills } from "./transform/restructure.ts";
import { compileValue, referencesOf } from "./transform/template-compile.ts";

export type { FlowIssue } from "./check/issue.ts";

/** All issues of a flow, in the order of the document. `writeBack`: the connector that its write-back goes to, where it has one. */
export function checkFlow(
  flow: Flow,
  source: Connector,
  target: Connector,
  at: { readonly file: string; readonly writeBack?: Connector },
): readonly FlowIssue[] {
  const list = new IssueList(at.file);
  const read = findApi(source, flow.source.api, "query", "/source/api", list);
  // Of another flow's records nothing is asked of the API.
  if (read !== undefined && flow.source.flow === undefined) checkSource(flow, read, list);
  const rows: Names = read === undefined || learns(flow, read) ? OPEN : sourceNames(read, flow.source.columns ?? {});
  if (read !== undefined) checkReading(flow, read, rows, list);
  if (flow.source.condition !== undefined) checkCondition(flow.source.condition, rows, "/source/condition", list);
  const { withdrawn } = flow.source;
  if (withdrawn !== undefined) checkCondition(withdrawn.when, rows, "/source/withdrawn/when", list);
  const names = checkRestructure(flow.restructure ?? [], rows, list);
  const write = findApi(target, flow.target.api, "write", "/target/api", list);
  if (write !== undefined) {
    // What is only collected is not mapped.
    if (write.local !== "collect") checkMapping(mappingCheck(write, names, source.zone, list), flow.mapping, write.request);
    checkTarget(flow, write, list);
  }
  if (at.writeBack !== undefined) checkWriteBack(flow, at.writeBack, rows, list);
  checkReconcile(flow, target, rows, write, list);
  checkOrder(flow, names, list);
  checkDispatch(flow, list);
  return list.issues;
}

function findApi(connector: Connector, code: string, direction: "query" | "write", path: string, list: IssueList): Api | undefined {
  const api = connector.apis.find((each) => each.code === code);
  if (api === undefined) {
    const known = connector.apis.filter((each) => each.direction === direction).map((each) => each.code);
    list.add("API_UNKNOWN", path, {
      api: code,
      system: connector.system,
      known: known.join(", "),
      ...didYouMean(nearestName(code, known)),
    });
  } else if (api.direction !== direction || (direction === "write" && api.write === undefined)) {
    list.add("API_DIRECTION", path, { api: code, expected: direction });
    return undefined;
  }
  return api;
}

function checkSource(flow: Flow, api: Api, list: IssueList): void {
  const each = flow.source.each?.params ?? {};
  const own = checkParams(flow.source.params ?? {}, api.request, api, "/source/params", list, { filled: Object.keys(each) });
  const values = new Map([...own, ...checkParams(each, api.request, api, "/source/each/params", list, { isPart: true, seesRecord: true })]);
  const used = new Set([...values.values()].flatMap((value) => value.references.map((reference) => reference.path)));
  const shape = list.attempt("/source/api", () => compileShape(api.shape, api.code));
  for (const { path } of shape?.references ?? []) used.add(path);
  const { watermark, pageSize } = flow.source;
  if (watermark !== undefined) {
    if (!used.has("LAST_SYNC_TIME")) list.add("WATERMARK_UNUSED", "/source/watermark", { api: api.code });
    const { start } = watermark;
    if (start !== undefined && !/^-\d{1,5}d$/.test(start) && parseWallTime(start) === null) {
      list.add("WATERMARK_START_INVALID", "/source/watermark/start", { start });
    }
  }
  const { paging } = api;
  if (paging === undefined || paging.kind === "none") return;
  if (pageSize !== undefined && pageSize > paging.sizeMax) {
    list.add("PAGE_SIZE_TOO_LARGE", "/source/pageSize", { pageSize, sizeMax: paging.sizeMax, api: api.code });
  }
  const needed = { page: "PAGINATION_START_PAGE", offset: "PAGINATION_START_ROW", cursor: "PAGINATION_CURSOR", link: undefined }[
    paging.kind
  ];
  if (needed !== undefined && !used.has(needed)) list.add("PAGING_LOST", "/source/params", { name: needed, api: api.code });
  // A written page size is as good as the global when it is the one that the pull counts with.
  const size = String(Math.min(pageSize ?? paging.size, paging.sizeMax));
  const isWritten = [...values.values()].some((value) => value.kind === "literal" && value.text === size);
  if (!used.has("PAGINATION_PAGE_SIZE") && !isWritten && usesPageSize(api)) {
    list.add("PAGING_LOST", "/source/params", { name: "PAGINATION_PAGE_SIZE", api: api.code });
  }
}

/** An API whose own presets never name the page size does not take one. */
function usesPageSize(api: Api): boolean {
  return api.request.some((field) => field.default?.includes("PAGINATION_PAGE_SIZE") === true);
}

function checkTarget(flow: Flow, api: Api, list: IssueList): void {
  checkParams(flow.target.options ?? {}, api.options ?? [], api, "/target/options", list);
  const { write } = api;
  const { batch, changed } = flow.target;
  if (write === undefined) return;
  checkBatch(batch, api, "/target/batch", list);
  if (flow.target.checkFirst === true && write.probe === undefined)
    list.add("CHECK_FIRST_UNSUPPORTED", "/target/checkFirst", { api: api.code });
  const { periodClosed } = flow.target;
  if (periodClosed?.action === "move" && !api.request.some(({ field }) => field === periodClosed.field))
    list.add("MAPPING_FIELD_UNKNOWN", "/target/periodClosed/field", {
      field: periodClosed.field ?? "",
      known: api.request.map(({ field }) => field).join(", "),
    });
  if (changed === "update" && write.update === undefined && write.overwrites !== true)
    list.add("UPDATE_UNSUPPORTED", "/target/changed", { api: api.code });
  if (flow.source.withdrawn?.action === "reverse" && write.reverse === undefined) {
    list.add("REVERSE_UNSUPPORTED", "/source/withdrawn/action", { api: api.code });
  }
}

function checkBatch(batch: number | undefined, api: Api, path: string, list: IssueList): void {
  const batchMax = api.write?.batchMax ?? 1;
  if (batch !== undefined && batch > batchMax) list.add("BATCH_TOO_LARGE", path, { batch, batchMax, api: api.code });
}

const DOCUMENT_NAMES = ["number", "id", "key", "part"].map((name) => [name, VALUE] as const);
const TARGET_NAMES = namesOf("object", [...DOCUMENT_NAMES.slice(0, 3), ["documents", namesOf("list", DOCUMENT_NAMES)]]);

const PRIMARY_NAMES = namesOf("object", [...DOCUMENT_NAMES.slice(0, 3), ["Number", VALUE], ["Id", VALUE]]);

/** Rows that are pushed to another flow may have any fields. */
function mappingCheck(api: Api, names: Names, zone: string, list: IssueList): MappingCheck {
  return { names, zone, list, anyField: api.local === "push" || api.open === true };
}

/** Rows that are lists of the asked columns hold nothing else; there is nothing to learn. */
function learns({ source }: Flow, { rows }: Api): boolean {
  return source.learn === true && rows?.kind !== "arrays";
}

/** It maps the bill's first row as it was read, with the target's numbers beside it. `changes` may name what no connector declares. */
function checkWriteBack({ writeBack }: Flow, connector: Connector, rows: Names, list: IssueList): void {
  if (writeBack === undefined) return;
  const api = findApi(connector, writeBack.api, "write", "/writeBack/api", list);
  if (api === undefined) return;
  const names = withMembers(rows, [
    [TOLD, TARGET_NAMES],
    [PRIMARY, PRIMARY_NAMES],
  ]);
  checkMapping(mappingCheck(api, names, connector.zone, list), writeBack.mapping, api.request, "/writeBack/mapping");
  checkParams(writeBack.options ?? {}, api.options ?? [], api, "/writeBack/options", list);
  checkBatch(writeBack.batch, api, "/writeBack/batch", list);
}

function checkOrder(flow: Flow, names: Names, list: IssueList): void {
  const { orderKey, onFailedHead } = flow.target;
  if (orderKey === undefined) {
    if (onFailedHead !== undefined) list.add("ORDER_KEY_MISSING", "/target/onFailedHead");
    return;
  }
  const path = "/target/orderKey";
  if (mergesBills(flow.restructure)) list.add("ORDER_KEY_MERGED", path);
  const compiled = list.attempt(path, () => compileValue(orderKey, { fieldPath: "orderKey" }));
  if (compiled === undefined) return;
  if (compiled.kind === "literal") list.add("ORDER_KEY_LITERAL", path, { value: orderKey });
  for (const reference of referencesOf(compiled)) checkReference(names, reference, path, list);
}

function checkDispatch(flow: Flow, list: IssueList): void {
  for (const side of ["source", "target"] as const) {
    const schedule = flow.dispatch[side];
    if (schedule === undefined) continue;
    if (schedule.zone !== undefined && !isZone(schedule.zone)) {
      list.add("TIME_ZONE_UNKNOWN", `/dispatch/${side}/zone`, { zone: schedule.zone });
    }
    const reason = cronFlaw(schedule.cron);
    if (reason !== undefined) list.add("CRON_INVALID", `/dispatch/${side}/cron`, { cron: schedule.cron, reason });
    for (const [i, hours] of (schedule.windows ?? []).entries())
      if (hours.slice(0, 5) === hours.slice(6)) list.add("HOURS_UNCLEAR", `/dispatch/${side}/windows/${i}`, { hours });
  }
  if (flow.dispatch.precondition?.flow === flow.id) {
    list.add("PRECONDITION_ON_ITSELF", "/dispatch/precondition/flow", { flow: flow.id });
  }
  if (flow.dispatch.after === flow.id) list.add("AFTER_ITSELF", "/dispatch/after", { flow: flow.id });
}
