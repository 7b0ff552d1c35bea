/**
 * Request parameters of a source: values, columns of Kingdee's list queries, presets that page and window the reading, credentials, and
 * the parameters through which a source goes over another scheme's records.
 */
import { isObject, type Api, type Field, type Json, type JsonObject } from "@datong/core";
import { isUuid, textAt } from "../scheme/scheme.ts";
import { boundName, takesStatement, takeStatement } from "./database.ts";
import type { PrivateParam } from "./private-api.ts";
import { takeText, type Leaf, type SideChoice, type Work } from "./work.ts";
import { credentialKind, flawOfValue, readsRow, schemeIdsOf, withFlowIds } from "./value.ts";

export interface SourceParams {
  readonly params: Record<string, string | null>;
  readonly columns: Record<string, string>;
  /** Parameters that no API of the catalogue declares. */
  readonly extra: readonly PrivateParam[];
  readonly pageSize: number | undefined;
  readonly each: { flow: string; params: Record<string, string | null> } | undefined;
}

/** Parameters of Kingdee's query itself; all else in the list is a column. */
const PROTOCOL = ["FormId", "FieldKeys", "FilterString", "OrderString", "TopRowCount", "StartRow", "Limit", "SubSystemId", "Top"];
const KEPT = [
  "label",
  "describe",
  "description",
  "is_required",
  "required",
  "name",
  "id",
  "parent",
  "parent_id",
  "type",
  "default",
  "is_request",
  "key",
  "code",
  "_id",
];
const FAN_OUT = /_strategy$|strategy_?id|workflowIdList|中间方案|策略ID|方案ID/i;
const PAGE_NAME = /^(?:page|page_?no|page_?index|page_?num|current|current_?page|pageNumber)$/i;
const SIZE_NAME = /^(?:page_?size|limit|rows|size|per_?page|top)$/i;

export function isColumnQuery(code: string | undefined): boolean {
  return /^executeBillQuery$/i.test(code ?? "");
}

export function sourceParams(work: Work, choice: SideChoice, leaves: readonly Leaf[]): SourceParams {
  const made: MadeParams = { params: {}, columns: {}, extra: [], pageSize: undefined, each: undefined };
  for (const leaf of leaves) {
    const { given } = leaf.field;
    work.notes.take(given, "field", ...KEPT);
    if (isFanOut(leaf)) takeFanOut(work, leaf, made);
    else if (isColumnQuery(choice.code) && leaf.path.length === 1 && !PROTOCOL.includes(leaf.field.name)) takeColumn(work, leaf, made);
    else takeParam(work, choice, leaf, made);
  }
  if (made.each !== undefined) spreadFanOut(work, choice, made);
  return made;
}

interface MadeParams {
  readonly params: Record<string, string | null>;
  readonly columns: Record<string, string>;
  readonly extra: PrivateParam[];
  pageSize: number | undefined;
  each: { flow: string; params: Record<string, string | null> } | undefined;
}

/** `{"field":"FBaseUnitId_FNumber","value":"FBaseUnitId.FNumber"}` */
function takeColumn(work: Work, { field }: Leaf, made: MadeParams): void {
  const key = takeText(work, field.given, "value");
  work.notes.pass(field.given, "parser", "mapping");
  made.columns[field.name] = key ?? field.name;
}

function takeParam(work: Work, choice: SideChoice, leaf: Leaf, made: MadeParams): void {
  const { api } = choice;
  const own = boundName(leaf, api);
  const isOwn = leaf.path.length === 1 || own !== leaf.name;
  const declared = isOwn ? api?.request.find((field) => field.field === leaf.field.name) : undefined;
  const { given } = leaf.field;
  if (declared?.verbatim === true) {
    const statement = takeText(work, given, "value") ?? takeText(work, given, "default");
    work.notes.pass(given, "parser");
    made.params[declared.field] = statement === undefined ? null : takeStatement(work, leaf, statement, made.params);
    return;
  }
  const parser = given["parser"];
  if (parser !== undefined && parser !== null) {
    if (declared === undefined && api !== undefined && (given["value"] ?? "") !== "")
      work.notes.change(given, "parser", `接口自己决定「${leaf.name}」的格式`, `the API itself decides how '${leaf.name}' is written`);
    else work.notes.take(given, "parser");
  }
  const name = declared?.field ?? own;
  const preset = declared?.default ?? (api === undefined ? pagingPreset(leaf) : undefined);
  const text = paramText(work, choice, leaf, preset, made);
  if (text === undefined) {
    // Nothing is sent, whatever the API's preset is.
    if (declared !== undefined && preset === undefined) made.params[name] = null;
    else if (declared !== undefined && !isTechnical(preset)) made.params[name] = null;
    if (api !== undefined) return;
  } else if (text !== preset || api === undefined) {
    made.params[name] = text;
  }
  if (declared === undefined && !takesStatement(api) && (text !== undefined || api === undefined)) {
    made.extra.push({ field: privateField(leaf, name), path: leaf.path });
  }
}

function isTechnical(preset: string | undefined): boolean {
  return preset !== undefined && /PAGINATION_|COLUMNS/.test(preset);
}

/** What a page parameter of an API that the catalogue lacks must hold. */
function pagingPreset({ field }: Leaf): string | undefined {
  if (PAGE_NAME.test(field.name)) return "{{PAGINATION_START_PAGE}}";
  return SIZE_NAME.test(field.name) ? "{{PAGINATION_PAGE_SIZE}}" : undefined;
}

/** The parameter's value; undefined: none is sent, or the API's preset holds. */
function paramText(work: Work, choice: SideChoice, leaf: Leaf, preset: string | undefined, made: MadeParams): string | undefined {
  const { given, name } = leaf.field;
  const key = Object.hasOwn(given, "value") ? "value" : "default";
  const text = takeText(work, given, "value") ?? takeText(work, given, "default");
  if (isTechnical(preset)) return technicalText(work, leaf, text, preset as string, made);
  const secret = credentialKind(name, text);
  if (secret !== undefined) return secretText(work, choice, leaf, text as string, secret === "missing");
  if (text !== undefined) return checkedText(work, given, text, leaf.name);
  if (choice.data?.isTable !== true) return undefined;
  const declared = choice.api?.request.find((field) => field.field === leaf.name);
  if (declared?.required === true && preset !== undefined && !preset.includes("{{")) {
    work.notes.change(
      given,
      key,
      `「${leaf.name}」必填，由接口预设 ${preset}`,
      `'${leaf.name}' is required and takes the API's preset ${preset}`,
    );
    return preset;
  }
  const label = textAt(given, "label");
  const answer = work.notes.decide(given, key, {
    key: `source.params.${leaf.name}`,
    zh: `请求参数「${leaf.name}」${label === undefined || label === name ? "" : `（${label}）`}在页面上没有值：不发送，还是取什么？`,
    en: `the request parameter '${leaf.name}' has no value on the page: is nothing sent, or what?`,
    ...(preset === undefined ? {} : { proposal: preset }),
  });
  if (answer === undefined) return preset;
  return typeof answer === "string" && answer !== "" ? answer : undefined;
}

/** Page numbers and sizes: the reading counts pages itself, so a fixed page would be read for ever. */
function technicalText(work: Work, { field, name }: Leaf, text: string | undefined, preset: string, made: MadeParams): string {
  const { given } = field;
  if (text === undefined) {
    work.notes.change(given, "value", `「${name}」由接口预设 ${preset}`, `'${name}' takes the API's preset ${preset}`);
    return preset;
  }
  if (preset.includes("PAGINATION_PAGE_SIZE") && /^[1-9]\d{0,4}$/.test(text)) {
    made.pageSize = Number(text);
    work.notes.change(given, "value", `每页行数 ${text} 写到 pageSize`, `the page size ${text} is now pageSize`);
    return preset;
  }
  if (/^\d+$/.test(text) && preset.includes("PAGINATION_START")) {
    work.notes.change(
      given,
      "value",
      `「${name}」的固定页码 ${text} 改为翻页变量，否则只读这一页`,
      `the fixed page ${text} of '${name}' is now the paging variable, else one page would be read for ever`,
    );
    return preset;
  }
  return text;
}

function secretText(work: Work, choice: SideChoice, { field, name }: Leaf, text: string, isMissing: boolean): string | undefined {
  const setting = name.replace(/[^A-Za-z0-9_]/g, "_");
  const known = choice.connector?.settings.find((each) => bareName(each.field) === bareName(setting))?.field;
  const variable = `${choice.connection}_${setting}`.toUpperCase().replace(/[^A-Z0-9]+/g, "_");
  const reference = `{{settings.${known ?? setting}}}`;
  const where = `${choice.connection}.${known ?? setting}`;
  const answer = work.notes.decide(field.given, "value", {
    key: `credentials.${variable}`,
    zh: isMissing
      ? `「${name}」是凭据，页面没有给出：请填到连接 ${where}（\${${variable}}）`
      : `「${name}」是凭据，已移到连接 ${where}（\${${variable}}），方案里不再保存`,
    en: isMissing
      ? `'${name}' is a credential that the page does not show: put it into the connection, ${where} (\${${variable}})`
      : `'${name}' is a credential; it is now the connection's, ${where} (\${${variable}}), and no longer in the flow`,
    proposal: reference,
  });
  work.secrets.push({ setting: known ?? setting, name: variable, value: isMissing ? undefined : text, connection: choice.connection });
  if (known === undefined)
    work.settings.push({ system: choice.system, field: { field: setting, label: textAt(field.given, "label") ?? setting, secret: true } });
  void answer;
  // A setting that the connector has goes out by the connector's own rules.
  return known !== undefined && choice.api !== undefined ? undefined : reference;
}

function bareName(name: string): string {
  return name.toLowerCase().replaceAll("_", "");
}

function checkedText(work: Work, given: JsonObject, raw: string, name: string): string {
  for (const id of schemeIdsOf(raw)) if (work.flowOf(id) === undefined) danglingScheme(work, given, id);
  const text = withFlowIds(raw, work.flowOf);
  const flaw = flawOfValue(text, name);
  if (flaw === undefined) return text;
  const answer = work.notes.decide(given, undefined, {
    key: `source.params.${name}`,
    zh: `取值不能计算（${flaw.zh}）：${text}`,
    en: `the value cannot be evaluated (${flaw.en}): ${text}`,
    proposal: text,
  });
  return typeof answer === "string" ? answer : text;
}

export function danglingScheme(work: Work, object: object, id: string): void {
  work.notes.decide(object, undefined, {
    key: `scheme.${id}`,
    zh: `方案 ${id} 在这里没有：请一起导入，或用 --map ${id}=方案标识 指明`,
    en: `the scheme ${id} is not here: import it too, or tell it with --map ${id}=FLOW`,
  });
}

const TYPES = ["string", "int", "float", "bool", "date", "datetime"] as const;

function privateField({ field }: Leaf, name: string): Field {
  const { given } = field;
  const type = TYPES.find((each) => each === given["type"]);
  const parser = given["parser"];
  const spec = parser !== undefined && parser !== null && isObject(parser) ? textAt(parser, "name") : undefined;
  const params = spec === undefined ? undefined : (textAt(parser as JsonObject, "params") ?? (parser as JsonObject)["params"]);
  return {
    field: name,
    label: textAt(given, "label") ?? name,
    ...(type === undefined ? {} : { type }),
    ...(spec === undefined || !["StringToArray", "ArrayToString"].includes(spec)
      ? {}
      : { parser: { name: spec, ...(typeof params === "string" ? { params } : {}) } }),
  };
}

function isFanOut({ field }: Leaf): boolean {
  const value: Json | undefined = field.given["value"];
  return isUuid(value) || FAN_OUT.test(field.name) || FAN_OUT.test(textAt(field.given, "label") ?? "");
}

/** A parameter that names another scheme: the API is asked once for each of its records. */
function takeFanOut(work: Work, { field, name }: Leaf, made: MadeParams): void {
  const { given } = field;
  const raw = textAt(given, "value");
  work.notes.pass(given, "parser");
  const flow = raw === undefined ? undefined : (work.flowOf(raw) ?? raw);
  if (raw === undefined) {
    const answer = work.notes.decide(given, "value", {
      key: `source.params.${name}`,
      zh: `「${name}」是另一个方案的标识，逐条取它的单据，但没有值：是哪个方案？`,
      en: `'${name}' is the id of another scheme whose records are gone through, and it has no value: which one?`,
    });
    if (typeof answer === "string" && answer !== "") made.each = { flow: answer, params: {} };
    return;
  }
  if (work.flowOf(raw) === undefined) danglingScheme(work, given, raw);
  work.notes.change(
    given,
    "value",
    `「${name}」：对方案 ${flow ?? raw} 的每张单据调用一次（source.each）`,
    `'${name}': the API is called once for each record of ${flow ?? raw} (source.each)`,
  );
  made.each = { flow: flow ?? raw, params: {} };
}

/** Parameters that read the other scheme's records belong to the fan-out. */
function spreadFanOut(work: Work, choice: SideChoice, made: MadeParams): void {
  const { each } = made;
  if (each === undefined) return;
  for (const [name, text] of Object.entries(made.params)) {
    if (text === null || !readsRow(text)) continue;
    each.params[name] = text;
    delete made.params[name];
  }
  if (Object.keys(each.params).length > 0) return;
  const answer = work.notes.decide(choice.metadata, undefined, {
    key: "source.each.params",
    zh: `哪个请求参数取方案 ${each.flow} 的字段？如 { userid: "{{userid}}" }`,
    en: `which request parameter takes a field of ${each.flow}? For example { userid: "{{userid}}" }`,
  });
  if (answer === undefined || !isObject(answer)) return;
  for (const [name, text] of Object.entries(answer)) if (typeof text === "string") each.params[name] = text;
}

/** Whether what is asked moves with the last reading. */
export function usesWindow(params: Readonly<Record<string, string | null>>, api: Api | undefined): boolean {
  const names = new Set([...Object.keys(params), ...(api?.request ?? []).map((field) => field.field)]);
  return [...names].some((name) => {
    const own = params[name];
    const text = own === undefined ? api?.request.find((field) => field.field === name)?.default : own;
    return text?.includes("LAST_SYNC_TIME") === true;
  });
}
