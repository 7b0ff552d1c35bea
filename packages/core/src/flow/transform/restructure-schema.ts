/**
 * The document form of restructuring steps, as TypeBox schemas and their static types.
 * Every description is Chinese first, then English: editors show it beside the field.
 */
import { Type, type Static, type TSchema } from "typebox";
import { ConditionSchema } from "./condition-schema.ts";

const says = (zh: string, en: string): { readonly description: string } => ({ description: `${zh} / ${en}` });
const field = (zh: string, en: string) => Type.String({ minLength: 1, ...says(zh, en) });
const fieldList = (zh: string, en: string) => Type.Array(Type.String({ minLength: 1 }), { minItems: 1, ...says(zh, en) });
const linesField = (zh = "明细所在字段。", en = "Field that holds the lines.") =>
  Type.String({ minLength: 1, pattern: "^[^.]+$", ...says(zh, en) });
const step = <P extends Record<string, TSchema>>(properties: P, zh: string, en: string) =>
  Type.Object(properties, { additionalProperties: false, ...says(zh, en) });

/** A step that is off stays in the document and is not done. */
const Off = Type.Optional(Type.Boolean(says("停用：步骤留在方案里，不执行。", "Off: the step stays in the flow and is not done.")));

export const TOTAL_METHODS = ["sum", "avg", "min", "max", "count", "first", "last", "push", "addToSet"] as const;
export type TotalMethod = (typeof TOTAL_METHODS)[number];

export const AGGREGATE_METHODS = ["$sum", "$avg", "$min", "$max", "$count", "$push", "$addToSet", "$first", "$last"] as const;
export type AggregateMethod = (typeof AGGREGATE_METHODS)[number];

export const TotalSchema = step(
  {
    of: field(
      "取值字段：items.FRealQty 为明细字段，FRealQty 为来源行字段。",
      "Field to take: items.FRealQty reads the lines, FRealQty reads the source rows.",
    ),
    with: Type.Enum(
      TOTAL_METHODS,
      says(
        "汇总方式：求和、平均、最小、最大、计数、首个、末个、全部值、不重复的值；空值不参与。",
        "How to total; empty values do not take part. push lists all values, addToSet lists the distinct ones.",
      ),
    ),
  },
  "一个汇总。",
  "One total.",
);
const Totals = Type.Optional(Type.Record(Type.String(), TotalSchema, says("汇总到表头的字段。", "Fields totalled onto the header.")));

export const FlattenStepSchema = step(
  {
    kind: Type.Literal("flatten"),
    off: Off,
    separator: Type.Optional(
      Type.String({ minLength: 1, ...says("连接各层名称的符号，默认 _。", "Joins the names of the levels; _ by default.") }),
    ),
    localized: Type.Optional(
      Type.Union(
        [Type.Integer(), Type.String()],
        says(
          "多语言文本取哪种语言（2052 为简体中文）；没有就取第一个。",
          "Which language of a multi-language text to take (2052 is simplified Chinese); else the first.",
        ),
      ),
    ),
    arrays: Type.Optional(
      Type.Literal("keep", says("数组保持为数组，其元素各自拍平。", "Arrays stay arrays; their elements are flattened.")),
    ),
  },
  "把嵌套对象拍平成一层。",
  "Makes nested objects one level.",
);

export const GroupStepSchema = step(
  {
    kind: Type.Literal("group"),
    off: Off,
    by: fieldList("这些字段相同的行合为一张单据。", "Rows that agree in these fields become one bill."),
    lines: linesField("明细放在哪个字段。", "Field that takes the lines."),
    lineFields: Type.Optional(
      fieldList("明细的字段；不写为除 by 和 header 外的全部字段。", "Fields of a line; absent: all but those of by and header."),
    ),
    header: Type.Optional(
      fieldList(
        "表头的字段，取第一行的值；不写则第一行的全部字段都留在表头。",
        "Fields of the header, from the first row; absent: the header keeps all fields of the first row.",
      ),
    ),
    totals: Totals,
  },
  "把同一单据的多行合成带明细的单据。",
  "Makes bills with lines of a record's flat rows.",
);

export const MergeKeySchema = Type.Union([
  Type.String({ minLength: 1 }),
  step(
    {
      field: field("来源字段。", "Field of the source."),
      as: Type.Optional(field("结果字段名，默认与来源同名。", "Name of the result; the field's own by default.")),
      filter: Type.Optional(field("先用的过滤器，如 date 取到天。", "Filter to apply first, such as date for whole days.")),
    },
    "带加工的合并键。",
    "A merge key that is worked on first.",
  ),
]);

export const MergeStepSchema = step(
  {
    kind: Type.Literal("merge"),
    off: Off,
    by: Type.Array(MergeKeySchema, {
      minItems: 1,
      ...says("合并键，相同的单据合为一张。", "Merge key: records that agree become one bill."),
    }),
    lines: linesField(),
    lineFields: Type.Optional(
      fieldList("明细的字段；明细里没有的从表头取。", "Fields of a line; what the line lacks is taken from its header."),
    ),
    header: Type.Optional(fieldList("表头的字段，取第一张单据的值。", "Fields of the header, from the first record.")),
    totals: Totals,
    sumLinesBy: Type.Optional(fieldList("这些字段相同的明细合为一行。", "Lines that agree in these fields are added up to one.")),
    sumFields: Type.Optional(fieldList("合并明细时相加的字段。", "Fields that are added when lines are put together.")),
    sources: Type.Optional(
      field("来源单据编号列表放在哪个字段，默认 source_numbers。", "Field that lists the source numbers; source_numbers by default."),
    ),
  },
  "把多张来源单据合成一张，如按店按天汇总。",
  "Makes one bill of many records, such as a day's summary per shop.",
);

/** The words of Qeasy's groupCalculate are the same: $sum, $addToSet and so on. */
export const AggregateStepSchema = step(
  {
    kind: Type.Literal("aggregate"),
    off: Off,
    headerGroup: Type.Optional(
      fieldList(
        "表头按这些字段分组，相同的合为一张单据；不写则全部合为一张。",
        "Rows that agree in these fields become one bill; absent: all make one.",
      ),
    ),
    bodyGroup: Type.Optional(
      fieldList(
        "明细按这些字段分组；不写则没有明细。明细字段以 bodyName 加 _ 开头。",
        "Rows of a bill that agree in these fields become one line; absent: no lines.",
      ),
    ),
    bodyName: Type.Optional(
      field(
        "明细的数组名（也是拆开前的数组名），默认 items：名为“数组名_字段”的列只进明细。",
        "Name of the lines, and of the array that was taken apart; items by default. Columns named <bodyName>_x stand in the lines alone.",
      ),
    ),
    targetBodyName: Type.Optional(
      field(
        "目标单据体字段：行数超过 bodyMaxLine 时按它拆单；只作说明，拆的就是明细。",
        "The target's field that is cut by bodyMaxLine; for the reader: what is cut are the lines.",
      ),
    ),
    bodyMaxLine: Type.Optional(
      Type.Integer({ minimum: 1, ...says("每张单据最多几行，超过则拆单。", "Most lines in one bill; more make further bills.") }),
    ),
    calculate: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Enum(
          AGGREGATE_METHODS,
          says(
            "计算方式：求和、平均、最小、最大、全部值、不重复的值、首个、末个、计数。",
            "How the field is calculated; $push lists all values, $addToSet the distinct ones.",
          ),
        ),
        says("计算字段。明细列算进明细，其余算进表头。", "Calculated fields: columns of the body in each line, others in the header."),
      ),
    ),
    sources: Type.Optional(
      field("来源单据编号列表放在哪个字段，默认 source_numbers。", "Field that lists the source numbers; source_numbers by default."),
    ),
  },
  "跨单据分组计算；既不分组也不计算的列不再存在。",
  "Groups and calculates over records; columns neither grouped nor calculated are gone.",
);

export const ExplodeStepSchema = step(
  {
    kind: Type.Literal("explode"),
    off: Off,
    path: field("要拆开的数组。", "Array to take apart."),
    prefix: Type.Optional(
      Type.String(says("元素字段的前缀，默认为“数组名_”。", "Prefix of the element's fields; the array's name and _ by default.")),
    ),
    separator: Type.Optional(
      Type.String({ minLength: 1, ...says("元素内各层名称的连接符，默认 _。", "Joins the names inside an element; _ by default.") }),
    ),
    number: Type.Optional(field("拆分序号放在哪个字段，默认 bfn_num。", "Field for the piece's number; bfn_num by default.")),
    id: Type.Optional(
      field(
        "带序号的主键放在哪个字段，如 bfn_id：源单据主键-序号。",
        "Field for the record's key with the piece's number, such as bfn_id: K1-1.",
      ),
    ),
    suffixed: Type.Optional(
      fieldList("这些字段的值后面加上 -序号，如单据编号。", "Fields that get -number behind their value, such as the bill's number."),
    ),
    start: Type.Optional(Type.Integer(says("第一个序号，默认 1。", "First number; 1 by default."))),
    whenEmpty: Type.Optional(
      Type.Union(
        [Type.Literal("keep"), Type.Literal("drop")],
        says(
          "数组为空时：keep（默认）保留一张没有元素字段的单据，drop 丢弃。",
          "For an empty array: keep (default) leaves one bill without the element's fields, drop drops it.",
        ),
      ),
    ),
  },
  "把一张单据按数组元素拆成多张。",
  "Makes one bill per element of an array.",
);

export const CapStepSchema = step(
  {
    kind: Type.Literal("cap"),
    off: Off,
    lines: linesField(),
    max: Type.Integer({ minimum: 1, ...says("每张单据最多几行明细。", "Most lines in one bill.") }),
    part: Type.Optional(field("分单序号放在哪个字段，默认 part_no。", "Field for the piece's number; part_no by default.")),
  },
  "明细太多时拆成几张单据；表头金额不拆。",
  "Splits a bill with too many lines; header amounts are not split.",
);

export const SpreadStepSchema = step(
  {
    kind: Type.Literal("spread"),
    off: Off,
    amount: field("表头上要分摊的金额。", "Amount of the header to spread."),
    lines: linesField(),
    weight: Type.Union(
      [Type.String({ minLength: 1 }), Type.Null()],
      says("按明细的哪个字段加权；null 为平均。", "Field of the lines to weigh by; null spreads equally."),
    ),
    to: field("分摊结果放在明细的哪个字段。", "Field of the lines that takes the share."),
    places: Type.Optional(Type.Integer({ minimum: 0, maximum: 10, ...says("小数位数，默认 2。", "Decimal places; 2 by default.") })),
  },
  "把表头金额分摊到明细，尾差放在最后一行。",
  "Spreads a header amount over the lines; the last takes the difference of rounding.",
);

export const DistinctStepSchema = step(
  { kind: Type.Literal("distinct"), off: Off, by: fieldList("去重键。", "Key that must not occur twice.") },
  "去掉重复的单据，保留第一张。",
  "Removes duplicates, keeping the first.",
);

export const FilterStepSchema = step(
  {
    kind: Type.Literal("filter"),
    off: Off,
    name: Type.Optional(field("步骤名，丢弃时作为原因显示。", "Name of the step, shown as the reason of a drop.")),
    where: ConditionSchema,
  },
  "只留下满足条件的单据和明细。",
  "Keeps the bills and lines that meet the condition.",
);

export const SetStepSchema = step(
  {
    kind: Type.Literal("set"),
    off: Off,
    fields: Type.Array(
      step(
        {
          field: field("写入的字段；items.x 写到每行明细。", "Field to write; items.x writes to every line."),
          value: Type.String(says("取值语言的值，如 {{qty}}。", "Value in the value language, such as {{qty}}.")),
        },
        "一个计算字段。",
        "One computed field.",
      ),
      { minItems: 1, ...says("按顺序计算，后面的看得到前面的。", "Computed in order; a later one sees the earlier.") },
    ),
  },
  "写入计算字段。",
  "Writes computed fields.",
);

export const RenameStepSchema = step(
  {
    kind: Type.Literal("rename"),
    off: Off,
    fields: Type.Record(
      Type.String(),
      Type.String({ minLength: 1 }),
      says("旧名: 新名；items.x 改每行明细的字段。", "old: new; items.x renames in every line."),
    ),
  },
  "改字段名。",
  "Renames fields.",
);

export const FormatStepSchema = step(
  {
    kind: Type.Literal("format"),
    off: Off,
    fields: Type.Array(
      step(
        {
          old: field("来源字段。", "Field to read."),
          new: field("写入的字段。", "Field to write."),
          format: field("过滤器，如 date、round(2)。", "Filter, such as date or round(2)."),
        },
        "一个格式化字段。",
        "One formatted field.",
      ),
      { minItems: 1, ...says("要格式化的字段。", "Fields to format.") },
    ),
  },
  "用过滤器格式化字段，原字段保留。",
  "Adds formatted fields through filters; the old ones stay.",
);

/** Schema of each step by its kind. */
export const STEP_SCHEMAS = {
  flatten: FlattenStepSchema,
  group: GroupStepSchema,
  merge: MergeStepSchema,
  aggregate: AggregateStepSchema,
  explode: ExplodeStepSchema,
  cap: CapStepSchema,
  spread: SpreadStepSchema,
  distinct: DistinctStepSchema,
  filter: FilterStepSchema,
  set: SetStepSchema,
  rename: RenameStepSchema,
  format: FormatStepSchema,
} as const;

export const RestructureStepSchema = Type.Union(
  [
    FlattenStepSchema,
    GroupStepSchema,
    MergeStepSchema,
    AggregateStepSchema,
    ExplodeStepSchema,
    CapStepSchema,
    SpreadStepSchema,
    DistinctStepSchema,
    FilterStepSchema,
    SetStepSchema,
    RenameStepSchema,
    FormatStepSchema,
  ],
  says("一个重组步骤。", "One restructuring step."),
);
export const RestructureSchema = Type.Array(RestructureStepSchema, says("重组步骤，按顺序执行。", "Restructuring steps, done in order."));

export type FlattenStep = Static<typeof FlattenStepSchema>;
export type GroupStep = Static<typeof GroupStepSchema>;
export type MergeStep = Static<typeof MergeStepSchema>;
export type AggregateStep = Static<typeof AggregateStepSchema>;
export type ExplodeStep = Static<typeof ExplodeStepSchema>;
export type CapStep = Static<typeof CapStepSchema>;
export type SpreadStep = Static<typeof SpreadStepSchema>;
export type DistinctStep = Static<typeof DistinctStepSchema>;
export type FilterStep = Static<typeof FilterStepSchema>;
export type SetStep = Static<typeof SetStepSchema>;
export type RenameStep = Static<typeof RenameStepSchema>;
export type FormatStep = Static<typeof FormatStepSchema>;
export type Total = Static<typeof TotalSchema>;
export type RestructureStep = Static<typeof RestructureStepSchema>;
