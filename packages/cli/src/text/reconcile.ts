/** Texts of reconciliation. */
import type { Language } from "@datong/core";
import type { Difference, ReconcileNote, ReconcileSummary, Repaired } from "@datong/engine";

const zh = {
  cmd: "对账：源、账本、目标逐单比较，按日合计；--repair 修复后再比一次",
  optRepair: "修复差异：缺的补写，不同的重新映射并更新，再比较一次",
  optExtra: "与 --repair 一起：多出的单据留给人（leave，默认）、带原因接受（accept）、从目标删除（remove；不写 --bill 时只预览）",
  optBill: "要删除的单据，照预览写 单号=seen；看过之后有变化的不删",
  optOut: "导出到文件：.xlsx（差异与合计）或 .csv（差异）",
  optList: "列出以前的对账",
  optAccept: "接受这些差异（目标单号或源单号），有变化之前不再报告；同时给出 --reason",
  optOf: "接受或导出哪一次对账（--list 里的编号），默认最近一次",
  optReason: "为什么接受或删除",
  optBy: "谁",
  summary: (s: ReconcileSummary): string =>
    `${s.flow}：源 ${s.records} 张（规则丢弃 ${s.dropped}），应有目标单据 ${s.documents}；一致 ${s.same}，缺少 ${s.missing}，多出 ${s.extra}，不同 ${s.different}，账本不符 ${s.ledger}，已接受 ${s.accepted}`,
  kinds: { missing: "缺少", extra: "多出", different: "不同", ledger: "账本不符" } as Readonly<Record<Difference["kind"], string>>,
  reasons: { gone: "源里已没有", "left-out": "源里有，但方案的条件不取", "target-only": "目标里有，不是本平台写的" } as Readonly<
    Record<string, string>
  >,
  table: ["类型", "目标单号", "源单号", "账本", "差异"] as readonly string[],
  totalTable: ["日期", "分组", "源单据", "目标单据", "源行数", "目标行数"] as readonly string[],
  source: "源",
  target: "目标",
  all: "全部",
  more: (n: number): string => `另有 ${n} 条，--json 或 --out 有全部`,
  notCompared: "目标的查询不返回、没有比较的字段：",
  notes: {
    "target-by-key-only": "目标只能按单号查询：手工新增的单据查不到（可在 reconcile.list 里声明列表接口）。",
    "source-not-by-number": "源接口不能按单号查：窗口里没有的单据无法判断是否已删除，没有报告。",
    "merged-not-searched": "多单合一的方案：账本里已完成、源里已没有的单据没有查找。",
    "differences-cut": "差异太多，只保留一万条。",
    "totals-cut": "合计的行太多，只保留一部分；总计是全部的。",
  } as Readonly<Record<ReconcileNote, string>>,
  repaired: (r: Repaired): string =>
    `修复：重推 ${r.pushed}，重取重写 ${r.retried}，更新 ${r.updated}${r.accepted === undefined ? "" : `，接受 ${r.accepted}`}${r.removed === undefined ? "" : `，从目标删除 ${r.removed}`}，留给人 ${r.told.length}`,
  removalSteps: (names: readonly string[]): string =>
    `会依次调用：${names.join("、")}。什么也没有改；核对后用 --bill 单号=seen 指定要删除的：`,
  removalTable: ["目标单号", "阶段", "行数", "合计", "--bill 或不删的原因"] as readonly string[],
  removalNone: "没有多出的单据",
  extraNeedsRepair: "--extra 与 --repair 一起用",
  extraNeedsReason: "--extra accept 与删除要给出 --reason",
  billForm: "--bill 写作 单号=seen，与 --extra remove 一起用",
  written: (file: string): string => `已写入 ${file}`,
  accepted: (n: number): string => `已接受 ${n} 条，有变化之前不再报告`,
  listTable: ["编号", "开始", "状态", "一致", "缺少", "多出", "不同", "已接受"] as readonly string[],
  none: "还没有对过账",
  reasonNeeded: "--accept 要给出 --reason",
  outKind: "--out 要以 .xlsx 或 .csv 结尾",
};

const en: typeof zh = {
  cmd: "reconciliation: source, ledger and target bill by bill, totals by day; --repair mends and compares again",
  optRepair: "mends what differs: missing ones are written, different ones mapped again and updated; then compares again",
  optExtra:
    "with --repair: extra bills are left to a person (leave, the default), accepted with a reason (accept), or taken away at the target (remove; without --bill a preview only)",
  optBill: "a bill to take away, as the preview shows it: number=seen; one that has changed since is left",
  optOut: "export into a file: .xlsx (differences and totals) or .csv (differences)",
  optList: "lists past reconciliations",
  optAccept: "accepts these differences (target key or source number) until they change; goes with --reason",
  optOf: "which reconciliation is accepted or exported (an id of --list); the newest unless given",
  optReason: "why it is accepted or taken away",
  optBy: "who",
  summary: (s) =>
    `${s.flow}: ${s.records} bills at the source (${s.dropped} dropped by a rule), ${s.documents} documents expected; ${s.same} agree, ${s.missing} missing, ${s.extra} extra, ${s.different} different, ${s.ledger} not as in the ledger, ${s.accepted} accepted`,
  kinds: { missing: "missing", extra: "extra", different: "different", ledger: "ledger" },
  reasons: {
    gone: "gone at the source",
    "left-out": "at the source, and left out by the flow",
    "target-only": "at the target, not written from here",
  },
  table: ["Kind", "Target key", "Source number", "Ledger", "Difference"],
  totalTable: ["Day", "Group", "Source docs", "Target docs", "Source lines", "Target lines"],
  source: "source",
  target: "target",
  all: "all",
  more: (n) => `${n} more; --json or --out has all`,
  notCompared: "Not compared, for the target's query does not show them: ",
  notes: {
    "target-by-key-only":
      "The target can be asked by key only: documents added by hand are not found (declare a listing in reconcile.list).",
    "source-not-by-number":
      "The source cannot be asked by number: whether bills outside of the window are gone is not known and not reported.",
    "merged-not-searched": "Documents of many bills: those that the ledger has and the source lacks were not searched for.",
    "differences-cut": "Too many differences: ten thousand are kept.",
    "totals-cut": "Too many rows of totals: some are left out; the grand total has all.",
  },
  repaired: (r) =>
    `Repaired: ${r.pushed} pushed again, ${r.retried} read and written, ${r.updated} updated${r.accepted === undefined ? "" : `, ${r.accepted} accepted`}${r.removed === undefined ? "" : `, ${r.removed} taken away at the target`}, ${r.told.length} left to a person`,
  removalSteps: (names) =>
    `These would be called in turn: ${names.join(", ")}. Nothing was changed; check, then name what is to go by --bill number=seen:`,
  removalTable: ["Target key", "Stage", "Lines", "Sums", "--bill, or why it stays"],
  removalNone: "There are no extra bills",
  extraNeedsRepair: "--extra goes with --repair",
  extraNeedsReason: "--extra accept, and taking away, need --reason",
  billForm: "--bill is number=seen, and goes with --extra remove",
  written: (file) => `Written into ${file}`,
  accepted: (n) => `${n} accepted until they change`,
  listTable: ["Id", "Started", "State", "Agree", "Missing", "Extra", "Different", "Accepted"],
  none: "There is no reconciliation yet",
  reasonNeeded: "--accept goes with --reason",
  outKind: "--out ends with .xlsx or .csv",
};

export type ReconcileText = typeof zh;

export function reconcileText(language: Language): ReconcileText {
  return language === "zh" ? zh : en;
}
