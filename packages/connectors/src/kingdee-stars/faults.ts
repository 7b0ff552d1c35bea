/**
 * How 金蝶云星辰 says no: the gateway by HTTP 519 (sometimes 4xx) with a code, a business error by HTTP 200 with errcode other than 0.
 * V1's own envelope is not documented, hence the several signs of a yes.
 */
import type { FaultRule, ResultRule } from "@datong/core";

/** Statuses under which the gateway's codes come. */
const GATEWAY = [400, 401, 403, 404, 500, 503, 519];

const FAULTS: FaultRule[] = [
  { codes: ["4009", "4010", "4011", "1020002008", "1030002006"], statuses: GATEWAY, fault: "transient", cause: "session-lost" },
  { codes: ["4001", "4002", "4003", "4004", "4005", "4006", "4007", "4008"], statuses: GATEWAY, fault: "rejected", cause: "credentials" },
  { codes: ["4012"], statuses: GATEWAY, fault: "rejected", cause: "permission" },
  { codes: ["5001", "5002"], statuses: GATEWAY, fault: "rejected", cause: "parameter" },
  { codes: ["5003", "5004", "5005", "5006"], statuses: GATEWAY, fault: "transient", waitMs: 5_000 },
  { codes: ["5007"], statuses: GATEWAY, fault: "throttled", waitMs: 30_000 },
  { codes: ["5000", "2000002000"], statuses: GATEWAY, fault: "transient", waitMs: 5_000 },
  { texts: ["授权密钥校验失败"], fault: "transient", cause: "session-lost" },
  { texts: ["没有权限", "无权限"], fault: "rejected", cause: "permission" },
  // The words of a refused bill are assumed (README: 依据与假设).
  { texts: ["已存在", "重复"], fault: "rejected", cause: "duplicate" },
  { texts: ["不存在", "找不到"], fault: "rejected", cause: "missing-master-data" },
  { texts: ["不能为空", "必填", "必录"], fault: "rejected", cause: "required-field" },
  { texts: ["格式错误", "取值错误"], fault: "rejected", cause: "parameter" },
];

/** `sign`: a path whose presence is a yes where the envelope carries neither errcode nor success. */
export function resultWith(sign: string): ResultRule {
  return {
    ok: [
      { path: "errcode", in: ["0"] },
      { path: "success", in: ["true"] },
      { path: sign, exists: true },
    ],
    failed: [{ path: "success", in: ["false"] }],
    code: ["errcode", "code", "error_code"],
    message: ["description_cn", "description", "message", "msg"],
    faults: FAULTS,
    otherwise: "rejected",
  };
}
