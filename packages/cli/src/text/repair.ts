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
};

const en: typeof zh = {
  optRetryStatus: "which status to retry: failed (default), skipped, pending, unknown",
  optCode: "only this error code (ours or the vendor's)",
  optCause: "only this cause, such as missing-master-data or period-closed",
  optHow: "same: the same request; map: mapped again from the stored rows (default); fetch: read from the source again",
  retryProgress: (queued, unmapped) => `${queued} queued again${unmapped > 0 ? `, ${unmapped} still cannot be mapped` : ""}…`,
  stillUnmapped: (n) => `${n} still cannot be mapped by the flow as it is now; the ledger has the reasons.`,
  goneAtSource: (n) => `${n} are not at the source any more and were left alone.`,
};

export type RepairText = typeof zh;

export function repairText(language: Language): RepairText {
  return language === "zh" ? zh : en;
}
