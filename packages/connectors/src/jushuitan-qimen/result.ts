/**
 * How a call through 奇门 says no: `response.flag: failure` with TOP's code, or `error_response` of the classic gateway. An answer counts
 * as a yes only when it shows what a list shows; some answers carry a code and no flag. Code 15 is whatever went wrong behind the router,
 * hence texts are asked first; then the sub code tells whose fault it was: `isp.` the platform's, which passes, `isv.` ours, which stays.
 */
import type { FaultRule, ResultRule } from "@datong/core";

const TOP_FAULTS: FaultRule[] = [
  { codes: ["7"], fault: "throttled", waitMs: 60_000 },
  { codes: ["199"], fault: "throttled", waitMs: 1_000 },
  { codes: ["200"], fault: "throttled", waitMs: 60_000 },
  { codes: ["24", "25", "26", "27", "28", "29", "30", "31"], fault: "rejected", cause: "credentials" },
  { codes: ["21", "22", "32", "33", "40", "41"], fault: "rejected", cause: "parameter" },
  { texts: ["调用频率", "频繁", "limited"], fault: "throttled", waitMs: 60_000 },
  { texts: ["权限", "未授权"], fault: "rejected", cause: "permission" },
  { texts: ["不存在"], fault: "rejected", cause: "missing-master-data" },
  { texts: ["时间间隔", "参数"], fault: "rejected", cause: "parameter" },
  { codes: ["15"], subCodePrefixes: ["isp."], fault: "transient", waitMs: 5_000 },
  { codes: ["15"], subCodePrefixes: ["isv."], fault: "rejected", cause: "parameter" },
];

/** `sign`: a path of the answer that only a yes has. */
export function topResult(sign: string): ResultRule {
  return {
    ok: [{ path: sign, exists: true }],
    failed: [
      { path: "response.flag", in: ["failure"] },
      { path: "error_response", exists: true },
    ],
    code: ["response.code", "error_response.code", "code"],
    subCode: ["response.sub_code", "error_response.sub_code", "sub_code"],
    message: [
      "response.sub_message",
      "response.message",
      "response.msg",
      "error_response.sub_msg",
      "error_response.msg",
      "sub_message",
      "message",
    ],
    faults: TOP_FAULTS,
    otherwise: "rejected",
  };
}
