/** The source of a flow from a scheme's source metadata: parameters, columns, key, condition, windows, second readings. */
import { cronFlaw, type Api, type Flow, type JsonObject } from "@datong/core";
import { listAt, objectAt, textAt } from "../scheme/scheme.ts";
import { fieldsOf } from "./fields.ts";
import { kingdeeQuery } from "./kingdee.ts";
import { placesOf, privateQuery } from "./private-api.ts";
import { requestFieldsOf, responseFields } from "./response.ts";
import { conditionOf } from "./restructure.ts";
import { isColumnQuery, sourceParams, usesWindow, type SourceParams } from "./source-params.ts";
import { leavesOf, sentLeaves, takeHolders, takeText, UNDECIDED, type SideChoice, type Work } from "./work.ts";

type Writable<T> = { -readonly [K in keyof T]: T[K] };
export type MadeSource = Writable<Flow["source"]>;

export interface SourceResult {
  readonly source: MadeSource;
  readonly api: Api | undefined;
  readonly idFields: readonly string[];
  readonly columns: readonly string[];
}

export function sourceOf(work: Work, choice: SideChoice): SourceResult {
  const { metadata, connection, data } = choice;
  const { notes } = work;
  if (data === undefined)
    return { source: { connection, api: choice.api?.code ?? UNDECIDED }, api: choice.api, idFields: choice.api?.id ?? [], columns: [] };
  notes.take(metadata, "type", "effect", "method", "name", "adapter", "label", "title", "description", "platform", "system", "strategyId");
  const fields = [
    ...requestFieldsOf(work, metadata, "params"),
    ...fieldsOf(metadata, "request", notes, work.origins),
    ...fieldsOf(metadata, "otherRequest", notes, work.origins),
  ];
  takeHolders(work, fields);
  const leaves = sentLeaves(work, leavesOf(fields));
  const given = sourceParams(work, choice, leaves);
  const response = responseFields(work, metadata);
  const own = keysOf(work, choice);
  const api = choice.system === "datong" ? choice.api : apiOf(work, choice, given, response, own);
  const source: MadeSource = { connection, api: api?.code ?? UNDECIDED };
  fillParams(source, given, api, choice);
  takePageSize(work, metadata, source, given, api);
  takeKeys(work, choice, source, api, own);
  if (metadata["autoFillResponse"] !== undefined) notes.take(metadata, "autoFillResponse");
  if (metadata["autoFillResponse"] === true || (api !== choice.api && api !== undefined && api.rows?.kind !== "arrays"))
    source.learn = true;
  const condition = conditionOf(work, metadata);
  if (condition !== undefined) source.condition = condition;
  if (usesWindow(source.params ?? {}, api)) source.watermark = {};
  takeRemedy(work, metadata, source);
  const columns = [...Object.keys(given.columns), ...(api?.response ?? []).map((field) => field.field)];
  return { source, api, idFields: own.id ?? api?.id ?? [], columns };
}

function fillParams(source: MadeSource, given: SourceParams, api: Api | undefined, choice: SideChoice): void {
  const declared = new Map((api?.request ?? []).map((field) => [field.field, field]));
  const columns: Record<string, string> = {};
  for (const [name, key] of Object.entries(given.columns)) if (declared.get(name)?.default !== key) columns[name] = key;
  // Without an API of one's own there is nothing that a parameter could be a preset of.
  const params = Object.fromEntries(
    Object.entries(given.params).filter(
      ([name, text]) => text !== null || declared.get(name)?.default !== undefined || (choice.api === undefined && declared.has(name)),
    ),
  );
  if (Object.keys(params).length > 0) source.params = params;
  if (Object.keys(columns).length > 0 && isColumnQuery(choice.code)) source.columns = columns;
  if (given.each !== undefined) source.each = given.each;
}

interface OwnKeys {
  readonly id: readonly string[] | undefined;
  readonly number: string | undefined;
}

function keysOf(work: Work, { metadata }: SideChoice): OwnKeys {
  const texts = (["id", "number"] as const).map((key) => {
    const value = metadata[key];
    if (typeof value !== "string" || value.trim() === "") return undefined;
    work.notes.take(metadata, key);
    return value.trim().replace(/^\{\{\s*|\s*\}\}$/g, "");
  });
  const id = texts[0]
    ?.split(/[,，+]/)
    .map((each) => each.trim())
    .filter((each) => each !== "");
  return { id: id === undefined || id.length === 0 ? undefined : id, number: texts[1] };
}

/** The catalogue's API where it fits, else one of one's own. */
function apiOf(work: Work, choice: SideChoice, given: SourceParams, response: Api["response"], own: OwnKeys): Api | undefined {
  const { api, code, metadata, system, connector } = choice;
  if (connector !== undefined && isColumnQuery(code) && system === "kingdee-galaxy")
    return kingdeeQuery(work, choice, given.columns, response, own);
  if (api !== undefined && given.extra.length === 0) return api;
  const name = choice.data?.apiName ?? textAt(metadata, "name") ?? code;
  if (code === undefined && api === undefined && given.extra.length === 0 && choice.data?.apiName === undefined) return undefined;
  if (api !== undefined) return withMore(work, choice, api, given);
  const called = code ?? name ?? UNDECIDED;
  const made = privateQuery({
    code: called,
    name: name ?? called,
    method: textAt(metadata, "method")?.toUpperCase() ?? "POST",
    params: [
      ...given.extra,
      ...placesOf(
        called,
        given.extra.map(({ field }) => field.field),
      ).map((place) => ({ field: { field: place, label: place }, path: [place] })),
    ],
    response,
    id: own.id ?? idGuess(work, choice, response),
    number: own.number,
    dataKey: dataKeyOf(metadata),
    pageSize: given.pageSize,
    sibling: connector?.apis.find(
      (each) => each.direction === "query" && each.rows?.kind === "objects" && JSON.stringify(each.shape).includes(each.operation),
    ),
  });
  tellPrivate(work, choice, called);
  work.privateApis.push({ system, api: made });
  return made;
}

export function tellPrivate(work: Work, choice: SideChoice, code: string): void {
  if (choice.code === undefined) return;
  work.notes.decide(choice.metadata, undefined, {
    key: `${choice.side}.api`,
    zh: `接口 ${code} 不在目录里：已按请求和响应字段建成连接的自有接口（connectors/${choice.system}.yaml），请核对地址、认证、分页和结果判断`,
    en: `the API ${code} is not in the catalogue: one of the connection's own is made of its fields (connectors/${choice.system}.yaml); check address, authorisation, paging and result`,
    proposal: code,
  });
}

/** The catalogue's API with parameters that it does not declare. */
function withMore(work: Work, choice: SideChoice, api: Api, { extra }: SourceParams): Api {
  const more = extra.map(({ field }) => field);
  const made: Api = { ...api, code: `${api.code}:own`, request: [...api.request, ...more] };
  work.notes.change(
    choice.metadata,
    undefined,
    `接口 ${api.code} 在目录里没有参数 ${more.map((field) => field.field).join("、")}，已加在自有接口 ${made.code} 里`,
    `the catalogue's ${api.code} has no parameter ${more.map((field) => field.field).join(", ")}; the connection's own ${made.code} has`,
  );
  work.privateApis.push({ system: choice.system, api: made });
  return made;
}

function idGuess(work: Work, choice: SideChoice, response: Api["response"]): readonly string[] {
  const guess = response.find(({ field }) => /^id$/i.test(field))?.field ?? response.find(({ field }) => /id$/i.test(field))?.field ?? "id";
  const answer = work.notes.decide(choice.metadata, undefined, {
    key: "source.id",
    zh: `没有写明单据主键（id）；草稿里用 ${guess}`,
    en: `the key of a record (id) is not given; the draft takes ${guess}`,
    proposal: guess,
  });
  return [typeof answer === "string" && answer !== "" ? answer : guess];
}

/** otherResponse: how the reply is to be read. */
export function dataKeyOf(metadata: JsonObject): string | undefined {
  const list = [...listAt(metadata, "otherResponse"), ...listAt(metadata, "otherRequest")];
  for (const each of list) {
    if (typeof each !== "object" || each === null) continue;
    const value = textAt(each as JsonObject, "value");
    if (/^data_?key$/i.test(textAt(each as JsonObject, "field") ?? "") && value !== undefined) return value;
  }
  return textAt(objectAt(metadata, "otherResponse"), "dataKey");
}

function takePageSize(work: Work, metadata: JsonObject, source: MadeSource, given: SourceParams, api: Api | undefined): void {
  const pagination = objectAt(metadata, "pagination");
  const raw = pagination?.["pageSize"];
  const own = typeof raw === "number" || (typeof raw === "string" && /^\d+$/.test(raw)) ? Number(raw) : undefined;
  if (pagination !== undefined) {
    work.notes.take(pagination, "pageSize");
    if (Object.keys(pagination).length === 0) work.notes.pass(metadata, "pagination");
  }
  const size = given.pageSize ?? own;
  if (size === undefined || size < 1 || api?.local !== undefined) return;
  const most = api?.paging === undefined || api.paging.kind === "none" ? undefined : api.paging.sizeMax;
  if (most === undefined) return;
  source.pageSize = Math.min(size, most);
  if (size > most)
    work.notes.change(
      pagination ?? metadata,
      pagination === undefined ? undefined : "pageSize",
      `每页 ${size} 行超过接口上限 ${most}`,
      `${size} rows a page are more than the API's ${most}`,
    );
}

function takeKeys(work: Work, choice: SideChoice, source: MadeSource, api: Api | undefined, own: OwnKeys): void {
  const same = (a: readonly string[] | undefined): boolean => (a ?? []).join("|") === (own.id ?? []).join("|");
  const known = new Set([
    ...(api?.response ?? []).map((field) => field.field),
    ...(api?.request ?? []).filter((field) => field.place === "column").map((field) => field.field),
    ...Object.keys(source.columns ?? {}),
  ]);
  const isThere = (name: string): boolean =>
    api === undefined || source.learn === true || known.size === 0 || known.has(name.split(".")[0] as string);
  const strange = [...(own.id ?? []), ...(own.number === undefined ? [] : [own.number])].filter((name) => !isThere(name));
  if (strange.length > 0)
    work.notes.change(
      choice.metadata,
      undefined,
      `接口的行里没有主键或编号字段 ${strange.join("、")}，用接口自己的 ${api?.id?.join("、") ?? ""}`,
      `the API's rows have no key or number ${strange.join(", ")}; its own is taken: ${api?.id?.join(", ") ?? ""}`,
    );
  if (own.id !== undefined && !same(api?.id) && own.id.every(isThere)) source.id = [...own.id];
  if (own.number !== undefined && own.number !== api?.number && isThere(own.number)) source.number = own.number;
  if (api?.local === "receive" && source.id === undefined) {
    const answer = work.notes.decide(choice.metadata, undefined, {
      key: "source.id",
      zh: "推送进来的数据没有写明主键（id）；草稿里用 id",
      en: "the key of pushed rows (id) is not given; the draft takes id",
      proposal: "id",
    });
    source.id = [typeof answer === "string" && answer !== "" ? answer : "id"];
  }
}

/** omissionRemedy: a second reading, its parameters in place of those of the same name. */
function takeRemedy(work: Work, metadata: JsonObject, source: MadeSource): void {
  const remedy = objectAt(metadata, "omissionRemedy");
  if (remedy === undefined) return;
  const { notes } = work;
  notes.take(remedy, "adapter");
  const cron = textAt(remedy, "crontab", "cron");
  const flaw = cron === undefined ? "" : cronFlaw(cron);
  if (cron === undefined || flaw !== undefined) {
    notes.decide(remedy, "crontab", {
      key: "source.remedy.cron",
      zh: `查漏补缺的时间「${cron ?? ""}」读不懂：${flaw}`,
      en: `the schedule '${cron ?? ""}' of the remedy cannot be read: ${flaw}`,
    });
  } else notes.take(remedy, "crontab", "cron");
  const params: Record<string, string | null> = {};
  for (const { field, name } of leavesOf(fieldsOf(remedy, "takeOverRequest", notes, work.origins))) {
    notes.take(field.given, "field", "label", "type", "describe", "is_required", "id", "parent", "parent_id");
    const text = takeText(work, field.given, "value");
    params[name] = text ?? null;
  }
  source.remedy = { cron: cron === undefined || flaw !== undefined ? "0 3 * * *" : cron, params };
}
