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
  hasMerge,
  pageSizeOf,
  parsePath,
  DatongError,
  type Api,
  type CompiledCondition,
  type CompiledMapping,
  type CompiledRestructure,
  type Field,
  type Flow,
  type Keys,
  type MappingField,
  type Paging,
  type Path,
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
  readonly target: {
    readonly connection: OpenConnection;
    readonly ready: ReadyApi;
    /** Where a document's external key stands. */
    readonly key: Path;
    readonly options: ReadyParams;
    readonly batch: number;
    readonly concurrency: number;
    readonly zone: string;
  };
}

const NO_PAGING: Paging = { kind: "none" };

export function readyFlow(flow: Flow, source: OpenConnection, target: OpenConnection): ReadyFlow {
  const read = source.api(flow.source.api);
  const write = target.api(flow.target.api);
  if (read.api.direction !== "query") throw new DatongError("API_DIRECTION", { api: read.api.code, expected: "query" });
  if (write.api.direction !== "write" || write.api.write === undefined)
    throw new DatongError("API_DIRECTION", { api: write.api.code, expected: "write" });
  const paging = read.api.paging ?? NO_PAGING;
  const restructure = compileRestructure(flow.restructure ?? []);
  return {
    flow,
    source: {
      connection: source,
      ready: read,
      params: readyParams(read.api, flow.source.params ?? {}, flow.source.columns ?? {}),
      detail: read.api.detail === undefined ? undefined : readyDetail(source, read.api.detail),
      keys: compileKeys(read.api),
      paging,
      pageSize: pageSizeOf(paging, flow.source.pageSize),
      condition: flow.source.condition === undefined ? undefined : compileCondition(flow.source.condition),
      withdrawn: flow.source.withdrawn === undefined ? undefined : compileCondition(flow.source.withdrawn.when),
    },
    restructure,
    merges: hasMerge(restructure),
    mapping: compileMapping(withApiFields(flow.mapping, write.api.request)),
    target: {
      connection: target,
      ready: write,
      key: parsePath(write.api.write.key),
      options: readyOptions(write.api, flow.target.options ?? {}),
      batch: Math.min(flow.target.batch ?? write.api.write.batchMax, write.api.write.batchMax),
      concurrency: Math.min(
        flow.target.concurrency ?? target.concurrency,
        target.concurrency,
        write.api.write.concurrencyMax ?? Number.POSITIVE_INFINITY,
      ),
      zone: target.connector.zone,
    },
  };
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
  const unknown = Object.keys(given).find((name) => !api.request.some((field) => field.field === name));
  if (unknown !== undefined)
    throw new DatongError("PARAMETER_UNKNOWN", { field: unknown, api: api.code, known: api.request.map((f) => f.field).join(", ") });
  const columns = api.request
    .filter((field) => field.place === "column")
    .map((field) => ({ name: field.field, key: given[field.field] ?? field.default ?? field.field }));
  const always = (api.rowFields ?? [])
    .filter((name) => !columns.some((column) => column.name === name))
    .map((name) => ({ name, key: name }));
  const trees = api.request
    .filter((field) => field.place !== "column")
    .flatMap((field) => {
      const text = given[field.field] === undefined ? field.default : given[field.field];
      return text === undefined || text === null || text === ""
        ? []
        : [{ field: field.field, tree: compileTree(text, `source/params/${field.field}`) }];
    });
  return { trees, columns: [...columns, ...Object.entries(extra).map(([name, key]) => ({ name, key })), ...always] };
}

function readyOptions(api: Api, given: Readonly<Record<string, string | null>>): ReadyParams {
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
        : [{ field: field.field, tree: compileTree(text, `target/options/${field.field}`) }];
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
