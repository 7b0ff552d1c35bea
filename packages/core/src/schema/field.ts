/**
 * Field: the one vocabulary for API request and response fields, connection settings and call options.
 * Vendors' tables (字段 | 名称 | 类型 | 描述 | 配置值) are written down as lists of these.
 */
import { Type, type Static } from "typebox";

export const FieldTypeSchema = Type.Unsafe<FieldType>({
  enum: ["string", "int", "float", "bool", "date", "datetime", "array", "object"],
  description: "字段类型；不写即文本 / Type of the value; text when absent",
} satisfies { enum: FieldType[]; description: string });
export type FieldType = "string" | "int" | "float" | "bool" | "date" | "datetime" | "array" | "object";

/** A value parser: named, applied after the value is resolved. `params` as Qeasy writes them. */
export const ParserSchema = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    params: Type.Optional(Type.String()),
    params1: Type.Optional(Type.String()),
    params2: Type.Optional(Type.String()),
    view: Type.Optional(Type.String()),
    edit: Type.Optional(Type.String()),
    fieldId: Type.Optional(Type.String()),
  },
  { additionalProperties: false, description: "值解析器 / Value parser" },
);

export const FieldSchema = Type.Cyclic(
  {
    Field: Type.Object(
      {
        field: Type.String({ minLength: 1, description: "字段名（接口里的名字）/ Name on the wire" }),
        label: Type.String({ description: "中文名称 / Chinese caption" }),
        labelEn: Type.Optional(Type.String({ description: "英文名称 / English caption" })),
        type: Type.Optional(FieldTypeSchema),
        required: Type.Optional(Type.Boolean({ description: "是否必填 / Whether the vendor demands it" })),
        description: Type.Optional(Type.String({ description: "说明 / Help text" })),
        descriptionEn: Type.Optional(Type.String({ description: "英文说明 / Help text in English" })),
        default: Type.Optional(Type.String({ description: "默认值，可用取值语言 / Preset, in the value language" })),
        parser: Type.Optional(ParserSchema),
        options: Type.Optional(Type.Array(Type.String(), { description: "可选值 / Allowed values" })),
        optionNames: Type.Optional(
          Type.Record(Type.String(), Type.Object({ zh: Type.String(), en: Type.String() }, { additionalProperties: false }), {
            description: "可选值的名称 / What allowed values are called",
          }),
        ),
        when: Type.Optional(
          Type.Object(
            { field: Type.String(), is: Type.Array(Type.String(), { minItems: 1 }) },
            {
              additionalProperties: false,
              description: "只在另一项为这些值时才问 / Asked for only where another setting has one of these values",
            },
          ),
        ),
        secret: Type.Optional(Type.Boolean({ description: "机密，只许用 ${ENV} 引用 / Secret: masked everywhere" })),
        personal: Type.Optional(
          Type.Boolean({
            description:
              "个人信息（电话、地址、姓名、证件）：无权者看到打码；不写按名称与标题判断，false 表示不是 / Personal data, masked for whoever may not see it; by name and caption unless given",
          }),
        ),
        verbatim: Type.Optional(
          Type.Boolean({
            description: "原样使用，不作取值计算（语句）/ Taken as it stands and not as a value of the language: a statement",
          }),
        ),
        place: Type.Optional(
          Type.Union([Type.Literal("column"), Type.Literal("parameter")], {
            description:
              "column：要查询的列，值是供应商的列名；parameter（默认）：请求参数 / column: a column to ask for, its value the vendor's key",
          }),
        ),
        children: Type.Optional(Type.Array(Type.Ref("Field"))),
      },
      { additionalProperties: false },
    ),
  },
  "Field",
);

export interface ParserSpec extends Static<typeof ParserSchema> {}

export interface Field {
  readonly field: string;
  readonly label: string;
  readonly labelEn?: string;
  readonly type?: FieldType;
  readonly required?: boolean;
  readonly description?: string;
  readonly descriptionEn?: string;
  readonly default?: string;
  readonly parser?: ParserSpec;
  readonly options?: readonly string[];
  readonly optionNames?: Readonly<Record<string, { readonly zh: string; readonly en: string }>>;
  /** Asked for only where another setting has one of these values. */
  readonly when?: { readonly field: string; readonly is: readonly string[] };
  readonly secret?: boolean;
  /** By name and caption unless given. */
  readonly personal?: boolean;
  readonly place?: "column" | "parameter";
  /** Goes out as it stands: a statement, in which fields are named as bound values and never put in. */
  readonly verbatim?: boolean;
  readonly children?: readonly Field[];
}
