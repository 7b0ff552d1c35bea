/**
 * 采购单上传: one order a call. The external number decides whether it exists already; the vendor documents no protection against a second
 * one with the same number, so an uncertain call is settled by a query.
 */
import type { Api, Field } from "@datong/core";
import { plain } from "../../plain-fields.ts";

const required = (fields: readonly Field[]): Field[] => fields.map((field) => ({ ...field, required: true }));

export const api: Api = {
  code: "jushuitan.purchase.upload",
  operation: "jushuitan.purchase.upload",
  name: { zh: "采购单上传", en: "Add a purchase order" },
  direction: "write",
  source: "聚水潭开放平台 docId 27",
  request: [
    ...required(plain(["external_id", "外部单号", "External number"], ["supplier_id", "供应商内部编号", "Supplier"])),
    ...plain(
      ["is_confirm", "是否自动确认单据", "Confirm at once"],
      ["wms_co_id", "分仓编号", "Branch warehouse"],
      ["po_date", "采购日期", "Date"],
      ["item_type", "商品类型", "Kind of goods", "成品、半成品、原材料"],
      ["remark", "备注", "Remark"],
      ["term", "合同条款", "Terms"],
      ["send_address", "送货地址", "Address"],
      ["purchaser_name", "采购员", "Buyer"],
      ["tax_rate", "税率", "Tax rate", "17% 时传 17"],
      ["more_rate", "溢装比例", "Surplus", "1 即 1%"],
      ["freight", "运费", "Freight"],
    ),
    {
      field: "items",
      label: "明细列表",
      labelEn: "Lines",
      type: "array",
      required: true,
      children: [
        ...required(plain(["sku_id", "商品编码", "SKU"], ["qty", "数量", "Quantity"])),
        ...plain(
          ["price", "价格", "Price"],
          ["tax_rate", "商品明细税率", "Tax rate"],
          ["remark", "明细备注", "Remark"],
          ["plan_arrive_qty", "协议到货数量", "Agreed quantity"],
          ["plan_arrive_date", "协议到货时间", "Agreed date"],
        ),
      ],
    },
  ],
  response: plain(["po_id", "聚水潭采购单号", "Number"], ["external_id", "外部采购单号", "External number"]),
  shape: { method: "POST", path: "open/jushuitan/purchase/upload", form: { biz: "{{document}}" } },
  write: {
    batchMax: 1,
    key: "external_id",
    outcome: {
      kind: "whole",
      number: ["data.data.po_id", "data.po_id", "data[0].po_id"],
      id: ["data.data.po_id", "data.po_id", "data[0].po_id"],
    },
    idempotent: false,
    probe: {
      api: "purchase.query:probe",
      params: { so_ids: "{{keys}}" },
      key: "so_id",
      number: "po_id",
      id: "po_id",
      ignore: { field: "status", in: ["Cancelled", "Delete"] },
      batchMax: 50,
    },
    concurrencyMax: 2,
  },
};
