/**
 * 聚水潭's old open platform: `/api/open/query.aspx`, system parameters in the query, the business object as JSON body.
 *
 * Its token keeps its value; `refresh.token` only prolongs it, also after it ran out. Lists lie at the top level of the answer.
 * The codes are taken to be the new platform's (assumed).
 */
import { parseForm } from "../kit/form-parameters.ts";
import { writeJson } from "../kit/exact-json.ts";
import type { SimReply, SimRequest } from "../kit/simulator.ts";
import type { Company, MethodAnswer } from "./company.ts";
import type { Gatekeeper } from "./gatekeeper.ts";
import { Refusal } from "./refusal.ts";
import type { JushuitanSettings } from "./settings.ts";
import { jushuitanOldSign } from "./sign.ts";

export interface Partner {
  readonly partnerId: string;
  readonly partnerKey: string;
  readonly token: string;
  /** Epoch ms; 0 after sessions were lost. */
  expiresAt: number;
}

export interface OldPlatform {
  readonly company: Company;
  readonly gatekeeper: Gatekeeper;
  readonly partners: readonly Partner[];
  readonly settings: JushuitanSettings;
  readonly now: () => number;
}

/** The one address of the old platform. */
export const OLD_PATH = "/api/open/query.aspx";

/** Answers one call of the old platform. */
export function handleOldPlatform(platform: OldPlatform, request: SimRequest): SimReply {
  try {
    return reply({ code: 0, issuccess: true, msg: null, ...answerTo(platform, request) });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return oldRefusalReply(error, platform.settings);
  }
}

/** `{code, issuccess:false, msg}`. */
export function oldRefusalReply(refusal: Refusal, settings: JushuitanSettings): SimReply {
  const code = refusal.code ?? settings.businessCode;
  const refused = reply({ code, issuccess: false, msg: refusal.message });
  return code === 199 || code === 200 ? { ...refused, refused: true } : refused;
}

function reply(body: unknown): SimReply {
  return { status: 200, headers: { "content-type": "application/json; charset=utf-8" }, body: writeJson(body) };
}

function answerTo(platform: OldPlatform, request: SimRequest): Readonly<Record<string, unknown>> {
  const query = parseForm(request.rawQuery);
  const value = (name: string): string => {
    const text = query.get(name) ?? "";
    if (text === "") throw new Refusal(`缺少参数${name}`);
    return text;
  };
  if (request.method !== "POST") throw new Refusal("请求方式错误，仅支持POST");
  platform.gatekeeper.checkAddress();
  const call = { method: value("method"), partnerid: value("partnerid"), token: value("token"), ts: value("ts") };
  const partner = platform.partners.find((candidate) => candidate.partnerId === call.partnerid);
  if (partner === undefined) throw new Refusal("验证失败！无效partnerid", 10);
  platform.gatekeeper.checkTimestamp(call.ts);
  if (value("sign") !== jushuitanOldSign(call, partner.partnerKey)) throw new Refusal("验证失败！无效签名", 10);
  if (call.token !== partner.token) throw new Refusal("token无效", 100);
  if (call.method === "refresh.token") {
    partner.expiresAt = platform.now() + platform.settings.expiresInS * 1000;
    return {};
  }
  if (partner.expiresAt <= platform.now()) throw new Refusal("token已过期", 100);
  platform.gatekeeper.checkPermission(call.method);
  platform.gatekeeper.countCall(partner.partnerId);
  return fieldsOf(platform.company.call(call.method, request.rawBody.toString("utf8") || "{}"));
}

function fieldsOf(answer: MethodAnswer): Readonly<Record<string, unknown>> {
  if (answer.kind === "written") return { datas: [answer.written] };
  if (answer.kind === "each") return { datas: answer.datas };
  if (answer.kind === "done") return {};
  const { datas, ...paging } = answer.page;
  return { ...paging, [answer.listName]: datas };
}
