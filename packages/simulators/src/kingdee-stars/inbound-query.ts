/**
 * The filters of the inbound lists, V1 and V2. The naming trap of V1 is kept: start and end mean the creation, begin and expire the
 * change. Dates are whole days in China, both ends included; times are epoch ms, both ends included, −1 or empty turns them off.
 * Values may be texts or numbers. A filter that cannot be read is refused rather than ignored.
 */
import { parseChinaDate } from "../china-time.ts";
import { MATERIALS } from "../kit/world.ts";
import { EMPLOYEES, linesOf } from "./inbound-store.ts";
import type { InboundBill } from "./inbound-store.ts";

const PAGE_SIZE_DEFAULT = 10;
const PAGE_SIZE_MAX = 100;
const DAY_MS = 86_400_000;

/** A filter, read; bounds are included and infinite when off. */
export interface InboundQuery {
  readonly kind: "query";
  readonly deptId: string;
  readonly employeeId: string;
  readonly supplierId: string;
  readonly status: string;
  readonly created: readonly [from: number, to: number];
  readonly modified: readonly [from: number, to: number];
  /** Texts yyyy-MM-dd; empty when off. */
  readonly billDate: readonly [from: string, to: string];
  readonly search: string;
  readonly page: number;
  readonly pageSize: number;
}

/** A query, or why it was refused. */
export type InboundQueryReading = InboundQuery | { readonly kind: "refused"; readonly text: string };

interface Names {
  readonly dept: string;
  readonly employee: string;
  readonly supplier: string;
  readonly status: string;
  readonly createdDate: readonly [string, string] | undefined;
  readonly modifiedDate: readonly [string, string] | undefined;
  readonly createdTime: readonly [string, string];
  readonly modifiedTime: readonly [string, string];
  readonly billDate: readonly [string, string];
  readonly pageSize: string;
}

const V1: Names = {
  dept: "deptid",
  employee: "empid",
  supplier: "supplierid",
  status: "billstatus",
  createdDate: ["startdate", "enddate"],
  modifiedDate: ["begindate", "expiredate"],
  createdTime: ["starttime", "endtime"],
  modifiedTime: ["begintime", "expiretime"],
  billDate: ["startbilldate", "endbilldate"],
  pageSize: "pagesize",
};

const V2: Names = {
  dept: "dept_id",
  employee: "emp_id",
  supplier: "supplier_id",
  status: "bill_status",
  createdDate: undefined,
  modifiedDate: undefined,
  createdTime: ["create_start_time", "create_end_time"],
  modifiedTime: ["modify_start_time", "modify_end_time"],
  billDate: ["start_bill_date", "end_bill_date"],
  pageSize: "page_size",
};

/** Reads the body of V1 (`pur_inbound_list`) or the query of V2 (`v2/scm/pur_inbound`). */
export function readInboundQuery(given: Readonly<Record<string, unknown>>, version: "v1" | "v2"): InboundQueryReading {
  const names = version === "v1" ? V1 : V2;
  const read = new Reader(given);
  const query: InboundQuery = {
    kind: "query",
    deptId: read.text(names.dept),
    employeeId: read.text(names.employee),
    supplierId: read.text(names.supplier),
    status: read.choice(names.status, ["", "C", "Z"]),
    created: narrower(read.days(names.createdDate), read.times(names.createdTime)),
    modified: narrower(read.days(names.modifiedDate), read.times(names.modifiedTime)),
    billDate: [read.date(names.billDate[0]), read.date(names.billDate[1])],
    search: read.text("search"),
    page: read.whole("page", 1, Number.MAX_SAFE_INTEGER, 1),
    pageSize: read.whole(names.pageSize, 1, PAGE_SIZE_MAX, PAGE_SIZE_DEFAULT),
  };
  return read.problem === undefined ? query : { kind: "refused", text: read.problem };
}

/** Search and page of a list that knows no other filter. */
export function readPaging(
  given: Readonly<Record<string, unknown>>,
):
  | { readonly kind: "paging"; readonly search: string; readonly page: number; readonly pageSize: number }
  | { readonly kind: "refused"; readonly text: string } {
  const read = new Reader(given);
  const paging = {
    kind: "paging" as const,
    search: read.text("search"),
    page: read.whole("page", 1, Number.MAX_SAFE_INTEGER, 1),
    pageSize: read.whole("pagesize", 1, PAGE_SIZE_MAX, PAGE_SIZE_DEFAULT),
  };
  return read.problem === undefined ? paging : { kind: "refused", text: read.problem };
}

/** Whether the bill passes the filter; page and size play no part. */
export function matchesInboundQuery(query: InboundQuery, bill: InboundBill): boolean {
  const employee = EMPLOYEES[bill.employee] ?? EMPLOYEES[0];
  const [billFrom, billTo] = query.billDate;
  return (
    (query.status === "" || query.status === (bill.auditedAt === undefined ? "Z" : "C")) &&
    bill.createdAt >= query.created[0] &&
    bill.createdAt <= query.created[1] &&
    bill.modifiedAt >= query.modified[0] &&
    bill.modifiedAt <= query.modified[1] &&
    (query.supplierId === "" || query.supplierId === bill.supplier.id) &&
    (query.deptId === "" || query.deptId === employee.deptId) &&
    (query.employeeId === "" || query.employeeId === employee.id) &&
    (billFrom === "" || bill.billdate >= billFrom) &&
    (billTo === "" || bill.billdate <= billTo) &&
    (query.search === "" || contains(bill, employee.name, query.search))
  );
}

function contains(bill: InboundBill, employeeName: string, search: string): boolean {
  if ([bill.billno, bill.supplier.name, employeeName].some((text) => text.includes(search))) return true;
  return linesOf(bill).some((line) => (MATERIALS[line.material]?.name ?? "").includes(search));
}

type Span = readonly [from: number, to: number];

function narrower(a: Span, b: Span): Span {
  return [Math.max(a[0], b[0]), Math.min(a[1], b[1])];
}

/** Reads one value after another and keeps the first problem. */
class Reader {
  readonly #given: Readonly<Record<string, unknown>>;
  problem: string | undefined;

  constructor(given: Readonly<Record<string, unknown>>) {
    this.#given = given;
  }

  text(name: string): string {
    const value = this.#given[name];
    if (value === undefined || value === null) return "";
    if (typeof value === "string" || typeof value === "number") return String(value).trim();
    this.problem ??= `参数${name}类型错误`;
    return "";
  }

  choice(name: string, allowed: readonly string[]): string {
    const text = this.text(name);
    if (!allowed.includes(text)) this.problem ??= `参数${name}取值错误`;
    return text;
  }

  whole(name: string, min: number, max: number, absent: number): number {
    const text = this.text(name);
    if (text === "") return absent;
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    this.problem ??= max === PAGE_SIZE_MAX ? `参数${name}应在${min}到${max}之间` : `参数${name}应从${min}开始`;
    return absent;
  }

  date(name: string): string {
    const text = this.text(name);
    if (text !== "" && parseChinaDate(text) === undefined) this.problem ??= `参数${name}格式错误,应为yyyy-MM-dd`;
    return text;
  }

  days(names: readonly [string, string] | undefined): Span {
    const from = names === undefined ? undefined : parseChinaDate(this.date(names[0]));
    const to = names === undefined ? undefined : parseChinaDate(this.date(names[1]));
    return [from ?? Number.NEGATIVE_INFINITY, to === undefined ? Number.POSITIVE_INFINITY : to + DAY_MS - 1];
  }

  times(names: readonly [string, string]): Span {
    return [this.#time(names[0]) ?? Number.NEGATIVE_INFINITY, this.#time(names[1]) ?? Number.POSITIVE_INFINITY];
  }

  #time(name: string): number | undefined {
    const text = this.text(name);
    if (text === "" || text === "-1") return undefined;
    if (/^\d{1,15}$/.test(text)) return Number(text);
    this.problem ??= `参数${name}应为毫秒时间戳`;
    return undefined;
  }
}
