/** Texts of `datong db`, both languages side by side. */
import { STATUSES, type Language, type Status } from "@datong/core";
import type { RetentionPart } from "@datong/engine";

const zh = {
  cmdDb: "备份、恢复、清理账本数据库",
  cmdBackup: "把整个账本备份到一个文件（不停机，同一时刻的数据）",
  cmdRestore: "把备份恢复到一个空库",
  cmdPrune: "清理已了结的旧数据：按保留设置，或按给出的天数",
  cmdKeep: "查看或修改保留设置",
  cmdCheck: "核对各状态的计数与账本的行是否一致",
  cmdDistribute: "把账本分布到 Citus 集群（见 docs/scaling.md）",
  argFile: "备份文件",
  optMoved: "原来的库在备份前已停用且不再使用：排队的写入直接继续，不先查证",
  optKeepDays: "保留最近多少天",
  optFlow: "只针对这个方案；不写则针对全部",
  optPruneStatus: "只清理这个状态：done、skipped 或 failed（默认 done）",
  optRows: "连单据和目标单据的记录也删除。源系统再次给出同一张单据时会当作新单据写入",
  optPart: "exchanges（请求与响应）、bodies（源数据与报文）、rows（单据本身）或 certificates（完整性证书）",
  optKeepStatus: "done、skipped 或 failed（默认 done；exchanges 没有状态）",
  optForever: "取消设置：一直保留（exchanges 恢复默认天数）",
  optPrint: "只打印语句，不执行",
  optRepair: "不一致时改正计数",
  backupDone: (file: string, rows: number, bytes: number) => `已备份到 ${file}：${rows} 行，${size(bytes)}`,
  backupKey:
    "备份不含主密钥（DATONG_MASTER_KEY 或数据文件夹中的 master.key）。没有它，保存的登录会话无法解开，只会重新登录；其余数据不受影响。",
  restoreDone: (rows: number, at: string) => `已恢复 ${rows} 行，备份时间 ${at}`,
  restoreMigrated: (names: string) => `备份来自旧版本，已升级：${names}`,
  restoreDoubt: (n: number) =>
    `${n} 个排队的写入在备份之后可能已经发出，会先向目标查证再决定是否发送；无法查证的留待人工处理。原库在备份前就已停用时，用 --moved。`,
  pruneDone: (p: Pruned) =>
    `删除或清空：单据 ${p.records}，目标单据 ${p.documents}，数据块 ${p.blocks}，请求记录 ${p.exchanges}；删除分区 ${p.dropped.length} 个`,
  keepTable: ["方案", "内容", "状态", "保留天数"],
  keepAll: "（全部）",
  keepDefault: (days: number) => `未设置的：请求与响应保留 ${days} 天；源数据、报文和单据一直保留。未了结的单据从不清理。`,
  keepSaved: "已保存",
  checkFine: "计数与账本一致",
  checkDiffers: (n: number, repaired: boolean) => `${n} 处计数与账本不一致${repaired ? "，已改正" : "；用 --repair 改正"}`,
  distributeDone: (n: number) => (n === 0 ? "已全部分布，无事可做" : `已执行 ${n} 条语句`),
  badStatus: (given: string) => `没有可清理的状态 ${given}`,
  badPart: (given: string) => `没有 ${given} 这种内容`,
  noFlow: (id: string) => `账本里没有方案 ${id}`,
  noDays: "请写 --days N 或 --forever",
};

const en: typeof zh = {
  cmdDb: "back up, restore and tidy the ledger's database",
  cmdBackup: "back the whole ledger up into one file (while it is in use; one instant)",
  cmdRestore: "restore a backup into an empty database",
  cmdPrune: "drop what is old and settled: by the settings, or by the days given",
  cmdKeep: "show or change what is kept for how long",
  cmdCheck: "hold the counts by status against the ledger's rows",
  cmdDistribute: "spread the ledger over a Citus cluster (docs/scaling.md)",
  argFile: "the backup's file",
  optMoved: "the old store was stopped before the backup and is not used any more: what is queued goes on without being asked about",
  optKeepDays: "keep so many days",
  optFlow: "this flow only; all when absent",
  optPruneStatus: "only this status: done, skipped or failed (default done)",
  optRows: "delete the records and documents themselves too. A bill that the source hands out again is then written as a new one",
  optPart:
    "exchanges (requests and answers), bodies (source rows and documents as texts), rows (the records themselves) or certificates (of windows)",
  optKeepStatus: "done, skipped or failed (default done; exchanges have none)",
  optForever: "take the setting back: keep without end (exchanges: for the default)",
  optPrint: "print the statements, run nothing",
  optRepair: "correct the counts where they differ",
  backupDone: (file, rows, bytes) => `Backed up to ${file}: ${rows} rows, ${size(bytes)}`,
  backupKey:
    "The master key (DATONG_MASTER_KEY, or master.key in the data folder) is not in it. Without that key stored log-ins cannot be opened, and the systems are logged in to anew; everything else is unharmed.",
  restoreDone: (rows, at) => `Restored ${rows} rows, as of ${at}`,
  restoreMigrated: (names) => `The backup is of an older version and was brought up to date: ${names}`,
  restoreDoubt: (n) =>
    `${n} queued writes may have gone out after the backup: the target is asked first, and where it cannot be asked a person decides. If the old store was stopped before the backup, use --moved.`,
  pruneDone: (p) =>
    `Deleted or emptied: ${p.records} records, ${p.documents} documents, ${p.blocks} blocks, ${p.exchanges} exchanges; ${p.dropped.length} partitions dropped`,
  keepTable: ["Flow", "What", "Status", "Days"],
  keepAll: "(all)",
  keepDefault: (days) =>
    `Where nothing is set: exchanges are kept for ${days} days, bodies and rows without end. What is not settled is never dropped.`,
  keepSaved: "Saved",
  checkFine: "The counts agree with the ledger",
  checkDiffers: (n, repaired) => `${n} counts differ from the ledger${repaired ? "; corrected" : "; --repair corrects them"}`,
  distributeDone: (n) => (n === 0 ? "Everything is distributed already" : `${n} statements run`),
  badStatus: (given) => `There is no status ${given} to drop by`,
  badPart: (given) => `There is no part ${given}`,
  noFlow: (id) => `The ledger has no flow ${id}`,
  noDays: "Give --days N or --forever",
};

export type DbText = typeof zh;

interface Pruned {
  readonly records: number;
  readonly documents: number;
  readonly blocks: number;
  readonly exchanges: number;
  readonly dropped: readonly string[];
}

export function dbText(language: Language): DbText {
  return language === "zh" ? zh : en;
}

const PARTS: Readonly<Record<RetentionPart, Readonly<Record<Language, string>>>> = {
  exchanges: { zh: "请求与响应", en: "exchanges" },
  bodies: { zh: "源数据与报文", en: "bodies" },
  rows: { zh: "单据", en: "rows" },
  certificates: { zh: "完整性证书", en: "certificates" },
  logs: { zh: "日志", en: "logs" },
};

export function partName(part: RetentionPart, language: Language): string {
  return PARTS[part][language];
}

export function statusName(status: Status | null, language: Language): string {
  return status === null ? "" : STATUSES[status][language];
}

function size(bytes: number): string {
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
