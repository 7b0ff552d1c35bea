/** Error codes of repairs by hand: push again, mark as done, skip; and of write-backs. */
import type { ErrorCodeRow } from "../error-code.ts";

export const REPAIR_CODES = {
  REPAIR_UNKNOWN: {
    fault: "rejected",
    zh: "方案 {flow} 的账本里没有 {number}",
    en: "The ledger of the flow {flow} does not have {number}",
    todoZh: "核对单号与方案；可用源单号、外部单号、目标单号或目标单据编号。",
    todoEn: "Check number and flow; source number, external key, target number or the document's id will do.",
  },
  REPAIR_AMBIGUOUS: {
    fault: "rejected",
    zh: "{number} 对应 {count} 张目标单据：{documents}",
    en: "{number} stands for {count} target documents: {documents}",
    todoZh: "逐张处理：--number 用列出的单据编号。",
    todoEn: "Take them one by one: give one of the listed document ids as --number.",
  },
  REPAIR_STATUS: {
    fault: "rejected",
    zh: "{number}（单据 {document}）的状态是 {status}，不能这样处理",
    en: "{number} (document {document}) is {status}, which does not allow this",
    todoZh: "用 datong show 查看；失败的用 retry，已完成的用 push-again，在队列里的等它写完或先 skip。",
    todoEn: "See datong show; failed ones take retry, done ones push-again, queued ones are waited for, or skipped first.",
  },
  REPAIR_UNDER_WAY: {
    fault: "transient",
    zh: "{number}（单据 {document}）正在写入",
    en: "{number} (document {document}) is being written just now",
    todoZh: "等这次写入有结果，再处理。",
    todoEn: "Wait for the outcome of this write, then try again.",
  },
  REPAIR_REASON_MISSING: {
    fault: "rejected",
    zh: "人工处理必须写明原因",
    en: "A repair by hand needs a reason",
    todoZh: "用 --reason 写一句话，它会记入账本。",
    todoEn: "Give one sentence with --reason; the ledger keeps it.",
  },
  REPAIR_REVERSED: {
    fault: "rejected",
    zh: "{number}（单据 {document}）已按源系统的作废从目标撤回，不能再推一次",
    en: "{number} (document {document}) was taken back at the target because the source withdrew it; it cannot be pushed again",
    todoZh: "让源单据重新生效，下次运行会重新写入。",
    todoEn: "Make the bill valid at the source again; the next run writes it anew.",
  },
  REPAIR_BODY_GONE: {
    fault: "rejected",
    zh: "{number}（单据 {document}）的内容已按保留期限清除，无法原样再推",
    en: "The body of {number} (document {document}) was dropped by age; it cannot be pushed again as it was",
    todoZh: "用 datong run --number 重新读取该单。",
    todoEn: "Read the bill again with datong run --number.",
  },
  REPAIR_PROBE_MISSING: {
    fault: "rejected",
    zh: "接口 {api} 没有声明查证方法，再推一次可能重复，已拒绝",
    en: "The API {api} declares no probe; pushing again might write it twice, so it is refused",
    todoZh: "在适配器里声明 write.probe；或在目标系统里手工补单。",
    todoEn: "Declare write.probe in the connector, or enter the document in the target by hand.",
  },
  WRITE_BACK_ROWS_GONE: {
    fault: "rejected",
    zh: "单据 {key} 的源数据已过保留期，无法回写",
    en: "The rows of the bill {key} are past their keeping time and cannot be written back from",
    todoZh: "用 datong run --number 重新读入这张单据，或用 datong skip --write-back 跳过。",
    todoEn: "Read the bill again with datong run --number, or leave it out with datong skip --write-back.",
  },
  WRITE_BACK_MISSING: {
    fault: "rejected",
    zh: "方案 {flow} 没有回写",
    en: "The flow {flow} has no write-back",
    todoZh: "在方案里写 writeBack；加上之前已完成的单据用 datong retry --write-back --number 逐单补写。",
    todoEn: "Give the flow a writeBack; bills that were done before it are told of with datong retry --write-back --number.",
  },
} as const satisfies Record<string, ErrorCodeRow>;
