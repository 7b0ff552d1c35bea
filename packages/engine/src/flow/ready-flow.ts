/**
 * A flow made ready to run: its connections open, everything that can be compiled compiled, once.
 * Throws DatongError for whatever `datong check` would report.
 */
import {
  compileCondition,
  compileKeys,
  compileMapping,
  compileRestructure,
  compileTree,
  compileValue,
  hasMerge,
  pageSizeOf,
  parsePath,
  DatongError,
  type Api,
  type CompiledCondition,
  type CompiledMapping,
  type CompiledRestructure,
  type CompiledValue,
  type Field,
  type Flow,
  type Keys,
  type MappingField,
  type Paging,
  type Path,
  type WriteBack,
} from "@datong/core";
import type { OpenConnection, ReadyApi } from "../connection/open-connection.ts";

export type Tree = ReturnType<typeof compileTree>;

/** Request fields with their values as trees, and the columns to ask for. */
export interface ReadyParams {
  readonly trees: readonly { readonly field: string; readonly tree: Tree }[];
  /** Our name and the vendor's key, in order. */
  readonly columns: readonly { readonly name: string; readonly key: string }[];
}

export interface ReadyFlow {
  readonly flow: Flow;
  readonly source: {
    readonly connection: OpenConnection;
    readonly ready: ReadyApi;
    readonly params: ReadyParams;
    readonly detail: { readonly ready: ReadyApi; readonly params: ReadyParams } | undefined;
    readonly keys: Keys;
    readonly paging: Paging;
    readonly pageSize: number;
    readonly condition: CompiledCondition | undefined;
    readonly withdrawn: CompiledCondition | undefined;
  };
  readonly restructure: CompiledRestructure;
  readonly merges: boolean;
  readonly mapping: CompiledMapping;
  readonly target: ReadyTarget;
  /** Absent where documents are written in whatever order. */
  readonly order?: { readonly key: CompiledValue; readonly onFailedHead: "block" | "skip" };
  /** The flow's write-back, as a flow of its own with the same source: its target is where it is told, its mapping what is told. */
  readonly writeBack: ReadyFlow | undefined;
}

export interface ReadyTarget {
  readonly connection: OpenConnection;
  readonly ready: ReadyApi;
  /** Where a document's external key stands; undefined where it is the record's. */
  readonly key: Path | undefined;
  readonly options: ReadyParams;
  readonly batch: number;
  readonly concurrency: number;
  readonly zone: string;
}

const NO_PAGING: Paging = { kind: "none" };

/** `writeBack`: the connection that the flow's write-back names, where it has one. */
export function readyFlow(flow: Flow, source: OpenConnection, target: OpenConnection, writeBack?: OpenConnection): ReadyFlow {
  const read = source.api(flow.source.api);
  if (read.api.direction !== "query") throw new DatongError("API_DIRECTION", { api: read.api.code, expected: "query" });
  const paging = read.api.paging ?? NO_PAGING;
  const restructure = compileRestructure(flow.restructure ?? []);
  if (hasMerge(restructure) && flow.target.orderKey !== undefined) throw new DatongError("ORDER_KEY_MERGED", { path: "/target/orderKey" });
  const ready: ReadyFlow = {
    flow,
    source: {
      connection: source,
      ready: read,
      params: readyParams(read.api, { ...flow.source.params, ...flow.source.each?.params }, flow.source.columns ?? {}),
      detail: read.api.detail === undefined ? undefined : readyDetail(source, read.api.detail),
      keys: sourceKeys(flow, read.api),
      paging,
      pageSize: pageSizeOf(paging, flow.source.pageSize),
      condition: flow.source.condition === undefined ? undefined : compileCondition(flow.source.condition),
      withdrawn: flow.source.withdrawn === undefined ? undefined : compileCondition(flow.source.withdrawn.when),
    },
    restructure,
    merges: hasMerge(restructure),
    ...readyWrite(target, flow.target, flow, "target"),
    ...readyOrder(flow.target),
    writeBack: undefined,
  };
  return writeBack === undefined || flow.writeBack === undefined
    ? ready
    : { ...ready, writeBack: readyWriteBack(ready, flow.writeBack, writeBack) };
}

function readyWriteBack(ready: ReadyFlow, { mapping, retries, ...given }: WriteBack, connection: OpenConnection): ReadyFlow {
  const { dispatch } = ready.flow;
  // What the source is told of is told in whatever order.
  const { order: _, ...rest } = ready;
  const target = { ...given, connection: connection.connection.id, changed: "update" as const };
  return {
    ...rest,
    flow: { ...ready.flow, mapping, target, dispatch: retries === undefined ? dispatch : { ...dispatch, retries } },
    ...readyWrite(connection, target, { ...ready.flow, mapping }, "writeBack"),
  };
}

function readyWrite(
  target: OpenConnection,
  given: Flow["target"],
  { mapping, lookups, onValueError }: Pick<Flow, "mapping" | "lookups" | "onValueError">,
  at: string,
): Pick<ReadyFlow, "mapping" | "target"> {
  const ready = target.api(given.api);
  const { write } = ready.api;
  if (ready.api.direction !== "write" || write === undefined) throw new DatongError("API_DIRECTION", { api: given.api, expected: "write" });
  return {
    mapping: compileMapping(mappingFor(ready.api, mapping), lookups, onValueError),
    target: {
      connection: target,
      ready,
      key: keyOf(write, given.options),
      options: readyOptions(ready.api, given.options ?? {}, at),
      batch: Math.min(given.batch ?? write.batchMax, write.batchMax),
      concurrency: Math.min(given.concurrency ?? target.concurrency, target.concurrency, write.concurrencyMax ?? Number.POSITIVE_INFINITY),
      zone: target.connector.zone,
    },
  };
}

/** The field that is the document's external key; undefined where it is the record's. */
function keyOf({ key, keyOption }: NonNullable<Api["write"]>, options: Flow["target"]["options"]): Path | undefined {
  const name = keyOption === undefined ? key : (options?.[keyOption] ?? "");
  return name === "" ? undefined : parsePath(name);
}

/** What is only collected is not mapped; rows that are pushed may have any fields. */
function mappingFor({ local, request, open }: Api, mapping: Flow["mapping"]): Flow["mapping"] {
  return local === "collect" ? [] : local === "push" || open === true ? mapping : withApiFields(mapping, request);
}

/** The flow's own key and number before the API's. Throws SOURCE_KEY_UNSET for pushed rows without a key. */
function sourceKeys({ source }: Flow, api: Api): Keys {
  const isNameless = api.local === "receive" || (api.open === true && api.id === undefined);
  if (isNameless && source.id === undefined) throw new DatongError("SOURCE_KEY_UNSET", { api: api.code });
  const { id = api.id, number = api.number } = source;
  return compileKeys({ ...api, ...(id === undefined ? {} : { id }), ...(number === undefined ? {} : { number }) });
}

/** The flow with its remedy's params over its own. */
export function withRemedy(ready: ReadyFlow): ReadyFlow {
  const { source } = ready.flow;
  const flow: Flow = {
    ...ready.flow,
    source: { ...source, params: { ...source.params, ...source.each?.params, ...source.remedy?.params } },
  };
  const params = readyParams(ready.source.ready.api, flow.source.params ?? {}, source.columns ?? {});
  return { ...ready, flow, source: { ...ready.source, params } };
}

/** Whether the flow's rows are pushed to it. One that reads a passive flow's records (`source.flow`) is not. */
export function isPassive({ flow, source }: Pick<ReadyFlow, "flow" | "source">): boolean {
  return source.ready.api.local === "receive" && flow.source.flow === undefined;
}

function readyOrder({ orderKey, onFailedHead }: Flow["target"]): Pick<ReadyFlow, "order"> {
  if (orderKey === undefined) return {};
  return { order: { key: compileValue(orderKey, { fieldPath: "target/orderKey" }), onFailedHead: onFailedHead ?? "block" } };
}

function readyDetail(
  source: OpenConnection,
  detail: NonNullable<Api["detail"]>,
): { readonly ready: ReadyApi; readonly params: ReadyParams } {
  const ready = source.api(detail.api);
  return { ready, params: readyParams(ready.api, detail.params, {}) };
}

/** Values of the request fields: the flow's over the API's defaults; empty texts are not sent. */
export function readyParams(
  api: Api,
  given: Readonly<Record<string, string | null>>,
  extra: Readonly<Record<string, string>>,
): ReadyParams {
  const unknown = Object.keys(given).filter((name) => !api.request.some((field) => field.field === name));
  if (unknown[0] !== undefined && api.open !== true)
    throw new DatongError("PARAMETER_UNKNOWN", { field: unknown[0], api: api.code, known: api.request.map((f) => f.field).join(", ") });
  const columns = api.request
    .filter((field) => field.place === "column")
    .map((field) => ({ name: field.field, key: given[field.field] ?? field.default ?? field.field }));
  const always = (api.rowFields ?? [])
    .filter((name) => !columns.some((column) => column.name === name))
    .map((name) => ({ name, key: name }));
  const trees = [...api.request, ...unknown.map((name): Field => ({ field: name, label: name }))]
    .filter((field) => field.place !== "column")
    .flatMap((field) => {
      const text = given[field.field] === undefined ? field.default : given[field.field];
      return text === undefined || text === null || text === ""
        ? []
        : [{ field: field.field, tree: treeOf(field, text, `source/params/${field.field}`) }];
    });
  return { trees, columns: [...columns, ...Object.entries(extra).map(([name, key]) => ({ name, key })), ...always] };
}

/** A statement stands as it is: whatever is put into it would be pasted. */
function treeOf({ field, verbatim }: Field, text: string, at: string): Tree {
  if (verbatim !== true) return compileTree(text, at);
  if (text.includes("{{")) throw new DatongError("STATEMENT_PLACEHOLDER", { field });
  return { kind: "literal", value: text };
}

function readyOptions(api: Api, given: Readonly<Record<string, string | null>>, at: string): ReadyParams {
  const fields = api.options ?? [];
  const unknown = Object.keys(given).find((name) => !fields.some((field) => field.field === name));
  if (unknown !== undefined)
    throw new DatongError("PARAMETER_UNKNOWN", { field: unknown, api: api.code, known: fields.map((f) => f.field).join(", ") });
  return {
    columns: [],
    trees: fields.flatMap((field) => {
      const text = given[field.field] === undefined ? field.default : given[field.field];
      return text === undefined || text === null || text === ""
        ? []
        : [{ field: field.field, tree: treeOf(field, text, `${at}/options/${field.field}`) }];
    }),
  };
}

/** The flow's mapping with what the API knows of each field: label, type, whether it is required, its parser. */
export function withApiFields(mapping: readonly MappingField[], fields: readonly Field[], at = "mapping"): readonly MappingField[] {
  return mapping.map((own) => {
    const known = fields.find((field) => field.field === own.field);
    if (known === undefined && own.label === undefined) {
      throw new DatongError("MAPPING_FIELD_UNKNOWN", { field: own.field, path: at, known: fields.map((field) => field.field).join(", ") });
    }
    const { children, ...rest } = own;
    const parser = own.parser ?? known?.parser;
    const type = own.type ?? known?.type;
    const required = own.required ?? known?.required;
    const label = own.label ?? known?.label;
    return {
      ...rest,
      ...(label === undefined ? {} : { label }),
      ...(type === undefined ? {} : { type }),
      ...(required === undefined ? {} : { required }),
      ...(parser === undefined ? {} : { parser }),
      ...(children === undefined ? {} : { children: withApiFields(children, known?.children ?? [], `${at}/${own.field}`) }),
    };
  });
}
