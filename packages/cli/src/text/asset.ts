/** Texts of the commands about imported connectors and hand-over papers. */
import type { FailureTexts } from "../failure.ts";
import type { Language } from "@datong/core";

const zh = {
  cmdImportOpenApi: "把 OpenAPI 3.x 文档（JSON 或 YAML）或轻易云参数表（.xlsx、.csv）转成私有适配器，写入工作区的 connectors 文件夹",
  argFile: "OpenAPI 文档，或轻易云接口参数表",
  optSystem: "适配器的标识（默认取自文档标题或文件名）",
  optTag: "只导入这些标签的接口",
  cmdDoc: "写交接文档：方案、连接或接口（连接之后写接口编码），Markdown 或 Excel",
  argDoc: "方案或连接的标识",
  argApi: "接口编码（第一个参数是连接时）",
  optDocOut: "写入的文件，.md 或 .xlsx（默认输出 Markdown）",
  written: (file: string, apis: number): string => `✓ ${file}  ${apis} 个接口`,
  guesses: (n: number): string => `推断了 ${n} 处，请确认：`,
  leftOut: (n: number): string => `未导入 ${n} 个接口：`,
  more: (n: number): string => `  另有 ${n} 处，见 --json`,
};

const en: typeof zh = {
  cmdImportOpenApi:
    "an OpenAPI 3.x document (JSON or YAML) or Qeasy's parameter sheet (.xlsx, .csv) as a private connector in the workspace's connectors folder",
  argFile: "an OpenAPI document, or Qeasy's parameter sheet",
  optSystem: "the connector's id (default: from the document's title or the file's name)",
  optTag: "only operations with these tags",
  cmdDoc: "writes the hand-over paper of a flow, a connection or an API (its code behind the connection), as Markdown or Excel",
  argDoc: "id of a flow or a connection",
  argApi: "an API's code, where the first is a connection",
  optDocOut: "file to write, .md or .xlsx (default: Markdown to the screen)",
  written: (file, apis) => `✓ ${file}  ${apis} APIs`,
  guesses: (n) => `${n} things were inferred; confirm them:`,
  leftOut: (n) => `${n} operations were left out:`,
  more: (n) => `  ${n} more, see --json`,
};

export function assetText(language: Language): typeof zh {
  return language === "zh" ? zh : en;
}

export function isThere(file: string): FailureTexts {
  return {
    zh: `${file} 已存在，未覆盖`,
    en: `${file} is there already and was left as it is`,
    todoZh: "用 --system 另取标识，或先移走原文件。",
    todoEn: "Choose another id with --system, or move the file away first.",
  };
}
