/** Rules that connectors as data must keep, each giving the list of what breaks it; an empty list is a pass. */
import type { Api, Connector, Field } from "@datong/core";

type Problems = readonly string[];

function missing(what: string, names: readonly (string | undefined)[], among: readonly string[]): Problems {
  return names.filter((name) => name !== undefined && !among.includes(name)).map((name) => `${what}: ${name} is not declared`);
}

const namesOf = (fields: readonly Field[] | undefined): readonly string[] => (fields ?? []).map((field) => field.field);

/** Names behind a prefix (`settings.`, `options.`) in any template of a document. */
function named(prefix: string, document: unknown): readonly string[] {
  return [...(JSON.stringify(document) ?? "").matchAll(new RegExp(`\\b${prefix}\\.(\\w+)`, "g"))].map((match) => match[1] ?? "");
}

/** Settings: an url, English captions, secrets hidden, presets among the allowed values, no name that is not declared. */
export function settingProblems(connector: Connector): Problems {
  const names = namesOf(connector.settings);
  return [
    ...missing("settings", ["url"], names),
    ...connector.settings.flatMap((field) => [
      ...(field.labelEn ? [] : [`${field.field}: no English caption`]),
      ...(/secret|password|token$|sessionKey/i.test(field.field) && field.secret !== true ? [`${field.field}: not secret`] : []),
      ...(field.options !== undefined && !field.options.includes(field.default ?? "") ? [`${field.field}: preset not allowed`] : []),
    ]),
    ...missing("account", connector.auth.session?.account ?? [], names),
    ...missing("template", named("settings", connector), names),
    ...repeated(connector.settings, "settings"),
  ];
}

/** Fault rules name a code or a text, signs have exactly one condition. */
export function resultProblems(connector: Connector): Problems {
  return [connector.result, ...connector.apis.flatMap((api) => api.result ?? [])].flatMap((rule) => [
    ...rule.faults.filter((fault) => fault.codes === undefined && fault.texts === undefined).map(() => "a fault rule that matches all"),
    ...[...rule.ok, ...(rule.failed ?? [])]
      .filter((sign) => (sign.in === undefined) === (sign.exists === undefined))
      .map((sign) => `${sign.path}: needs either in or exists`),
  ]);
}

/** The call that tests a connection is a query of the connector, with parameters it takes. */
export function testCallProblems(connector: Connector): Problems {
  const api = connector.apis.find((candidate) => candidate.code === connector.test?.api);
  if (api?.direction !== "query") return ["no query to test the connection with"];
  return missing("test", Object.keys(connector.test?.params ?? {}), namesOf(api.request));
}

/** A query carries its pages, windows and columns in its presets, and names keys that it really has. */
export function queryProblems(api: Api): Problems {
  const presets = api.request.map((field) => field.default ?? "").join(" ");
  const needed = [
    ...(api.paging?.kind === "page" ? ["PAGINATION_START_PAGE", "PAGINATION_PAGE_SIZE"] : []),
    ...(api.paging?.kind === "offset" ? ["PAGINATION_START_ROW", "PAGINATION_PAGE_SIZE"] : []),
    ...(api.paging?.kind === "cursor" ? ["PAGINATION_CURSOR"] : []),
    ...(api.window === undefined ? [] : ["{{LAST_SYNC_TIME|datetime}}", "{{CURRENT_TIME|datetime}}"]),
    ...(api.rows?.kind === "arrays" ? ["{{COLUMNS}}"] : []),
  ].filter((text) => !presets.includes(text));
  return [
    ...needed.map((text) => `no preset holds ${text}`),
    ...(api.rows === undefined ? ["no rows"] : []),
    ...(api.id === undefined && api.open !== true ? ["no id"] : []),
    ...(api.paging === undefined ? ["no paging"] : []),
    ...missing("answer", [...(api.id ?? []), api.number], namesOf(api.response)),
    ...columnProblems(api),
  ];
}

function columnProblems(api: Api): Problems {
  const columns = api.request.filter((field) => field.place === "column");
  if (api.rows?.kind !== "arrays") return columns.map((field) => `${field.field}: a column where rows are no lists`);
  const keys = [...(api.rowFields ?? []), api.lineId, ...(api.detail === undefined ? (api.id ?? []) : [])];
  return [
    ...missing("column", keys, namesOf(columns)),
    ...columns.filter((field) => !field.default).map((field) => `${field.field}: a column without the vendor's key`),
    ...(api.columnSeparator === "," ? [] : ["no separator of columns"]),
  ];
}

/** A detail is a query that gives one row, takes the parameters, and has the list's id when it replaces the row. */
export function detailProblems(api: Api, apis: readonly Api[]): Problems {
  if (api.detail === undefined) return [];
  const detail = apis.find((candidate) => candidate.code === api.detail?.api);
  if (detail?.rows?.kind !== "one") return [`${api.detail.api}: no query of one row`];
  const sameId = api.detail.mode === "merge" || JSON.stringify(detail.id) === JSON.stringify(api.id);
  return [...missing("detail", Object.keys(api.detail.params), namesOf(detail.request)), ...(sameId ? [] : ["detail: another id"])];
}

/** A write's key, stages, probe and reverse point at what is there. */
export function writeProblems(api: Api, apis: readonly Api[]): Problems {
  const { write } = api;
  if (write === undefined) return ["a write without its rule"];
  const writes = apis.filter((candidate) => candidate.direction === "write").map((candidate) => candidate.code);
  const options = namesOf(api.options);
  const { stages, probe } = write;
  const probeApi = apis.find((candidate) => candidate.code === probe?.api && candidate.direction === "query");
  return [
    ...missing("key", api.open === true ? [] : [write.key], namesOf(api.request)),
    ...missing("key's option", [write.keyOption], options),
    ...missing("steps", [...Object.values(stages?.steps ?? {}), write.reverse?.api], writes),
    ...missing("option", [stages?.finalWhen.option, ...named("options", [api.shape, probe?.params])], options),
    ...missing(
      "stage",
      [...Object.values(stages?.values ?? {}), ...Object.keys(stages?.steps ?? {}), stages?.finalWhen.then, stages?.finalWhen.otherwise],
      stages?.order ?? [],
    ),
    ...(stages !== undefined && probe?.stage === undefined ? ["stages that no probe tells"] : []),
    ...missing("probe", Object.keys(probe?.params ?? {}), namesOf(probeApi?.request)),
    ...missing("probe's answer", [probe?.key, probe?.number, probe?.id, probe?.stage, probe?.ignore?.field], namesOf(probeApi?.response)),
  ];
}

/** No list of fields names one twice, at any depth. */
export function repeated(fields: readonly Field[], where: string): Problems {
  const names = namesOf(fields);
  return [
    ...names.filter((name, at) => names.indexOf(name) !== at).map((name) => `${where}: ${name} twice`),
    ...fields.flatMap((field) => repeated(field.children ?? [], `${where}.${field.field}`)),
  ];
}
