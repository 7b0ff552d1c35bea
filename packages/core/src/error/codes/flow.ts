/** Error codes of the documents: connectors, connections, flows. */
import type { ErrorCodeRow } from "../error-code.ts";

export const FLOW_CODES = {
  DOCUMENT_INVALID: {
    fault: "rejected",
    zh: "文档不符合格式：{path} {expected}",
    en: "The document does not match its schema: {path} {expected}",
    todoZh: "按提示修改该处后再检查一次；编辑器可用 docs/schema 下的 JSON Schema 自动补全。",
    todoEn: "Change the named place and check again; editors can complete from the JSON Schema in docs/schema.",
  },
  DOCUMENT_UNREADABLE: {
    fault: "rejected",
    zh: "文件 {file} 读不懂：第 {line} 行 {reason}",
    en: "The file {file} cannot be read: line {line}: {reason}",
    todoZh: "检查缩进、引号和括号；文件须为 UTF-8 的 YAML 或 JSON。",
    todoEn: "Check indentation, quotes and brackets; the file must be YAML or JSON in UTF-8.",
  },
} as const satisfies Record<string, ErrorCodeRow>;
