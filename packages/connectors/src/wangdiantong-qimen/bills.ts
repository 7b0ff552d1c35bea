/**
 * What the bills of 旺店通 have in common as APIs: pages from 0, a window by time of change of 30 days at most, a list that the method
 * names, and lines in `details_list`. Every value comes as text. Captions are those of the vendor's pages and of the users' API lists.
 */
import type { Api, ByNumber, Field, Paging, RequestShape } from "@datong/core";

/** The window and the page, as every bill's query takes them. */
export const WINDOW_REQUEST: readonly Field[] = [
  { field: "start_time", label: "开始时间", labelEn: "From", type: "string", default: "{{LAST_SYNC_TIME|datetime}}" },
  { field: "end_time", label: "结束时间", labelEn: "To", type: "string", default: "{{CURRENT_TIME|datetime}}" },
];

export const PAGE_REQUEST: readonly Field[] = [
  { field: "page_size", label: "分页大小", labelEn: "Rows per page", type: "string", default: "{{PAGINATION_PAGE_SIZE}}" },
  { field: "page_no", label: "页号", labelEn: "Page", type: "string", default: "{{PAGINATION_START_PAGE}}" },
];

/** A query of 企业版 through 奇门: the method is a form field, its parameters beside it. */
export function queryShape(method: string): RequestShape {
  return { method: "POST", path: "{{settings.router}}", form: { method, "...": "{{params}}" } };
}

export function pagesFromZero(sizeMax: number): Paging {
  return {
    kind: "page",
    first: 0,
    size: Math.min(50, sizeMax),
    sizeMax,
    end: [{ rule: "short-page" }, { rule: "total", path: "response.total_count" }],
  };
}

/** One number a call, without the window, which the vendor lets out then. */
export function oneNumber(parameter: string, lift: readonly string[]): ByNumber {
  return { params: { [parameter]: "{{keys|first}}", start_time: "", end_time: "" }, lift, batchMax: 1 };
}

/** The vendor allows 30 days from end to end. */
export const WINDOW: NonNullable<Api["window"]> = { spanMaxMs: 30 * 86_400_000 };

/** The fields of a line that name the goods. */
export const GOODS_FIELDS: readonly Field[] = [
  { field: "rec_id", label: "明细主键", type: "string" },
  { field: "goods_no", label: "货品编号", type: "string" },
  { field: "goods_name", label: "货品名称", type: "string" },
  { field: "spec_no", label: "商家编码", type: "string" },
  { field: "spec_code", label: "规格码", type: "string" },
  { field: "spec_name", label: "规格名称", type: "string" },
  { field: "barcode", label: "条码", type: "string" },
  { field: "unit_name", label: "单位", type: "string" },
  { field: "remark", label: "备注", type: "string" },
];
