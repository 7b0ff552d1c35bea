/**
 * The reads of trades, goods documents and goods. Bodies, windows of seven days, the fields that must be named and the cursor of trades
 * are on record; which seven days a goods document takes, and that an unknown field is ignored, is assumed.
 */
import { parseChinaTime } from "../china-time.ts";
import { JACKYUN_SUB_CODE, type JackyunRefusal } from "./answer.ts";
import type { Held } from "./company-bills.ts";
import { readPage } from "./customer-list.ts";

type Content = Readonly<Record<string, unknown>>;

export type Found = { readonly kind: "found"; readonly data: unknown } | { readonly kind: "refused"; readonly refusal: JackyunRefusal };

const WINDOW_MS = 7 * 86_400_000;
const TRADES_MAX = 200;
/** Windows of trades: parameter pair to the field that it is about; the change is kept apart. */
const TRADE_WINDOWS = ["Modified", "Created", "Consign"] as const;

/** `oms.trade.fullinfoget`: by a cursor where `scrollId` is sent, if only empty, else by pageIndex. */
export function listTrades(content: Content, trades: readonly Held[]): Found {
  const fields = textOf(content["fields"]);
  if (fields === "") return refused(JACKYUN_SUB_CODE.fieldsMissing, "缺少必填字段:fields");
  const size = Number(textOf(content["pageSize"]) || "50");
  if (!Number.isSafeInteger(size) || size < 1 || size > TRADES_MAX) return parameter(`pageSize应在1到${TRADES_MAX}之间`);
  const window = readWindow(content, "startModified", "endModified");
  if (typeof window === "string") return parameter(window);
  const numbers = textOf(content["tradeNo"]);
  if (window === undefined && numbers === "" && !TRADE_WINDOWS.some((name) => textOf(content[`start${name}`]) !== ""))
    return parameter("销售单号、网店订单号、修改时间、创建时间、审核时间、发货时间必传其一");
  const wanted = numbers.split(",").map((one) => one.trim());
  const same = ["tradeStatus", "tradeType"].filter((name) => textOf(content[name]) !== "");
  const matching = trades.filter(
    ({ at, row }) =>
      (window === undefined || (at >= window.from && at <= window.to)) &&
      (numbers === "" || wanted.includes(String(row["tradeNo"]))) &&
      same.every((name) => String(row[name]) === textOf(content[name])),
  );
  const scroll = content["scrollId"];
  const from = scroll === undefined ? Number(textOf(content["pageIndex"]) || "0") * size : offsetOf(textOf(scroll));
  if (!Number.isSafeInteger(from)) return parameter("scrollId已失效");
  const names = fields.split(",").map((one) => one.trim());
  const shown = matching.slice(from, from + size).map(({ row }) => chosen(row, names));
  const next = names.includes("scrollId") ? { scrollId: `s${String(from + shown.length).padStart(8, "0")}` } : {};
  return { kind: "found", data: { ...next, trades: shown } };
}

/** `erp.storage.goodsdocin.v2`: the data is the list itself. */
export function listDocuments(content: Content, documents: readonly Held[]): Found {
  const fields = textOf(content["selelctFields"]);
  if (fields === "") return refused(JACKYUN_SUB_CODE.fieldsMissing, "缺少必填字段:selelctFields");
  const page = readPage(content);
  if (page.kind === "refused") return page;
  const window = readWindow(content, "gmtModifiedStart", "gmtModifiedEnd");
  if (typeof window === "string") return parameter(window);
  const number = textOf(content["goodsdocNo"]);
  const type = textOf(content["inouttype"]);
  const matching = documents.filter(
    ({ at, row }) =>
      (window === undefined || (at >= window.from && at <= window.to)) &&
      (number === "" || row["goodsdocNo"] === number) &&
      (type === "" || String(row["inouttype"]) === type),
  );
  const names = fields.split(",").map((one) => one.trim());
  return { kind: "found", data: matching.slice(page.from, page.to).map(({ row }) => chosen(row, names)) };
}

/** `erp-goods.goods.getforqimen`. */
export function listGoods(content: Content, goods: readonly Held[]): Found {
  const missing = ["pageIndex", "pageSize"].filter((name) => textOf(content[name]) === "");
  if (missing.length > 0) return refused(JACKYUN_SUB_CODE.fieldsMissing, `缺少必填字段:${missing.join(",")}`);
  const page = readPage(content);
  if (page.kind === "refused") return page;
  const window = readWindow(content, "startDate", "endDate", Number.POSITIVE_INFINITY);
  if (typeof window === "string") return parameter(window);
  const code = textOf(content["goodsCode"]);
  const barCode = textOf(content["barCode"]);
  const matching = goods.filter(
    ({ at, row }) =>
      (window === undefined || (at >= window.from && at <= window.to)) &&
      (code === "" || row["goodsCode"] === code) &&
      (barCode === "" || row["barCode"] === barCode),
  );
  const size = page.to - page.from;
  return {
    kind: "found",
    data: {
      data: matching.slice(page.from, page.to).map(({ row }) => row),
      pageInfo: { pageIndex: page.from / size, pageSize: size, offset: page.from, total: matching.length },
    },
  };
}

/** The named fields of a row; `goodsDetail.goodsNo` names one of each line. */
function chosen(row: Readonly<Record<string, unknown>>, names: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) => {
      if (!Array.isArray(value)) return names.includes(name) ? [[name, value]] : [];
      const inner = names.filter((one) => one.startsWith(`${name}.`)).map((one) => one.slice(name.length + 1));
      if (inner.length === 0) return names.includes(name) ? [[name, value]] : [];
      return [[name, value.map((line) => chosen(line as Readonly<Record<string, unknown>>, inner))]];
    }),
  );
}

function offsetOf(scroll: string): number {
  if (scroll === "") return 0;
  return /^s\d{8}$/.test(scroll) ? Number(scroll.slice(1)) : Number.NaN;
}

/** Both ends of a window, none, or why it is refused. */
function readWindow(
  content: Content,
  start: string,
  end: string,
  mostMs = WINDOW_MS,
): { readonly from: number; readonly to: number } | string | undefined {
  if (textOf(content[start]) === "" && textOf(content[end]) === "") return undefined;
  const from = parseChinaTime(textOf(content[start]));
  const to = parseChinaTime(textOf(content[end]));
  if (from === undefined || to === undefined) return `${start}、${end}须同时传入,格式为yyyy-MM-dd HH:mm:ss`;
  if (to < from) return `${end}不能早于${start}`;
  // The last second is meant whole.
  return to - from > mostMs ? "起止时间不能超过7天" : { from, to: to + 999 };
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
}

function parameter(msg: string): Found {
  return refused(JACKYUN_SUB_CODE.parameter, msg);
}

function refused(subCode: string, msg: string): Found {
  return { kind: "refused", refusal: { subCode, msg } };
}
