/** Texts of the commands about workers: worker, queue, pause, resume. */
import type { Language } from "@datong/core";

/** Ids of flows. */
export interface FlowsChange {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

const zh = {
  cmdWorker: "持续运行：按计划读取，写入所有到期的单据；可在多台机器同时运行",
  cmdQueue: "队列里还有多少、多快、何时清空",
  cmdPause: "暂停方案的源、目标，或一个连接；运行中的进程一秒内生效",
  cmdResume: "恢复暂停的方案或连接",
  optFlows: "只处理这些方案（默认：所有启用的）",
  optOnce: "每个方案读取一次，写完就结束",
  optConcurrency: "本进程对同一账号的最大并发",
  optSource: "只管源",
  optTarget: "只管目标",
  optConnection: "一个连接，连同所有用它读写的方案",
  optOneFlow: "方案的文件或标识",
  started: (flows: number): string => `工作进程已启动，负责 ${flows} 个方案。Ctrl-C 结束。`,
  changed: (flows: number, change: FlowsChange): string =>
    `工作区有改动，已采用，负责 ${flows} 个方案${namesOf(change, "；新增 ", "；已改 ", "；移出 ", "、")}`,
  changeRefused: "工作区的改动未采用，继续按原来的运行：",
  ended: (r: { readonly pulls: number; readonly pullsFailed: number; readonly written: number; readonly failed: number }): string =>
    `读取 ${r.pulls} 次${r.pullsFailed > 0 ? `（失败 ${r.pullsFailed} 次）` : ""}，写入 ${r.written}，失败 ${r.failed}`,
  queueTable: ["方案", "任务", "单据", "到期", "处理中", "最早等了", "每分钟", "清空还需", "备注"] as readonly string[],
  queueUnknown: "未知",
  queuePaused: { source: "源已暂停", target: "目标已暂停" },
  queueUnreached: (ids: readonly string[]): string => `连不上：${ids.join("、")}`,
  queueTry: (id: string, span: string): string => `${id}（${span} 后试探）`,
  paused: (what: string): string => `已暂停：${what}`,
  resumed: (what: string): string => `已恢复：${what}`,
  notPaused: (what: string): string => `原本没有暂停：${what}`,
  what: (kind: "source" | "target" | "connection", id: string): string =>
    `${{ source: "源", target: "目标", connection: "连接" }[kind]} ${id}`,
};

const en: typeof zh = {
  cmdWorker: "keep working: read on schedule, write whatever is due; any number of them, on any machines",
  cmdQueue: "what waits in the queue, how fast it goes, when it will be empty",
  cmdPause: "pause a flow's source or target, or a connection; running processes obey within a second",
  cmdResume: "resume what was paused",
  optFlows: "only these flows (default: all that are enabled)",
  optOnce: "read every flow once, write what is queued, and end",
  optConcurrency: "at most so many calls at once to one account, in this process",
  optSource: "only the source",
  optTarget: "only the target",
  optConnection: "a connection, with every flow that reads or writes by it",
  optOneFlow: "a flow's file, or its id",
  started: (flows) => `The worker is at work for ${flows} flows. Ctrl-C ends it.`,
  changed: (flows, change) =>
    `The workspace has changed; at work for ${flows} flows${namesOf(change, "; new: ", "; changed: ", "; gone: ", ", ")}`,
  changeRefused: "The changed workspace is not used, the former one stays at work: ",
  ended: (r) => `${r.pulls} readings${r.pullsFailed > 0 ? ` (${r.pullsFailed} failed)` : ""}, ${r.written} written, ${r.failed} failed`,
  queueTable: ["Flow", "Tasks", "Documents", "Due", "In hand", "Oldest waits", "A minute", "Empty in", "Remark"],
  queueUnknown: "unknown",
  queuePaused: { source: "source paused", target: "target paused" },
  queueUnreached: (ids) => `not reached: ${ids.join(", ")}`,
  queueTry: (id, span) => `${id} (tried in ${span})`,
  paused: (what) => `Paused: ${what}`,
  resumed: (what) => `Resumed: ${what}`,
  notPaused: (what) => `Was not paused: ${what}`,
  what: (kind, id) => `${kind} ${id}`,
};

export type WorkerText = typeof zh;

export function workerText(language: Language): WorkerText {
  return language === "zh" ? zh : en;
}

function namesOf(
  { added, changed, removed }: FlowsChange,
  ...[adds, changes, removes, comma]: readonly [string, string, string, string]
): string {
  const part = (words: string, ids: readonly string[]): string => (ids.length === 0 ? "" : `${words}${ids.join(comma)}`);
  return `${part(adds, added)}${part(changes, changed)}${part(removes, removed)}`;
}
