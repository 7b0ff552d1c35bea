/** 调拨单查询, by time of change. Each transfer is there twice, as 调拨出 and as 调拨入; ask for one of them. */
import type { Api } from "@datong/core";
import { plain } from "../../plain-fields.ts";
import { items, windowQuery } from "../querying.ts";

export const api: Api = windowQuery({
  code: "allocate.query",
  name: { zh: "调拨单查询", en: "Transfers" },
  source: "聚水潭开放平台 docId 47",
  request: plain(
    ["type", "调拨类型", "Side", "调拨出、调拨入"],
    ["io_ids", "调拨单号列表", "Numbers", "最多 50 个"],
    ["so_ids", "线上单号列表", "Outer numbers"],
    ["date_type", "时间类型", "Kind of time", "0 修改时间，2 出入库时间"],
  ),
  response: [
    ...plain(
      ["io_id", "调拨单号", "Number"],
      ["type", "调拨类型", "Side"],
      ["status", "状态", "Status", "Creating 待确认，Confirmed 调拨中或完成，Picking 拣货中，OuterConfirming 外部确认中，Cancelled 取消"],
      ["io_date", "单据日期", "Date"],
      ["modified", "修改时间", "Modified"],
      ["co_id", "公司编号", "Company"],
      ["wms_co_id", "分仓编号", "From branch warehouse", "调拨出为发起方，调拨入为接收方"],
      ["warehouse", "仓库名称", "From warehouse"],
      ["wh_id", "仓库编号", "From kind of warehouse"],
      ["link_wms_co_id", "对方分仓编号", "To branch warehouse"],
      ["link_warehouse", "对方仓库名称", "To warehouse"],
      ["link_wh_id", "对方仓库编号", "To kind of warehouse"],
      ["link_io_id", "关联单号", "Number of the other side"],
      ["f_status", "财务状态", "Financial status"],
      ["so_id", "调拨建议号", "Proposal"],
      ["out_io_id", "外部单号", "Outer number"],
      ["remark", "备注", "Remark"],
      ["creator_name", "创建人", "Creator"],
    ),
    items(
      ["ioi_id", "子单号", "Line id"],
      ["sku_id", "商品编码", "SKU"],
      ["i_id", "款式编码", "Style"],
      ["name", "商品名称", "Name"],
      ["properties_value", "颜色及规格", "Colour and size"],
      ["qty", "数量", "Quantity"],
      ["r_qty", "点数", "Counted"],
      ["batch_id", "批次号", "Lot"],
      ["product_date", "批次日期", "Made"],
      ["expiration_date", "有效期至", "Best before"],
    ),
  ],
  id: "io_id",
  byNumber: { field: "io_ids", max: 50, lift: ["type", "date_type"] },
});
