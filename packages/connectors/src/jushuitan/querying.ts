/**
 * Makes a query API of 聚水潭 that goes by time of change: windows of at most seven days, pages from 1 of at most fifty rows, `has_next`.
 * Bills of given numbers are asked for without a window, as the vendor allows.
 */
import type { Api, Field, Paging } from "@datong/core";
import { plain, type PlainField } from "../plain-fields.ts";

export const PAGES: readonly Field[] = [
  { field: "page_index", label: "页码", labelEn: "Page", type: "string", default: "{{PAGINATION_START_PAGE}}" },
  { field: "page_size", label: "每页条数", labelEn: "Rows per page", type: "string", default: "{{PAGINATION_PAGE_SIZE}}" },
];

export const QUERY_PAGING: Paging = {
  kind: "page",
  first: 1,
  size: 50,
  sizeMax: 50,
  end: [{ rule: "has-next", path: "data.has_next" }, { rule: "empty-page" }],
};

/** Lines of a bill. */
export function items(...fields: readonly PlainField[]): Field {
  return { field: "items", label: "商品列表", labelEn: "Lines", type: "array", children: plain(...fields) };
}

export interface WindowQuery {
  readonly code: string;
  readonly name: Api["name"];
  readonly source: string;
  /** Where the rows lie in the answer's `data`; `datas` unless given. */
  readonly list?: string;
  /** Parameters besides window and pages. */
  readonly request: readonly Field[];
  readonly response: readonly Field[];
  readonly id: string;
  /** Parameter that names bills, as a list (or as one text with commas), and how many it takes. */
  readonly byNumber: { readonly field: string; readonly asText?: boolean; readonly max: number; readonly lift: readonly string[] };
}

export function windowQuery({ code, name, source, list = "datas", request, response, id, byNumber }: WindowQuery): Api {
  const { field, asText = false, max, lift } = byNumber;
  return {
    code,
    operation: code,
    name,
    direction: "query",
    source,
    request: [
      { field: "modified_begin", label: "修改起始时间", labelEn: "Modified from", type: "string", default: "{{LAST_SYNC_TIME|datetime}}" },
      { field: "modified_end", label: "修改结束时间", labelEn: "Modified to", type: "string", default: "{{CURRENT_TIME|datetime}}" },
      ...request,
      ...PAGES,
    ],
    response,
    shape: { method: "POST", path: `open/${code.replaceAll(".", "/")}`, form: { biz: "{{params}}" } },
    rows: { kind: "objects", paths: [`data.${list}`] },
    id: [id],
    number: id,
    paging: QUERY_PAGING,
    window: { spanMaxMs: 7 * 86_400_000 },
    byNumber: {
      params: { [field]: asText ? "{{keys|implode}}" : "{{keys}}", modified_begin: "", modified_end: "" },
      lift,
      batchMax: max,
    },
  };
}
