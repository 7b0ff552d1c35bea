/**
 * Which warehouses a query asks for, and the page of it: the part that 奇门 and the two direct interfaces have in common.
 *
 * Pages count from 0. Times are compared as GMT+8 texts, both ends included (assumed).
 */
import { parseChinaTime } from "../china-time.ts";
import type { WarehouseRow } from "./warehouse-list.ts";

/** Reads a parameter; an empty text means it was not given. */
export type ValueOf = (name: string) => string;

export interface WarehousePage {
  readonly kind: "page";
  readonly pageNo: number;
  readonly totalCount: number;
  readonly rows: readonly WarehouseRow[];
}

/** A parameter that the vendor turns down. */
export interface WarehouseRefusal {
  readonly kind: "refusal";
  readonly parameter: "page_no" | "page_size" | "start_time" | "end_time";
  readonly text: string;
}

/** The asked page, 40 rows unless told otherwise. */
export function queryWarehouses(all: readonly WarehouseRow[], valueOf: ValueOf, pageSizeMax: number): WarehousePage | WarehouseRefusal {
  const pageNo = Number(valueOf("page_no") || "0");
  const pageSize = Number(valueOf("page_size") || "40");
  if (!Number.isSafeInteger(pageNo) || pageNo < 0) return refuse("page_no", "page_no必须是从0开始的整数");
  if (!Number.isSafeInteger(pageSize) || pageSize < 1 || pageSize > pageSizeMax)
    return refuse("page_size", `page_size超出范围，应为1-${pageSizeMax}`);
  const start = valueOf("start_time");
  const end = valueOf("end_time");
  if (start !== "" && parseChinaTime(start) === undefined) return refuse("start_time", "start_time格式错误");
  if (end !== "" && parseChinaTime(end) === undefined) return refuse("end_time", "end_time格式错误");
  if ((start === "") !== (end === "")) return refuse(start === "" ? "start_time" : "end_time", "start_time与end_time必须同时传入");
  const type = valueOf("type") || valueOf("warehouse_type");
  const equal = (name: string, row: WarehouseRow): boolean => valueOf(name) === "" || valueOf(name) === row[name];
  const rows = all.filter(
    (row) =>
      (type === "" || row["type"] === type) &&
      equal("warehouse_no", row) &&
      equal("sub_type", row) &&
      equal("is_disabled", row) &&
      (valueOf("warehouse_name") === "" || row["name"] === valueOf("warehouse_name")) &&
      (start === "" || (row.modified >= start && row.modified <= end)),
  );
  return { kind: "page", pageNo, totalCount: rows.length, rows: rows.slice(pageNo * pageSize, (pageNo + 1) * pageSize) };
}

function refuse(parameter: WarehouseRefusal["parameter"], text: string): WarehouseRefusal {
  return { kind: "refusal", parameter, text };
}
