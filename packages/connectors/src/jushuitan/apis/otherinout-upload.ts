/**
 * 新建其它出入库(新): one movement a call, `biz` being the object itself. The external number decides whether it exists already: the
 * vendor documents no protection against a second document with the same number, so an uncertain call is settled by a query.
 */
import type { Api } from "@datong/core";

export const api: Api = {
  code: "jushuitan.otherinout.upload",
  operation: "jushuitan.otherinout.upload",
  name: { zh: "新建其它出入库(新)", en: "Add another stock movement" },
  direction: "write",
  source: "用户文档《聚水潭和金蝶云星空单据接口集成》；聚水潭开放平台 docId 43",
  request: [
    { field: "is_confirm", label: "是否自动确认单据", type: "string", default: "true" },
    { field: "wms_co_id", label: "分仓编号", type: "string" },
    { field: "type", label: "出入库类型: in是入库 out是出库", type: "string", required: true, default: "in", options: ["in", "out"] },
    { field: "external_id", label: "外部单号", type: "string", required: true, default: "{{FBillNo}}{{SubHeadEntity_FEntryId}}XStuiin" },
    { field: "warehouse", label: "主仓=1,销退仓=2, 进货仓=3,次品仓 = 4", type: "string", default: "1" },
    { field: "drp_co_name", label: "出库类型", type: "string" },
    { field: "receiver_name", label: "收件人姓名", type: "string" },
    { field: "receiver_mobile", label: "收件人手机号", type: "string" },
    { field: "receiver_state", label: "收件地址省", type: "string" },
    { field: "receiver_city", label: "收件地址市", type: "string" },
    { field: "receiver_district", label: "收件地址区 | 县", type: "string" },
    { field: "receiver_address", label: "收件详细地址", type: "string" },
    {
      field: "items",
      label: "商品列表",
      type: "array",
      required: true,
      default: "items",
      children: [
        { field: "remark", label: "备注", type: "string" },
        { field: "sku_id", label: "商品编码", type: "string", required: true, default: "{{items.FMaterialId_FNumber}}" },
        { field: "qty", label: "数量", type: "string", required: true, default: "{{items.FRealQty}}" },
        { field: "batch_id", label: "批次单号,系统中需开启相关配置", type: "string" },
        { field: "produced_date", label: "生产日期,系统中需开启相关配置", type: "string" },
        { field: "expiration_date", label: "有效期至,系统中需开启相关配置", type: "string" },
      ],
    },
  ],
  response: [
    { field: "code", label: "非0失败", type: "string" },
    { field: "msg", label: "错误描述", type: "string" },
    {
      field: "data",
      label: "返回内容",
      type: "array",
      children: [
        { field: "external_id", label: "外部单号", type: "string" },
        { field: "io_id", label: "系统内部单号", type: "string" },
      ],
    },
  ],
  shape: { method: "POST", path: "open/jushuitan/otherinout/upload", form: { biz: "{{document}}" } },
  write: {
    batchMax: 1,
    key: "external_id",
    outcome: {
      kind: "whole",
      number: ["data.data.io_id", "data.io_id", "data[0].io_id"],
      id: ["data.data.io_id", "data.io_id", "data[0].io_id"],
    },
    idempotent: false,
    probe: {
      api: "other.inout.query:probe",
      params: { so_ids: "{{keys}}" },
      key: "so_id",
      number: "io_id",
      id: "io_id",
      ignore: { field: "status", in: ["Cancelled", "Delete"] },
      batchMax: 50,
    },
    reverse: { api: "jushuitan.otherinout.cancel" },
    removal: { steps: [{ api: "jushuitan.otherinout.cancel" }] },
    concurrencyMax: 2,
  },
};
