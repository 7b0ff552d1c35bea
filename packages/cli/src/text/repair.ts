/** Texts of the commands that repair: retry in bulk, push again, mark as done, skip, what is missing. */
import type { Language } from "@datong/core";

const zh = {
  optRetryStatus: "重试哪种状态：failed（默认）、skipped、pending、unknown",
  optCode: "只处理这个错误码（本系统或对方系统的）",
  optCause: "只处理这种原因，如 missing-master-data、period-closed",
  optHow: "same 原样重发；map 用当前方案从账本里的源数据重新映射（默认）；fetch 从源系统重新读取",
  retryProgress: (queued: number, unmapped: number): string =>
    `已重新排队 ${queued} 张${unmapped > 0 ? `，${unmapped} 张仍无法映射` : ""}…`,
  stillUnmapped: (n: number): string => `${n} 张用当前方案仍然无法映射，原因已记入账本。`,
  goneAtSource: (n: number): string => `${n} 张在源系统已查不到，未动。`,
  cmdPushAgain: "再推一次已完成的单据：先查证，目标系统没有才写入",
  cmdMarkDone: "把单据标记为完成，并记下目标单号",
  cmdSkip: "跳过单据",
  cmdMissing: "目标系统缺少哪些资料，有哪些单据在等",
  optMissingFlow: "只看这个方案",
  missingNone: "没有单据在等资料。",
  missingTable: ["方案", "种类", "编码", "单据数", "从何时起", "单号"] as readonly string[],
  optOneNumber: "单号：源单号、外部单号、目标单号或目标单据编号",
  optTargetNumber: "目标系统里的单号",
  optReason: "原因，记入账本",
  optBy: "谁处理的（默认：当前用户）",
  pushThere: (number: string): string => `目标系统里已有（${number}），没有写入。`,
  pushQueued: (n: number): string => `目标系统里没有 ${n} 张，已排队写入。`,
  pushRunning: "方案正在运行，由那次运行写入。",
  markedDone: (number: string, target: string): string => `${number} 已标记为完成，目标单号 ${target}。`,
  skipped: (n: number): string => `已跳过 ${n} 张。`,
  storyDeed: (action: string, person: string, reason: string): string =>
    `人工处理：${({ "push-again": "再推一次", "mark-done": "标记完成", skip: "跳过", "skip-write-back": "跳过回写", "move-date": "按规则改日期" } as Readonly<Record<string, string>>)[action] ?? action}，${person}：${reason}`,
};

const en: typeof zh = {
  optRetryStatus: "which status to retry: failed (default), skipped, pending, unknown",
  optCode: "only this error code (ours or the vendor's)",
  optCause: "only this cause, such as missing-master-data or period-closed",
  optHow: "same: the same request; map: mapped again from the stored rows (default); fetch: read from the source again",
  retryProgress: (queued, unmapped) => `${queued} queued again${unmapped > 0 ? `, ${unmapped} still cannot be mapped` : ""}…`,
  stillUnmapped: (n) => `${n} still cannot be mapped by the flow as it is now; the ledger has the reasons.`,
  goneAtSource: (n) => `${n} are not at the source any more and were left alone.`,
  cmdPushAgain: "push a document again that is done: the target is asked first, written only if it lacks it",
  cmdMarkDone: "mark a document as done, with the target's number",
  cmdSkip: "leave a document out",
  cmdMissing: "what master data the targets lack, and the bills that wait for it",
  optMissingFlow: "only this flow",
  missingNone: "No document waits for master data.",
  missingTable: ["Flow", "Kind", "Code", "Bills", "Since", "Numbers"],
  optOneNumber: "source number, external key, target number or document id",
  optTargetNumber: "the document's number in the target",
  optReason: "why; the ledger keeps it",
  optBy: "who (default: the user)",
  pushThere: (number) => `The target has it (${number}); nothing was written.`,
  pushQueued: (n) => `The target lacks ${n}; queued.`,
  pushRunning: "The flow is running; that run writes it.",
  markedDone: (number, target) => `${number} is marked as done, target number ${target}.`,
  skipped: (n) => `${n} skipped.`,
  storyDeed: (action, person, reason) => `By hand: ${action}, ${person}: ${reason}`,
};

export type RepairText = typeof zh;

export function repairText(language: Language): RepairText {
  return language === "zh" ? zh : en;
}
