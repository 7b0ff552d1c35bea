/** Checks one API of a connector that somebody wrote by hand: its templates, its paths, the calls it names. */
import type { Api, Probe, Removal, WriteRule } from "../../connector/api.ts";
import type { Connector } from "../../connector/connector.ts";
import { didYouMean, nearestName } from "../../value/index.ts";
import type { IssueList } from "../check/issue.ts";
import { checkNames, checkTemplates } from "./check-names.ts";
import { checkPath, checkSign, type Flaw } from "./check-path.ts";
import { compileShape } from "./shape.ts";

const QUERY_HEADS: readonly string[] = ["settings", "params", "keys"];
const WRITE_HEADS: readonly string[] = ["settings", "documents", "document", "options", "keys", "numbers", "ids"];

export function checkApi(connector: Connector, api: Api, where: string, list: IssueList, flaw: Flaw): void {
  const shape = list.attempt(`${where}/shape`, () => compileShape(api.shape, where));
  const heads = api.direction === "query" ? QUERY_HEADS : WRITE_HEADS;
  if (shape !== undefined) checkNames({ references: shape.references, heads, connector, params: api.request }, list);
  const bodies = (["json", "form", "xml", "text"] as const).filter((part) => api.shape[part] !== undefined);
  if (bodies.length > 1) flaw(`${where}/shape`, `请求体只能有一种：${bodies.join("、")}`, `one body only, not ${bodies.join(", ")}`);
  (api.lists ?? []).forEach((path, i) => checkPath(path, `${where}/lists/${i}`, list));
  if (api.inside !== undefined) checkPath(api.inside.path, `${where}/inside/path`, list);
  if (api.direction === "query") checkQuery(connector, api, shape?.references.map((reference) => reference.path) ?? [], where, list, flaw);
  else if (api.write === undefined) flaw(where, "写入接口须有 write", "a write API needs `write`");
  else checkWrite(connector, api, api.write, `${where}/write`, list, flaw);
}

/** The call that tests a connection. */
export function checkTestCall(connector: Connector, list: IssueList): void {
  if (connector.test === undefined) return;
  const api = findApi(connector, connector.test.api, "query", "/test/api", list);
  if (api !== undefined) checkParams(connector, api, connector.test.params, "/test/params", [], list);
}

const NEEDED = { page: "PAGINATION_START_PAGE", offset: "PAGINATION_START_ROW", cursor: "PAGINATION_CURSOR" } as const;

function checkQuery(connector: Connector, api: Api, inShape: readonly string[], where: string, list: IssueList, flaw: Flaw): void {
  if (api.rows === undefined) flaw(where, "查询接口须有 rows", "a query API needs `rows`");
  (api.rows?.paths ?? []).forEach((path, i) => checkPath(path, `${where}/rows/paths/${i}`, list));
  api.request.forEach((field, i) => {
    if (field.place === "column" || field.default === undefined) return;
    const path = `${where}/request/${i}/default`;
    checkTemplates({ text: field.default, path, heads: ["settings", "keys"], connector }, list);
  });
  const presets = api.request.map((field) => field.default ?? "").join(" ");
  const { paging } = api;
  if (paging !== undefined && paging.kind !== "none") {
    const needed = paging.kind === "link" ? undefined : NEEDED[paging.kind];
    if (needed !== undefined && !inShape.includes(needed) && !presets.includes(needed))
      list.add("PAGING_LOST", `${where}/paging`, { name: needed, api: api.code });
    if (paging.kind === "cursor") checkPath(paging.next, `${where}/paging/next`, list);
    if (paging.kind === "link" && "path" in paging.next) checkPath(paging.next.path, `${where}/paging/next/path`, list);
    paging.end.forEach((rule, i) => {
      if ("path" in rule) checkPath(rule.path, `${where}/paging/end/${i}/path`, list);
      if (rule.rule === "no-cursor" && paging.kind !== "cursor" && paging.kind !== "link")
        flaw(`${where}/paging/end/${i}`, "no-cursor 只用于 cursor 与 link", "`no-cursor` is for cursor and link paging");
    });
    if (paging.size > paging.sizeMax) flaw(`${where}/paging/size`, "超过 sizeMax", "is above sizeMax");
  }
  if (api.window !== undefined && !/LAST_SYNC_TIME/.test(presets) && !inShape.includes("LAST_SYNC_TIME"))
    flaw(`${where}/window`, "没有参数用到 {{LAST_SYNC_TIME}}", "no parameter uses {{LAST_SYNC_TIME}}");
  if (api.detail === undefined && api.rows?.kind === "objects" && api.response.length > 0) {
    const names = api.response.map((field) => field.field);
    for (const [i, name] of (api.id ?? []).entries()) checkRowName(name, names, `${where}/id/${i}`, flaw);
    if (api.number !== undefined) checkRowName(api.number, names, `${where}/number`, flaw);
  }
  if (api.detail !== undefined) {
    const detail = findApi(connector, api.detail.api, "query", `${where}/detail/api`, list);
    if (detail !== undefined) checkParams(connector, detail, api.detail.params, `${where}/detail/params`, undefined, list);
  }
  if (api.byNumber !== undefined) checkParams(connector, api, api.byNumber.params, `${where}/byNumber/params`, ["settings", "keys"], list);
}

function checkRowName(name: string, names: readonly string[], where: string, flaw: Flaw): void {
  const head = name.split(/[.[]/)[0] ?? name;
  if (names.includes(name) || names.includes(head)) return;
  flaw(where, `回复字段里没有 ${name}，已知：${names.join(", ")}`, `${name} is not among the reply's fields: ${names.join(", ")}`);
}

function checkWrite(connector: Connector, api: Api, write: WriteRule, where: string, list: IssueList, flaw: Flaw): void {
  // Without a key of its own a document has its source record's.
  if (write.keyOption !== undefined && !(api.options ?? []).some((field) => field.field === write.keyOption))
    flaw(`${where}/keyOption`, `没有调用选项 ${write.keyOption}`, `there is no call option ${write.keyOption}`);
  if (write.key !== "" && api.request.length > 0 && !api.request.some((field) => field.field === write.key))
    flaw(`${where}/key`, `单据里没有字段 ${write.key}`, `the document has no field ${write.key}`);
  checkOutcome(write.outcome, `${where}/outcome`, list, flaw);
  if (write.probe !== undefined) checkProbe(connector, write.probe, `${where}/probe`, list, flaw);
  if (write.reverse !== undefined) findApi(connector, write.reverse.api, "write", `${where}/reverse/api`, list);
  if (write.removal !== undefined) checkRemoval(connector, write, write.removal, `${where}/removal`, list, flaw);
  for (const [stage, code] of Object.entries(write.stages?.steps ?? {}))
    findApi(connector, code, "write", `${where}/stages/steps/${stage}`, list);
}

/** Without a probe nobody could tell what was taken away; a stage that the way does not have would never be met. */
function checkRemoval(connector: Connector, write: WriteRule, removal: Removal, where: string, list: IssueList, flaw: Flaw): void {
  if (write.probe === undefined)
    flaw(where, "removal 须有 probe：调用前后都要查证", "`removal` needs a `probe`: it is asked before and after");
  const stages = write.stages?.order ?? [];
  removal.steps.forEach(({ api, when }, i) => {
    findApi(connector, api, "write", `${where}/steps/${i}/api`, list);
    const unknown = (when ?? []).find((stage) => !stages.includes(stage));
    if (unknown !== undefined)
      flaw(`${where}/steps/${i}/when`, `没有阶段 ${unknown}：${stages.join("、")}`, `there is no stage ${unknown}: ${stages.join(", ")}`);
  });
}

function checkOutcome(outcome: WriteRule["outcome"], where: string, list: IssueList, flaw: Flaw): void {
  if (outcome.kind === "whole") {
    for (const part of ["number", "id"] as const)
      (outcome[part] ?? []).forEach((path, i) => checkPath(path, `${where}/${part}/${i}`, list));
    return;
  }
  for (const side of ["done", "refused"] as const) {
    const rule = outcome[side];
    if (rule === undefined) continue;
    rule.list.forEach((path, i) => checkPath(path, `${where}/${side}/list/${i}`, list));
    if (outcome.match !== "order" && rule.match === undefined)
      flaw(`${where}/${side}`, `按 ${outcome.match} 对应时须有 match 路径`, `matching by ${outcome.match} needs a \`match\` path`);
    const paths = Object.entries(rule).filter((entry): entry is [string, string] => typeof entry[1] === "string");
    for (const [name, path] of paths) checkPath(path, `${where}/${side}/${name}`, list);
    if (rule.when !== undefined) checkSign(rule.when, `${where}/${side}/when`, list, flaw);
  }
}

export function checkProbe(connector: Connector, probe: Probe, where: string, list: IssueList, flaw: Flaw): void {
  const api = findApi(connector, probe.api, "query", `${where}/api`, list);
  if (api === undefined) return;
  checkParams(connector, api, probe.params, `${where}/params`, ["settings", "keys", "options"], list);
  if (!Object.values(probe.params).some((text) => text.includes("keys")) && !JSON.stringify(api.shape).includes("{{keys"))
    flaw(`${where}/params`, "没有用到 {{keys}}，查证问不到任何一单", "nothing names {{keys}}: the probe would ask for no document");
  for (const name of ["key", "number", "id", "stage"] as const) {
    const path = probe[name];
    if (path !== undefined) checkPath(path, `${where}/${name}`, list);
  }
}

/** `heads` undefined: the names of a row, which are not known here. */
function checkParams(
  connector: Connector,
  api: Api,
  given: Readonly<Record<string, string>>,
  where: string,
  heads: readonly string[] | undefined,
  list: IssueList,
): void {
  const known = api.request.map((field) => field.field);
  for (const [name, text] of Object.entries(given)) {
    const path = `${where}/${name}`;
    if (!known.includes(name))
      list.add("PARAMETER_UNKNOWN", path, { field: name, api: api.code, known: known.join(", "), ...didYouMean(nearestName(name, known)) });
    if (heads !== undefined) checkTemplates({ text, path, heads: [...heads, "settings"], connector }, list);
  }
}

function findApi(connector: Connector, code: string, direction: Api["direction"], where: string, list: IssueList): Api | undefined {
  const api = connector.apis.find((each) => each.code === code);
  if (api?.direction === direction) return api;
  const known = connector.apis.filter((each) => each.direction === direction).map((each) => each.code);
  if (api === undefined)
    list.add("API_UNKNOWN", where, {
      api: code,
      system: connector.system,
      known: known.join(", "),
      ...didYouMean(nearestName(code, known)),
    });
  else list.add("API_DIRECTION", where, { api: code, expected: direction });
  return undefined;
}
