/** Totals of both sides by day and groups, added up bill by bill in exact decimals. */
import {
  add,
  decimalText,
  linesOf,
  placeOf,
  sourceSum,
  sumOf,
  toDecimal,
  type Decimal,
  type JsonObject,
  type ReconcileRule,
} from "@datong/core";
import type { SideTotal, TotalRow } from "./reconciliation.ts";

const ROWS_MAX = 2_000;
const ZERO = toDecimal("0") as Decimal;

interface Side {
  documents: number;
  lines: number;
  readonly sums: Decimal[];
}

interface Row {
  readonly day: string;
  readonly groups: readonly string[];
  readonly source: Side;
  readonly target: Side;
}

export class Totals {
  isCut = false;
  private readonly rule: ReconcileRule;
  private readonly all: Row;
  private readonly rows = new Map<string, Row>();

  constructor(rule: ReconcileRule) {
    this.rule = rule;
    this.all = this.fresh("", []);
  }

  /** A bill with what stands at the target of it; it belongs to the day and groups of its first document. */
  add(rows: readonly JsonObject[], ours: readonly JsonObject[], theirs: readonly JsonObject[]): void {
    const { day, groups = [], lines, sums = [] } = this.rule;
    const [head] = ours.length > 0 ? ours : theirs;
    const at = [day === undefined ? "" : placeOf(head, day, true), ...groups.map((path) => placeOf(head, path, false))];
    const source = sums.map((each) => (ours.length === 0 ? ZERO : sourceSum(each, { rows, ours })));
    const target = sums.map((each) => sumOf(theirs, each.target) ?? ZERO);
    for (const row of [this.all, this.rowAt(at)]) {
      if (row === null) continue;
      addSide(row.source, ours.length, lines === undefined ? 0 : (linesOf(ours, lines) ?? 0), source);
      addSide(row.target, theirs.length, lines === undefined ? 0 : (linesOf(theirs, lines) ?? 0), target);
    }
  }

  total(): TotalRow {
    return told(this.all);
  }

  list(): readonly TotalRow[] {
    const rows = [...this.rows.values()].map(told);
    return rows.toSorted((a, b) => ([a.day, ...a.groups].join("\n") < [b.day, ...b.groups].join("\n") ? -1 : 1));
  }

  private rowAt([day = "", ...groups]: readonly string[]): Row | null {
    if (this.rule.day === undefined && groups.length === 0) return null;
    const key = JSON.stringify([day, ...groups]);
    const found = this.rows.get(key);
    if (found !== undefined) return found;
    if (this.rows.size >= ROWS_MAX) {
      this.isCut = true;
      return null;
    }
    const row = this.fresh(day, groups);
    this.rows.set(key, row);
    return row;
  }

  private fresh(day: string, groups: readonly string[]): Row {
    const side = (): Side => ({ documents: 0, lines: 0, sums: (this.rule.sums ?? []).map(() => ZERO) });
    return { day, groups, source: side(), target: side() };
  }
}

/** A value that is no number counts as nothing; the bill itself tells of it. */
function addSide(side: Side, documents: number, lines: number, sums: readonly (Decimal | string)[]): void {
  side.documents += documents;
  side.lines += lines;
  for (const [i, sum] of sums.entries()) if (typeof sum !== "string") side.sums[i] = add(side.sums[i] ?? ZERO, sum);
}

function told({ day, groups, source, target }: Row): TotalRow {
  const side = ({ documents, lines, sums }: Side): SideTotal => ({ documents, lines, sums: sums.map(decimalText) });
  return { day, groups, source: side(source), target: side(target) };
}
