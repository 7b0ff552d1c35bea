/**
 * 普通商品资料: the goods of the company, asked for by time of change or by code, and added or changed by 普通商品资料上传. An upload is
 * judged item by item; one that is refused says why in its own line of the answer. Throws a Refusal for what concerns the whole call.
 */
import { formatChinaTime } from "../china-time.ts";
import { NumberText } from "../kit/exact-json.ts";
import type { Ledger } from "../kit/ledger.ts";
import { MATERIALS } from "../kit/world.ts";
import { isObject, readBool, readDecimal, readList, readText, readWhole, type Biz } from "./biz-fields.ts";
import { pageOf, type Page } from "./inout-query.ts";
import { Refusal } from "./refusal.ts";
import { readWindow } from "./trade-bill-query.ts";

export interface Sku {
  readonly skuId: string;
  readonly modifiedAt: number;
  readonly row: Readonly<Record<string, unknown>>;
}

/** One line of the answer to an upload. */
export interface Uploaded {
  readonly is_success: boolean;
  readonly sku_id: string;
  readonly msg: string;
}

export interface Goods {
  has(skuId: string): boolean;
  query(biz: Biz): Page;
  upload(biz: Biz): readonly Uploaded[];
  all(): readonly unknown[];
}

/** The vendor's ceiling is not public; assumed. */
const ITEMS_MAX = 200;
/** Upload field to field of the query. */
const TEXTS: Readonly<Record<string, string>> = {
  i_id: "i_id",
  name: "name",
  short_name: "short_name",
  properties_value: "properties_value",
  brand: "brand",
  c_name: "category",
  vc_name: "vc_name",
  sku_code: "sku_code",
  unit: "unit",
  remark: "remark",
  item_type: "item_type",
  supplier_name: "supplier_name",
  other_1: "other_1",
  other_2: "other_2",
};
const PRICES: Readonly<Record<string, string>> = {
  s_price: "sale_price",
  c_price: "cost_price",
  market_price: "market_price",
  weight: "weight",
};

/** The world's materials and what only this system has, changed over the last 30 days, and the one that the protocol notes' second vector moves. */
export function createGoods(now: () => number, ledger: Ledger, counts: { readonly goods: number; readonly ownGoods: number }): Goods {
  const skus = new Map<string, Sku>();
  const put = (skuId: string, modifiedAt: number, row: Readonly<Record<string, unknown>>): void => {
    skus.set(skuId, { skuId, modifiedAt, row: { ...row, sku_id: skuId, modified: formatChinaTime(modifiedAt) } });
  };
  const started = now();
  const own = Array.from({ length: counts.ownGoods }, (_, i) => ({
    code: `B-${String(i + 1).padStart(3, "0")}`,
    name: `新品${i + 1}号`,
    price: "19.90",
  }));
  [...MATERIALS.slice(0, counts.goods), ...own].forEach(({ code, name, price }, i) => {
    const at = Math.floor((started - ((i * 37) % 29) * 86_400_000 - i * 60_000) / 1000) * 1000;
    put(code, at, {
      i_id: code,
      name,
      short_name: [...name].slice(0, 4).join(""),
      sale_price: new NumberText(price),
      cost_price: null,
      market_price: null,
      properties_value: `${100 + (i % 9) * 50}ml`,
      category: i % 2 === 0 ? "家居日用" : "文创礼品",
      brand: i < counts.goods ? "" : "新品牌",
      sku_code: `69${String(2_000_000_000 + i * 37).padStart(11, "0")}`,
      unit: "件",
      weight: new NumberText("0.500"),
      remark: "",
      sku_type: "normal",
      item_type: "成品",
      enabled: i % 50 === 49 ? -1 : 1,
      created: formatChinaTime(at),
    });
  });
  const example = {
    i_id: "SKU-红",
    name: "示例商品（红）",
    brand: "新品牌",
    sale_price: new NumberText("9.90"),
    unit: "件",
    sku_type: "normal",
    enabled: 1,
  };
  put("SKU-红-01", Math.floor(started / 1000) * 1000, example);
  return {
    has: (skuId) => skus.has(skuId),
    query: (biz) => pageOf(biz, matching(biz, [...skus.values()]), (sku) => sku.row),
    all: () => [...skus.values()].map((sku) => sku.row),
    upload(biz) {
      const items = biz["items"];
      if (!Array.isArray(items) || items.length === 0) throw new Refusal("参数items不能为空");
      if (items.length > ITEMS_MAX) throw new Refusal(`参数items最多支持${ITEMS_MAX}条`);
      return items.map((item: unknown): Uploaded => {
        const skuId = isObject(item) ? (readText(item, "sku_id") ?? "") : "";
        try {
          if (!isObject(item) || skuId === "") throw new Refusal("商品编码不能为空");
          const known = skus.get(skuId);
          const row = rowOf(item, known?.row);
          put(skuId, Math.floor(now() / 1000) * 1000, row);
          const edit = known === undefined ? {} : { edit: true };
          ledger.add({ api: "jushuitan.itemsku.upload", kind: "sku", key: skuId, number: skuId, body: item, ...edit });
          return { is_success: true, sku_id: skuId, msg: "执行成功" };
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          return { is_success: false, sku_id: skuId, msg: error.message };
        }
      });
    },
  };
}

/** What is not sent stays as it was; a new one needs its style and its name. */
function rowOf(item: Biz, known: Readonly<Record<string, unknown>> | undefined): Readonly<Record<string, unknown>> {
  const row: Record<string, unknown> = { sku_type: "normal", enabled: 1, ...known };
  for (const [field, name] of Object.entries(TEXTS)) {
    const text = readText(item, field);
    if (text !== undefined) row[name] = text;
  }
  for (const [field, name] of Object.entries(PRICES)) {
    const number = readDecimal(item, field);
    if (number !== undefined) row[name] = new NumberText(number);
  }
  const enabled = readWhole(item, "enabled");
  if (enabled !== undefined) {
    if (![-1, 0, 1].includes(enabled)) throw new Refusal("参数enabled只能为-1、0、1");
    row["enabled"] = enabled;
  }
  if (item["batch_enabled"] !== undefined) row["batch_enabled"] = readBool(item, "batch_enabled");
  for (const [field, caption] of [
    ["i_id", "款式编码"],
    ["name", "商品名称"],
  ] as const)
    if (row[field] === undefined) throw new Refusal(`${caption}不能为空`);
  if ([...String(row["properties_value"] ?? "")].length > 100) throw new Refusal("颜色及规格最多100个字符");
  return row;
}

function matching(biz: Biz, skus: readonly Sku[]): readonly Sku[] {
  const window = readWindow(biz);
  const skuIds = readList(biz, "sku_ids", 20);
  const name = readText(biz, "name");
  if (window === undefined && skuIds === undefined && name === undefined)
    throw new Refusal("查询条件modified_begin和modified_end、sku_ids、name不能同时为空");
  return skus
    .filter(
      (sku) =>
        (window === undefined || (sku.modifiedAt >= window.from && sku.modifiedAt <= window.to)) &&
        (skuIds?.includes(sku.skuId) ?? true) &&
        (name === undefined || String(sku.row["name"]).includes(name)),
    )
    .toSorted((a, b) => a.modifiedAt - b.modifiedAt || (a.skuId < b.skuId ? -1 : 1));
}
