/**
 * Checks a flow against the connectors of both its sides, without calling anybody: names, values, types, required fields, bounds,
 * schedules. Every finding is an error; what may be wrong only for some data is left to the run.
 */
import { Cron } from "croner";
import type { Api } from "../connector/api.ts";
import type { Connector } from "../connector/connector.ts";
import type { Field } from "../schema/field.ts";
import { isZone, didYouMean, nearestName, parseWallTime } from "../value/index.ts";
import { compileShape } from "./call/shape.ts";
import { checkMapping } from "./check/check-mapping.ts";
import { checkCondition, checkReference, checkRestructure } from "./check/check-restructure.ts";
import { IssueList, type FlowIssue } from "./check/issue.ts";
import { namesOf, OPEN, sourceNames, VALUE, withMembers, type Names } from "./check/known-names.ts";
import type { Flow } from "./flow.ts";
import { TOLD } from "./target/write-back.ts";
import { GLOBALS } from "./transform/globals.ts";
import { compileValue, referencesOf, type CompiledValue } from "./transform/template-compile.ts";

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
  const rows: Names = read === undefined ? OPEN : sourceNames(read, flow.source.columns ?? {});
  if (flow.source.condition !== undefined) checkCondition(flow.source.condition, rows, "/source/condition", list);
  const { withdrawn } = flow.source;
  if (withdrawn !== undefined) checkCondition(withdrawn.when, rows, "/source/withdrawn/when", list);
  const names = checkRestructure(flow.restructure ?? [], rows, list);
  const write = findApi(target, flow.target.api, "write", "/target/api", list);
  if (write !== undefined) {
    checkMapping({ names, zone: source.zone, list }, flow.mapping, write.request);
    checkTarget(flow, write, list);
  }
  if (at.writeBack !== undefined) checkWriteBack(flow, at.writeBack, rows, list);
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

/** Names that only a request knows: the columns asked for, the page's cursor, the connection's settings. */
const REQUEST_NAMES: readonly string[] = ["COLUMNS", "PAGINATION_CURSOR"];

function checkParams(
  given: Readonly<Record<string, string | null>>,
  fields: readonly Field[],
  api: Api,
  path: string,
  list: IssueList,
): ReadonlyMap<string, CompiledValue> {
  const known = fields.map((field) => field.field);
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const details = { field: name, api: api.code, known: known.join(", "), ...didYouMean(nearestName(name, known)) };
    list.add("PARAMETER_UNKNOWN", `${path}/${name}`, details);
  }
  const values = new Map<string, CompiledValue>();
  for (const field of fields) {
    const text = given[field.field] === undefined ? field.default : given[field.field];
    const at = `${path}/${field.field}`;
    if (text === undefined || text === null || text === "") {
      if (field.required === true) list.add("PARAMETER_MISSING", path, { field: field.field, label: field.label, api: api.code });
      continue;
    }
    if (field.place === "column") continue;
    const compiled = list.attempt(at, () => compileValue(text, { fieldPath: field.field }));
    if (compiled === undefined) continue;
    values.set(field.field, compiled);
    for (const { path: name, isGlobal } of compiled.references) {
      if (isGlobal || REQUEST_NAMES.includes(name) || name.startsWith("settings.")) continue;
      const globals = [...GLOBALS.map((row) => row.name), ...REQUEST_NAMES];
      list.add("GLOBAL_UNKNOWN", at, { name, known: globals.join(", "), ...didYouMean(nearestName(name, globals)) });
    }
    const { options } = field;
    if (options !== undefined && compiled.kind === "literal" && !options.includes(text)) {
      list.add("VALUE_NOT_ALLOWED", at, { field: field.field, value: text, allowed: options.join(", ") });
    }
  }
  return values;
}

function checkSource(flow: Flow, api: Api, list: IssueList): void {
  const values = checkParams(flow.source.params ?? {}, api.request, api, "/source/params", list);
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
  if (changed === "update" && write.update === undefined) list.add("UPDATE_UNSUPPORTED", "/target/changed", { api: api.code });
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

/** It maps the bill's first row as it was read, with the target's numbers beside it. `changes` may name what no connector declares. */
function checkWriteBack({ writeBack }: Flow, connector: Connector, rows: Names, list: IssueList): void {
  if (writeBack === undefined) return;
  const api = findApi(connector, writeBack.api, "write", "/writeBack/api", list);
  if (api === undefined) return;
  const names = withMembers(rows, [[TOLD, TARGET_NAMES]]);
  checkMapping({ names, zone: connector.zone, list }, writeBack.mapping, api.request, "/writeBack/mapping");
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
  if ((flow.restructure ?? []).some((step) => step.kind === "merge")) list.add("ORDER_KEY_MERGED", path);
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
  }
  if (flow.dispatch.precondition?.flow === flow.id) {
    list.add("PRECONDITION_ON_ITSELF", "/dispatch/precondition/flow", { flow: flow.id });
  }
}

function cronFlaw(text: string): string | undefined {
  try {
    const cron = new Cron(text, { mode: "5-or-6-parts", paused: true });
    return cron.nextRun() === null ? "永远不会到点 / it never comes due" : undefined;
  } catch (error) {
    // The library throws its own errors for what it cannot read; there is nothing else to fail here.
    return error instanceof Error ? error.message : String(error);
  }
}
