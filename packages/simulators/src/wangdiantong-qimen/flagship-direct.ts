/**
 * 旺店通旗舰版 without 奇门: `/openapi` with system parameters in the query and a JSON list as body.
 *
 * The body is signed as if it were a parameter named `body`. The timestamp counts seconds from 2012-01-01 00:00 GMT+8.
 */
import { createHash } from "node:crypto";
import { readJson, writeJson } from "../kit/exact-json.ts";
import { parseForm } from "../kit/form-parameters.ts";
import type { RateWindow } from "../kit/rate-window.ts";
import type { SimReply, SimRequest } from "../kit/simulator.ts";
import { FLAGSHIP_SECRET, flagshipAccount } from "./flagship-inner.ts";
import type { WangdiantongSettings } from "./settings.ts";
import type { WarehouseRow } from "./warehouse-list.ts";
import { queryWarehouses } from "./warehouse-query.ts";

/** The one address. */
export const FLAGSHIP_PATH = "/openapi";

/** Seconds between 1970 and the vendor's own epoch. */
export const FLAGSHIP_EPOCH_S = 1_325_347_200;

/** The vendor's clock tolerance. */
export const FLAGSHIP_TOLERANCE_S = 120;

export interface FlagshipDirect {
  readonly settings: WangdiantongSettings;
  readonly now: () => number;
  readonly warehouses: () => readonly WarehouseRow[];
  readonly window: RateWindow;
}

/** Secret, sorted key+value of the query and the body, secret; lower-case md5. */
export function flagshipSign(query: ReadonlyMap<string, string>, body: string, secret: string): string {
  const text = [...query, ["body", body] as const]
    .filter(([key]) => key !== "sign")
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, value]) => key + value)
    .join("");
  return createHash("md5").update(`${secret}${text}${secret}`, "utf8").digest("hex");
}

/** Answers one call. */
export function handleFlagship(direct: FlagshipDirect, request: SimRequest): SimReply {
  const query = parseForm(request.rawQuery);
  const valueOf = (name: string): string => query.get(name) ?? "";
  const body = request.rawBody.toString("utf8");
  const account = flagshipAccount(valueOf("sid"));
  if (account === undefined) return refuse(1, "sid is not exists");
  if (valueOf("key") !== account.appKey || valueOf("salt") !== account.salt) return refuse(1, "app auth fail");
  if (valueOf("v") !== "1.0") return refuse(8, "version is not supported");
  const behindS = Math.abs(
    direct.now() / 1000 - FLAGSHIP_EPOCH_S - (/^\d+$/.test(valueOf("timestamp")) ? Number(valueOf("timestamp")) : Number.NaN),
  );
  if (!(behindS <= FLAGSHIP_TOLERANCE_S)) return refuse(7, "timestamp is expired");
  if (valueOf("sign") !== flagshipSign(query, body, FLAGSHIP_SECRET)) return refuse(1, "验证失败");
  if (!direct.window.take(direct.now())) return flagshipLimit();
  if (valueOf("method") !== "setting.Warehouse.queryWarehouse") return refuse(1, "method is not exists");
  if (valueOf("page_no") === "" || valueOf("page_size") === "") return refuse(100, "参数中必须包含分页参数");
  const parameters = readParameters(body);
  if (parameters === undefined) return refuse(1, "请求体必须是JSON数组");
  const answer = flagshipWarehouses(
    direct,
    (name) => (name.startsWith("page_") ? valueOf(name) : (parameters.get(name) ?? "")),
    valueOf("calc_total") === "1",
  );
  return reply(answer);
}

/** The answer of the warehouse query, the same through 奇门. */
export function flagshipWarehouses(
  direct: Pick<FlagshipDirect, "settings" | "warehouses">,
  valueOf: (name: string) => string,
  withTotal: boolean,
): Readonly<Record<string, unknown>> {
  const found = queryWarehouses(direct.warehouses(), valueOf, direct.settings.pageSizeMax);
  if (found.kind === "refusal") return { status: 100, message: found.text };
  const details = found.rows.map((row) => ({
    ...Object.fromEntries(DETAIL_FIELDS.map((field) => [field, row[field] ?? ""])),
    warehouse_id: Number(row["warehouse_id"]),
    is_disabled: row["is_disabled"] === "1",
  }));
  return { status: 0, data: { ...(withTotal ? { total_count: found.totalCount } : {}), details } };
}

/** The vendor's answer to too many calls. */
export function flagshipLimit(): SimReply {
  return { ...refuse(100, "超过每分钟最大调用频率限制，请稍后重试"), refused: true };
}

const DETAIL_FIELDS = [
  "warehouse_id",
  "warehouse_no",
  "name",
  "zip",
  "address",
  "province",
  "city",
  "district",
  "mobile",
  "telno",
  "contact",
  "remark",
  "type",
  "sub_type",
  "modified",
  "created",
  "is_disabled",
  "prop1",
  "prop2",
];

/** The first element of the list as texts; undefined when the body is no such list. */
export function readParameters(body: string): ReadonlyMap<string, string> | undefined {
  let list: unknown;
  try {
    list = readJson(body);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (!Array.isArray(list)) return undefined;
  const first: unknown = list[0] ?? {};
  if (typeof first !== "object" || first === null) return undefined;
  return new Map(
    Object.entries(first)
      .filter(([, value]) => value !== null)
      .map(([key, value]) => [key, String(value)]),
  );
}

function refuse(status: number, message: string): SimReply {
  return reply({ status, message });
}

function reply(body: unknown): SimReply {
  return { status: 200, headers: { "content-type": "application/json;charset=UTF-8" }, body: writeJson(body) };
}
