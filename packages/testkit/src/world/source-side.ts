/**
 * The source of the world: bills of one to three lines that appear, change and are entered late (`visibleAtMs` after `changedAtMs`),
 * handed out by time window or whole, in pages. Rows come in the order of change (windows) or of entry (whole reads).
 */
import type { JsonObject } from "@datong/core";

export interface SourceBill {
  readonly id: string;
  readonly lines: number;
  version: number;
  changedAtMs: number;
  visibleAtMs: number;
  /** Refused by the target until it is changed. */
  bad: boolean;
  /** Taken back. */
  void: boolean;
}

export interface SourceSide {
  readonly bills: readonly SourceBill[];
  readonly add: (bill: Pick<SourceBill, "lines" | "changedAtMs" | "visibleAtMs" | "bad">) => SourceBill;
  /** When each window was first asked for, by its upper bound. */
  readonly askedAtMs: ReadonlyMap<number, number>;
  readonly answer: (asked: JsonObject) => object;
}

/** `windows`: only what changed between `from` and `to` is handed out. */
export function createSourceSide(nowMs: () => number, windows: boolean): SourceSide {
  const bills: SourceBill[] = [];
  const askedAtMs = new Map<number, number>();

  /** Every row with its place in the list, which is what a cursor names. */
  function rowsFor(asked: JsonObject): readonly { readonly place: string; readonly row: object }[] {
    const fromMs = Number(asked["from"]) * 1000;
    const toMs = Number(asked["to"]) * 1000;
    if (!askedAtMs.has(toMs)) askedAtMs.set(toMs, nowMs());
    return bills
      .filter((bill) => bill.visibleAtMs <= nowMs())
      .filter((bill) => !windows || (bill.changedAtMs >= fromMs && bill.changedAtMs < toMs))
      .map((bill) => ({ bill, place: placeOf(bill, windows) }))
      .toSorted((a, b) => (a.place < b.place ? -1 : 1))
      .flatMap(({ bill, place }) => Array.from({ length: bill.lines }, (_, i) => ({ place: `${place}/${i}`, row: rowOf(bill, i) })));
  }

  return {
    bills,
    askedAtMs,
    add: (bill) => {
      const added = { ...bill, id: `b${String(bills.length + 1).padStart(3, "0")}`, version: 1, void: false };
      bills.push(added);
      return added;
    },
    answer: (asked) => {
      const rows = rowsFor(asked);
      const size = Number(asked["size"]);
      const { cursor } = asked;
      const after = typeof cursor === "string" ? rows.filter((row) => row.place > cursor) : rows;
      const start = asked["page"] === undefined ? Number(asked["offset"] ?? 0) : (Number(asked["page"]) - 1) * size;
      const page = after.slice(start, start + size);
      const isLast = after.length <= start + size;
      return { ok: true, rows: page.map(({ row }) => row), total: rows.length, ...(isLast ? {} : { next: page.at(-1)?.place }) };
    },
  };
}

/** Where a bill stands in the list. */
export function placeOf(bill: SourceBill, windows: boolean): string {
  return windows ? `${bill.changedAtMs}-${bill.id}` : bill.id;
}

/** One line of a bill as it is now. Every other bill is of the same group. */
export function rowOf(bill: SourceBill, line: number): object {
  return {
    id: bill.id,
    no: `N-${bill.id}`,
    g: groupOf(bill.id),
    line: line + 1,
    v: bill.version,
    state: bill.void ? "void" : "ok",
    ...(bill.bad ? { bad: "yes" } : {}),
  };
}

/** The order key of a bill. */
export function groupOf(id: string): string {
  return Number(id.slice(1)) % 2 === 0 ? "even" : "odd";
}
