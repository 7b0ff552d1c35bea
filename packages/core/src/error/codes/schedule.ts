/** Codes of schedules: crons, what a flow waits for, what sets it off. */
import type { ErrorCodeRow } from "../error-code.ts";

export const SCHEDULE_CODES = {
  CRON_INVALID: {
    fault: "rejected",
    zh: "cron「{cron}」写法不对：{reason}",
    en: "The cron '{cron}' is not valid: {reason}",
    todoZh: "写 5 段或 6 段，如 */10 * * * *。",
    todoEn: "Write 5 or 6 fields, such as */10 * * * *.",
  },
  PRECONDITION_ON_ITSELF: {
    fault: "rejected",
    zh: "方案 {flow} 的前置条件是它自己，永远不会开始",
    en: "The flow {flow} waits for itself and would never start",
    todoZh: "改成另一个方案，或删掉前置条件。",
    todoEn: "Name another flow or remove the precondition.",
  },
  PRECONDITION_UNMET: {
    fault: "rejected",
    zh: "前置方案 {flow} 没有成功，{at} 的读取等了 {minutes} 分钟后放弃",
    en: "The flow {flow} had not succeeded; the reading of {at} was given up after {minutes} minutes",
    todoZh: "查看前置方案为何没有成功；下一次到点照常等待。",
    todoEn: "See why that flow has not succeeded; the next tick waits for it again.",
  },
  AFTER_ITSELF: {
    fault: "rejected",
    zh: "方案 {flow} 的上游触发是它自己，会一直读下去",
    en: "The flow {flow} is set off by itself and would be read without end",
    todoZh: "改成另一个方案，或删掉 after。",
    todoEn: "Name another flow or remove `after`.",
  },
} as const satisfies Record<string, ErrorCodeRow>;
