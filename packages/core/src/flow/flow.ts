/**
 * Flow (集成方案): one document that says what is read, how it is restructured and mapped, where it is written and when.
 * Top-level keys: id, source, restructure, mapping, target, writeBack, reconcile, dispatch. Texts are in the value language.
 */
import { Type, type Static, type TSchema } from "typebox";
import { FieldTypeSchema, ParserSchema, type FieldType, type ParserSpec } from "../schema/field.ts";
import { DispatchSchema, RetriesSchema, type Dispatch } from "./dispatch.ts";
import { QeasySchema, type QeasyKept } from "./qeasy-kept.ts";
import { ReconcileSchema, type ReconcileRule } from "./reconcile/reconcile-rule.ts";
import { ConditionSchema, type Condition } from "./transform/condition.ts";
import type { LookupPolicy } from "./transform/template-error.ts";
import { RestructureSchema, type RestructureStep } from "./transform/restructure.ts";

const texts = Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()]));
const closed = { additionalProperties: false } as const;

const lookupEmpty = Type.Union([Type.Literal("null"), Type.Literal("fail"), Type.Literal("wait")], {
  description: "没查到：空值（默认）、报错、等它到来 / Nothing found: no value (default), an error, wait until it is there",
});
const lookupAmbiguous = Type.Union([Type.Literal("first"), Type.Literal("fail")], {
  description: "查到几个不同的值：取第一个（默认）、报错 / Several different values found: the first (default), an error",
});
export const LookupPolicySchema = Type.Object(
  { empty: Type.Optional(lookupEmpty), ambiguous: Type.Optional(lookupAmbiguous) },
  { ...closed, description: "关联查询没有结果或结果不唯一时怎么办 / What lookups do without an answer, and with several" },
);

export const MappingFieldSchema = Type.Cyclic(
  {
    MappingField: Type.Object(
      {
        field: Type.String({ minLength: 1, description: "目标字段 / Target field" }),
        label: Type.Optional(Type.String()),
        type: Type.Optional(FieldTypeSchema),
        required: Type.Optional(Type.Boolean()),
        value: Type.Optional(
          Type.Union([Type.String(), Type.Null()], {
            description: "取值，如 {{FBillNo}}；数组字段写来源数组的路径 / Value; for an array field the bare path of the source array",
          }),
        ),
        default: Type.Optional(Type.String()),
        parser: Type.Optional(Type.Union([ParserSchema, Type.String()])),
        map: Type.Optional(Type.Record(Type.String(), Type.String(), { description: "静态值映射 / Static value map" })),
        mapDefault: Type.Optional(Type.String()),
        mapMissing: Type.Optional(
          Type.Union([Type.Literal("keep"), Type.Literal("default"), Type.Literal("fail")], {
            description:
              "映射里没有的值：keep 原样、default 取 mapDefault、fail 单据失败；不写时有 mapDefault 就取，没有就原样 / A value that the map lacks: kept, mapDefault, or the bill fails; mapDefault where there is one, else kept",
          }),
        ),
        table: Type.Optional(
          Type.String({
            minLength: 1,
            description: "工作区的映射表 tables/<name>；同时写的 map 优先 / A mapping table of the workspace; entries of map win over it",
          }),
        ),
        direction: Type.Optional(
          Type.Union([Type.Literal("forward"), Type.Literal("reverse")], {
            description: "查表方向：第一列→第二列（默认），或反向 / First column to second (default), or back",
          }),
        ),
        tableColumns: Type.Optional(
          Type.Array(Type.String({ minLength: 1 }), {
            minItems: 2,
            maxItems: 2,
            description: "表有多列时用哪两列 / Which two of a table's columns",
          }),
        ),
        keepNull: Type.Optional(Type.Boolean()),
        lookup: Type.Optional(LookupPolicySchema),
        children: Type.Optional(Type.Array(Type.Ref("MappingField"))),
      },
      closed,
    ),
  },
  "MappingField",
);

export const WatermarkSchema = Type.Object(
  {
    start: Type.Optional(
      Type.String({ description: "首次从何时读起：yyyy-MM-dd HH:mm:ss，或 -30d / Where the first run begins: a wall time, or -30d" }),
    ),
    lagS: Type.Optional(
      Type.Number({ minimum: 0, description: "上界比源系统时间早多少秒，默认 60 / Upper bound is the source's time minus this" }),
    ),
    overlapS: Type.Optional(Type.Number({ minimum: 0, description: "下界重叠多少秒，默认 600 / Lower bound overlaps by this" })),
  },
  { ...closed, description: "增量水位；不写表示每次全量 / Increments; absent means every run reads all" },
);

export const SourceSchema = Type.Object(
  {
    flow: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          "以另一个方案已存的单据为源（分发），不再调用源接口；connection 与 api 须与那个方案相同 / Reads the stored records of another flow instead of the API; connection and api are that flow's",
      }),
    ),
    connection: Type.String({ minLength: 1 }),
    api: Type.String({ minLength: 1 }),
    params: Type.Optional(texts),
    columns: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: "另加的列：名称 → 供应商列名 / Extra columns: our name to the vendor's key",
      }),
    ),
    pageSize: Type.Optional(Type.Integer({ minimum: 1 })),
    id: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        minItems: 1,
        description: "单据主键字段，代替接口声明的 / Fields of a bill's key, in place of the API's",
      }),
    ),
    number: Type.Optional(
      Type.String({ minLength: 1, description: "单据编号字段，代替接口声明的 / Field of a bill's number, in place of the API's" }),
    ),
    extraKeys: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
        minItems: 1,
        maxItems: 5,
        description:
          "另外可查的单号字段（网上订单号、运单号等），最多五个；明细字段写 items.l_id 这样的路径 / Further fields by which bills are searched, at most five; of lines the path, such as items.l_id",
      }),
    ),
    learn: Type.Optional(
      Type.Boolean({
        description:
          "接口返回列没有全部声明：不检查取值里的列名，预览给出真实返回的列 / Rows may have columns that the API does not declare: names are not checked, the preview tells those of real rows",
      }),
    ),
    each: Type.Optional(
      Type.Object(
        { flow: Type.String({ minLength: 1 }), params: texts },
        {
          ...closed,
          description:
            "逐条取数：对另一个方案已存的每张单据调用一次接口，params 取那张单据的字段 / Fan-out: the API is asked once for each stored record of another flow; the params see that record's fields",
        },
      ),
    ),
    remedy: Type.Optional(
      Type.Object(
        { cron: Type.String({ description: "5 段或 6 段 cron / Cron, 5 or 6 fields" }), zone: Type.Optional(Type.String()), params: texts },
        {
          ...closed,
          description:
            "查漏补缺：按自己的时间用替换的参数再读一次，水位不动 / Reads again by a schedule of its own, with these params in place of the flow's; the watermark stays",
        },
      ),
    ),
    condition: Type.Optional(ConditionSchema),
    watermark: Type.Optional(WatermarkSchema),
    withdrawn: Type.Optional(
      Type.Object(
        { when: ConditionSchema, action: Type.Union([Type.Literal("ignore"), Type.Literal("alert"), Type.Literal("reverse")]) },
        { ...closed, description: "源单据反审核、作废、删除时怎么办 / What to do when a bill is taken back at the source" },
      ),
    ),
  },
  closed,
);

export const TargetSchema = Type.Object(
  {
    connection: Type.String({ minLength: 1 }),
    api: Type.String({ minLength: 1 }),
    options: Type.Optional(texts),
    batch: Type.Optional(Type.Integer({ minimum: 1, description: "一次写几单 / Documents in one request" })),
    concurrency: Type.Optional(Type.Integer({ minimum: 1 })),
    changed: Type.Optional(
      Type.Union([Type.Literal("ignore"), Type.Literal("update"), Type.Literal("hold")], {
        description: "源单据有新版本时：忽略、按目标单更新、留给人处理（默认）/ What a new version of a bill does",
      }),
    ),
    checkFirst: Type.Optional(
      Type.Boolean({
        description:
          "写入前先查证：目标已有的单据记为完成（附目标单号），没有的才写；切换期间用 / Each new document is asked for at the target first: what it has is done, what it lacks is written; for the time of a cut-over",
      }),
    ),
    orderKey: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          "顺序键，如 {{order_no}}：键相同的单据按来源顺序一张一张写入；为空的不排队 / Order key: documents with the same one are written one after the other, in the source's order; an empty one orders nothing",
      }),
    ),
    periodClosed: Type.Optional(
      Type.Object(
        {
          action: Type.Union([Type.Literal("hold"), Type.Literal("move")]),
          field: Type.Optional(
            Type.String({ minLength: 1, description: "move：单头上的日期字段，如 FDate / Of move: the header's date field" }),
          ),
        },
        {
          ...closed,
          description:
            "目标答复会计期间已关账时：hold 留给人（默认），move 把日期移到第一个未关账月份的一日，逐月试，不超过本月 / When the target says that the period is closed: hold for a person (default), or move the date to the first of the next open month, month by month, never past the present one",
        },
      ),
    ),
    onFailedHead: Type.Optional(
      Type.Union([Type.Literal("block"), Type.Literal("skip")], {
        description:
          "排在最前的单据失败或留给人时，后面的等它（block，默认）还是越过它（skip）/ Whether those behind a failed document wait (default) or go on",
      }),
    ),
  },
  closed,
);

export const WriteBackSchema = Type.Object(
  {
    connection: Type.Optional(
      Type.String({ minLength: 1, description: "写到哪个连接，默认源连接 / Where it is told; the source's connection unless given" }),
    ),
    api: Type.String({ minLength: 1 }),
    mapping: Type.Array(MappingFieldSchema, {
      description:
        "取源单据首行的字段，以及 {{target.number}} 等目标单号 / Fields of the bill's first row, and target.number, target.id, target.key",
    }),
    options: Type.Optional(texts),
    batch: Type.Optional(Type.Integer({ minimum: 1, description: "一次写几单 / Bills in one request" })),
    concurrency: Type.Optional(Type.Integer({ minimum: 1 })),
    retries: Type.Optional(RetriesSchema),
    changes: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        description:
          "回写会改动的源字段（备注、修改时间等）：只改了它们的单据不算有新版本 / Source fields that the write-back itself alters; a bill that differs in nothing else counts as unchanged",
      }),
    ),
  },
  { ...closed, description: "回写：单据的目标单据全部完成后告诉源系统 / Tells the source once all documents of a bill are done" },
);

export const FlowSchema = Type.Object(
  {
    id: Type.String({ pattern: "^[a-z0-9][a-z0-9-]*$", maxLength: 100, description: "方案标识 / The flow's id" }),
    name: Type.Optional(Type.String()),
    tags: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
        maxItems: 50,
        description: "标签：分组，以及按标签授权 / Tags: to group flows, and to give rights by",
      }),
    ),
    owners: Type.Optional(
      Type.Array(Type.String({ pattern: "^(1\\d{10}|ou_\\w+)$" }), {
        maxItems: 20,
        description: "负责人：手机号（钉钉、企业微信）或 open_id（飞书），告警规则以 owners 点名 / Whom alerts mention as `owners`",
      }),
    ),
    aliases: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
        description:
          "方案以前的标识（轻易云的方案 id）：关联查询等处也可用它指称本方案 / Former ids of the flow, by which lookups may name it too",
      }),
    ),
    lookups: Type.Optional(LookupPolicySchema),
    onValueError: Type.Optional(
      Type.Union([Type.Literal("fail"), Type.Literal("text")], {
        description:
          "_function 计算失败时：单据失败（fail，默认），或像轻易云那样把表达式的文字原样发送（text） / When a _function fails: the bill fails (fail, the default), or the expression's own text is sent as Qeasy does (text)",
      }),
    ),
    qeasy: Type.Optional(QeasySchema),
    source: SourceSchema,
    restructure: Type.Optional(RestructureSchema),
    mapping: Type.Array(MappingFieldSchema),
    target: TargetSchema,
    writeBack: Type.Optional(WriteBackSchema),
    reconcile: Type.Optional(ReconcileSchema),
    dispatch: DispatchSchema,
  },
  { ...closed, $id: "datong:flow", title: "Datong flow 集成方案" },
) satisfies TSchema;

export type Watermark = Static<typeof WatermarkSchema>;

export interface MappingField {
  readonly field: string;
  readonly label?: string;
  readonly type?: FieldType;
  readonly required?: boolean;
  readonly value?: string | null;
  readonly default?: string;
  readonly parser?: ParserSpec | string;
  readonly map?: Readonly<Record<string, string>>;
  readonly mapDefault?: string;
  readonly mapMissing?: "keep" | "default" | "fail";
  /** Name of a mapping table of the workspace. */
  readonly table?: string;
  readonly direction?: "forward" | "reverse";
  /** Which two columns; the first two unless given. */
  readonly tableColumns?: readonly string[];
  readonly keepNull?: boolean;
  /** In place of the flow's `lookups`. */
  readonly lookup?: Partial<LookupPolicy>;
  readonly children?: readonly MappingField[];
}

export interface Flow {
  readonly id: string;
  readonly name?: string;
  readonly tags?: readonly string[];
  readonly owners?: readonly string[];
  /** Former ids, by which other flows may name this one too. */
  readonly aliases?: readonly string[];
  readonly lookups?: Partial<LookupPolicy>;
  /** What a failing expression of the mapping does; `fail` unless given. */
  readonly onValueError?: "fail" | "text";
  /** Ids of the flows that this one's lookups name otherwise. Never in a document: put in when the flow is to run. */
  readonly lookupNames?: Readonly<Record<string, string>>;
  /** What an import from Qeasy keeps: the metadata's own text (JSON), and what it left open. */
  readonly qeasy?: QeasyKept;
  readonly source: {
    /** Id of the flow whose stored records are the source; connection and api say what they are. */
    readonly flow?: string;
    readonly connection: string;
    readonly api: string;
    readonly params?: Readonly<Record<string, string | null>>;
    readonly columns?: Readonly<Record<string, string>>;
    readonly pageSize?: number;
    /** In place of the API's. */
    readonly id?: readonly string[];
    readonly number?: string;
    /** Fields by whose values bills are searched besides their number; at most five. */
    readonly extraKeys?: readonly string[];
    /** Columns that the API does not declare are no mistake. */
    readonly learn?: boolean;
    /** The API is asked once for each stored record of that flow. */
    readonly each?: { readonly flow: string; readonly params: Readonly<Record<string, string | null>> };
    /** A second reading by its own schedule, with these params in place of the flow's. */
    readonly remedy?: Remedy;
    readonly condition?: Condition;
    readonly watermark?: Watermark;
    readonly withdrawn?: { readonly when: Condition; readonly action: "ignore" | "alert" | "reverse" };
  };
  readonly restructure?: readonly RestructureStep[];
  readonly mapping: readonly MappingField[];
  readonly target: {
    readonly connection: string;
    readonly api: string;
    readonly options?: Readonly<Record<string, string | null>>;
    readonly batch?: number;
    readonly concurrency?: number;
    readonly changed?: "ignore" | "update" | "hold";
    /** New documents are asked for at the target before they are written. */
    readonly checkFirst?: boolean;
    /** Value over the bill; documents for which it is the same are written in order, never two at once. */
    readonly orderKey?: string;
    readonly onFailedHead?: "block" | "skip";
    /** What becomes of a document whose accounting period is closed; held for a person unless given. */
    readonly periodClosed?: { readonly action: "hold" | "move"; readonly field?: string };
  };
  readonly writeBack?: WriteBack;
  readonly reconcile?: ReconcileRule;
  readonly dispatch: Dispatch;
}

export interface Remedy {
  readonly cron: string;
  readonly zone?: string;
  readonly params: Readonly<Record<string, string | null>>;
}

/** What the source is told of a bill that has arrived: a write like the target's, with rows and numbers as its values. */
export interface WriteBack {
  /** The source's unless given. */
  readonly connection?: string;
  readonly api: string;
  readonly mapping: readonly MappingField[];
  readonly options?: Readonly<Record<string, string | null>>;
  readonly batch?: number;
  readonly concurrency?: number;
  readonly retries?: Dispatch["retries"];
  /** Source fields that it alters; they are left out of a bill's fingerprint. */
  readonly changes?: readonly string[];
}

/** Ids of the connections that a flow calls, each once: source, target, and where it is written back. */
export function connectionsOf({ source, target, writeBack }: Flow): readonly string[] {
  const told = writeBack === undefined ? [] : [writeBack.connection ?? source.connection];
  return [...new Set([source.connection, target.connection, ...told])];
}
