/**
 * 采购单: uploaded by 采购单上传, asked for by 采购单查询. A live order with the same external number is refused unless `is_edit` says that it is
 * to be changed (assumed, as for 其它出入库). Throws a Refusal.
 */
import { formatChinaTime } from "../china-time.ts";
import { NumberText } from "../kit/exact-json.ts";
import type { Ledger } from "../kit/ledger.ts";
import { isObject, readBool, readDecimal, readList, readText, readTime, readWhole, type Biz } from "./biz-fields.ts";
import type { Goods } from "./goods.ts";
import { pageOf, type Page } from "./inout-query.ts";
import { Refusal } from "./refusal.ts";
import type { SupplierTable } from "./suppliers.ts";
import { readWindow } from "./trade-bill-query.ts";

interface Purchase {
  readonly poId: number;
  readonly externalId: string;
  readonly modifiedAt: number;
  readonly row: Readonly<Record<string, unknown>>;
}

export interface Purchases {
  upload(biz: Biz): { readonly external_id: string; readonly po_id: number };
  query(biz: Biz): Page;
  all(): readonly unknown[];
}

const FIRST_PO_ID = 9_300_001;

/** None at first. */
export function createPurchases(now: () => number, ledger: Ledger, goods: Goods, suppliers: SupplierTable): Purchases {
  const purchases = new Map<string, Purchase>();
  return {
    upload(biz) {
      const externalId = readText(biz, "external_id");
      if (externalId === undefined) throw new Refusal("参数external_id不能为空");
      const known = purchases.get(externalId);
      if (known !== undefined && !readBool(biz, "is_edit")) throw new Refusal(`外部单号【${externalId}】已存在，请勿重复上传`);
      const supplierId = readWhole(biz, "supplier_id");
      if (supplierId === undefined) throw new Refusal("参数supplier_id不能为空");
      const supplier = suppliers.all().find((row) => row["supplier_id"] === supplierId);
      if (supplier === undefined) throw new Refusal(`供应商编号【${supplierId}】不存在`);
      const modifiedAt = Math.floor(now() / 1000) * 1000;
      const poId = known?.poId ?? FIRST_PO_ID + purchases.size;
      const row = {
        po_id: poId,
        so_id: externalId,
        supplier_id: supplierId,
        seller: supplier["name"],
        status: readBool(biz, "is_confirm") ? "Confirmed" : "WaitConfirm",
        po_date: formatChinaTime(readTime(biz, "po_date") ?? modifiedAt),
        wms_co_id: readWhole(biz, "wms_co_id") ?? 0,
        remark: readText(biz, "remark") ?? "",
        modified: formatChinaTime(modifiedAt),
        items: readLines(biz, goods, poId),
      };
      purchases.set(externalId, { poId, externalId, modifiedAt, row });
      const edit = known === undefined ? {} : { edit: true };
      ledger.add({ api: "jushuitan.purchase.upload", kind: "purchase", key: externalId, number: String(poId), body: biz, ...edit });
      return { external_id: externalId, po_id: poId };
    },
    query(biz) {
      const window = readWindow(biz);
      const soIds = readList(biz, "so_ids", 50);
      const poIds = readList(biz, "po_ids", 50);
      if (window === undefined && soIds === undefined && poIds === undefined)
        throw new Refusal("查询条件modified_begin和modified_end、so_ids、po_ids不能同时为空");
      const matching = [...purchases.values()].filter(
        ({ poId, externalId, modifiedAt }) =>
          (window === undefined || (modifiedAt >= window.from && modifiedAt <= window.to)) &&
          (soIds?.includes(externalId) ?? true) &&
          (poIds?.includes(String(poId)) ?? true),
      );
      return pageOf(biz, matching, ({ row }) => row);
    },
    all: () => [...purchases.values()].map(({ row }) => row),
  };
}

function readLines(biz: Biz, goods: Goods, poId: number): readonly unknown[] {
  const items = biz["items"];
  if (!Array.isArray(items) || items.length === 0) throw new Refusal("参数items不能为空");
  return items.map((item: unknown, at) => {
    if (!isObject(item)) throw new Refusal(`第${at + 1}行商品格式不正确`);
    const skuId = readText(item, "sku_id");
    if (skuId === undefined) throw new Refusal("参数items.sku_id不能为空");
    if (!goods.has(skuId)) throw new Refusal(`商品编码【${skuId}】不存在`);
    const qty = readDecimal(item, "qty");
    if (qty === undefined || !/[1-9]/.test(qty) || qty.startsWith("-")) throw new Refusal(`商品编码【${skuId}】数量必须大于0`);
    const price = readDecimal(item, "price");
    return {
      poi_id: poId * 100 + at + 1,
      po_id: poId,
      sku_id: skuId,
      qty: new NumberText(qty),
      price: price === undefined ? null : new NumberText(price),
    };
  });
}
