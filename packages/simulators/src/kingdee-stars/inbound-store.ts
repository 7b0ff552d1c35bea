/**
 * The purchase inbound bills (采购入库单) of the account set. `bills` of them lie in the 30 days before the start, no later than ten
 * minutes before it, in the order they were created. A quarter of the audits is done in one go in the evening, so that many bills
 * share one change time to the millisecond; some bills are still unaudited (Z).
 */
import { formatChinaDate, parseChinaDate } from "../china-time.ts";
import { createRandom } from "../kit/random.ts";
import type { Random } from "../kit/random.ts";
import { makeInboundLines, type InboundLine } from "./inbound-lines.ts";
import type { StarsSupplier } from "./supplier.ts";
import { makeSuppliers } from "./supplier.ts";

/** One bill; instants are epoch ms. Its lines follow from `lineSeed`. */
export interface InboundBill {
  readonly id: string;
  readonly billno: string;
  /** yyyy-MM-dd, China. */
  readonly billdate: string;
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly auditedAt: number | undefined;
  readonly supplier: StarsSupplier;
  /** Position in EMPLOYEES. */
  readonly employee: number;
  readonly lineSeed: number;
  readonly remark: string;
  /** Of a bill that a client wrote; absent, they follow from the seed. */
  readonly lines?: readonly InboundLine[];
}

/** The bill's lines. */
export function linesOf(bill: InboundBill): readonly InboundLine[] {
  return bill.lines ?? makeInboundLines(bill.lineSeed);
}

const SPAN_MS = 30 * 86_400_000;
const NEWEST_AGE_MS = 600_000;
const ID_BASE = 1_560_000_000_000_000_000n;

/** The staff: number, name, and the department each belongs to. */
export const EMPLOYEES = [
  { id: "1220000000000000101", number: "YG001", name: "王采", deptId: "1210000000000000011", deptNumber: "BM001", deptName: "采购一部" },
  { id: "1220000000000000102", number: "YG002", name: "李䶮", deptId: "1210000000000000011", deptNumber: "BM001", deptName: "采购一部" },
  { id: "1220000000000000103", number: "YG003", name: "赵購", deptId: "1210000000000000012", deptNumber: "BM002", deptName: "采购二部" },
] as const;

/** The bills, oldest created first. */
export class InboundStore {
  readonly suppliers: readonly StarsSupplier[];
  readonly #random: Random;
  readonly #idOffset: bigint;
  readonly #bills: InboundBill[] = [];
  /** Forgotten at every change. */
  readonly #sorted = new Map<string, readonly InboundBill[]>();
  readonly #byId = new Map<string, number>();

  constructor(seed: number, count: number, startedAt: number) {
    this.#random = createRandom(seed);
    this.#idOffset = ID_BASE + BigInt(Math.abs(Math.trunc(seed)) % 100_000) * 1_000_000_000_000n;
    this.suppliers = makeSuppliers(Math.max(20, Math.floor(count / 6)));
    const newestAt = startedAt - NEWEST_AGE_MS;
    const createdAts = Array.from({ length: count }, () => startedAt - SPAN_MS + this.#random.whole(0, SPAN_MS - NEWEST_AGE_MS)).sort(
      (a, b) => a - b,
    );
    for (const createdAt of createdAts) {
      const auditedAt = this.#random.chance(0.12) ? undefined : this.#auditTime(createdAt, newestAt);
      const editedAt = this.#random.chance(0.2) ? Math.min(newestAt, createdAt + this.#random.whole(1000, 10_800_000)) : createdAt;
      this.#append(createdAt, auditedAt ?? editedAt, auditedAt);
    }
  }

  bills(): readonly InboundBill[] {
    return this.#bills;
  }

  /** The bills by `created-desc`, `created-asc` or `modified-asc`; bills of one instant go by id, so that pages never overlap. */
  sorted(order: string): readonly InboundBill[] {
    const known = this.#sorted.get(order);
    if (known !== undefined) return known;
    const direction = order === "created-desc" ? -1 : 1;
    const instant = order === "modified-asc" ? (bill: InboundBill) => bill.modifiedAt : (bill: InboundBill) => bill.createdAt;
    const made = this.#bills.toSorted((a, b) => direction * (instant(a) - instant(b) || (a.id < b.id ? -1 : 1)));
    this.#sorted.set(order, made);
    return made;
  }

  get(id: string): InboundBill | undefined {
    const position = this.#byId.get(id);
    return position === undefined ? undefined : this.#bills[position];
  }

  /** A bill entered and audited at this instant. */
  enter(at: number): InboundBill {
    return this.#append(at, at, at);
  }

  /** A bill whose change time is up to half a minute older than the newest present: entered before, committed only now. */
  enterLate(at: number): InboundBill {
    const newestAt = this.#bills.reduce((newest, bill) => Math.max(newest, bill.modifiedAt), Number.NEGATIVE_INFINITY);
    return this.enter((Number.isFinite(newestAt) ? newestAt : at) - this.#random.whole(1000, 30_000));
  }

  hasNumber(billno: string): boolean {
    return this.#bills.some((bill) => bill.billno === billno);
  }

  /** A bill that a client wrote at this instant, not audited yet; one of this id is written over. */
  keep(
    written: Pick<InboundBill, "id" | "billno" | "billdate" | "supplier" | "remark"> & {
      readonly at: number;
      readonly lines: readonly InboundLine[];
    },
  ): void {
    const { at, ...bill } = written;
    const position = this.#byId.get(bill.id) ?? this.#bills.length;
    const createdAt = this.#bills[position]?.createdAt ?? at;
    this.#byId.set(bill.id, position);
    this.#bills[position] = { ...bill, createdAt, modifiedAt: at, auditedAt: undefined, employee: 0, lineSeed: 0 };
    this.#sorted.clear();
  }

  /** Somebody edits the bill with this number; false when there is none. */
  change(billno: string, changes: Partial<Pick<InboundBill, "modifiedAt" | "auditedAt" | "remark">>): boolean {
    const position = this.#bills.findIndex((bill) => bill.billno === billno);
    const bill = this.#bills[position];
    if (bill === undefined) return false;
    this.#sorted.clear();
    this.#bills[position] = { ...bill, ...changes };
    return true;
  }

  #append(createdAt: number, modifiedAt: number, auditedAt: number | undefined): InboundBill {
    const random = this.#random;
    const serial = this.#bills.length + 1;
    // The first bills go once round all suppliers, then a fifth of the suppliers gets most of the bills.
    const often = Math.max(1, Math.floor(this.suppliers.length / 5));
    const chosen = serial <= this.suppliers.length ? serial - 1 : random.whole(0, (random.chance(0.7) ? often : this.suppliers.length) - 1);
    const billdate = formatChinaDate(random.chance(0.1) ? createdAt - 86_400_000 : createdAt);
    const bill: InboundBill = {
      id: String(this.#idOffset + BigInt(serial) * 8191n),
      billno: `CGRK-${formatChinaDate(createdAt).replaceAll("-", "")}-${String(serial).padStart(5, "0")}`,
      billdate,
      createdAt,
      modifiedAt,
      auditedAt,
      supplier: this.suppliers[chosen] as StarsSupplier,
      employee: random.whole(0, EMPLOYEES.length - 1),
      lineSeed: random.whole(0, 0x7fffffff),
      remark: random.chance(0.15) ? "到货破损2件,已拍照" : "",
    };
    this.#byId.set(bill.id, this.#bills.length);
    this.#bills.push(bill);
    this.#sorted.clear();
    return bill;
  }

  /** When a bill was audited; undefined when that time has not come yet. */
  #auditTime(createdAt: number, newestAt: number): number | undefined {
    const eveningAt = (parseChinaDate(formatChinaDate(createdAt)) ?? createdAt) + 18 * 3_600_000;
    const together = this.#random.chance(0.25) && eveningAt > createdAt;
    const at = together ? eveningAt : createdAt + this.#random.whole(60_000, 20 * 3_600_000);
    return at <= newestAt ? at : undefined;
  }
}
