/**
 * The little company that all simulators share: its codes are the same under every seed, so that a customer, a material or a
 * warehouse read from one system exists in the other, as it does for a real company. Seeds vary bills, not master data.
 */

export interface WorldMaterial {
  /** The same code in Kingdee (FNumber) and in 聚水潭 (sku_id). A-001 is used by the captured requests. */
  readonly code: string;
  readonly name: string;
  /** Decimal text with two places. */
  readonly price: string;
}

export interface WorldShop {
  readonly shopId: string;
  readonly shopName: string;
  /** Customer number in Kingdee. */
  readonly customer: string;
}

export interface WorldStock {
  /** Stock number in Kingdee. */
  readonly stock: string;
  readonly name: string;
  /** 分仓编号 in 聚水潭. */
  readonly wmsCoId: string;
}

/** The organisations: 100 is used by the captured requests, 100.01 and 100.02 are its branches. */
export const ORGANISATIONS = [
  { number: "100", name: "打通示范集团" },
  { number: "100.01", name: "打通示范（华东）有限公司" },
  { number: "100.02", name: "打通示范（华南）有限公司" },
] as const;

const NOUNS = ["保温杯", "餐盒", "雨伞", "围巾", "台灯", "蓝牙音箱", "龘龍茶具", "䶮牌毛巾", "𠮷祥如意摆件", "É型支架"];
const COLOURS = ["红", "藏青", "米白", "黑", "墨绿", "灰", "杏色", "天蓝"];

/** 200 materials, A-001 … A-200, with rare characters (GB18030 beyond GBK, beyond the BMP) among their names. */
export const MATERIALS: readonly WorldMaterial[] = Array.from({ length: 200 }, (_, i) => ({
  code: `A-${String(i + 1).padStart(3, "0")}`,
  name: `${NOUNS[i % NOUNS.length] ?? ""}（${COLOURS[i % COLOURS.length] ?? ""}）${i + 1}号`,
  price: `${((i * 37) % 290) + 9}.${String((i * 13) % 100).padStart(2, "0")}`,
}));

/** Six shops; each is a customer in Kingdee. */
export const SHOPS: readonly WorldShop[] = ["天猫旗舰店", "京东自营店", "抖音官方店", "拼多多专营店", "有赞商城", "小红书店"].map(
  (shopName, i) => ({
    shopId: String(10001 + i),
    shopName,
    customer: `KH${10001 + i}`,
  }),
);

/** Four stocks in Kingdee, each a 分仓 in 聚水潭. */
export const STOCKS: readonly WorldStock[] = ["华东主仓", "华南分仓", "退货仓", "次品仓"].map((name, i) => ({
  stock: `CK00${i + 1}`,
  name,
  wmsCoId: String(i === 0 ? 0 : 11300 + i),
}));

/** Suppliers: number in Kingdee, internal id (supplier_id) and code (supplier_code) in 聚水潭 are of the same three firms. */
export const SUPPLIERS = [
  { number: "VEN00001", name: "顺丰速运有限公司", supplierId: "20001" },
  { number: "VEN00002", name: "中通快递股份有限公司", supplierId: "20002" },
  { number: "VEN00010", name: "义乌市𠮷祥日用品厂", supplierId: "20010" },
] as const;

const FIRST_ORDER = 8_100_001;
const ORDER_STEP = 3;

/** 内部单号 (o_id) of the company's n-th order in 聚水潭, from 0: the same behind 奇门 and on the open platform. */
export function orderIdAt(nth: number): number {
  return FIRST_ORDER + nth * ORDER_STEP;
}

/** Whether the company has an order of this number among its first `count`. */
export function isOrderId(oId: number, count: number): boolean {
  const nth = (oId - FIRST_ORDER) / ORDER_STEP;
  return Number.isInteger(nth) && nth >= 0 && nth < count;
}

/** Units in Kingdee. */
export const UNITS = ["Pcs", "kg", "m"] as const;
