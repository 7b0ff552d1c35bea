/** Texts of `datong import qeasy` and `datong export qeasy`, both languages side by side. */
import type { Language } from "@datong/core";

const zh = {
  cmdImport: "从另一个平台导入方案",
  cmdImportQeasy: "导入轻易云的集成方案：源码视图的 JSON、粘贴的文本、参数模板",
  cmdExport: "导出方案到另一个平台",
  cmdExportQeasy: "写成轻易云源码视图的两份 JSON",
  argFiles: "文件：两份元数据、含两份的一份、文章文本、.xlsx 或 .csv 参数模板",
  optSource: "源平台用的连接",
  optTarget: "目标平台用的连接",
  optMap: "轻易云的方案 id=这里的方案标识",
  optAnswers: "答案文件（YAML）；没有就新建，列出待定的各项",
  optImportOut: "写到哪里（默认：最近工作区的 flows，否则 qeasy-import）",
  optExportOut: "写到哪里（默认：当前文件夹）",
  status: { ok: "可用", "needs-decision": "待定", refused: "拒绝" },
  line: (r: { readonly taken: number; readonly changed: number; readonly decisions: number; readonly unknown: number }): string =>
    `照原样 ${r.taken}，改动 ${r.changed}，待定 ${r.decisions}，不认识 ${r.unknown}`,
  report: (files: string): string => `迁移报告：${files}`,
  secrets: (file: string, n: number): string => `${n} 个凭据已移出方案，写在 ${file}（仅本人可读）：并入工作区的 .env 后删去`,
  answers: (file: string): string => `待定的各项已列在 ${file}，填好后再导入一次`,
  more: (n: number): string => `  …… 另有 ${n} 项，见迁移报告`,
  tooLarge: (file: string, megabytes: number) => ({
    zh: `文件 ${file} 超过 ${megabytes} MB`,
    en: `The file ${file} is larger than ${megabytes} MB`,
    todoZh: "请检查是否放错了文件。",
    todoEn: "See whether this is the right file.",
  }),
  badMap: (given: string) => ({
    zh: `--map 的写法是 旧id=新标识，给出的是「${given}」`,
    en: `--map takes OLD=NEW; given was '${given}'`,
    todoZh: "如 --map 8e620793-bebb-3167-95a4-9030368e5262=kingdee-materials。",
    todoEn: "For example --map 8e620793-bebb-3167-95a4-9030368e5262=kingdee-materials.",
  }),
};

const en: typeof zh = {
  ...zh,
  cmdImport: "import flows from another platform",
  cmdImportQeasy: "import schemes of 轻易云 (Qeasy): JSON of the source view, pasted text, parameter templates",
  cmdExport: "export a flow to another platform",
  cmdExportQeasy: "write the two JSON documents of Qeasy's source view",
  argFiles: "files: the two metadata documents, one with both, an article's text, an .xlsx or .csv parameter template",
  optSource: "connection of the source",
  optTarget: "connection of the target",
  optMap: "id of a Qeasy scheme=id of a flow here",
  optAnswers: "file of answers (YAML); where there is none it is made, with all that is open",
  optImportOut: "where to (default: flows of the nearest workspace, else qeasy-import)",
  optExportOut: "where to (default: this folder)",
  status: { ok: "ready", "needs-decision": "needs decisions", refused: "refused" },
  line: (r) => `${r.taken} as they were, ${r.changed} changed, ${r.decisions} open, ${r.unknown} not known`,
  report: (files) => `Migration report: ${files}`,
  secrets: (file, n) =>
    `${n} credentials were taken out of the flows into ${file} (for you alone): put them into the workspace's .env, then delete it`,
  answers: (file) => `What is open is listed in ${file}; fill it in and import again`,
  more: (n) => `  … and ${n} more, see the report`,
};

export function qeasyText(language: Language): typeof zh {
  return language === "zh" ? zh : en;
}
