/** Error codes of what a workspace owns: imported connectors, APIs as assets, flow files. */
import type { ErrorCodeRow } from "../error-code.ts";

export const ASSET_CODES = {
  OPENAPI_UNREADABLE: {
    fault: "rejected",
    zh: "不是能读懂的 OpenAPI 3.x 文档：{reason}",
    en: "This is no OpenAPI 3.x document that can be read: {reason}",
    todoZh: "给出 JSON 或 YAML 的 OpenAPI 3.0/3.1 文档全文；Swagger 2.0 请先用官方工具转换。",
    todoEn: "Give the whole text of an OpenAPI 3.0 or 3.1 document in JSON or YAML; convert Swagger 2.0 first.",
  },
  OPENAPI_INVALID: {
    fault: "rejected",
    zh: "OpenAPI 文档 {path} 处不合规范：{expected}",
    en: "The OpenAPI document is wrong at {path}: {expected}",
    todoZh: "改正该处，或请供应商给出合规的文档。",
    todoEn: "Correct it there, or ask the vendor for a valid document.",
  },
  OPENAPI_EMPTY: {
    fault: "rejected",
    zh: "OpenAPI 文档里没有可以导入的接口",
    en: "The OpenAPI document has no operation that can be imported",
    todoZh: "确认 paths 不为空，标签筛选没有写错。",
    todoEn: "See that `paths` is not empty and the tags are right.",
  },
  SHEET_NO_TEMPLATE: {
    fault: "rejected",
    zh: "文件 {file} 不是轻易云的接口参数表",
    en: "{file} is no Qeasy parameter sheet",
    todoZh: "表头为 operation、is_request、name、field、parent、default、type、is_required、parser、describe，前两行保留。",
    todoEn:
      "Its columns are operation, is_request, name, field, parent, default, type, is_required, parser, describe; the first two rows are reserved.",
  },
  CONNECTOR_NOT_IN_ORDER: {
    fault: "rejected",
    zh: "适配器 {system} 有 {count} 处问题，未保存",
    en: "The connector {system} has {count} problems and was not saved",
    todoZh: "按 issues 逐条改正后再保存。",
    todoEn: "Correct each of them, as issues lists them, and save again.",
  },
  API_OFF_LINE: {
    fault: "transient",
    zh: "接口 {api}（连接 {connection}）已下线，没有调用",
    en: "The API {api} of the connection {connection} is off line; it was not called",
    todoZh: "上线后自动继续；单据都还在队列里。",
    todoEn: "What waits goes on when it is back on line; every bill is still in its queue.",
  },
  API_OFF_LINE_CONCERNS: {
    fault: "rejected",
    zh: "接口 {api} 有 {count} 个启用的方案在用：{flows}；下线后它们会等待",
    en: "{count} enabled flows use the API {api}: {flows}; they would wait",
    todoZh: "确认后带上 confirm: true 再发；上线后自动继续。",
    todoEn: "Send it again with confirm: true; they go on when it is back on line.",
  },
  FLOW_NOT_ENABLED: {
    fault: "rejected",
    zh: "方案 {flow} 未启用，不能触发",
    en: "The flow {flow} is not enabled and cannot be set off",
    todoZh: "先启用方案，再触发。",
    todoEn: "Enable the flow first.",
  },
  WRITE_UNCONFIRMED: {
    fault: "rejected",
    zh: "接口 {api} 会写入 {connection}（{environment}），须确认后再调用",
    en: "The API {api} writes to {connection} ({environment}); confirm it first",
    todoZh: "看清参数后带上 confirm: true 再发。",
    todoEn: "Look at the parameters, then send it again with confirm: true.",
  },
} as const satisfies Record<string, ErrorCodeRow>;
