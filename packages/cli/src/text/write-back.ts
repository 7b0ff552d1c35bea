/** Texts about write-backs: how they stand, in runs, lists and stories. */
import type { Language } from "@datong/core";

interface Counts {
  readonly written: number;
  readonly failed: number;
  readonly unknown: number;
  readonly queued: number;
}

const zh = {
  optRecords: "只列回写处于该状态的单据",
  optRetry: "重试回写（默认失败的），不再写目标单据；点名的单据从未回写过时补写",
  optSkip: "跳过这张单据的回写，目标单据不动",
  run: (r: Counts): string => `回写：完成 ${r.written}，失败 ${r.failed}，待查证 ${r.unknown}，队列中 ${r.queued}`,
  runLook: (id: string): string => `查看：datong records ${id} --write-back failed；重试：datong retry ${id} --write-back`,
  ended: (written: number, failed: number): string => `回写 ${written}，失败 ${failed}`,
  counts: "各状态回写数：",
  column: "回写",
  story: "回写",
  storyDone: "已回写",
  retryHow: {
    zh: "--how 不用于回写",
    en: "--how is not for write-backs",
    todoZh: "回写总是按当前方案从账本重新映射；去掉 --how。",
    todoEn: "A write-back is always mapped again from the ledger; leave --how out.",
  },
};

const en: typeof zh = {
  ...zh,
  optRecords: "only records whose write-back has this status",
  optRetry:
    "retry write-backs (failed ones unless --status says otherwise) and write no document; a named bill never told of is told of now",
  optSkip: "leave out the bill's write-back; its documents stay as they are",
  run: (r) => `Written back: ${r.written} done, ${r.failed} failed, ${r.unknown} unknown, ${r.queued} queued`,
  runLook: (id) => `See: datong records ${id} --write-back failed; again: datong retry ${id} --write-back`,
  ended: (written, failed) => `${written} written back, ${failed} failed`,
  counts: "Write-backs by status: ",
  column: "Written back",
  story: "Write-back",
  storyDone: "written back",
};

export function writeBackText(language: Language): typeof zh {
  return language === "zh" ? zh : en;
}
