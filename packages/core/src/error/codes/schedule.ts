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
  HOURS_UNCLEAR: {
    fault: "rejected",
    zh: "时段「{hours}」的起止相同，说不清是全天还是没有；起止须不同",
    en: "The hours '{hours}' begin and end at the same time, which may mean all day or never; they must differ",
    todoZh: "写成 08:00-20:00，跨午夜写 22:00-06:00；全天则不写时段，或写 00:00-24:00。",
    todoEn: "Write 08:00-20:00, or 22:00-06:00 over midnight; for all day leave the hours out or write 00:00-24:00.",
  },
  MAINTENANCE_ENDLESS: {
    fault: "rejected",
    zh: "每天的停机时段「{hours}」起止相同，这个连接就永远不能调用；起止须不同",
    en: "The maintenance '{hours}' of every day ends when it begins, so that the connection is never called; they must differ",
    todoZh: "写成 01:00-05:00；要整天停机，用 days 写明是哪几天；暂时不用这个连接，停用用到它的方案。",
    todoEn: "Write 01:00 to 05:00; for whole days name them in `days`; to leave the connection alone, disable the flows that use it.",
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
