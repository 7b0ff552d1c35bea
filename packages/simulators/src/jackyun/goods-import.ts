/**
 * `erp.goods.skuimportbatch` (批量创建货品): up to 200 goods a call, each told for itself. `outSkuCode` is the only thing by which two
 * systems' goods belong together: a known one is changed. Required fields and the sub-code of a barcode that another bears are on
 * record, the other words are assumed.
 */
import type { Ledger } from "../kit/ledger.ts";
import { JACKYUN_SUB_CODE } from "./answer.ts";
import type { Found } from "./bill-queries.ts";
import type { CompanyBills } from "./company-bills.ts";

const GOODS_MAX = 200;
const REQUIRED = ["goodsName", "goodsNo", "unitName", "outSkuCode"];
const BARCODE_TAKEN = "0031310400";

/** Carries out the import; `content` is the list as it was sent. */
export function importGoods(content: unknown, bills: CompanyBills, ledger: Ledger): Found {
  if (!Array.isArray(content) || content.length === 0)
    return { kind: "refused", refusal: { subCode: JACKYUN_SUB_CODE.parameter, msg: "bizcontent应为货品数组" } };
  if (content.length > GOODS_MAX)
    return { kind: "refused", refusal: { subCode: JACKYUN_SUB_CODE.parameter, msg: `单次最多传${GOODS_MAX}个货品` } };
  return { kind: "found", data: content.map((one: unknown) => importOne(one, bills, ledger)) };
}

function importOne(one: unknown, bills: CompanyBills, ledger: Ledger): Readonly<Record<string, unknown>> {
  const goods = typeof one === "object" && one !== null && !Array.isArray(one) ? (one as Readonly<Record<string, unknown>>) : {};
  const outSkuCode = textOf(goods["outSkuCode"]);
  const missing = REQUIRED.filter((name) => textOf(goods[name]) === "");
  if (missing.length > 0)
    return { outSkuCode, success: false, errorMessage: `${missing.join(",")}不能为空`, subCode: JACKYUN_SUB_CODE.fieldsMissing };
  const barcode = textOf(goods["skuBarcode"]);
  const isTaken = barcode !== "" && bills.goods().some(({ row }) => row["barCode"] === barcode && row["outSkuCode"] !== outSkuCode);
  if (isTaken) return { outSkuCode, success: false, errorMessage: `条码${barcode}重复`, subCode: BARCODE_TAKEN };
  const isNew = bills.keepGoods(outSkuCode, goods);
  ledger.add({
    api: "erp.goods.skuimportbatch",
    kind: "goods",
    key: outSkuCode,
    number: textOf(goods["goodsNo"]),
    body: goods,
    ...(isNew ? {} : { edit: true }),
  });
  return { outSkuCode, success: true, errorMessage: "", subCode: "" };
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
}
