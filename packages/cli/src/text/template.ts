/** Texts of the commands about templates. */
import type { Language } from "@datong/core";

const zh = {
  cmdTemplate: "方案模板：列出、查看、取用",
  cmdList: "列出模板",
  cmdShow: "查看一个模板：做什么、需要什么连接",
  cmdUse: "用模板在工作区新建一个方案，只需指定两个连接",
  argTemplate: "模板标识",
  optSystem: "只列与这个系统有关的",
  optTag: "只列有这个标签的",
  optSource: "源连接的标识",
  optTarget: "目标连接的标识",
  optId: "新方案的标识（默认与模板相同）",
  head: ["模板", "名称", "源 → 目标", "标签"] as readonly string[],
  none: "没有符合的模板。",
  source: "源连接",
  target: "目标连接",
  tags: "标签",
  tables: "映射表",
  table: (file: string): string => `映射表 ${file}：把示例编码换成自己的。`,
  tableKept: (name: string): string => `映射表「${name}」工作区里已有，保持不变。`,
  origin: "由来",
  apis: "接口",
  fits: (ids: readonly string[]): string => (ids.length === 0 ? "工作区里还没有这样的连接" : `工作区里有：${ids.join("、")}`),
  askSource: (system: string, ids: readonly string[]): string => `源连接（${system}${ids.length > 0 ? `：${ids.join("、")}` : ""}）：`,
  askTarget: (system: string, ids: readonly string[]): string => `目标连接（${system}${ids.length > 0 ? `：${ids.join("、")}` : ""}）：`,
  written: (file: string, id: string): string =>
    `已写入 ${file}，检查通过。对照表里的编码是示例，请改成自己的；然后 datong preview ${id}。`,
};

const en: typeof zh = {
  cmdTemplate: "templates of flows: list, show, use",
  cmdList: "lists the templates",
  cmdShow: "one template: what it does and what connections it needs",
  cmdUse: "makes a flow of a template in the workspace; asks for nothing but two connections",
  argTemplate: "the template's id",
  optSystem: "only those of this system",
  optTag: "only those with this tag",
  optSource: "id of the source's connection",
  optTarget: "id of the target's connection",
  optId: "the new flow's id (default: the template's)",
  head: ["Template", "Name", "Source → target", "Tags"],
  none: "No template fits.",
  source: "Source",
  target: "Target",
  tags: "Tags",
  tables: "Mapping tables",
  table: (file) => `Mapping table ${file}: put your own codes in place of the examples.`,
  tableKept: (name) => `The workspace has a mapping table '${name}' already; it stays as it is.`,
  origin: "From",
  apis: "APIs",
  fits: (ids) => (ids.length === 0 ? "the workspace has no such connection yet" : `in the workspace: ${ids.join(", ")}`),
  askSource: (system, ids) => `Source connection (${system}${ids.length > 0 ? `: ${ids.join(", ")}` : ""}): `,
  askTarget: (system, ids) => `Target connection (${system}${ids.length > 0 ? `: ${ids.join(", ")}` : ""}): `,
  written: (file, id) =>
    `Written to ${file}, and in order. The codes in its maps are examples: make them yours, then datong preview ${id}.`,
};

export type TemplateText = typeof zh;

export function templateText(language: Language): TemplateText {
  return language === "zh" ? zh : en;
}
