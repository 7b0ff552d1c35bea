/** 实际收货查询: goods that customers sent back and the warehouse took in, by time of change. */
import type { Api } from "@datong/core";
import { plain } from "../../plain-fields.ts";
import { items, windowQuery } from "../querying.ts";

export const api: Api = windowQuery({
  code: "aftersale.received.query",
  name: { zh: "实际收货查询(销售退仓)", en: "Goods sent back" },
  source: "聚水潭开放平台 docId 40",
  request: plain(
    ["io_ids", "退仓单号列表", "Numbers", "最多 50 个"],
    ["as_ids", "售后单号列表", "After-sale numbers", "最多 50 个"],
    ["so_ids", "线上单号列表", "Order numbers"],
    ["o_ids", "内部单号列表", "Internal numbers"],
    ["shop_id", "退货店铺", "Shop"],
    ["date_type", "日期类型", "Kind of time", "0 修改时间，1 创建日期，2 订单日期，4 实际出入库时间"],
  ),
  response: [
    ...plain(
      ["io_id", "退仓单号", "Number"],
      ["as_id", "售后单号", "After-sale number"],
      ["o_id", "内部单号", "Internal number"],
      ["so_id", "线上单号", "Order number"],
      ["status", "单据状态", "Status", "WaitConfirm 待确认，Confirmed 已确认，Cancelled 作废，Merged 被合并"],
      ["type", "售后类型", "Kind", "普通退货，其它，拒收退货，仅退款，投诉，补发，换货，维修"],
      ["io_date", "入库日期", "Received"],
      ["modified", "修改时间", "Modified"],
      ["shop_id", "店铺编号", "Shop"],
      ["warehouse", "仓库名称", "Warehouse"],
      ["wh_id", "仓库代码", "Kind of warehouse", "1 主仓，2 销退仓，3 进货仓，4 次品仓"],
      ["wms_co_id", "分仓编号", "Branch warehouse"],
      ["l_id", "物流单号", "Parcel"],
      ["logistics_company", "物流公司名称", "Carrier's name"],
      ["creator_name", "创建人", "Creator"],
      ["aftersale_remark", "售后备注", "Remark"],
      ["drp_co_name", "分销商名称", "Distributor"],
      ["ts", "数据行版本", "Row version"],
    ),
    items(
      ["ioi_id", "退仓子单号", "Line id"],
      ["sku_id", "商品编码", "SKU"],
      ["i_id", "款式编码", "Style"],
      ["name", "商品名称", "Name"],
      ["properties_value", "颜色规格", "Colour and size"],
      ["unit", "单位", "Unit"],
      ["qty", "商品数量", "Quantity"],
      ["sale_price", "销售价格", "Price"],
      ["sale_amount", "销售总金额", "Amount"],
    ),
  ],
  id: "io_id",
  byNumber: { field: "io_ids", max: 50, lift: ["shop_id", "date_type"] },
});
