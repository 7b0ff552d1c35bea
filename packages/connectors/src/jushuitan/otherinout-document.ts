/** What 其它出入库 documents look like when they are read, and the columns that a query may ask by. */
import type { Field } from "@datong/core";

export const OTHERINOUT_RESPONSE: readonly Field[] = [
  { field: "io_id", label: "系统内部单号", labelEn: "Internal number", type: "string" },
  { field: "so_id", label: "外部单号", labelEn: "External number", type: "string" },
  { field: "io_date", label: "单据日期", labelEn: "Date", type: "string" },
  { field: "status", label: "状态", labelEn: "Status", type: "string" },
  { field: "type", label: "单据类型", labelEn: "Kind", type: "string" },
  { field: "f_status", label: "财审状态", labelEn: "Financial status", type: "string" },
  { field: "warehouse", label: "仓库", labelEn: "Warehouse", type: "string" },
  { field: "wms_co_id", label: "分仓编号", labelEn: "Branch warehouse", type: "string" },
  { field: "remark", label: "备注", labelEn: "Remark", type: "string" },
  { field: "created", label: "创建时间", labelEn: "Created", type: "string" },
  { field: "modified", label: "修改时间", labelEn: "Modified", type: "string" },
  { field: "creator_name", label: "创建人", labelEn: "Creator", type: "string" },
  {
    field: "items",
    label: "商品列表",
    labelEn: "Lines",
    type: "array",
    children: [
      { field: "ioi_id", label: "子单号", labelEn: "Line id", type: "string" },
      { field: "sku_id", label: "商品编码", labelEn: "SKU", type: "string" },
      { field: "name", label: "商品名称", labelEn: "Name", type: "string" },
      { field: "qty", label: "数量", labelEn: "Quantity", type: "string" },
      { field: "cost_price", label: "成本价", labelEn: "Cost price", type: "string" },
      { field: "cost_amount", label: "成本金额", labelEn: "Cost amount", type: "string" },
      { field: "batch_id", label: "批次号", labelEn: "Batch", type: "string" },
      { field: "remark", label: "备注", labelEn: "Remark", type: "string" },
    ],
  },
];

export const OTHERINOUT_REQUEST: readonly Field[] = [
  { field: "so_ids", label: "外部单号列表", labelEn: "External numbers", type: "array", description: "最多 50 个" },
  { field: "io_ids", label: "内部单号列表", labelEn: "Internal numbers", type: "array", description: "最多 50 个" },
  { field: "types", label: "单据类型列表", labelEn: "Kinds", type: "array", description: "其它退货、其它出库、其它进仓" },
  { field: "status", label: "状态", labelEn: "Status", type: "string" },
  { field: "wms_co_id", label: "分仓编号", labelEn: "Branch warehouse", type: "string" },
  { field: "date_type", label: "时间类型", labelEn: "Kind of time", type: "string", description: "0 修改时间，2 单据日期" },
  { field: "page_index", label: "页码", labelEn: "Page", type: "string", default: "{{PAGINATION_START_PAGE}}" },
  { field: "page_size", label: "每页条数", labelEn: "Rows per page", type: "string", default: "{{PAGINATION_PAGE_SIZE}}" },
];
