/**
 * What a flow's reconciliation (对账) compares beyond existence: lines, sums, the day and groups of its totals, and how the target's documents
 * are listed. Paths `target`, `lines`, `day`, `groups` are those of the target's document; `source` is one of the source's rows.
 */
import { Type, type Static } from "typebox";

const closed = { additionalProperties: false } as const;
const path = (description: string) => Type.String({ minLength: 1, maxLength: 200, description });

const SumSchema = Type.Object(
  {
    target: path("目标单据的字段，如 FEntity.FRealQty / Field of the target's document; over a list its values are added up"),
    source: Type.Optional(
      path(
        "源单据的字段，如 items.qty；不写则取映射出来的同名字段 / Field of the source's rows; unless given, the mapped document's own under the target path",
      ),
    ),
    tolerance: Type.Optional(
      Type.String({ pattern: "^\\d{1,12}(\\.\\d{1,12})?$", description: "允许的差额，默认 0 / Difference that counts as none; 0" }),
    ),
  },
  closed,
);

const ScheduleSchema = Type.Object(
  {
    cron: Type.String({
      description: "5 段或 6 段 cron，如 30 8 * * *；月结用 0 9 1 * * / Cron, 5 or 6 fields; 0 9 1 * * for month's close",
    }),
    zone: Type.Optional(Type.String({ description: "时区，默认 Asia/Shanghai / Zone; Asia/Shanghai unless given" })),
    misfire: Type.Optional(
      Type.Union([Type.Literal("none"), Type.Literal("last")], {
        description:
          "无人值守时错过的：none 不补、last 补一次（默认） / Ticks missed while nobody was there: none, or one for all (default)",
      }),
    ),
    span: Type.Optional(
      Type.String({
        pattern: "^(yesterday|today|last-month|this-month|-\\d{1,4}d)$",
        description:
          "对哪一段（按到点的那一刻、源系统的日历）：yesterday、today、last-month、this-month、-7d；不写则首次读取的整个窗口 / Which span, by the moment of the tick and the source's calendar; the whole window of a first run unless given",
      }),
    ),
  },
  closed,
);

export const ReconcileSchema = Type.Object(
  {
    schedule: Type.Optional(Type.Array(ScheduleSchema, { maxItems: 6, description: "定时对账 / When it is reconciled by itself" })),
    lines: Type.Optional(path("目标单据的明细列表，比较行数 / The list of which the length is compared")),
    sums: Type.Optional(
      Type.Array(SumSchema, { maxItems: 20, description: "比较的数量、金额 / Quantities and amounts that are compared" }),
    ),
    day: Type.Optional(path("合计按哪一天，如 FDate / Field by whose day totals are told")),
    groups: Type.Optional(
      Type.Array(path("店铺、仓库等 / Shop, warehouse, …"), { maxItems: 4, description: "合计的分组 / Groups of the totals" }),
    ),
    list: Type.Optional(
      Type.Object(
        {
          api: Type.String({ minLength: 1, description: "目标系统的查询接口 / Query API of the target" }),
          params: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()]))),
          key: Type.Optional(path("行里的外部单号，默认接口的单号 / External key in a row; the API's number unless given")),
        },
        {
          ...closed,
          description:
            "列出目标单据，找出手工新增的；不写则只能按单号查 / Lists the target's documents, so that those added by hand are found; without it they can only be asked for by key",
        },
      ),
    ),
  },
  { ...closed, description: "对账比较什么；不写则只比较有没有 / What reconciliation compares; absent: only whether documents are there" },
);

export type ReconcileRule = Static<typeof ReconcileSchema>;
export type ReconcileSchedule = NonNullable<ReconcileRule["schedule"]>[number];
