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

export const ReconcileSchema = Type.Object(
  {
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
