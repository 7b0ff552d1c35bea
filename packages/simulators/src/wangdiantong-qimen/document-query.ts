/**
 * The queries of 企业版's documents and files: which rows match, and the page of it. One reader serves every method; what differs
 * stands in a `DocumentKind`.
 *
 * A window needs both ends (included), 30 days at most, goes by the time of change, and may be missing only beside a number. Pages
 * count from 0. A status may be several, parted by commas. Codes of refusals beside 2220 are assumed, as for the warehouses.
 */
import { parseChinaTime } from "../china-time.ts";

/** A row as the vendor shows it; every scalar is text. */
export type WdtRow = Readonly<Record<string, unknown>> & { readonly modified: string };

/** What one method asks of its rows. */
export interface DocumentKind {
  /** Name of the list in the answer. */
  readonly listName: string;
  /** Parameters that name a document, each with the row's field; beside one of them the window may be missing. */
  readonly numbers: Readonly<Record<string, string>>;
  /** Further parameters that a row's field must equal. */
  readonly equals: Readonly<Record<string, string>>;
  /** The parameter that names statuses, and which count when it is absent; absent: no status is asked. */
  readonly status?: { readonly parameter: string; readonly field: string; readonly unlessGiven: readonly string[] };
  /** False for files that are read without a window. */
  readonly windowed: boolean;
  readonly pageSizeMax: number;
}

export type DocumentPage =
  | { readonly kind: "page"; readonly pageNo: number; readonly totalCount: number; readonly rows: readonly WdtRow[] }
  | { readonly kind: "refusal"; readonly code: number; readonly text: string };

const WINDOW_MS = 30 * 86_400_000;
const PAGE_SIZE_DEFAULT = 40;

/** The asked page, by time of change. */
export function queryDocuments(kind: DocumentKind, all: readonly WdtRow[], valueOf: (name: string) => string): DocumentPage {
  const pageNo = Number(valueOf("page_no") || "0");
  const pageSize = Number(valueOf("page_size") || String(Math.min(PAGE_SIZE_DEFAULT, kind.pageSizeMax)));
  if (!Number.isSafeInteger(pageNo) || pageNo < 0) return refuse(1020, "参数page_no必须是从0开始的整数");
  if (!Number.isSafeInteger(pageSize) || pageSize < 1 || pageSize > kind.pageSizeMax)
    return refuse(2220, `page_size超出范围，应为1-${kind.pageSizeMax}`);
  const numbers = Object.entries(kind.numbers).filter(([name]) => valueOf(name) !== "");
  const window = readWindow(valueOf("start_time"), valueOf("end_time"), kind.windowed && numbers.length === 0);
  if (typeof window === "string") return refuse(1020, window);
  const statuses = readStatuses(kind, valueOf);
  const same = [...numbers, ...Object.entries(kind.equals).filter(([name]) => valueOf(name) !== "")];
  const rows = all.filter(
    (row) =>
      (window === undefined || (row.modified >= window.start && row.modified <= window.end)) &&
      (statuses === undefined || statuses.includes(String(row[kind.status?.field ?? ""]))) &&
      same.every(([name, field]) => row[field] === valueOf(name)),
  );
  return { kind: "page", pageNo, totalCount: rows.length, rows: rows.slice(pageNo * pageSize, (pageNo + 1) * pageSize) };
}

function readStatuses(kind: DocumentKind, valueOf: (name: string) => string): readonly string[] | undefined {
  if (kind.status === undefined) return undefined;
  const given = valueOf(kind.status.parameter);
  if (given !== "") return given.split(",").map((one) => one.trim());
  return kind.status.unlessGiven.length === 0 ? undefined : kind.status.unlessGiven;
}

/** The window, none where none is needed, or why it is refused. */
function readWindow(start: string, end: string, needed: boolean): { readonly start: string; readonly end: string } | string | undefined {
  if (start === "" && end === "") return needed ? "参数start_time、end_time不能为空" : undefined;
  const from = parseChinaTime(start);
  const to = parseChinaTime(end);
  if (from === undefined || to === undefined) return "参数start_time与end_time必须同时传入，格式为yyyy-MM-dd HH:mm:ss";
  if (to < from) return "参数end_time不能早于start_time";
  return to - from > WINDOW_MS ? "参数start_time和end_time最大跨度为30天" : { start, end };
}

function refuse(code: number, text: string): DocumentPage {
  return { kind: "refusal", code, text };
}
