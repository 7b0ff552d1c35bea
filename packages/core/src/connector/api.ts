/**
 * API: one operation of a business system, as data. A query reads rows; a write takes documents.
 *
 * Request shapes are JSON trees whose texts are in the value language. A query's tree sees `params` (its request fields' values),
 * a write's sees `documents` (the batch), `document` (its first), `options` (call options), and for stage, reverse and probe calls
 * `keys`, `numbers`, `ids` (of the documents meant); both see `settings`, `session`. A lone `{{x}}` gives the value itself, a missing one leaves
 * its member out.
 * The key `...` spreads an object into its parent. Paths read the reply's body.
 */
import { Type, type Static } from "typebox";
import { FieldSchema, type Field } from "../schema/field.ts";
import { PagingSchema, type Paging } from "./paging.ts";
import { ResultRuleSchema, SignSchema, type ResultRule } from "./result.ts";

const names = Type.Object({ zh: Type.String({ minLength: 1 }), en: Type.String({ minLength: 1 }) }, { additionalProperties: false });
const fields = Type.Array(FieldSchema);
const keyNames = Type.Array(Type.String({ minLength: 1 }), { minItems: 1 });

/** The request's form: path and the trees of query, headers and body. */
export const RequestShapeSchema = Type.Object(
  {
    method: Type.Union([Type.Literal("GET"), Type.Literal("POST"), Type.Literal("PUT"), Type.Literal("PATCH"), Type.Literal("DELETE")]),
    path: Type.String({ description: "相对连接地址的路径，可含取值模板 / Path under the connection's URL; templates allowed" }),
    query: Type.Optional(Type.Unknown()),
    headers: Type.Optional(Type.Record(Type.String(), Type.String())),
    json: Type.Optional(Type.Unknown({ description: "JSON 请求体 / JSON body" })),
    form: Type.Optional(Type.Unknown({ description: "表单请求体 / Form body: an object of texts" })),
    xml: Type.Optional(
      Type.Unknown({
        description:
          "XML 请求体：唯一的键是根元素；@名 为属性，#text 为文本，#cdata 为 CDATA，?xml 为声明，数组即重复元素 / XML body: the only key is the root element; @name an attribute, #text text, #cdata a CDATA section, ?xml the declaration, a list repeats its element",
      }),
    ),
    text: Type.Optional(Type.Object({ value: Type.String(), contentType: Type.String() }, { additionalProperties: false })),
  },
  { additionalProperties: false },
);

/** Where the rows of a reply lie. `arrays`: rows are value lists in the order of the asked columns. */
export const RowsSchema = Type.Union([
  Type.Object({ kind: Type.Literal("objects"), paths: Type.Array(Type.String(), { minItems: 1 }) }, { additionalProperties: false }),
  Type.Object({ kind: Type.Literal("arrays"), paths: Type.Array(Type.String(), { minItems: 1 }) }, { additionalProperties: false }),
  Type.Object(
    { kind: Type.Literal("one"), paths: Type.Array(Type.String(), { minItems: 1 }) },
    { additionalProperties: false, description: "回复就是一行 / The reply is one row" },
  ),
]);

/** How the reply's body is read. `either`: by its content type, else by its first character. `none`: the status alone tells. */
export const ReplySchema = Type.Union([Type.Literal("json"), Type.Literal("xml"), Type.Literal("either"), Type.Literal("none")], {
  description:
    "回复的格式；不写时：XML 请求按内容判断，其余为 JSON / Format of the reply; unless set: by its look for a request in XML, else JSON",
});

/** A document that lies as text inside the reply, such as JSON in a SOAP result; once read it stands where its text stood. */
export const InsideSchema = Type.Object(
  { path: Type.String(), format: Type.Union([Type.Literal("json"), Type.Literal("xml")]) },
  { additionalProperties: false, description: "回复某处的文本本身是一份文档 / A text of the reply that is a document itself" },
);

/** List first, then the detail of each: the detail's row replaces the list's (`merge`: its members are added). */
export const DetailSchema = Type.Object(
  {
    api: Type.String({ description: "明细接口的 code / Code of the detail API of the same connector" }),
    params: Type.Record(Type.String(), Type.String({ description: "明细请求参数，取自列表行 / Values from the list row" })),
    mode: Type.Union([Type.Literal("replace"), Type.Literal("merge")]),
    concurrency: Type.Optional(Type.Integer({ minimum: 1, maximum: 16 })),
  },
  { additionalProperties: false },
);

/** Asks the target, in batches, which of the given keys it has: `keys` is the list of external keys in the params' templates. */
export const ProbeSchema = Type.Object(
  {
    api: Type.String({ description: "查证用的查询接口 / Code of a query API of the same connector" }),
    params: Type.Record(Type.String(), Type.String()),
    key: Type.String({ description: "回复行里的外部单号 / External key in a row" }),
    number: Type.Optional(Type.String({ description: "回复行里的目标单号 / Target's number in a row" })),
    id: Type.Optional(Type.String({ description: "回复行里的目标内码 / Target's internal id in a row" })),
    stage: Type.Optional(Type.String({ description: "回复行里的阶段字段 / Field of the row that tells the stage" })),
    ignore: Type.Optional(
      Type.Object(
        { field: Type.String(), in: Type.Array(Type.String()) },
        { additionalProperties: false, description: "视为不存在的行（如已作废）/ Rows that count as absent" },
      ),
    ),
    batchMax: Type.Integer({ minimum: 1 }),
  },
  { additionalProperties: false },
);

/**
 * How a document that somebody added by hand is taken away at the target: calls one after the other, each a write API of the same connector
 * that sees `keys`, `numbers` and `ids`. What is gone is what the probe does not find any more (a voided one by its `ignore`).
 */
export const RemovalSchema = Type.Object(
  {
    steps: Type.Array(
      Type.Object(
        {
          api: Type.String({ description: "这一步的写入接口 / Write API of this step" }),
          when: Type.Optional(
            Type.Array(Type.String(), {
              minItems: 1,
              description: "只对到了这些阶段的单据；不写则都要 / Only for documents at one of these stages; unless given for all",
            }),
          ),
        },
        { additionalProperties: false },
      ),
      { minItems: 1 },
    ),
    seen: Type.Optional(
      Type.Array(Type.String(), {
        description: "能看出单据改过的目标字段，如修改时间 / Fields of the target by which a change shows, such as the time of change",
      }),
    ),
  },
  { additionalProperties: false, description: "删除或作废目标里手工新增的单据 / Takes away what was added by hand at the target" },
);

/** How the reply tells about each document. Paths under `list` are relative to an element; `when` says which elements of a mixed list count. */
export const OutcomeSchema = Type.Union([
  Type.Object(
    { kind: Type.Literal("whole"), number: Type.Optional(Type.Array(Type.String())), id: Type.Optional(Type.Array(Type.String())) },
    { additionalProperties: false, description: "整个请求一个结果 / One answer for the whole request" },
  ),
  Type.Object(
    {
      kind: Type.Literal("per-document"),
      match: Type.Union([Type.Literal("index"), Type.Literal("key"), Type.Literal("order")], {
        description:
          "index：元素里的序号；key：元素里的外部单号；order：第 n 个元素答第 n 单 / By a position in the element, by its external key, or the n-th element answers the n-th document",
      }),
      done: Type.Object(
        {
          list: Type.Array(Type.String()),
          match: Type.Optional(Type.String()),
          number: Type.Optional(Type.String()),
          id: Type.Optional(Type.String()),
          when: Type.Optional(SignSchema),
        },
        { additionalProperties: false },
      ),
      refused: Type.Optional(
        Type.Object(
          {
            list: Type.Array(Type.String()),
            match: Type.Optional(Type.String()),
            code: Type.Optional(Type.String()),
            subCode: Type.Optional(Type.String()),
            message: Type.Optional(Type.String()),
            field: Type.Optional(Type.String()),
            when: Type.Optional(SignSchema),
          },
          { additionalProperties: false },
        ),
      ),
    },
    { additionalProperties: false, description: "逐单结果 / One answer for each document" },
  ),
]);

/** Stages of a write that ends in more than one step (saved, submitted, audited): a retry goes on from the stage reached. */
export const StagesSchema = Type.Object(
  {
    order: Type.Array(Type.String(), { minItems: 2, description: "依次的阶段名 / Stage names in order" }),
    values: Type.Record(Type.String(), Type.String(), { description: "查证所得阶段字段的值 → 阶段 / Probe's stage value to stage" }),
    steps: Type.Record(Type.String(), Type.String(), {
      description: "已到的阶段 → 继续用的写入接口 / Stage reached to the API that goes on",
    }),
    finalWhen: Type.Object(
      { option: Type.String(), in: Type.Array(Type.String()), then: Type.String(), otherwise: Type.String() },
      { additionalProperties: false, description: "调用选项决定终点 / A call option decides where the way ends" },
    ),
  },
  { additionalProperties: false },
);

export const WriteSchema = Type.Object(
  {
    batchMax: Type.Integer({ minimum: 1, description: "一次请求最多几单 / Documents in one request" }),
    key: Type.String({
      description: "外部单号字段；空为源单据的主键 / Field of the document that is its external key; empty: the source record's key",
    }),
    keyOption: Type.Optional(
      Type.String({
        description: "写有外部单号字段名的调用选项，代替 key / The call option that names the key's field, in place of `key`",
      }),
    ),
    outcome: OutcomeSchema,
    idempotent: Type.Boolean({ description: "重复发送是否无害 / Whether sending twice is harmless" }),
    probe: Type.Optional(ProbeSchema),
    stages: Type.Optional(StagesSchema),
    update: Type.Optional(
      Type.Object(
        { idField: Type.String(), options: Type.Optional(Type.Record(Type.String(), Type.String())) },
        { additionalProperties: false, description: "按目标内码更新 / Update by the target's id" },
      ),
    ),
    overwrites: Type.Optional(
      Type.Boolean({
        description: "同一外部单号再写一次即为更新 / Writing again under the same key is the update",
      }),
    ),
    reverse: Type.Optional(
      Type.Object(
        {
          api: Type.String(),
          keeps: Type.Optional(
            Type.Boolean({
              description:
                "冲销后单据仍在目标系统（如反审核），再来时按内码更新 / The document still stands afterwards; what comes later updates it",
            }),
          ),
        },
        { additionalProperties: false, description: "冲销接口 / API that takes a document back" },
      ),
    ),
    removal: Type.Optional(RemovalSchema),
    concurrencyMax: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  { additionalProperties: false },
);

export const ApiSchema = Type.Object(
  {
    code: Type.String({ minLength: 1, description: "接口编码，连接器内唯一 / Unique in the connector" }),
    operation: Type.String({ minLength: 1, description: "供应商的接口名 / The vendor's own name" }),
    name: names,
    direction: Type.Union([Type.Literal("query"), Type.Literal("write")]),
    source: Type.Optional(Type.String({ description: "依据 / Where this was read" })),
    request: fields,
    open: Type.Optional(
      Type.Boolean({
        description:
          "可写未声明的字段：查询的请求参数是绑定到语句的值，写入的是列 / Takes fields that it does not declare: a query's are values bound to its statement, a write's are columns",
      }),
    ),
    response: fields,
    options: Type.Optional(Type.Array(FieldSchema, { description: "调用选项（不进单据）/ Call options, not part of a document" })),
    shape: RequestShapeSchema,
    reply: Type.Optional(ReplySchema),
    lists: Type.Optional(
      Type.Array(Type.String(), {
        description:
          "回复里总是列表的路径：只有一个时也成列表，一个也没有时为空列表 / Paths of the reply that are always lists: a lone value is a list of one, none is an empty list",
      }),
    ),
    inside: Type.Optional(InsideSchema),
    result: Type.Optional(ResultRuleSchema),
    rows: Type.Optional(RowsSchema),
    id: Type.Optional(keyNames),
    number: Type.Optional(Type.String()),
    lineId: Type.Optional(Type.String({ description: "行的主键，分页重复行据此去重 / Key of a line; repeated lines are dropped by it" })),
    rowFields: Type.Optional(Type.Array(Type.String(), { description: "每行必须带的列 / Columns that are always asked for" })),
    columnSeparator: Type.Optional(
      Type.String({ description: "列清单的分隔符，成为全局变量 COLUMNS / Joins the asked columns into the global COLUMNS" }),
    ),
    paging: Type.Optional(PagingSchema),
    window: Type.Optional(
      Type.Object(
        { spanMaxMs: Type.Integer({ minimum: 1 }) },
        { additionalProperties: false, description: "时间窗最长跨度 / Longest time window of one query" },
      ),
    ),
    detail: Type.Optional(DetailSchema),
    byNumber: Type.Optional(
      Type.Object(
        {
          params: Type.Record(Type.String(), Type.String()),
          and: Type.Optional(
            Type.String({
              description: "用 and 与方案自己的条件连起来的参数 / The parameter that is joined to the flow's own condition by `and`",
            }),
          ),
          lift: Type.Optional(
            Type.Array(Type.String(), { description: "会漏掉单据的其它参数 / Further parameters by which a flow can leave bills out" }),
          ),
          absent: Type.Optional(
            Type.Array(Type.String(), {
              description: "表示没有这一单的错误码 / Vendor codes by which a number that is not there is refused",
            }),
          ),
          batchMax: Type.Integer({ minimum: 1 }),
        },
        {
          additionalProperties: false,
          description:
            "只查指定单号：覆盖哪些参数（空文字即不传），{{keys}} 是单号列表 / Only these numbers: the params to replace, empty ones are not sent; {{keys}} is the list",
        },
      ),
    ),
    write: Type.Optional(WriteSchema),
  },
  { additionalProperties: false },
);

export type ReplyFormat = Static<typeof ReplySchema>;
export type Inside = Static<typeof InsideSchema>;
export type RequestShape = Static<typeof RequestShapeSchema>;
export type Rows = Static<typeof RowsSchema>;
export type Detail = Static<typeof DetailSchema>;
export type Probe = Static<typeof ProbeSchema>;
export type OutcomeRule = Static<typeof OutcomeSchema>;
export type Stages = Static<typeof StagesSchema>;
export type Removal = Static<typeof RemovalSchema>;
export type WriteRule = Static<typeof WriteSchema>;

/** How an API is asked for bills of given numbers. */
export interface ByNumber {
  readonly params: Readonly<Record<string, string>>;
  readonly and?: string;
  readonly lift?: readonly string[];
  readonly absent?: readonly string[];
  readonly batchMax: number;
}

/** What an API of the built-in connector does; see built-in.ts. */
export type LocalApi = "receive" | "collect" | "push";

export interface Api {
  readonly code: string;
  /** Carried out by the engine itself: nothing is sent. Only the built-in connector has such APIs. */
  readonly local?: LocalApi;
  readonly operation: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly direction: "query" | "write";
  readonly source?: string;
  readonly request: readonly Field[];
  readonly open?: boolean;
  readonly response: readonly Field[];
  readonly options?: readonly Field[];
  readonly shape: RequestShape;
  /** Absent: the connector's. */
  readonly reply?: ReplyFormat;
  readonly lists?: readonly string[];
  readonly inside?: Inside;
  /** Absent: the connector's. */
  readonly result?: ResultRule;
  readonly rows?: Rows;
  readonly id?: readonly string[];
  readonly number?: string;
  readonly lineId?: string;
  readonly rowFields?: readonly string[];
  readonly columnSeparator?: string;
  readonly paging?: Paging;
  readonly window?: { readonly spanMaxMs: number };
  readonly detail?: Detail;
  readonly byNumber?: ByNumber;
  readonly write?: WriteRule;
}
