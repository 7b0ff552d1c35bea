/** A reconciliation as tables to take away: its differences, one row for each field that differs, and its totals. */
import type { Language } from "@datong/core";
import type { Engine } from "../engine.ts";
import type { WrittenSheet } from "../file/write-spreadsheet.ts";
import { listDifferences, showReconciliation } from "./past-reconciliations.ts";
import type { DifferenceKind, ReconcileSummary, SideTotal } from "./reconciliation.ts";

const WORDS = {
  zh: {
    differences: "差异",
    totals: "合计",
    head: ["序号", "类型", "目标单号", "源单号", "账本状态", "原因", "字段", "源", "目标"],
    kinds: { missing: "缺少", extra: "多出", different: "不同", ledger: "账本不符" },
    day: "日期",
    group: "分组",
    all: "全部",
    source: "源",
    target: "目标",
    documents: "单据数",
    lines: "行数",
  },
  en: {
    differences: "Differences",
    totals: "Totals",
    head: ["No.", "Kind", "Target key", "Source number", "Ledger", "Reason", "Field", "Source", "Target"],
    kinds: { missing: "missing", extra: "extra", different: "different", ledger: "ledger" },
    day: "Day",
    group: "Group",
    all: "all",
    source: "source",
    target: "target",
    documents: "documents",
    lines: "lines",
  },
} as const satisfies Record<Language, unknown>;

const PAGE = 1_000;

/** Differences first, then totals. `shown`: what may be told of a bill's value at a path. Throws RECONCILIATION_UNKNOWN. */
export async function reconciliationSheets(
  engine: Pick<Engine, "pool" | "ports">,
  flowId: string,
  id: string,
  language: Language,
  shown: (path: string, text: string) => string = (_path, text) => text,
): Promise<readonly [WrittenSheet, WrittenSheet]> {
  const words = WORDS[language];
  const rows: string[][] = [[...words.head]];
  for (let after = 0; ;) {
    const page = await listDifferences(engine, flowId, id, { after, limit: PAGE });
    if (page.length === 0) break;
    for (const { place, kind, key, number, ledger, reason, gaps } of page) {
      const front = [String(place), words.kinds[kind satisfies DifferenceKind], key, number ?? "", ledger ?? "", shown("", reason ?? "")];
      if (gaps.length === 0) rows.push([...front, "", "", ""]);
      for (const { path, source, target } of gaps) rows.push([...front, path, shown(path, source), shown(path, target)]);
    }
    after = page.at(-1)?.place ?? after;
  }
  const { summary } = await showReconciliation(engine, flowId, id);
  return [{ name: words.differences, rows, numbers: [7, 8] }, totalsSheet(summary, words)];
}

function totalsSheet(summary: ReconcileSummary | null, words: (typeof WORDS)[Language]): WrittenSheet {
  const totals = summary === null ? [] : [...summary.totals, summary.total];
  const groups = Math.max(0, ...totals.map((row) => row.groups.length));
  const sums = summary?.sums ?? [];
  const sides = [words.source, words.target].flatMap((side) => [words.documents, words.lines, ...sums].map((name) => `${side} ${name}`));
  const head = [words.day, ...Array.from({ length: groups }, (_, i) => `${words.group} ${i + 1}`), ...sides];
  const side = ({ documents, lines, sums: own }: SideTotal): readonly string[] => [String(documents), String(lines), ...own];
  const rows = totals.map((row, i) => {
    const isAll = i === totals.length - 1;
    const at = Array.from({ length: groups }, (_, g) => row.groups[g] ?? "");
    return [isAll ? words.all : row.day, ...at, ...side(row.source), ...side(row.target)];
  });
  return { name: words.totals, rows: [head, ...rows], numbers: head.map((_, i) => i).slice(1 + groups) };
}
