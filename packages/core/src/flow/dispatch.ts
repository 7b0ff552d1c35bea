/**
 * When a flow runs (调度): a cron, time windows and a misfire policy for each side, what it waits for and what sets it off. Part of the flow
 * document. Minutes where a name says so, else seconds.
 */
import { Type, type Static } from "typebox";

const closed = { additionalProperties: false } as const;

export const RetriesSchema = Type.Object(
  { count: Type.Integer({ minimum: 0 }), delaysS: Type.Optional(Type.Array(Type.Number({ minimum: 0 }), { minItems: 1 })) },
  { ...closed, description: "重试次数与间隔；默认 5 次：20 秒、5 分、1 时、4 时、20 时 / Retries and their delays" },
);

const sideSchedule = Type.Object(
  {
    cron: Type.String({ description: "5 段或 6 段 cron / Cron, 5 or 6 fields" }),
    zone: Type.Optional(Type.String({ description: "时区，默认 Asia/Shanghai / Zone of cron and windows; Asia/Shanghai unless given" })),
    windows: Type.Optional(
      Type.Array(Type.String({ pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$" }), {
        minItems: 1,
        description:
          "只在这些时段调用，如 08:00-20:00，可跨午夜；时段外到点的等到时段开始 / Calls begin only in these hours, over midnight too; what comes due outside waits",
      }),
    ),
    misfire: Type.Optional(
      Type.Union([Type.Literal("none"), Type.Literal("last"), Type.Literal("all")], {
        description:
          "无人值守时错过的触发：none 不补、last 补一次（默认）、all 逐次补（最多 100 次）/ Ticks missed while no worker was there: none, one for all (default), each (100 at most)",
      }),
    ),
  },
  closed,
);

export const DispatchSchema = Type.Object(
  {
    enabled: Type.Boolean({ description: "是否启用 / Whether it runs by itself" }),
    source: Type.Optional(sideSchedule),
    target: Type.Optional(sideSchedule),
    after: Type.Optional(
      Type.String({
        minLength: 1,
        description: "上游触发：那个方案读取成功结束后立即读取本方案 / Read at once when the reading of that flow has ended well",
      }),
    ),
    priority: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 9,
        description: "目标账号繁忙时各方案的份额，1 至 9，默认 5 / The flow's part of a busy target account, 1 to 9; 5 unless given",
      }),
    ),
    retries: Type.Optional(RetriesSchema),
    precondition: Type.Optional(
      Type.Object(
        {
          flow: Type.String(),
          withinMinutes: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
          waitMinutes: Type.Optional(
            Type.Number({
              minimum: 0,
              description: "最多等多少分钟，过后放弃这一次；不写一直等 / Waits so long, then gives the tick up; for ever unless given",
            }),
          ),
        },
        {
          ...closed,
          description:
            "前置条件：某方案在本方案上次成功之后（或 withinMinutes 之内）已成功 / A flow that must have succeeded since this one last did, or within so many minutes",
        },
      ),
    ),
  },
  closed,
);

export type Dispatch = Static<typeof DispatchSchema>;
export type SideSchedule = Static<typeof sideSchedule>;
