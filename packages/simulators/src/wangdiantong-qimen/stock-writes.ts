/**
 * Stock that comes or goes without a bill of its own kind: `wdt.stockin.order.push` (创建其他入库单) and `wdt.stockout.order.push`
 * (创建其他出库单), one a call, a JSON text in one parameter. `outer_no` is the caller's own number, so that nothing is pushed twice.
 *
 * Fields and lengths are the vendor's; codes and words of a refusal, 7200 and 7201 aside, are assumed.
 */
import { readJson } from "../kit/exact-json.ts";
import type { Ledger } from "../kit/ledger.ts";
import { MATERIALS, STOCKS } from "../kit/world.ts";
import type { DocumentBook } from "./document-book.ts";
import type { WriteAnswer } from "./file-writes.ts";
import type { WarehouseList } from "./warehouse-list.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What the two differ in. */
export const STOCK_WRITES = {
  "wdt.stockin.order.push": { kind: "stockin", parameter: "stockin_info", lines: "goods_list", count: "stockin_num", prefix: "RK" },
  "wdt.stockout.order.push": { kind: "stockout", parameter: "stockout_info", lines: "detail_list", count: "num", prefix: "CK" },
} as const;

export type StockMethod = keyof typeof STOCK_WRITES;

export interface StockHoldings {
  readonly list: WarehouseList;
  readonly book: DocumentBook;
  readonly ledger: Ledger;
}

/** Takes one document in, or says why not. */
export function pushStock(method: StockMethod, { list, book, ledger }: StockHoldings, valueOf: (name: string) => string): WriteAnswer {
  const rules = STOCK_WRITES[method];
  const info = readObject(valueOf(rules.parameter));
  if (info === undefined) return refuse(1020, `参数${rules.parameter}不是合法的JSON对象`);
  const outerNo = textOf(info["outer_no"]);
  if (outerNo === "") return refuse(2001, "outer_no不能为空");
  if ([...outerNo].length > 40) return refuse(1020, "参数outer_no长度不能超过40");
  const warehouse = textOf(info["warehouse_no"]);
  if (warehouse === "") return refuse(2001, "warehouse_no不能为空");
  if (!STOCKS.some(({ stock }) => stock === warehouse) && !list.all().some((row) => row.warehouse_no === warehouse))
    return refuse(7200, `仓库${warehouse}不存在`);
  if (!["", "0", "1"].includes(textOf(info["is_check"]))) return refuse(1020, "参数is_check取值错误，可选值0、1");
  const problem = lineProblem(info[rules.lines], rules, book);
  if (problem !== undefined) return problem;
  if (ledger.entries().some((entry) => entry.kind === rules.kind && entry.key === outerNo)) return refuse(2003, `外部单号${outerNo}已存在`);
  const number = `${rules.prefix}9${String(ledger.entries().length + 1).padStart(9, "0")}`;
  ledger.add({ api: method, kind: rules.kind, key: outerNo, number, body: info });
  return { kind: "done", fields: { [`${rules.kind}_no`]: number } };
}

function lineProblem(given: unknown, rules: (typeof STOCK_WRITES)[StockMethod], book: DocumentBook): WriteAnswer | undefined {
  if (!Array.isArray(given) || given.length === 0) return refuse(2001, `${rules.lines}不能为空`);
  for (const each of given as readonly unknown[]) {
    const line = typeof each === "object" && each !== null ? (each as Fields) : {};
    const spec = textOf(line["spec_no"]);
    if (spec === "") return refuse(2001, "spec_no不能为空");
    if (!MATERIALS.some(({ code }) => code === spec) && !book.hasSpec(spec)) return refuse(7201, `商家编码${spec}不存在`);
    if (!/^\d+(\.\d{1,4})?$/.test(textOf(line[rules.count])) || Number(textOf(line[rules.count])) === 0)
      return refuse(1020, `参数${rules.count}应为大于0的数量，小数不超过4位`);
  }
  return undefined;
}

function readObject(text: string): Fields | undefined {
  try {
    const value = readJson(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
}

function refuse(code: number, text: string): WriteAnswer {
  return { kind: "refused", code, text };
}
