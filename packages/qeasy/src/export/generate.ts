/** A flow as Qeasy's two documents, generation 2: what their metadata can say of it, in the order in which their own screens write it. */
import {
  isArray,
  type Api,
  type Connector,
  type Field,
  type Flow,
  type Json,
  type JsonObject,
  type MappingField,
  type RestructureStep,
} from "@datong/core";
import type { ImportContext } from "../import/context.ts";
import { EXTENSION } from "./extension.ts";

export interface Documents {
  readonly source: JsonObject;
  readonly target: JsonObject;
}

/** Parameters of Kingdee's query itself, which generation 2 puts into otherRequest. */
const PROTOCOL = ["FormId", "FieldKeys", "FilterString", "OrderString", "TopRowCount", "StartRow", "Limit", "SubSystemId"];
/** Members of a mapping field that Qeasy's fields have too. */
const NATIVE = ["field", "label", "type", "value", "default", "parser", "children"];

export function generate(flow: Flow, context: Pick<ImportContext, "connectors" | "connections">): Documents {
  const read = apiOf(flow.source.connection, flow.source.api, context);
  const write = apiOf(flow.target.connection, flow.target.api, context);
  return { source: sourceOf(flow, read), target: targetOf(flow, write) };
}

function apiOf(
  connection: string,
  code: string,
  { connectors, connections }: Pick<ImportContext, "connectors" | "connections">,
): Api | undefined {
  const system = connections.find((each) => each.id === connection)?.system ?? connection;
  const own = connectors.find((each: Connector) => each.system === system)?.apis.find((api) => api.code === code);
  return own ?? connectors.flatMap((each) => each.apis).find((api) => api.code === code);
}

function sourceOf(flow: Flow, api: Api | undefined): JsonObject {
  const { source } = flow;
  const restructure = stepsOf(flow);
  const isColumns = api?.operation.toLowerCase() === "executebillquery";
  const fields = paramFields(source, api);
  const other = isColumns ? fields.filter((field) => PROTOCOL.includes(field["field"] as string)) : [];
  const request = [...columnFields(source, api, isColumns), ...fields.filter((field) => !other.includes(field))];
  const id = source.id ?? api?.id;
  const number = source.number ?? api?.number;
  const formats = restructure.flatMap((step) => (step.kind === "format" ? step.fields : []));
  const explodes = restructure.flatMap((step) => (step.kind === "explode" ? [step.path] : []));
  return {
    api: nativeCode(api, source.api),
    effect: "QUERY",
    method: api?.shape.method ?? "POST",
    ...(number === undefined ? {} : { number }),
    ...(id === undefined ? {} : { id: id.join(",") }),
    idCheck: flow.target.changed === undefined || flow.target.changed === "ignore",
    ...(source.learn === true ? { autoFillResponse: true } : {}),
    ...(source.pageSize === undefined ? {} : { pagination: { pageSize: source.pageSize } }),
    request,
    ...(other.length === 0 ? {} : { otherRequest: other }),
    ...conditionOf(source.condition as Json | undefined),
    ...(formats.length === 0 ? {} : { formatResponse: formats.map(formatOf) }),
    ...(explodes.length === 0 ? {} : { beatFlat: explodes }),
    ...(source.remedy === undefined ? {} : { omissionRemedy: remedyOf(source.remedy) }),
  };
}

/** The vendor's own name where the catalogue has one. */
function nativeCode(api: Api | undefined, code: string): string {
  if (api?.local === "receive") return "easyyun.platform.receive";
  if (api?.local === "collect") return "写入空操作";
  return api?.operation ?? code;
}

function paramFields(source: Flow["source"], api: Api | undefined): readonly JsonObject[] {
  const given = source.params ?? {};
  const declared = (api?.request ?? []).filter((field) => field.place !== "column");
  const names = [...new Set([...declared.map((field) => field.field), ...Object.keys(given)])];
  return names.flatMap((name): readonly JsonObject[] => {
    const field = declared.find((each) => each.field === name);
    const value = given[name] === undefined ? field?.default : given[name];
    if (value === undefined && field?.required !== true) return [];
    return [paramField(name, field, value ?? null)];
  });
}

function paramField(name: string, field: Field | undefined, value: Json): JsonObject {
  return { field: name, label: field?.label ?? name, type: field?.type ?? "string", value };
}

function columnFields(source: Flow["source"], api: Api | undefined, isColumns: boolean): readonly JsonObject[] {
  if (!isColumns) return [];
  const own = (api?.request ?? [])
    .filter((field) => field.place === "column")
    .map((field) => [field.field, field.label, field.default ?? field.field] as const);
  const more = Object.entries(source.columns ?? {}).map(([name, key]) => [name, name, key] as const);
  return [...own.filter(([name]) => source.columns?.[name] === undefined), ...more].map(([field, label, value]) => ({
    field,
    label,
    type: "string",
    value,
  }));
}

/** A single named rule says the same as its groups. */
function conditionOf(condition: Json | undefined): JsonObject {
  if (condition === undefined || !isArray(condition)) return {};
  if (condition.every((each) => isArray(each))) return { condition };
  const [rule] = condition as readonly JsonObject[];
  const any = rule?.["any"];
  return condition.length === 1 && any !== undefined ? { condition: any } : {};
}

/** Our currency and ellipsis are its amount and longText. */
function formatOf({ old, new: made, format }: { readonly old: string; readonly new: string; readonly format: string }): Json {
  return { old, new: made, format: format.replace(/^currency\b/i, "amount").replace(/^ellipsis\b/i, "longText") };
}

function remedyOf({ cron, params }: NonNullable<Flow["source"]["remedy"]>): JsonObject {
  return { crontab: cron, takeOverRequest: Object.entries(params).map(([field, value]) => ({ field, type: "string", value })) };
}

function targetOf(flow: Flow, api: Api | undefined): JsonObject {
  const { target } = flow;
  const restructure = stepsOf(flow);
  const key = api?.write?.key;
  const options = Object.entries(target.options ?? {}).map(([name, value]) =>
    paramField(
      name,
      api?.options?.find((each) => each.field === name),
      value,
    ),
  );
  const step = restructure.find((each) => each.kind === "group" || each.kind === "merge");
  const aggregate = restructure.find((each) => each.kind === "aggregate");
  return {
    api: nativeCode(api, target.api),
    effect: "EXECUTE",
    method: api?.shape.method ?? "POST",
    ...(key === undefined || key === "" ? {} : { number: key, id: key }),
    idCheck: target.changed === undefined || target.changed === "ignore",
    ...operationOf(target.batch, step),
    ...(aggregate === undefined ? {} : { groupCalculate: withoutKind(aggregate) }),
    request: flow.mapping.map((field) => fieldOf(field)),
    ...(options.length === 0 ? {} : { otherRequest: options }),
    ...(flow.writeBack?.api === "push" && flow.writeBack.connection === "datong" ? { callBackStrategy: callBackOf(flow.writeBack) } : {}),
    ...(flow.writeBack?.api === "allocate" ? { distributionOrg: flow.writeBack.options?.["TOrgIds"] ?? "" } : {}),
  };
}

function callBackOf({ mapping, options }: NonNullable<Flow["writeBack"]>): JsonObject {
  return { strategyId: options?.["flow"] ?? "", ...Object.fromEntries(mapping.map((field) => [field.field, field.value ?? null])) };
}

function operationOf(batch: number | undefined, step: RestructureStep | undefined): JsonObject {
  if (step?.kind === "group" || step?.kind === "merge") {
    const [by] = step.by;
    const sums = step.kind === "merge" ? (step.sumFields ?? []) : [];
    return {
      operation: {
        method: "merge",
        field: typeof by === "string" ? by : (by?.field ?? ""),
        bodyName: step.lines,
        ...(sums.length === 0 ? {} : { bodySum: [...sums] }),
        ...(step.header === undefined ? {} : { header: [...step.header] }),
        ...(step.lineFields === undefined ? {} : { body: [...step.lineFields] }),
      },
    };
  }
  return batch === undefined ? {} : { operation: { method: "batchArraySave", rows: batch, rowsKey: "array" } };
}

function withoutKind(step: RestructureStep): JsonObject {
  return Object.fromEntries(Object.entries(step).filter(([key]) => key !== "kind")) as JsonObject;
}

function fieldOf(field: MappingField, parent?: string): JsonObject {
  const more = Object.fromEntries(
    Object.entries(field).filter(([key, value]) => !NATIVE.includes(key) && value !== undefined),
  ) as JsonObject;
  const { children } = field;
  return {
    field: field.field,
    ...(field.label === undefined ? {} : { label: field.label }),
    ...(field.type === undefined ? {} : { type: field.type }),
    ...(parent === undefined ? {} : { parent }),
    ...(field.parser === undefined ? {} : { parser: field.parser as Json }),
    ...(field.value === undefined ? {} : { value: field.value }),
    ...(field.default === undefined ? {} : { default: field.default }),
    ...(children === undefined ? {} : { children: children.map((child) => fieldOf(child, field.field)) }),
    ...(Object.keys(more).length === 0 ? {} : { [EXTENSION]: more }),
  };
}

/** 轻易云 has no steps that are off: they are left out. */
function stepsOf({ restructure = [] }: Flow): NonNullable<Flow["restructure"]> {
  return restructure.filter(({ off }) => off !== true);
}
