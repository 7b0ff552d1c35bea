/** 采购退货查询: goods that went back to suppliers, by time of change. */
import type { Api } from "@datong/core";
import { plain } from "../../plain-fields.ts";
import { items, windowQuery } from "../querying.ts";

export const api: Api = windowQuery({
  code: "purchaseout.query",
  name: { zh: "采购退货查询", en: "Goods sent back to suppliers" },
  source: "聚水潭开放平台：采购退货查询",
  request: plain(
    ["status", "单据状态", "Status", "Confirmed 生效，WaitConfirm 待审核，Creating 草拟，Archive 归档，Cancelled 作废，Confirming 已确认"],
    ["io_ids", "采购退货单号列表", "Numbers", "最多 30 个"],
    ["so_ids", "线上单号列表", "Outer numbers"],
    ["date_type", "时间类型", "Kind of time", "0 修改时间，2 出库时间"],
  ),
  response: [
    ...plain(
      ["io_id", "退货单号", "Number"],
      ["po_id", "采购单号", "Purchase order"],
      ["so_id", "线上单号", "Outer number"],
      ["out_io_id", "外部单号", "External number"],
      ["status", "状态", "Status"],
      ["io_date", "退货日期", "Sent back"],
      ["modified", "修改时间", "Modified"],
      ["seller_id", "供应商内部编号", "Supplier"],
      ["receiver_name", "收货人/供应商名称", "Supplier's name"],
      ["warehouse", "仓库名", "Warehouse"],
      ["wh_id", "仓库编号", "Kind of warehouse", "1 主仓，2 销退仓，3 进货仓，4 次品仓"],
      ["wms_co_id", "分仓编号", "Branch warehouse"],
      ["f_status", "财务状态", "Financial status"],
      ["creator_name", "创建人", "Creator"],
      ["labels", "标签", "Labels"],
      ["remark", "备注", "Remark"],
    ),
    items(
      ["ioi_id", "明细id", "Line id"],
      ["sku_id", "商品编码", "SKU"],
      ["i_id", "款式编码", "Style"],
      ["name", "商品名称", "Name"],
      ["properties_value", "属性", "Colour and size"],
      ["qty", "数量", "Quantity"],
      ["cost_price", "单价", "Price"],
      ["cost_amount", "金额", "Amount"],
      ["tax_rate", "税率", "Tax rate"],
      ["batch_no", "批次号", "Lot"],
      ["remark", "备注", "Remark"],
    ),
  ],
  id: "io_id",
  byNumber: { field: "io_ids", max: 30, lift: ["status", "date_type"] },
});
