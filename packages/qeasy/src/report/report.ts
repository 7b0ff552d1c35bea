/** The migration report: what was taken over, changed, left open and not known, for machines and for people in both languages. */
import type { ImportResult } from "../import/import-files.ts";
import type { ImportedFlow } from "../import/import-scheme.ts";
import type { Remark } from "../import/notes.ts";

type Language = "zh" | "en";

export interface FlowReport {
  readonly file: string;
  readonly id: string | null;
  readonly status: "ok" | "needs-decision" | "refused";
  readonly taken: number;
  readonly changed: readonly object[];
  readonly decisions: readonly object[];
  readonly unknown: readonly object[];
}

/** `fileOf`: where the flow was written. A refused file stands under its own name, with the reason as its only remark. */
export function reportJson(result: ImportResult, fileOf: (flow: ImportedFlow) => string): { readonly flows: readonly FlowReport[] } {
  const flows = result.flows.map((flow): FlowReport => {
    const { id, status, taken, changed, decisions, unknown } = flow;
    return { file: fileOf(flow), id, status, taken, changed, decisions, unknown };
  });
  const refused = result.refused.map(({ file, zh, en }): FlowReport => {
    const why = { file, line: 1, path: "", zh, en };
    return { file, id: null, status: "refused", taken: 0, changed: [why], decisions: [], unknown: [] };
  });
  return { flows: [...flows, ...refused] };
}

const TEXTS = {
  zh: {
    title: "轻易云方案迁移报告",
    summary: ["方案", "状态", "照原样", "改动", "待定", "不认识"],
    status: { ok: "可用", "needs-decision": "待定", refused: "拒绝" },
    changed: "改动及原因",
    decisions: "需要决定",
    unknown: "不认识的键（原样保留，导出时带回）",
    proposal: "草稿里",
    taken: (n: number): string => `照原样接收 ${n} 项。`,
    answers: "把答案写进 --answers 文件（键名如下），再导入一次即可。",
    place: (line: number, path: string): string => `第 ${line} 行 ${path}`,
    secrets: "移出方案的凭据",
  },
  en: {
    title: "Migration of Qeasy schemes",
    summary: ["Flow", "Status", "As it was", "Changed", "Open", "Not known"],
    status: { ok: "ready", "needs-decision": "needs decisions", refused: "refused" },
    changed: "Changed, and why",
    decisions: "Needs a decision",
    unknown: "Keys that are not known (kept, and given back by the export)",
    proposal: "the draft says",
    taken: (n: number): string => `${n} values were taken over as they stood.`,
    answers: "Put the answers into the file of --answers, under the keys below, and import again.",
    place: (line: number, path: string): string => `line ${line} ${path}`,
    secrets: "Credentials taken out of the flow",
  },
} as const;

export function reportMarkdown(result: ImportResult, language: Language, fileOf: (flow: ImportedFlow) => string): string {
  const text = TEXTS[language];
  const lines = [`# ${text.title}`, "", row(text.summary), row(text.summary.map(() => "---"))];
  for (const { id, status, taken, changed, decisions, unknown } of result.flows)
    lines.push(row([id, text.status[status], String(taken), String(changed.length), String(decisions.length), String(unknown.length)]));
  for (const { file } of result.refused) lines.push(row([file, text.status.refused, "", "", "", ""]));
  for (const flow of result.flows) lines.push("", ...flowLines(flow, language, fileOf(flow)));
  for (const { file, zh, en } of result.refused) lines.push("", `## ${file}`, "", language === "zh" ? zh : en);
  return `${lines.join("\n")}\n`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function flowLines(flow: ImportedFlow, language: Language, written: string): readonly string[] {
  const text = TEXTS[language];
  const say = (remark: Remark): string =>
    `${remark.file}, ${text.place(remark.line, remark.path)}: ${language === "zh" ? remark.zh : remark.en}`;
  const lines = [`## ${flow.id}`, "", `${flow.flow.name ?? flow.id} → \`${written}\``, "", text.taken(flow.taken)];
  if (flow.decisions.length > 0) {
    lines.push("", `### ${text.decisions}`, "", text.answers, "");
    for (const decision of flow.decisions) {
      const proposal = decision.proposal === null ? "" : `（${text.proposal} \`${JSON.stringify(decision.proposal)}\`）`;
      lines.push(`- \`${decision.key}\` ${say(decision)}${language === "zh" ? proposal : proposal.replace("（", " (").replace("）", ")")}`);
    }
  }
  if (flow.changed.length > 0) lines.push("", `### ${text.changed}`, "", ...flow.changed.map((each) => `- ${say(each)}`));
  if (flow.unknown.length > 0)
    lines.push("", `### ${text.unknown}`, "", ...flow.unknown.map(({ file, line, path }) => `- ${file}, ${text.place(line, path)}`));
  if (flow.secrets.length > 0)
    lines.push(
      "",
      `### ${text.secrets}`,
      "",
      ...flow.secrets.map(({ name, connection, setting }) => `- \`${name}\` → ${connection}.${setting}`),
    );
  return lines;
}
