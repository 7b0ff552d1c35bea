/**
 * What all ExecuteBillQuery APIs of 金蝶云星空 have in common: the call's shape, paging, and the parameters that page it.
 * TopRowCount caps the whole result and is no page size, so it stays 0. 2000 rows are within every server's ceiling; a server that
 * caps silently below what was asked would look like the last page, hence no larger pages.
 */
import type { ByNumber, Field, Paging, RequestShape } from "@datong/core";

export const QUERY_SHAPE: RequestShape = {
  method: "POST",
  path: "Kingdee.BOS.WebApi.ServicesStub.DynamicFormService.ExecuteBillQuery.common.kdsvc",
  json: { data: "{{params}}" },
};

export const QUERY_PAGING: Paging = { kind: "offset", size: 2000, sizeMax: 2000, end: [{ rule: "short-page" }] };

export const ORDER_STRING: Field = {
  field: "OrderString",
  label: "排序字段",
  labelEn: "Order",
  description: "翻页须有稳定的顺序，否则会漏行或重行",
};

/** Asks for the bills of these numbers; the flow's own filter stays in force. */
export function queryByNumber(column: string): ByNumber {
  return { params: { FilterString: `${column} in ({{keys|sqllist}})` }, and: "FilterString", batchMax: 100 };
}

/** The parameters in the vendor's order, for APIs that no user document prescribes. */
export function queryParameters(formId: string | undefined, order: string): Field[] {
  return [
    {
      field: "FormId",
      label: "业务对象表单Id",
      labelEn: "Form id",
      type: "string",
      required: true,
      ...(formId === undefined ? {} : { default: formId }),
    },
    { field: "FieldKeys", label: "需查询的字段key集合", labelEn: "Field keys", type: "array", default: "{{COLUMNS}}" },
    { field: "FilterString", label: "过滤条件", labelEn: "Filter", type: "string" },
    { ...ORDER_STRING, default: order },
    { field: "TopRowCount", label: "返回总行数", labelEn: "Cap on all rows", type: "int", default: "0" },
    { field: "StartRow", label: "开始行索引", labelEn: "First row", type: "string", default: "{{PAGINATION_START_ROW}}" },
    { field: "Limit", label: "最大行数", labelEn: "Rows per call", type: "string", default: "{{PAGINATION_PAGE_SIZE}}" },
  ];
}
