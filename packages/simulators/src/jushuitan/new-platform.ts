/**
 * 聚水潭's new open platform: form posts to `/open/…` and the three token calls under `/openWeb/auth/`. HTTP is 200 for every refusal.
 */
import { parseForm } from "../kit/form-parameters.ts";
import { writeJson } from "../kit/exact-json.ts";
import type { SimReply, SimRequest } from "../kit/simulator.ts";
import type { Company, MethodAnswer } from "./company.ts";
import type { Gatekeeper } from "./gatekeeper.ts";
import { Refusal } from "./refusal.ts";
import type { JushuitanSettings } from "./settings.ts";
import { jushuitanSign } from "./sign.ts";
import type { TokenGrant, TokenTable } from "./tokens.ts";

export interface NewPlatform {
  readonly company: Company;
  readonly gatekeeper: Gatekeeper;
  readonly tokens: TokenTable;
  readonly settings: JushuitanSettings;
}

/** Answers one call of the new platform. */
export function handleNewPlatform(platform: NewPlatform, request: SimRequest): SimReply {
  try {
    const fields = checkRequest(platform, request);
    return jushuitanReply(
      request.path.startsWith(AUTH_PREFIX) ? handleAuth(platform, request, fields) : handleCall(platform, request, fields),
    );
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return refusalReply(error, platform.settings);
  }
}

/** `/open/other/inout/query` is `other.inout.query`. */
export function apiOfPath(path: string): string {
  return path.replace(/^\/open\//, "").replaceAll("/", ".");
}

/** The path prefix of the token calls. */
export const AUTH_PREFIX = "/openWeb/auth/";

/** `{code, msg, data:null}`. */
export function refusalReply(refusal: Refusal, settings: JushuitanSettings): SimReply {
  const code = refusal.code ?? settings.businessCode;
  const reply = jushuitanReply({ code, msg: refusal.message, data: null });
  return code === 199 || code === 200 ? { ...reply, refused: true } : reply;
}

function jushuitanReply(body: unknown): SimReply {
  return { status: 200, headers: { "content-type": "application/json;charset=utf-8" }, body: writeJson(body) };
}

/** Everything that holds for token calls and business calls alike; answers the form's fields. */
function checkRequest(platform: NewPlatform, request: SimRequest): ReadonlyMap<string, string> {
  if (request.method !== "POST") throw new Refusal("请求方式错误，仅支持POST");
  platform.gatekeeper.checkAddress();
  const fields = parseForm(request.rawBody.toString("utf8"));
  const secret = platform.tokens.secretOf(required(fields, "app_key"));
  // No code for an unknown app is on record; to the vendor its signature cannot be right either.
  if (secret === undefined) throw new Refusal("验证失败！无效app_key", 10);
  platform.gatekeeper.checkTimestamp(required(fields, "timestamp"));
  if (required(fields, "sign") !== jushuitanSign(fields, secret)) throw new Refusal("验证失败！无效签名", 10);
  if (required(fields, "charset").toLowerCase() !== "utf-8") throw new Refusal("参数charset只支持utf-8");
  return fields;
}

function handleCall(platform: NewPlatform, request: SimRequest, fields: ReadonlyMap<string, string>): unknown {
  const appKey = required(fields, "app_key");
  if (!platform.tokens.isAlive(appKey, fields.get("access_token") ?? "")) throw new Refusal("access_token无效或已过期", 100);
  if (required(fields, "version") !== "2") throw new Refusal("参数version只支持2");
  const api = apiOfPath(request.path);
  platform.gatekeeper.checkPermission(api);
  platform.gatekeeper.countCall(appKey);
  const answer = platform.company.call(api, required(fields, "biz"));
  return { code: 0, msg: "执行成功", data: dataOf(answer, platform.settings) };
}

function dataOf(answer: MethodAnswer, settings: JushuitanSettings): unknown {
  if (answer.kind === "written") return settings.answer === "b" ? [answer.written] : { data: answer.written };
  if (answer.kind === "each") return { datas: answer.datas };
  if (answer.kind === "done") return null;
  const { datas, ...paging } = answer.page;
  return { ...paging, [answer.listName]: datas };
}

function handleAuth(platform: NewPlatform, request: SimRequest, fields: ReadonlyMap<string, string>): unknown {
  const appKey = required(fields, "app_key");
  switch (request.path.slice(AUTH_PREFIX.length)) {
    case "getInitToken":
      expectGrant(fields, "authorization_code");
      if (platform.settings.serviceProvider) throw new Refusal("应用类型不支持该授权方式");
      if (!/^[0-9A-Za-z]{6}$/.test(required(fields, "code"))) throw new Refusal("参数code应为6位随机字符");
      return grantAnswer(platform.tokens.issue(appKey));
    case "accessToken":
      expectGrant(fields, "authorization_code");
      required(fields, "code");
      return grantAnswer(platform.tokens.issue(appKey));
    case "refreshToken": {
      expectGrant(fields, "refresh_token");
      if (platform.settings.serviceProvider) throw new Refusal("该应用类型不允许刷新授权", 150);
      if (required(fields, "scope") !== "all") throw new Refusal("参数scope只支持all");
      const grant = platform.tokens.refresh(appKey, required(fields, "refresh_token"));
      if (grant === undefined) throw new Refusal("refresh_token无效或已过期", 100);
      return grantAnswer(grant);
    }
    default:
      throw new Refusal("接口不存在");
  }
}

function expectGrant(fields: ReadonlyMap<string, string>, grantType: string): void {
  if (required(fields, "grant_type") !== grantType) throw new Refusal(`参数grant_type应为${grantType}`);
}

function grantAnswer(grant: TokenGrant): unknown {
  return {
    code: 0,
    msg: "执行成功",
    data: { access_token: grant.accessToken, refresh_token: grant.refreshToken, expires_in: grant.expiresInS, scope: "all" },
  };
}

function required(fields: ReadonlyMap<string, string>, name: string): string {
  const value = fields.get(name) ?? "";
  if (value === "") throw new Refusal(`缺少参数${name}`);
  return value;
}
