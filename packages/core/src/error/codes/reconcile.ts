/** Error codes of reconciliation. */
import type { ErrorCodeRow } from "../error-code.ts";

export const RECONCILE_CODES = {
  RECONCILE_PROBE_MISSING: {
    fault: "rejected",
    zh: "接口 {api} 没有查证，不能向目标查询单据，无法对账",
    en: "The API {api} has no probe: the target cannot be asked for documents, so nothing can be reconciled",
    todoZh: "给接口声明 probe（按外部单号查询），或在目标系统里核对。",
    todoEn: "Declare a probe (a query by external key) for the API, or check at the target by hand.",
  },
  RECONCILE_FIELD_UNKNOWN: {
    fault: "rejected",
    zh: "{path}：目标接口 {api} 没有字段「{field}」",
    en: "{path}: the target's API {api} has no field '{field}'",
    todoZh: "改用目标单据的字段：{known}",
    todoEn: "Use a field of the target's document: {known}",
  },
  RECONCILE_SOURCE_MERGED: {
    fault: "rejected",
    zh: "{path}：多张单据合成一张的方案不能按源字段「{field}」逐单比较",
    en: "{path}: in a flow that puts many bills into one document, '{field}' of the source cannot be compared bill by bill",
    todoZh: "去掉 source，比较映射出来的单据。",
    todoEn: "Leave source out: the mapped document is compared.",
  },
  RECONCILE_STOPPED: {
    fault: "transient",
    zh: "对账在做完之前被停止",
    en: "The reconciliation was stopped before its end",
    todoZh: "再做一次。",
    todoEn: "Begin it anew.",
  },
  RECONCILE_BY_HAND: {
    fault: "rejected",
    zh: "单据「{key}」由人处理：{kind} {reason}",
    en: "The document '{key}' is left to a person: {kind} {reason}",
    todoZh: "多出的：在目标系统核对后删除，或接受（--accept）。目标已有而账本未完成的：datong mark-done。",
    todoEn: "Extra: check and remove it at the target, or accept it (--accept). There, but not done in the ledger: datong mark-done.",
  },
  RECONCILIATION_UNKNOWN: {
    fault: "rejected",
    zh: "没有对账 {id}，或它还没有做完",
    en: "There is no reconciliation {id}, or it is not finished",
    todoZh: "用 datong reconcile FLOW --list 看已有的对账。",
    todoEn: "See the past ones with datong reconcile FLOW --list.",
  },
  RECONCILE_DIFFERENCE_UNKNOWN: {
    fault: "rejected",
    zh: "这次对账没有单据「{key}」的差异",
    en: "This reconciliation has no difference of the bill '{key}'",
    todoZh: "照报告里的单号填写；已接受的差异不在报告里。",
    todoEn: "Give the number as the report has it; accepted differences are not in the report.",
  },
  REFILL_UNKNOWN: {
    fault: "rejected",
    zh: "没有补漏 {id}",
    en: "There is no refill {id}",
    todoZh: "用 datong refill FLOW --list 看已有的补漏。",
    todoEn: "See the past ones with datong refill FLOW --list.",
  },
  REFILL_NEEDS_CONFIRMATION: {
    fault: "rejected",
    zh: "这次补漏要重读 {days} 天、{windows} 个时间窗，约 {rows} 行",
    en: "This refill reads {days} days again in {windows} windows, about {rows} rows",
    todoZh: "看过估算后，带 confirm: true 再提交；或缩短时间段。",
    todoEn: "Look at the estimate, then send it again with confirm: true, or take a shorter span.",
  },
  SOURCE_NOT_BY_NUMBER: {
    fault: "rejected",
    zh: "方案 {flow}：源接口 {api} 没有按单号查询的参数，不能只取这几张单据",
    en: "Flow {flow}: the source's API {api} has no parameter for bill numbers, so it cannot be asked for single bills",
    todoZh: "用补漏按时间段重读（datong refill），或在接口里声明 byNumber。",
    todoEn: "Read their span of time again (datong refill), or declare byNumber for the API.",
  },
} as const satisfies Record<string, ErrorCodeRow>;
