/** Parameters that both lists of 聚水潭 behind 奇门 take, with the captions of the user's page for those it names. */
import type { ByNumber, Field } from "@datong/core";

export const LIST_REQUEST: readonly Field[] = [
  { field: "page_index", label: "页码", type: "string", required: true, default: "{{PAGINATION_START_PAGE}}" },
  { field: "page_size", label: "页数", type: "string", required: true, default: "{{PAGINATION_PAGE_SIZE}}" },
  { field: "start_time", label: "开始时间", type: "string", default: "{{LAST_SYNC_TIME|datetime}}" },
  { field: "end_time", label: "结束时间", type: "string", default: "{{CURRENT_TIME|datetime}}" },
  { field: "status", label: "status", type: "string" },
  { field: "date_type", label: "时间类型", labelEn: "Kind of time", type: "string" },
  { field: "shop_id", label: "店铺编号", labelEn: "Shop id", type: "string" },
  { field: "so_ids", label: "线上单号", labelEn: "Order numbers", type: "string", description: "逗号分隔" },
  { field: "o_ids", label: "内部单号", labelEn: "Internal numbers", type: "string", description: "逗号分隔" },
  { field: "is_get_total", label: "是否返回总数", labelEn: "Return the total", type: "string" },
  { field: "start_ts", label: "数据行版本起点", labelEn: "From row version", type: "string" },
  { field: "archive", label: "是否查询归档", labelEn: "Archived rows", type: "string" },
];

/** Asks for these numbers, in `field`, without the window, which the vendor lets out then. */
export function listByNumber(field: string, more: readonly string[] = []): ByNumber {
  return {
    params: { [field]: "{{keys|implode}}", start_time: "", end_time: "", start_ts: "" },
    lift: ["status", "date_type", "shop_id", ...more],
    batchMax: 20,
  };
}
