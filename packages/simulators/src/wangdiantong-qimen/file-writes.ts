/**
 * Goods and providers written into the pretend 旺店通: `wdt.goods.push` (创建货品档案: a list as JSON, known goods are changed) and
 * `wdt.purchase.provider.create` (创建供应商, one a call). Every accepted write stands in the ledger under the sender's number.
 *
 * Required fields and lengths are the vendor's; the codes and words of a refusal are assumed.
 */
import { readJson } from "../kit/exact-json.ts";
import type { Ledger } from "../kit/ledger.ts";
import type { DocumentBook } from "./document-book.ts";

export type WriteAnswer =
  | { readonly kind: "done"; readonly fields: Readonly<Record<string, unknown>> }
  | { readonly kind: "refused"; readonly code: number; readonly text: string };

type Fields = Readonly<Record<string, unknown>>;

const GOODS_MAX = 100;
const GOODS_REQUIRED = ["goods_no", "goods_type", "goods_name"];
const PROVIDER_LENGTHS: Readonly<Record<string, number>> = {
  provider_no: 20,
  provider_name: 64,
  contact: 64,
  telno: 40,
  mobile: 40,
  address: 128,
  remark: 255,
};

/** `wdt.goods.push`: all of the list or none of it. */
export function pushGoods(book: DocumentBook, ledger: Ledger, valueOf: (name: string) => string): WriteAnswer {
  const list = readList(valueOf("goods_list"));
  if (list === undefined || list.length === 0) return refuse(1020, "参数goods_list不是合法的JSON数组");
  if (list.length > GOODS_MAX) return refuse(1020, `参数goods_list一次最多${GOODS_MAX}个货品`);
  for (const goods of list) {
    const missing = GOODS_REQUIRED.find((name) => textOf(goods[name]) === "");
    if (missing !== undefined) return refuse(2001, `货品${textOf(goods["goods_no"])}的${missing}不能为空`);
    const specs = goods["spec_list"];
    if (!Array.isArray(specs) || specs.length === 0) return refuse(2001, `货品${textOf(goods["goods_no"])}的spec_list不能为空`);
    if (specs.some((spec: unknown) => textOf((spec as Fields | null)?.["spec_no"]) === ""))
      return refuse(2001, `货品${textOf(goods["goods_no"])}的spec_no不能为空`);
  }
  let newCount = 0;
  for (const goods of list) {
    const { row, isNew } = book.keepGoods(goods);
    newCount += isNew ? 1 : 0;
    const key = textOf(goods["goods_no"]);
    ledger.add({
      api: "wdt.goods.push",
      kind: "goods",
      key,
      number: String(row["goods_id"]),
      body: goods,
      ...(isNew ? {} : { edit: true }),
    });
  }
  return { kind: "done", fields: { new_count: newCount, chg_count: list.length - newCount } };
}

/** `wdt.purchase.provider.create`. */
export function createProvider(book: DocumentBook, ledger: Ledger, parameters: ReadonlyMap<string, string>): WriteAnswer {
  const valueOf = (name: string): string => parameters.get(name) ?? "";
  const missing = ["provider_no", "provider_name"].find((name) => valueOf(name) === "");
  if (missing !== undefined) return refuse(2001, `${missing}不能为空`);
  const long = Object.entries(PROVIDER_LENGTHS).find(([name, length]) => [...valueOf(name)].length > length);
  if (long !== undefined) return refuse(1020, `参数${long[0]}长度不能超过${long[1]}`);
  const wrong = ["min_purchase_num", "purchase_cycle_days", "arrive_cycle_days"].find(
    (name) => valueOf(name) !== "" && !/^\d+(\.\d{1,4})?$/.test(valueOf(name)),
  );
  if (wrong !== undefined) return refuse(1020, `参数${wrong}应为数字`);
  const known = Object.fromEntries(
    [...Object.keys(PROVIDER_LENGTHS), "min_purchase_num", "purchase_cycle_days", "arrive_cycle_days"].map((name) => [name, valueOf(name)]),
  );
  const row = book.addProvider(known);
  if (row === undefined) return refuse(2002, `供应商编号${valueOf("provider_no")}已存在`);
  const number = String(row["provider_id"]);
  ledger.add({ api: "wdt.purchase.provider.create", kind: "provider", key: valueOf("provider_no"), number, body: known });
  return { kind: "done", fields: {} };
}

function readList(text: string): readonly Fields[] | undefined {
  let value: unknown;
  try {
    value = readJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (!Array.isArray(value) || value.some((one) => typeof one !== "object" || one === null || Array.isArray(one))) return undefined;
  return value as readonly Fields[];
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
}

function refuse(code: number, text: string): WriteAnswer {
  return { kind: "refused", code, text };
}
