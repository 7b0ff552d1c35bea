/** Error codes of the value language: templates, expressions, filters, parsers, JSON, decimals. `position` counts characters from 1. */
import type { ErrorCodeRow } from "../error-code.ts";

export const LANGUAGE_CODES = {
  JSON_INVALID: {
    fault: "defect",
    zh: "JSON 无效：第 {line} 行第 {column} 列，{reason}",
    en: "Invalid JSON at line {line}, column {column}: {reason}",
    todoZh: "查看原始报文的这一处；若对方返回的不是 JSON，请核对接口地址和返回格式设置。",
    todoEn: "Look at this place of the raw text; if the other side did not send JSON, check the address and the reply format.",
  },
  JSON_TRUNCATED: {
    fault: "transient",
    zh: "JSON 不完整：在第 {line} 行第 {column} 列突然结束，{reason}",
    en: "The JSON text stops early at line {line}, column {column}: {reason}",
    todoZh: "报文在传输中被截断，通常重试即可；若每次都断在同一处，请检查代理或网关的大小限制。",
    todoEn: "The text was cut on its way; a retry usually helps. If it always stops at the same place, check size limits of proxies.",
  },
  JSON_TOO_DEEP: {
    fault: "defect",
    zh: "JSON 嵌套超过 {depthMax} 层（第 {line} 行第 {column} 列）",
    en: "The JSON text nests deeper than {depthMax} (line {line}, column {column})",
    todoZh: "业务单据不会嵌套这么深，请核对对方返回的内容。",
    todoEn: "Business data does not nest this deep; check what the other side sent.",
  },
  JSON_UNWRITABLE: {
    fault: "defect",
    zh: "该值无法写成 JSON：{reason}",
    en: "The value cannot be written as JSON: {reason}",
    todoZh: "这是程序缺陷，请带上该单据的编号反馈。",
    todoEn: "This is a defect of the program; report it with the record's number.",
  },
  PATH_INVALID: {
    fault: "rejected",
    zh: "路径「{path}」写法有误：第 {position} 个字符处{reason}",
    en: "The path '{path}' is not well formed at character {position}: {reason}",
    todoZh: "路径形如 a.b[0].c，各段以点分隔，方括号内为从 0 起的序号。",
    todoEn: "A path looks like a.b[0].c: names separated by dots, positions from 0 in brackets.",
  },
  DECIMAL_TOO_LARGE: {
    fault: "rejected",
    zh: "数值过大：{text}（最多 {digitsMax} 位数字，指数不超过 ±{exponentMax}）",
    en: "The number is too large: {text} (at most {digitsMax} digits, exponent within ±{exponentMax})",
    todoZh: "核对源数据中的这个数值。",
    todoEn: "Check this number in the source data.",
  },
  DECIMAL_DIVISION_BY_ZERO: {
    fault: "rejected",
    zh: "除数为零",
    en: "Division by zero",
    todoZh: "在除法前判断除数是否为 0，例如 IF({{qty}}=0, 0, {{amount}}/{{qty}})。",
    todoEn: "Test the divisor first, for example IF({{qty}}=0, 0, {{amount}}/{{qty}}).",
  },
  TIME_ZONE_UNKNOWN: {
    fault: "rejected",
    zh: "不认识的时区「{zone}」",
    en: "Unknown time zone '{zone}'",
    todoZh: "使用 Asia/Shanghai 这样的 IANA 名称，或 +08:00 这样的偏移。",
    todoEn: "Use an IANA name such as Asia/Shanghai or an offset such as +08:00.",
  },
  TIME_OUT_OF_RANGE: {
    fault: "rejected",
    zh: "时间超出可表示的范围：{value}",
    en: "The time is out of range: {value}",
    todoZh: "核对源数据中的时间，注意秒与毫秒不要混用。",
    todoEn: "Check the time in the source data; seconds and milliseconds may have been mixed up.",
  },
} as const satisfies Record<string, ErrorCodeRow>;
