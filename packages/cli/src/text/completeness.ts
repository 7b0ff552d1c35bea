/** Texts of certificates, refills and pulling single bills. */
import type { Language } from "@datong/core";
import type { Coverage, Refill, RefillEstimate, RunResult } from "@datong/engine";

const zh = {
  cmdCertificates: "完整性证书：哪些时间窗已读完，哪些有缺口",
  cmdRefill: "补漏：把一段时间重新问一遍源系统，只补缺少和变了的；不给 --from 时补全部缺口；不带 --yes 只估算",
  cmdPull: "只取这几张单据：按单号问源系统，新的、变了的写入目标",
  optFrom: "从何时：yyyy-MM-dd HH:mm:ss，或 -30d",
  optTo: "到何时，默认到现在",
  optYes: "按估算开始",
  optList: "列出以前的补漏",
  optBy: "谁",
  optNumber: "单号，可写多个",
  days: "最近几天（默认 31）",
  reads: {
    windows: "按时间窗读取",
    all: "每次全量读取，没有时间窗可言",
    pushed: "数据由别处推来，没有时间窗",
    flow: "读另一个方案的单据，看那个方案的证书",
  } as Readonly<Record<Coverage["reads"], string>>,
  start: "起点",
  readTo: "已读到",
  wholeAt: "最近一次全量",
  never: "还没有读过",
  whole: "没有缺口",
  gaps: (n: number): string => `缺口 ${n} 处`,
  gapTable: ["从", "到", "时长", "类型"] as readonly string[],
  kinds: { hole: "中间缺少", unread: "还没读到" } as Readonly<Record<"hole" | "unread", string>>,
  dayTable: ["日期", "状态", "时间窗", "行", "单据"] as readonly string[],
  states: { whole: "完整", part: "部分", none: "没有", before: "起点之前", open: "进行中" } as Readonly<Record<string, string>>,
  estimate: (e: RefillEstimate): string =>
    `${e.windows} 个时间窗，${e.rows === null ? "行数未知" : `约 ${e.rows} 行、${e.pages} 页`}（${
      {
        counted: "逐个时间窗问过，准确",
        sampled: `问了 ${e.asked} 个，其余按比例，大致`,
        history: "按以前的读取推算，粗略",
        unknown: "源系统不告知总数，也没有历史",
      }[e.how]
    }）`,
  confirm: "以上只是估算，什么也没读。加 --yes 开始。",
  nothing: "没有缺口，不用补。",
  refilled: (r: Refill): string => `${stateZh[r.state]}：问到 ${r.asked} 张，已有 ${r.there}，补上 ${r.added}，更新 ${r.changed}`,
  listTable: ["编号", "从", "到", "状态", "问到", "已有", "补上", "更新"] as readonly string[],
  none: "还没有补过",
  pulled: (r: RunResult): string => `问到 ${r.records} 张，已有 ${r.unchanged}，新增 ${r.added}，更新 ${r.records - r.unchanged - r.added}`,
  absent: "源系统没有，或方案的条件不取：",
};

const stateZh: Readonly<Record<Refill["state"], string>> = {
  running: "进行中",
  done: "补漏完成",
  failed: "补漏失败",
  stopped: "已停止",
  interrupted: "中断，会接着做",
};

const en: typeof zh = {
  cmdCertificates: "certificates of completeness: which windows have been read to their end, and where the gaps are",
  cmdRefill:
    "asks the source for a span again and fills in what is missing or changed; without --from every gap; without --yes it only estimates",
  cmdPull: "asks the source for just these bills and writes what is new or changed",
  optFrom: "from when: yyyy-MM-dd HH:mm:ss, or -30d",
  optTo: "until when; now unless given",
  optYes: "begins, after the estimate",
  optList: "lists past refills",
  optBy: "who",
  optNumber: "bill numbers",
  days: "of the last so many days (31)",
  reads: {
    windows: "reads by windows of time",
    all: "reads everything every time: there are no windows",
    pushed: "rows are pushed to it: there are no windows",
    flow: "reads another flow's records: see that flow's certificates",
  },
  start: "begins at",
  readTo: "read up to",
  wholeAt: "all was last read at",
  never: "nothing has been read yet",
  whole: "no gaps",
  gaps: (n) => `${n} gaps`,
  gapTable: ["From", "To", "Length", "Kind"],
  kinds: { hole: "hole", unread: "not read yet" },
  dayTable: ["Day", "State", "Windows", "Rows", "Bills"],
  states: { whole: "whole", part: "part", none: "none", before: "before the start", open: "under way" },
  estimate: (e) =>
    `${e.windows} windows, ${e.rows === null ? "rows not known" : `about ${e.rows} rows, ${e.pages} pages`} (${
      {
        counted: "each window was asked: exact",
        sampled: `${e.asked} were asked, the rest by proportion: roughly`,
        history: "by former readings: a guess",
        unknown: "the source tells no total and there is no history",
      }[e.how]
    })`,
  confirm: "This was an estimate, nothing was read. Add --yes to begin.",
  nothing: "There are no gaps, nothing to refill.",
  refilled: (r) =>
    `${{ running: "running", done: "refilled", failed: "failed", stopped: "stopped", interrupted: "interrupted, will go on" }[r.state]}: ${r.asked} bills asked for, ${r.there} already there, ${r.added} added, ${r.changed} changed`,
  listTable: ["Id", "From", "To", "State", "Asked", "There", "Added", "Changed"],
  none: "There is no refill yet",
  pulled: (r) => `${r.records} bills found, ${r.unchanged} already there, ${r.added} added, ${r.records - r.unchanged - r.added} changed`,
  absent: "Not at the source, or left out by the flow: ",
};

export type CompletenessText = typeof zh;

export function completenessText(language: Language): CompletenessText {
  return language === "zh" ? zh : en;
}
