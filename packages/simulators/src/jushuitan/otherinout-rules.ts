/**
 * The field rules of 新建其它出入库: what an upload must hold and how its texts become values. Throws a Refusal for the first broken rule.
 *
 * Quantities and prices stay decimal text. The vendor's texts for these refusals are not public; they are assumed.
 */
import { formatChinaDate } from "../china-time.ts";
import { isObject, readBool, readDecimal, readText, readTime, readWhole } from "./biz-fields.ts";
import type { Biz } from "./biz-fields.ts";
import { Refusal } from "./refusal.ts";

export interface OtherInOutItem {
  readonly skuId: string;
  /** Decimal text as sent. */
  readonly qty: string;
  readonly remark?: string;
  readonly batchId?: string;
  readonly supplierId?: number;
  /** `yyyy-MM-dd`. */
  readonly producedDate?: string;
  readonly expirationDate?: string;
  readonly salePrice?: string;
  readonly skuSns: readonly string[];
}

export interface OtherInOut {
  readonly externalId: string;
  readonly type: "in" | "out";
  readonly isConfirm: boolean;
  readonly excuteConfirming: boolean;
  readonly wmsCoId: number;
  readonly warehouse: number;
  readonly labels: readonly string[];
  /** remark, drp_co_name, receiver_* and the other plain texts, by the vendor's names. */
  readonly texts: Readonly<Record<string, string>>;
  readonly items: readonly OtherInOutItem[];
}

export interface OtherInOutWorld {
  readonly skuIds: { has(skuId: string): boolean };
  readonly wmsCoIds: ReadonlySet<number>;
  readonly allowDecimalQty: boolean;
}

/** The most items one document may have. */
export const ITEMS_MAX = 1000;

/** Checks one document. */
export function readOtherInOut(biz: Biz, world: OtherInOutWorld): OtherInOut {
  const externalId = readText(biz, "external_id");
  if (externalId === undefined) throw new Refusal("参数external_id不能为空");
  const type = readText(biz, "type");
  if (type !== "in" && type !== "out") throw new Refusal("参数type只能为in或out");
  if (biz["remark"] === "") throw new Refusal("参数remark不能为空字符串");
  const wmsCoId = readWhole(biz, "wms_co_id") ?? 0;
  if (!world.wmsCoIds.has(wmsCoId)) throw new Refusal(`分仓编号【${wmsCoId}】不存在`);
  return {
    externalId,
    type,
    isConfirm: readBool(biz, "is_confirm"),
    excuteConfirming: readBool(biz, "excute_confirming"),
    wmsCoId,
    warehouse: readWarehouse(biz),
    labels: readLabels(biz),
    texts: readTexts(biz),
    items: readItems(biz, world),
  };
}

const TEXT_FIELDS = [
  "remark",
  "drp_co_name",
  "receiver_name",
  "receiver_mobile",
  "receiver_state",
  "receiver_city",
  "receiver_district",
  "receiver_address",
  "lock_wh_id",
  "lock_wh_name",
  "lc_id",
  "l_id",
  "logistics_company",
];

/** 1 main, 2 returns, 3 inbound, 4 defect; the ten custom ones are 6 to 15. */
function readWarehouse(biz: Biz): number {
  const warehouse = readWhole(biz, "warehouse") ?? 1;
  if (warehouse < 1 || warehouse > 15 || warehouse === 5) throw new Refusal(`仓库类型【${warehouse}】不存在`);
  return warehouse;
}

function readLabels(biz: Biz): readonly string[] {
  const value = biz["labels"];
  if (value === undefined || value === null || value === "") return [];
  if (!Array.isArray(value) || !value.every((label) => typeof label === "string"))
    throw new Refusal("参数labels格式不正确，应为字符串数组");
  if (value.join("").length > 200) throw new Refusal("参数labels总长度不能超过200");
  return value;
}

function readTexts(biz: Biz): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const field of TEXT_FIELDS) {
    const text = readText(biz, field);
    if (text !== undefined) texts[field] = text;
  }
  return texts;
}

function readItems(biz: Biz, world: OtherInOutWorld): readonly OtherInOutItem[] {
  const items = biz["items"];
  if (!Array.isArray(items) || items.length === 0) throw new Refusal("参数items不能为空");
  if (items.length > ITEMS_MAX) throw new Refusal(`参数items最多支持${ITEMS_MAX}条`);
  return items.map((item: unknown, at) => {
    if (!isObject(item)) throw new Refusal(`第${at + 1}行商品格式不正确`);
    return readItem(item, world);
  });
}

function readItem(item: Biz, world: OtherInOutWorld): OtherInOutItem {
  const skuId = readText(item, "sku_id");
  if (skuId === undefined) throw new Refusal("参数items.sku_id不能为空");
  if (!world.skuIds.has(skuId)) throw new Refusal(`商品编码【${skuId}】不存在`);
  const qty = readDecimal(item, "qty");
  if (qty === undefined) throw new Refusal(`商品编码【${skuId}】数量不能为空`);
  if (qty.startsWith("-") || !/[1-9]/.test(qty)) throw new Refusal(`商品编码【${skuId}】数量必须大于0`);
  if (!world.allowDecimalQty && !/^\+?\d+(\.0*)?$/.test(qty)) throw new Refusal(`商品编码【${skuId}】数量必须为整数`);
  const sns = item["sku_sns"];
  if (sns !== undefined && sns !== null && sns !== "" && !Array.isArray(sns)) throw new Refusal("参数items.sku_sns格式不正确，应为数组");
  const supplierId = readWhole(item, "supplier_id");
  const producedDate = readDay(item, "produced_date");
  const expirationDate = readDay(item, "expiration_date");
  const salePrice = readDecimal(item, "sale_price");
  const remark = readText(item, "remark");
  const batchId = readText(item, "batch_id");
  return {
    skuId,
    qty,
    skuSns: Array.isArray(sns) ? sns.map(String) : [],
    ...(remark === undefined ? {} : { remark }),
    ...(batchId === undefined ? {} : { batchId }),
    ...(supplierId === undefined ? {} : { supplierId }),
    ...(producedDate === undefined ? {} : { producedDate }),
    ...(expirationDate === undefined ? {} : { expirationDate }),
    ...(salePrice === undefined ? {} : { salePrice }),
  };
}

function readDay(item: Biz, field: string): string | undefined {
  const at = readTime(item, field);
  return at === undefined ? undefined : formatChinaDate(at);
}
