/**
 * 旺店通企业版 without 奇门: form posts to `/openapi2/warehouse_query.php`, signed over length-prefixed pairs.
 *
 * Lengths are characters (code points); clients that count bytes pass as a tolerance and leave a warning. The codes for sign,
 * account and timestamp are not public and assumed; 1012, 2220 and 7200 are the vendor's.
 */
import { createHash } from "node:crypto";
import { parseForm } from "../kit/form-parameters.ts";
import type { RateWindow } from "../kit/rate-window.ts";
import type { SimReply, SimRequest } from "../kit/simulator.ts";
import { writeJson } from "../kit/exact-json.ts";
import type { WarehouseRow } from "./warehouse-list.ts";
import { queryWarehouses } from "./warehouse-query.ts";
import type { WangdiantongSettings } from "./settings.ts";

/** The path of the one service that is played. */
export const ENTERPRISE_PATH = "/openapi2/warehouse_query.php";

/** The vendor's clock tolerance. */
export const ENTERPRISE_TOLERANCE_MS = 5 * 60_000;

export interface EnterpriseDirect {
  readonly settings: WangdiantongSettings;
  readonly now: () => number;
  readonly warehouses: () => readonly WarehouseRow[];
  readonly window: RateWindow;
  readonly warn: (text: string) => void;
}

/** `LL-key:VVVV-value` pairs in the order of their keys, joined with semicolons, the secret behind, lower-case md5. */
export function enterpriseSign(
  fields: ReadonlyMap<string, string>,
  secret: string,
  lengths: "characters" | "bytes" = "characters",
): string {
  const lengthOf = (text: string): number => (lengths === "bytes" ? Buffer.byteLength(text, "utf8") : [...text].length);
  const text = [...fields]
    .filter(([key]) => key !== "sign")
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, value]) => `${String(lengthOf(key)).padStart(2, "0")}-${key}:${String(lengthOf(value)).padStart(4, "0")}-${value}`)
    .join(";");
  return createHash("md5")
    .update(text + secret, "utf8")
    .digest("hex");
}

/** Answers one call. */
export function handleEnterprise(direct: EnterpriseDirect, request: SimRequest): SimReply {
  const fields = parseForm(request.rawBody.toString("utf8"));
  const valueOf = (name: string): string => fields.get(name) ?? "";
  const account = ACCOUNTS.find((candidate) => candidate.sid === valueOf("sid"));
  if (account === undefined) return refuse(1001, "sid不存在");
  if (valueOf("appkey") !== account.appKey) return refuse(1002, "appkey不存在");
  const at = /^\d{10}$/.test(valueOf("timestamp")) ? Number(valueOf("timestamp")) * 1000 : Number.NaN;
  if (!(Math.abs(direct.now() - at) <= ENTERPRISE_TOLERANCE_MS)) return refuse(1003, "timestamp已过期");
  if (valueOf("sign") !== enterpriseSign(fields, account.secret)) {
    const countsBytes = direct.settings.acceptByteLengths && valueOf("sign") === enterpriseSign(fields, account.secret, "bytes");
    if (!countsBytes) return refuse(1004, "sign验证失败");
    direct.warn(`sid ${account.sid}: signature counts bytes, not characters`);
  }
  if (!direct.window.take(direct.now())) return enterpriseLimit();
  const found = queryWarehouses(direct.warehouses(), valueOf, direct.settings.pageSizeMax);
  if (found.kind === "refusal") return refuse(found.parameter === "page_size" ? 2220 : 1020, found.text);
  if (valueOf("warehouse_no") !== "" && found.totalCount === 0) return refuse(7200, "仓库不存在");
  return reply({ code: 0, message: "", ...(found.pageNo === 0 ? { total_count: found.totalCount } : {}), warehouses: found.rows });
}

/** The vendor's answer to too many calls. */
export function enterpriseLimit(): SimReply {
  return { ...refuse(1012, "超过每分钟最大调用频率限制，请稍后重试"), refused: true };
}

/** Invented accounts: the vectors' and the one of the captured requests. */
const ACCOUNTS = [
  { sid: "demo2", appKey: "demo2-ot", secret: "demoSecret" },
  { sid: "demosid", appKey: "demokey", secret: "demoSecret" },
];

function refuse(code: number, message: string): SimReply {
  return reply({ code, message });
}

function reply(body: unknown): SimReply {
  return { status: 200, headers: { "content-type": "application/json; charset=utf-8" }, body: writeJson(body) };
}
