/**
 * Checks a connector that somebody wrote by hand, beyond its schema: that every template can be read and names what there is, every path is
 * one, calls name APIs and parameters of the connector, paging reaches the request, signs and fault rules say something.
 *
 * In: the connector as data. Out: issues with JSON pointers into it. Calls nobody; never throws for what the document holds.
 */
import type { Auth, SignaturePart } from "../../connector/auth.ts";
import type { Connector } from "../../connector/connector.ts";
import type { ResultRule, Sign } from "../../connector/result.ts";
import { isZone } from "../../value/index.ts";
import { IssueList, type FlowIssue } from "../check/issue.ts";
import { checkApi, checkProbe, checkTestCall } from "./check-api.ts";
import { checkNames, checkTemplates } from "./check-names.ts";
import { checkPath, checkSign, type Flaw } from "./check-path.ts";
import { sessionRule } from "./declared-session.ts";
import { compileShape } from "./shape.ts";

/** All issues, in the order of the document. `file` goes into the details. */
export function checkConnector(connector: Connector, at: { readonly file: string }): readonly FlowIssue[] {
  const list = new IssueList(at.file);
  const flaw = flawsOf(connector, list);
  if (!connector.settings.some((field) => field.field === "url")) flaw("/settings", "须有设置项 url", "a setting `url` is needed");
  if (!isZone(connector.zone)) list.add("TIME_ZONE_UNKNOWN", "/zone", { zone: connector.zone });
  checkAuth(connector, list, flaw);
  checkResult(connector.result, "/result", list, flaw);
  const codes = connector.apis.map((api) => api.code);
  connector.apis.forEach((api, i) => {
    const where = `/apis/${i}`;
    if (codes.indexOf(api.code) !== i) list.add("DOCUMENT_TWICE", `${where}/code`, { id: api.code, other: at.file });
    if (api.result !== undefined) checkResult(api.result, `${where}/result`, list, flaw);
    checkApi(connector, api, where, list, flaw);
  });
  for (const [kind, query] of Object.entries(connector.masterData ?? {})) checkProbe(connector, query, `/masterData/${kind}`, list, flaw);
  checkTestCall(connector, list);
  return list.issues;
}

function flawsOf(connector: Connector, list: IssueList): Flaw {
  return (path, zh, en) => list.add("CONNECTOR_FLAW", path, { system: connector.system, reason: `${zh} / ${en}` });
}

function checkAuth(connector: Connector, list: IssueList, flaw: Flaw): void {
  const { auth } = connector;
  if (auth.session?.kind === "custom")
    flaw("/auth/session/kind", "工作区的适配器只能用 declared 会话", "a workspace's connector can only declare its session");
  if (auth.session !== undefined && auth.oauth2 !== undefined)
    flaw("/auth/oauth2", "session 与 oauth2 只能有一个", "there can be a session or oauth2, not both");
  const known = connector.settings.map((field) => field.field);
  for (const [i, name] of [...(auth.session?.account ?? []), ...(auth.oauth2?.account ?? [])].entries())
    if (!known.includes(name))
      list.add("SETTING_UNKNOWN", `/auth/session/account/${i}`, { name, system: connector.system, known: known.join(", ") });
  const session = sessionNames(auth);
  for (const { path, text } of authTemplates(auth))
    checkTemplates({ text, path, heads: ["settings", "session"], connector, session, sign: true }, list);
  if (auth.signature !== undefined) checkMethod(auth.signature.method, flaw);
  const steps = stepsOf(auth);
  for (const { step, where } of steps) {
    const shape = list.attempt(`${where}/shape`, () => compileShape(step.shape, where));
    if (shape !== undefined)
      checkNames({ references: shape.references, heads: ["settings", "session"], connector, session, sign: true }, list);
    if (step.result !== undefined) checkResult(step.result, `${where}/result`, list, flaw);
    for (const part of ["values", "optionalValues"] as const)
      for (const [name, path] of Object.entries(step[part] ?? {}))
        if (!path.startsWith("header:")) checkPath(path, `${where}/${part}/${name}`, list);
    if (step.expires !== undefined && "path" in step.expires) checkPath(step.expires.path, `${where}/expires/path`, list);
  }
}

function stepsOf(auth: Auth) {
  if (auth.session?.kind !== "declared") return [];
  return [
    ...auth.session.login.map((step, i) => ({ step, where: `/auth/session/login/${i}` })),
    ...(auth.session.refresh === undefined ? [] : [{ step: auth.session.refresh, where: "/auth/session/refresh" }]),
  ];
}

/** Names of the session that templates may read; undefined where a strategy of its own gives them. */
function sessionNames(auth: Auth): readonly string[] | undefined {
  const rule = sessionRule(auth);
  if (rule === undefined) return auth.session === undefined ? [] : undefined;
  const steps = rule.refresh === undefined ? rule.login : [...rule.login, rule.refresh];
  return [...steps.flatMap((step) => [...Object.keys(step.values ?? {}), ...Object.keys(step.optionalValues ?? {})]), "cookies"];
}

function authTemplates(auth: Auth): readonly { readonly path: string; readonly text: string }[] {
  const record = (part: Readonly<Record<string, string>> | undefined, path: string) =>
    Object.entries(part ?? {}).map(([name, text]) => ({ path: `${path}/${name}`, text }));
  const parts = (list: readonly SignaturePart[] | undefined, path: string) =>
    (list ?? []).flatMap((part, i) => (typeof part === "string" ? [] : [{ path: `${path}/${i}/text`, text: part.text }]));
  const { parameters, basic, signature } = auth;
  const oauth = ["token", "clientId", "clientSecret", "refreshToken", "user", "password", "scope"] as const;
  return [
    ...record(parameters?.query, "/auth/parameters/query"),
    ...record(parameters?.form, "/auth/parameters/form"),
    ...record(parameters?.headers, "/auth/parameters/headers"),
    ...record(basic, "/auth/basic"),
    ...(signature === undefined ? [] : record({ secret: signature.secret, method: signature.method }, "/auth/signature")),
    ...parts(signature?.parts, "/auth/signature/parts"),
    ...parts(signature?.hmacParts, "/auth/signature/hmacParts"),
    ...oauth.flatMap((name) => {
      const text = auth.oauth2?.[name];
      return text === undefined ? [] : [{ path: `/auth/oauth2/${name}`, text }];
    }),
    ...record(auth.oauth2?.extra, "/auth/oauth2/extra"),
  ];
}

const METHODS = /^(md5|sha1|sha256|sha512|hmac|hmac-(md5|sha1|sha256|sha512))$/i;

function checkMethod(method: string, flaw: Flaw): void {
  if (!method.includes("{") && !METHODS.test(method))
    flaw("/auth/signature/method", `不认识的签名方式 ${method}`, `the method ${method} is unknown`);
}

function checkResult(rule: ResultRule, where: string, list: IssueList, flaw: Flaw): void {
  const signs: readonly (readonly [Sign, string])[] = [
    ...rule.ok.map((sign, i) => [sign, `${where}/ok/${i}`] as const),
    ...(rule.failed ?? []).map((sign, i) => [sign, `${where}/failed/${i}`] as const),
    ...(rule.nothing?.signs ?? []).map((sign, i) => [sign, `${where}/nothing/signs/${i}`] as const),
  ];
  for (const [sign, path] of signs) checkSign(sign, path, list, flaw);
  for (const part of ["code", "subCode", "message"] as const)
    (rule[part] ?? []).forEach((path, i) => checkPath(path, `${where}/${part}/${i}`, list));
  rule.faults.forEach((fault, i) => {
    const { fault: _class, cause: _cause, waitMs: _wait, ...conditions } = fault;
    if (Object.keys(conditions).length === 0)
      flaw(`${where}/faults/${i}`, "没有条件，会匹配一切", "names no condition and would match everything");
    if ((fault.subCodes ?? fault.subCodePrefixes) !== undefined && rule.subCode === undefined)
      flaw(`${where}/faults/${i}`, "用到子错误码，但没有写 subCode 路径", "asks for a sub code, but the rule has no `subCode` paths");
  });
}
