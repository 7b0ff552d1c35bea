/** Texts of the shadow run. */
import type { Language } from "@datong/core";

interface Counts {
  readonly records: number;
  readonly dropped: number;
  readonly same: number;
  readonly different: number;
  readonly onlyOurs: readonly unknown[];
  readonly onlyTheirs: readonly unknown[];
  readonly unmapped: readonly unknown[];
}

const zh = {
  cmdShadow: "影子运行：只读取和映射，不写入，与另一个系统写的逐字段比较",
  optAgainst: "另一个系统发给目标的请求（JSON 文件）；不给则向目标读回",
  optFrom: "只读这个时间起修改的单据（2026-10-01 00:00:00 或 -30d）",
  optTo: "到这个时间（默认到现在），与 --from 同用",
  summary: (flow: string, c: Counts): string =>
    `${flow}：单据 ${c.records}（规则丢弃 ${c.dropped}）；相同 ${c.same}，不同 ${c.different}，只有我们有 ${c.onlyOurs.length}，只有对方有 ${c.onlyTheirs.length}，无法映射 ${c.unmapped.length}`,
  different: "不同的字段：",
  differentTable: ["外部单号", "字段", "我们", "对方"] as readonly string[],
  onlyOurs: "对方没有写：",
  onlyTheirs: "我们不会写：",
  unmapped: "无法映射：",
  notCompared: "目标的查询不返回、没有比较的字段：",
  more: (n: number): string => `另有 ${n} 张，--json 有全部`,
  nothingWritten: "没有写入任何系统。",
};

const en: typeof zh = {
  cmdShadow: "shadow run: reads and maps, writes nothing, and compares with what another system wrote, field by field",
  optAgainst: "what the other system sent to the target (a JSON file); without it the target is asked",
  optFrom: "only what changed since (2026-10-01 00:00:00 or -30d)",
  optTo: "up to this time (default: now), with --from",
  summary: (flow, c) =>
    `${flow}: ${c.records} records (${c.dropped} dropped by a rule); ${c.same} same, ${c.different} different, ${c.onlyOurs.length} only ours, ${c.onlyTheirs.length} only theirs, ${c.unmapped.length} not mapped`,
  different: "Fields that differ:",
  differentTable: ["External key", "Field", "Ours", "Theirs"],
  onlyOurs: "The other system has not written:",
  onlyTheirs: "We would not write:",
  unmapped: "Could not be mapped:",
  notCompared: "Not compared, for the target's query does not show them: ",
  more: (n) => `${n} more; --json has all`,
  nothingWritten: "Nothing was written anywhere.",
};

export type ShadowText = typeof zh;

export function shadowText(language: Language): ShadowText {
  return language === "zh" ? zh : en;
}
