/**
 * 其它出入库查询 and its paging: windows of at most 7 days, pages from 1, at most 50 rows each.
 *
 * Both ends of a window are included (assumed). Without a window the caller must name documents or a row version.
 */
import { readList, readText, readTime, readWhole } from "./biz-fields.ts";
import type { Biz } from "./biz-fields.ts";
import { inOutRow, inOutTypeName } from "./otherinout-store.ts";
import type { StoredInOut } from "./otherinout-store.ts";
import { Refusal } from "./refusal.ts";

const WINDOW_MS = 7 * 86_400_000;
const PAGE_SIZE_MAX = 50;
const STATUSES = ["Confirmed", "WaitConfirm", "OuterConfirming", "Cancelled", "Delete"];

export interface Page {
  readonly page_index: number;
  readonly page_size: number;
  readonly data_count: number;
  readonly page_count: number;
  readonly has_next: boolean;
  readonly datas: readonly unknown[];
}

/** One page of the documents that match. */
export function queryInOut(biz: Biz, documents: readonly StoredInOut[]): Page {
  const matches = inOutFilter(biz);
  const byVersion = readWhole(biz, "start_ts") !== undefined;
  const rows = documents.filter(matches).sort((a, b) => (byVersion ? a.ts - b.ts : a.modifiedAt - b.modifiedAt || a.ioId - b.ioId));
  return pageOf(biz, rows, inOutRow);
}

/** Cuts the asked page out of all rows; used by every query of the vendor. */
export function pageOf<T>(biz: Biz, rows: readonly T[], show: (row: T) => unknown): Page {
  const pageIndex = readWhole(biz, "page_index") ?? 1;
  const pageSize = readWhole(biz, "page_size") ?? 30;
  if (pageIndex < 1) throw new Refusal("参数page_index必须从1开始");
  if (pageSize < 1 || pageSize > PAGE_SIZE_MAX) throw new Refusal(`参数page_size必须在1到${PAGE_SIZE_MAX}之间`);
  const pageCount = Math.ceil(rows.length / pageSize);
  return {
    page_index: pageIndex,
    page_size: pageSize,
    data_count: rows.length,
    page_count: pageCount,
    has_next: pageIndex < pageCount,
    datas: rows.slice((pageIndex - 1) * pageSize, pageIndex * pageSize).map(show),
  };
}

function inOutFilter(biz: Biz): (stored: StoredInOut) => boolean {
  const from = readTime(biz, "modified_begin");
  const to = readTime(biz, "modified_end");
  if ((from === undefined) !== (to === undefined)) throw new Refusal("参数modified_begin和modified_end必须同时存在");
  if (from !== undefined && to !== undefined && (to < from || to - from > WINDOW_MS)) throw new Refusal("时间间隔不能超过七天");
  const soIds = readList(biz, "so_ids", 50);
  const ioIds = readList(biz, "io_ids", 50);
  const startTs = readWhole(biz, "start_ts");
  if (from === undefined && soIds === undefined && ioIds === undefined && startTs === undefined) {
    throw new Refusal("查询条件modified_begin和modified_end、so_ids、io_ids不能同时为空");
  }
  const types = readList(biz, "types", 10);
  const status = readText(biz, "status");
  if (status !== undefined && !STATUSES.includes(status)) throw new Refusal(`参数status不支持【${status}】`);
  const wmsCoId = readWhole(biz, "wms_co_id");
  const dateType = readWhole(biz, "date_type") ?? 0;
  if (dateType !== 0 && dateType !== 2) throw new Refusal("参数date_type只能为0或2");
  return (stored) => {
    const at = Math.floor((dateType === 2 ? stored.createdAt : stored.modifiedAt) / 1000) * 1000;
    return (
      (from === undefined || to === undefined || (at >= from && at <= to)) &&
      (soIds === undefined || soIds.includes(stored.document.externalId)) &&
      (ioIds === undefined || ioIds.includes(String(stored.ioId))) &&
      (startTs === undefined || stored.ts >= startTs) &&
      (types === undefined || types.includes(inOutTypeName(stored.document))) &&
      (status === undefined || status === stored.status) &&
      (wmsCoId === undefined || wmsCoId === stored.document.wmsCoId)
    );
  };
}
