/**
 * 金蝶's answers. A gateway error is HTTP 519 with a four-digit number; a business error is HTTP 200 with errcode other than 0; a
 * success has errcode 0. The gateway's numbers are on record, its texts are in our words.
 */
import { writeJson } from "../kit/exact-json.ts";
import type { SimReply } from "../kit/simulator.ts";

/** The gateway's numbers with their texts, English and Chinese. */
export const GATEWAY_ERRORS = {
  4001: ["auth type is not supported", "不支持的认证方式"],
  4002: ["client id is empty", "clientId为空"],
  4003: ["client id is invalid", "clientId无效"],
  4004: ["client secret is empty", "clientSecret为空"],
  4005: ["client id or secret is invalid", "clientId或clientSecret错误"],
  4006: ["timestamp is invalid", "时间戳无效"],
  4007: ["sign headers are invalid", "签名头无效"],
  4008: ["signature is invalid", "签名无效"],
  4009: ["access token is empty", "访问令牌为空"],
  4010: ["access token is invalid", "访问令牌无效"],
  4011: ["access token has expired", "访问令牌已过期"],
  4012: ["no permission", "没有访问权限"],
  5001: ["api not found", "API不存在"],
  5002: ["method is not allowed", "请求方法不允许"],
} as const satisfies Readonly<Record<number, readonly [string, string]>>;

/** A refusal, by the gateway (`gateway`), by the application (`business`), for its address (`no-route`) or its rate (`limit`). */
export type StarsRefusal =
  | { readonly kind: "gateway"; readonly code: keyof typeof GATEWAY_ERRORS; readonly detail?: string }
  | { readonly kind: "business"; readonly errcode: number; readonly text: string }
  | { readonly kind: "no-route" }
  | { readonly kind: "limit" };

/** The number of 系统错误, the one business number that is on record for every call. */
export const SYSTEM_ERROR = 2000002000;
/** A bill or a filter that breaks a rule; the number is assumed, since only 系统错误 is on record. */
export const RULE_BROKEN = 2000002001;
/** 授权密钥校验失败: the appSecret is not the newest one. */
export const APP_SECRET_STALE = 1030002006;
/** Token error of the newer calls. */
export const TOKEN_ERROR = 1020002008;

/** A success with its data. */
export function starsSuccess(data: unknown): SimReply {
  return json(200, { errcode: 0, description: "success", description_cn: "成功", data });
}

/** A success of the account service, which answers with `success` instead of a number. */
export function starsAccounts(data: unknown): SimReply {
  return json(200, { success: true, data });
}

/** The answer to a refused call; nothing was done. */
export function starsFailure(refusal: StarsRefusal, errorKey: string): SimReply {
  switch (refusal.kind) {
    case "gateway": {
      const [description, chinese] = GATEWAY_ERRORS[refusal.code];
      const detail = refusal.detail === undefined ? "" : `:${refusal.detail}`;
      return json(519, { [errorKey]: refusal.code, description, description_cn: chinese + detail });
    }
    case "business":
      return json(200, { errcode: refusal.errcode, description: refusal.text, description_cn: refusal.text });
    case "no-route":
      return { status: 404, headers: { "content-type": "text/plain; charset=utf-8" }, body: "no Route" };
    case "limit":
      return {
        ...json(429, { [errorKey]: 429, description: "too many requests", description_cn: "请求过于频繁,请稍后重试" }),
        refused: true,
      };
  }
}

function json(status: number, body: unknown): SimReply {
  return { status, headers: { "content-type": "application/json; charset=utf-8" }, body: writeJson(body) };
}
