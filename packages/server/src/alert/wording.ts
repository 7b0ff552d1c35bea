/** Texts of alerts, Chinese first: what holds, for which flow, since when; three bill numbers and a link help to go on. */
import type { Rule } from "./documents.ts";

export interface Finding {
  readonly flow: string;
  /** In one line. */
  readonly summary: string;
  readonly numbers: readonly string[];
  readonly topCause: string | null;
}

const NAMES: Readonly<Record<Rule["when"], string>> = {
  failures: "单据失败",
  oldest: "等待过久",
  backlog: "队列积压",
  silence: "长时间没有新单据",
  "not-run": "未按计划运行",
  gap: "读取有缺口",
  reconciliation: "对账异常",
  "error-rate": "调用错误率过高",
  credential: "凭据即将到期",
  quota: "空间配额",
  digest: "每日汇总",
};

const SHOWN_MAX = 20;

/** One message for all that has begun, goes on and has ended since the last one. */
export function messageText(
  workspace: string,
  begun: readonly { readonly rule: Rule; readonly finding: Finding; readonly isRepeated: boolean }[],
  ended: readonly { readonly rule: string; readonly when: Rule["when"] | null; readonly flow: string }[],
  link: string,
): string {
  const lines = [`【Datong 打通】${workspace}`];
  for (const { rule, finding, isRepeated } of begun.slice(0, SHOWN_MAX)) {
    lines.push(`⚠ ${NAMES[rule.when]}${isRepeated ? "（仍未恢复）" : ""}：${finding.flow} ${finding.summary}`);
    if (finding.topCause !== null) lines.push(`  主要原因：${finding.topCause}`);
    if (finding.numbers.length > 0) lines.push(`  单号：${finding.numbers.slice(0, 3).join("、")}`);
  }
  if (begun.length > SHOWN_MAX) lines.push(`…… 还有 ${begun.length - SHOWN_MAX} 项`);
  for (const { rule, when, flow } of ended.slice(0, SHOWN_MAX)) lines.push(`✓ 已恢复：${flow} ${when === null ? rule : NAMES[when]}`);
  if (ended.length > SHOWN_MAX) lines.push(`…… 还有 ${ended.length - SHOWN_MAX} 项已恢复`);
  lines.push(link);
  const mentions = [...new Set(begun.flatMap(({ rule }) => rule.mentions ?? []))];
  if (mentions.length > 0) lines.push(mentions.map((each) => `@${each}`).join(" "));
  return lines.join("\n");
}

/** How the flows of a workspace stand, each in a line. */
export function digestText(
  workspace: string,
  flows: readonly { readonly flow: string; readonly done: number; readonly failed: number; readonly queued: number }[],
  rule: Pick<Rule, "mentions">,
  link: string,
): string {
  const lines = flows
    .slice(0, SHOWN_MAX)
    .map(({ flow, done, failed, queued }) => `${failed > 0 ? "⚠" : "✓"} ${flow}：完成 ${done}，失败 ${failed}，排队 ${queued}`);
  const more = flows.length > SHOWN_MAX ? [`…… 还有 ${flows.length - SHOWN_MAX} 个方案`] : [];
  const mentions = rule.mentions === undefined ? [] : [rule.mentions.map((each) => `@${each}`).join(" ")];
  return [`【Datong 打通】${workspace} 每日汇总`, ...lines, ...more, link, ...mentions].join("\n");
}
