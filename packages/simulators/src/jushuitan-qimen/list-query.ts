/**
 * The two list queries of 聚水潭 on 奇门: which rows match, in which order, and the page asked for.
 *
 * A window needs both ends (included, assumed), at most 7 days, and may be missing only beside document numbers or a row version.
 * Bad paging and bad values are TOP's 40 and 41; what the vendor itself turns down is 15 with its sub_code (assumed).
 */
import { parseChinaTime } from "../china-time.ts";
import { fail, invalidArgument, missingArgument } from "../kit/top-router.ts";
import type { TopAnswer, TopFailure } from "../kit/top-envelope.ts";
import { SHOPS, STOCKS } from "../kit/world.ts";
import type { Saleout, SaleoutList } from "./saleout-list.ts";
import type { JushuitanQimenSettings } from "./settings.ts";

/** What differs between sale-outs and orders. */
export interface ListKind {
  /** `datas` or `orders`. */
  readonly listName: string;
  readonly statuses: readonly string[];
  statusOf(bill: Saleout): string;
  /** date_type to the instant it means; 0 is always the change time. */
  readonly dates: Readonly<Record<string, (bill: Saleout) => number | undefined>>;
  show(bill: Saleout): unknown;
  /** Further parameters that must equal something of the bill. */
  readonly equal?: Readonly<Record<string, (bill: Saleout) => string>>;
}

export type Parameters = ReadonlyMap<string, string>;

const WINDOW_MS = 7 * 86_400_000;

/** One page of the rows that match. */
export function queryList(kind: ListKind, list: SaleoutList, parameters: Parameters, settings: JushuitanQimenSettings): TopAnswer {
  const pageIndex = readPaging(parameters, "page_index", Number.MAX_SAFE_INTEGER);
  if (typeof pageIndex !== "number") return pageIndex;
  const pageSize = readPaging(parameters, "page_size", settings.pageSizeMax);
  if (typeof pageSize !== "number") return pageSize;
  const rows = matchingRows(kind, list, parameters, settings);
  if (!Array.isArray(rows)) return rows as TopFailure;
  const from = (pageIndex - 1) * pageSize;
  const withTotal = (parameters.get("is_get_total") ?? "true").toLowerCase() !== "false";
  return {
    kind: "success",
    fields: {
      page_index: pageIndex,
      page_size: pageSize,
      // Without the total the vendor does not count; what it then writes is not on record, 0 is assumed.
      data_count: withTotal ? rows.length : 0,
      page_count: withTotal ? Math.ceil(rows.length / pageSize) : 0,
      has_next: from + pageSize < rows.length,
      [kind.listName]: rows.slice(from, from + pageSize).map((bill) => kind.show(bill)),
    },
  };
}

function readPaging(parameters: Parameters, name: string, max: number): number | TopFailure {
  const text = parameters.get(name) ?? "";
  if (text === "") return missingArgument(name);
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > max) return invalidArgument(name, `${name}必须是1到${max}之间的整数`);
  return number;
}

function matchingRows(kind: ListKind, list: SaleoutList, parameters: Parameters, settings: JushuitanQimenSettings): Saleout[] | TopFailure {
  const selection = readSelection(kind, parameters);
  if (selection.kind === "failure") return selection;
  if ((parameters.get("archive") ?? "").toLowerCase() === "true") return []; // Archived bills are older than the 30 days held here.
  const { window, startTs, filters, dateOf } = selection;
  const byChange = parameters.get("date_type") === undefined || parameters.get("date_type") === "" || parameters.get("date_type") === "0";
  const candidates = window !== undefined && byChange ? list.modifiedWithin(window.from, window.to) : list.all();
  const rows = candidates.filter((bill) => {
    const at = dateOf(bill);
    if (window !== undefined && (at === undefined || at < window.from || at > window.to)) return false;
    if (startTs !== undefined && !(settings.cursorInclusive ? bill.ts >= startTs : bill.ts > startTs)) return false;
    return filters.every((passes) => passes(bill));
  });
  if (startTs !== undefined) return rows.sort((a, b) => a.ts - b.ts);
  return byChange ? rows : rows.sort((a, b) => (dateOf(a) ?? 0) - (dateOf(b) ?? 0) || a.ioId - b.ioId);
}

interface Selection {
  readonly kind: "selection";
  readonly window?: { readonly from: number; readonly to: number };
  readonly startTs?: number;
  readonly filters: readonly ((bill: Saleout) => boolean)[];
  dateOf(bill: Saleout): number | undefined;
}

function readSelection(kind: ListKind, parameters: Parameters): Selection | TopFailure {
  const value = (name: string): string => parameters.get(name) ?? "";
  const window = readWindow(value("start_time"), value("end_time"));
  if (window?.kind === "failure") return window;
  const status = value("status");
  if (status !== "" && !kind.statuses.includes(status)) return invalidArgument("status", `status不支持${status}`);
  const dateOf = kind.dates[value("date_type") || "0"];
  if (dateOf === undefined) return invalidArgument("date_type", `date_type只能为${Object.keys(kind.dates).join("、")}`);
  if (value("start_ts") !== "" && !/^\d{1,15}$/.test(value("start_ts"))) return invalidArgument("start_ts", "start_ts必须是整数");
  const numbers = ["so_ids", "o_ids", "io_ids"].filter((name) => value(name) !== "");
  if (window === undefined && value("start_ts") === "" && numbers.length === 0) {
    return fail(15, "Remote service error", "isv.missing-window", "start_time和end_time、so_ids、o_ids、io_ids不能同时为空");
  }
  return {
    kind: "selection",
    ...(window === undefined ? {} : { window }),
    ...(value("start_ts") === "" ? {} : { startTs: Number(value("start_ts")) }),
    filters: [
      ...(status === "" ? [] : [(bill: Saleout) => kind.statusOf(bill) === status]),
      ...placeFilters(value),
      ...Object.entries(kind.equal ?? {}).flatMap(([name, of]) =>
        value(name) === "" ? [] : [(bill: Saleout) => of(bill) === value(name)],
      ),
      ...numberFilters(value),
    ],
    dateOf,
  };
}

function readWindow(
  start: string,
  end: string,
): { readonly kind: "window"; readonly from: number; readonly to: number } | TopFailure | undefined {
  if (start === "" && end === "") return undefined;
  if (start === "") return missingArgument("start_time");
  if (end === "") return missingArgument("end_time");
  const from = parseChinaTime(start);
  const to = parseChinaTime(end);
  if (from === undefined) return invalidArgument("start_time", "start_time格式应为yyyy-MM-dd HH:mm:ss");
  if (to === undefined) return invalidArgument("end_time", "end_time格式应为yyyy-MM-dd HH:mm:ss");
  if (to < from) return invalidArgument("end_time", "end_time不能早于start_time");
  if (to - from > WINDOW_MS) return fail(15, "Remote service error", "isv.window-too-long", "起始时间和结束时间间隔不能超过七天");
  return { kind: "window", from, to };
}

function placeFilters(value: (name: string) => string): readonly ((bill: Saleout) => boolean)[] {
  const filters: ((bill: Saleout) => boolean)[] = [];
  const shopId = value("shop_id");
  const wmsCoId = value("wms_co_id");
  if (shopId !== "") filters.push((bill) => SHOPS[bill.shop]?.shopId === shopId);
  if (wmsCoId !== "") filters.push((bill) => STOCKS[bill.stock]?.wmsCoId === wmsCoId);
  return filters;
}

function numberFilters(value: (name: string) => string): readonly ((bill: Saleout) => boolean)[] {
  const listed = (name: string, numberOf: (bill: Saleout) => string): readonly ((bill: Saleout) => boolean)[] => {
    if (value(name) === "") return [];
    const wanted = new Set(
      value(name)
        .split(",")
        .map((part) => part.trim()),
    );
    return [(bill) => wanted.has(numberOf(bill))];
  };
  return [
    ...listed("so_ids", (bill) => bill.soId),
    ...listed("o_ids", (bill) => String(bill.oId)),
    ...listed("io_ids", (bill) => String(bill.ioId)),
  ];
}
