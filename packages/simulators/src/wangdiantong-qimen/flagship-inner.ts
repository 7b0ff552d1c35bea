/**
 * The inner signature `wdt_sign` that 旺店通旗舰版 wants inside a 奇门 call, beside TOP's own.
 *
 * It walks the vendor's fields and the method without scene prefix, keys sorted at every level; JSON texts are walked too, nulls
 * dropped. TOP's system parameters are added after it was made and so are not part of it.
 */
import { createHash } from "node:crypto";
import { readJson } from "../kit/exact-json.ts";

export interface FlagshipAccount {
  /** sid of the direct interface, wdt3_customer_id on 奇门. */
  readonly sid: string;
  readonly appKey: string;
  readonly salt: string;
}

/** Invented; the vendor hands it out as `secret:salt`. */
export const FLAGSHIP_SECRET = "demosecret";

/** The account of a 卖家账号, if there is one. */
export function flagshipAccount(sid: string): FlagshipAccount | undefined {
  return ACCOUNTS.find((account) => account.sid === sid);
}

/** The inner signature of these parameters, lower-case md5. */
export function flagshipInnerSign(parameters: ReadonlyMap<string, string>, secret: string): string {
  const fields: Record<string, unknown> = {};
  for (const [key, value] of parameters) {
    if (LEFT_OUT.has(key)) continue;
    fields[key] = key === "method" ? value.slice(Math.max(0, value.indexOf("wdt."))) : parseIfJson(value);
  }
  return createHash("md5")
    .update(`${secret}${flatten(fields)}${secret}`, "utf8")
    .digest("hex");
}

/** Why the call's inner part is turned down, or undefined when it is sound. */
export function checkFlagshipInner(parameters: ReadonlyMap<string, string>): string | undefined {
  const account = flagshipAccount(parameters.get("wdt3_customer_id") ?? "");
  if (account === undefined) return "sid is not exists";
  if (parameters.get("wdt_appkey") !== account.appKey || parameters.get("wdt_salt") !== account.salt) return "app auth fail";
  return parameters.get("wdt_sign") === flagshipInnerSign(parameters, FLAGSHIP_SECRET) ? undefined : "验证失败";
}

const ACCOUNTS: readonly FlagshipAccount[] = [
  { sid: "demo3", appKey: "demo-ot", salt: "demosalt" },
  { sid: "wdtdemo", appKey: "demokey", salt: "demosalt" },
];

const LEFT_OUT: ReadonlySet<string> = new Set([
  "wdt_sign",
  "wdt3_customer_id",
  "target_app_key",
  "app_key",
  "timestamp",
  "format",
  "v",
  "sign_method",
  "sign",
  "session",
  "partner_id",
  "simplify",
]);

function parseIfJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return readJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

function flatten(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return value.map(flatten).join("");
  return Object.entries(value)
    .filter(([, inner]) => inner !== null)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, inner]) => key + flatten(inner))
    .join("");
}
