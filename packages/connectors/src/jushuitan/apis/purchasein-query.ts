/** 采购入库查询, by time of change; receipts in force unless `statuss` asks for others. */
import type { Api } from "@datong/core";
import { plain } from "../../plain-fields.ts";
import { items, windowQuery } from "../querying.ts";

export const api: Api = windowQuery({
  code: "purchasein.query",
  name: { zh: "采购入库查询", en: "Purchase receipts" },
  source: "聚水潭开放平台 docId 31",
  request: [
    ...plain(["po_ids", "采购单号列表", "Purchase orders", "最多 30 个"], ["io_ids", "采购入库单号列表", "Numbers", "最多 30 个"]),
    {
      field: "statuss",
      label: "单据状态列表",
      labelEn: "Statuses",
      type: "array",
      description: "不填为已入库；WaitConfirm 待入库，Confirmed 已入库，Cancelled 取消，Delete 作废，Archive 归档",
    },
    ...plain(["so_ids", "线上单号", "Order numbers"], ["date_type", "时间类型", "Kind of time", "0 修改时间，2 入库时间"]),
  ],
  response: [
    ...plain(
      ["io_id", "入库单号", "Number"],
      ["po_id", "采购单号", "Purchase order"],
      ["so_id", "线上单号", "Outer number"],
      ["status", "状态", "Status"],
      ["type", "进仓类型", "Kind"],
      ["io_date", "入库日期", "Received"],
      ["modified", "修改时间", "Modified"],
      ["supplier_id", "供应商内部编号", "Supplier"],
      ["supplier_name", "供应商名称", "Supplier's name"],
      ["warehouse", "仓库名称", "Warehouse"],
      ["wh_id", "仓库编号", "Kind of warehouse", "主仓=1，销退仓=2，进货仓=3，次品仓=4"],
      ["wms_co_id", "分仓编号", "Branch warehouse"],
      ["tax_rate", "税率", "Tax rate"],
      ["f_status", "财审状态", "Financial status"],
      ["creator_name", "制单人", "Creator"],
      ["labels", "标签", "Labels"],
      ["remark", "备注", "Remark"],
      ["ts", "数据行版本", "Row version"],
    ),
    items(
      ["ioi_id", "入库子单号", "Line id"],
      ["sku_id", "商品编码", "SKU"],
      ["i_id", "款式编码", "Style"],
      ["name", "商品名称", "Name"],
      ["unit", "单位", "Unit"],
      ["qty", "入库数量", "Quantity"],
      ["cost_price", "单价", "Price"],
      ["cost_amount", "金额", "Amount"],
      ["tax_rate", "税率", "Tax rate"],
      ["batch_no", "批次号", "Lot"],
      ["remark", "商品明细备注", "Remark"],
    ),
  ],
  id: "io_id",
  byNumber: { field: "io_ids", max: 30, lift: ["statuss", "date_type"] },
});
