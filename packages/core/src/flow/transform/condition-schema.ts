/**
 * The document form of conditions, as TypeBox schemas and their static types.
 * Every description is Chinese first, then English: editors show it beside the field.
 */
import { Type, type Static } from "typebox";

export const CONDITION_LOGICS = [
  "eq",
  "neq",
  "gt",
  "egt",
  "lt",
  "elt",
  "like",
  "notlike",
  "between",
  "in",
  "notin",
  "notnull",
  "isnull",
  "eqv2",
  "neqv2",
] as const;
export type ConditionLogic = (typeof CONDITION_LOGICS)[number];

const Scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean()]);

/** One comparison. */
export const ConditionTermSchema = Type.Object(
  {
    field: Type.String({
      minLength: 1,
      description:
        "字段路径，如 items.name；经过数组时逐个元素比较。 / Path of the field, such as items.name; through an array each element is compared.",
    }),
    logic: Type.Enum(CONDITION_LOGICS, {
      description:
        "比较方式：eq 等于、neq 不等于、gt 大于、egt 大于等于、lt 小于、elt 小于等于、like 包含、notlike 不包含、between 区间（含两端）、in 在列表中、notin 不在列表中、notnull 不为空、isnull 为空、eqv2 文本严格等于、neqv2 文本严格不等于。空＝没有该字段、null 或空文本。 / Comparison; between includes both ends; eqv2 and neqv2 compare texts strictly; null means missing, null or the empty text.",
    }),
    value: Type.Optional(
      Type.Union([Scalar, Type.Array(Scalar)], {
        description:
          '比较值；between 写 "100,500"，in 写 "a,b" 或数组，时间点写 timestamp:1704067200（秒）。 / Value to compare with; "100,500" for between, "a,b" or a list for in, timestamp:1704067200 (seconds) for an instant.',
      }),
    ),
    strictMode: Type.Optional(
      Type.Boolean({
        description:
          "只对数组中的字段有效。false（默认）：去掉不符合的明细，保留单据；true：有一行明细不符合就丢弃整张单据。 / Only for fields inside an array. false (default): lines that do not match are removed; true: one line that does not match drops the whole bill.",
      }),
    ),
  },
  { additionalProperties: false, description: "一个比较。 / One comparison." },
);

/** OR over the groups, AND inside a group. */
export const ConditionGroupsSchema = Type.Array(
  Type.Array(ConditionTermSchema, { minItems: 1, description: "组内全部满足（且）。 / All of a group must hold (AND)." }),
  { minItems: 1, description: "任一组满足即可（或）。 / One group is enough (OR)." },
);

/** A named rule: its name is what a dropped bill shows as the reason. */
export const ConditionRuleSchema = Type.Object(
  {
    rule: Type.String({ minLength: 1, description: "规则名，丢弃单据时作为原因显示。 / Name of the rule, shown as the reason of a drop." }),
    any: ConditionGroupsSchema,
    emptied: Type.Optional(
      Type.Union([Type.Literal("drop"), Type.Literal("keep")], {
        description:
          "明细全部被去掉时：drop（默认）丢弃单据，keep 保留没有明细的单据。 / When every line was removed: drop (default) drops the bill, keep leaves it without lines.",
      }),
    ),
  },
  { additionalProperties: false, description: "一条有名字的规则。 / A named rule." },
);

/** All named rules must pass; the bare form is one rule called `condition`. */
export const ConditionSchema = Type.Union([Type.Array(ConditionRuleSchema, { minItems: 1 }), ConditionGroupsSchema], {
  description:
    "过滤条件：有名字的规则列表（须全部通过），或轻易云写法的二维数组（或/且）。 / Conditions: a list of named rules (all must pass), or the bare two-level list (OR of AND groups).",
});

export type ConditionTerm = Static<typeof ConditionTermSchema>;
export type ConditionGroups = Static<typeof ConditionGroupsSchema>;
export type ConditionRule = Static<typeof ConditionRuleSchema>;
export type Condition = Static<typeof ConditionSchema>;
