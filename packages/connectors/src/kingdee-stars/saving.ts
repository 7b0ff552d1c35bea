/**
 * How V1 of 金蝶云星辰 takes a bill: one a call, lines in `material_entity`, the answer with the ids of what was saved. Goods, stocks and
 * parties are named by `x_id`; that `x_number` does as well is on record for 采购退货单 and assumed for the others, so both are declared
 * and a flow fills one of them. A number that is there is refused (assumed), so an uncertain call is asked for first.
 */
import type { Api, Field, RequestShape } from "@datong/core";
import { resultWith } from "./faults.ts";

/** `x_id` and `x_number` of a reference. */
export function reference(prefix: string, label: string, description?: string): readonly Field[] {
  const told = description === undefined ? {} : { description };
  return [
    { field: `${prefix}_id`, label, type: "string", ...told },
    { field: `${prefix}_number`, label: `${label}编码`, type: "string", description: "与 id 二选一" },
  ];
}

/** The lines of every bill. */
export const BILL_LINES: Field = {
  field: "material_entity",
  label: "商品分录",
  type: "array",
  required: true,
  children: [
    ...reference("materialid", "商品"),
    ...reference("stockid", "仓库"),
    { field: "spid_id", label: "仓位", type: "string", description: "启用了仓位管理则必填" },
    { field: "qty", label: "数量", type: "string", required: true },
    ...reference("unit", "单位", "只能填商品关联的单位"),
    { field: "price", label: "单价", type: "string" },
    { field: "cess", label: "增值税率", type: "string" },
    { field: "disrate", label: "折扣率", type: "string" },
    { field: "batchno", label: "批号", type: "string" },
    { field: "is_free", label: "是否赠品", type: "string" },
    { field: "comment", label: "备注", type: "string" },
  ],
};

/** The header fields of every bill. */
export const BILL_HEADER: readonly Field[] = [
  { field: "billno", label: "单据编码", type: "string", required: true, description: "请由来源给出；超时后据此查证是否已建单" },
  { field: "billdate", label: "单据日期", type: "string", required: true, description: "格式：2019-01-01" },
  { field: "remark", label: "单据备注", type: "string" },
  { field: "empid_id", label: "业务员", type: "string" },
];

export const SAVED: readonly Field[] = [{ field: "id", label: "单据ID", labelEn: "Internal id", type: "string" }];

export const SAVE_RESULT = resultWith("data.successPkIds");

export function saveShape(path: string): RequestShape {
  return { method: "POST", path, json: "{{document}}" };
}

/** One bill a call, looked up by its number through `list`. */
export function saveRule(list: string): NonNullable<Api["write"]> {
  return {
    batchMax: 1,
    key: "billno",
    outcome: { kind: "whole", id: ["data.successPkIds[0]", "data.id"] },
    idempotent: false,
    probe: { api: list, params: { search: "{{keys|first}}" }, key: "billno", number: "billno", id: "id", batchMax: 1 },
    update: { idField: "id" },
    concurrencyMax: 2,
  };
}

/** A list asked for one number. The search is a fuzzy one over several fields; who asks keeps the exact number alone. */
export function probeApi(of: { readonly code: string; readonly path: string; readonly name: Api["name"]; readonly source: string }): Api {
  return {
    code: of.code,
    operation: of.path,
    name: of.name,
    direction: "query",
    source: of.source,
    request: [
      { field: "search", label: "模糊搜索", labelEn: "Search", type: "string", required: true },
      { field: "page", label: "当前页", labelEn: "Page", type: "string", default: "{{PAGINATION_START_PAGE}}" },
      { field: "pagesize", label: "每页显示条数", labelEn: "Rows per page", type: "string", default: "{{PAGINATION_PAGE_SIZE}}" },
    ],
    response: [
      { field: "id", label: "单据ID", labelEn: "Internal id", type: "string" },
      { field: "billno", label: "单据编码", labelEn: "Number", type: "string" },
    ],
    shape: { method: "POST", path: of.path, json: "{{params}}" },
    result: resultWith("data.rows"),
    rows: { kind: "objects", paths: ["data.rows", "data"] },
    id: ["id"],
    number: "billno",
    paging: { kind: "page", first: 1, size: 100, sizeMax: 100, end: [{ rule: "short-page" }] },
  };
}

/** A file (基础资料) of the account set, read whole: nothing public tells what its time parameters mean. */
export function fileApi(of: {
  readonly path: string;
  readonly name: Api["name"];
  readonly source: string;
  readonly more: readonly Field[];
}): Api {
  return {
    code: of.path,
    operation: of.path,
    name: of.name,
    direction: "query",
    source: of.source,
    request: [
      { field: "search", label: "模糊搜索", labelEn: "Search", type: "string", description: "编码、名称" },
      { field: "enable", label: "启用状态", labelEn: "Enabled", type: "string", description: "1启用，0禁用，-1全部" },
      { field: "page", label: "当前页(默认1)", labelEn: "Page", type: "string", default: "{{PAGINATION_START_PAGE}}" },
      { field: "pagesize", label: "每页显示条数", labelEn: "Rows per page", type: "string", default: "{{PAGINATION_PAGE_SIZE}}" },
    ],
    response: [
      { field: "id", label: "id", type: "string" },
      { field: "number", label: "编码", type: "string" },
      { field: "name", label: "名称", type: "string" },
      { field: "enable", label: "状态", type: "string", description: "1启用，0禁用" },
      { field: "remark", label: "备注", type: "string" },
      ...of.more,
    ],
    shape: { method: "POST", path: of.path, json: "{{params}}" },
    result: resultWith("data.rows"),
    rows: { kind: "objects", paths: ["data.rows", "data"] },
    id: ["id"],
    number: "number",
    paging: { kind: "page", first: 1, size: 100, sizeMax: 100, end: [{ rule: "short-page" }] },
    byNumber: { params: { search: "{{keys|first}}" }, lift: ["enable"], batchMax: 1 },
  };
}
