/**
 * How an API says yes or no: many vendors answer HTTP 200 with an error in the body, each in its own way.
 *
 * The reply is a yes when one of `ok` holds (and none of `failed`). Otherwise code and message are read from the first path that
 * exists, and the first of `faults` that matches gives the class; else `otherwise`.
 * A path is a path into the reply's body (`Result.ResponseStatus.MsgCode`, `[0][0].Result`).
 */
import { Type, type Static } from "typebox";
import type { FaultCause } from "../error/fault.ts";

export const FaultClassSchema = Type.Union([
  Type.Literal("transient"),
  Type.Literal("throttled"),
  Type.Literal("rejected"),
  Type.Literal("uncertain"),
  Type.Literal("defect"),
]);

export const FaultCauseSchema = Type.Unsafe<FaultCause>({
  enum: [
    "duplicate",
    "missing-master-data",
    "negative-stock",
    "period-closed",
    "permission",
    "required-field",
    "in-use",
    "credentials",
    "session-lost",
    "parameter",
    "other",
  ],
} satisfies { enum: FaultCause[] });

/** The value at `path` is one of `in` (compared as text), or exists, or is absent. Exactly one of the three. */
export const SignSchema = Type.Object(
  {
    path: Type.String(),
    in: Type.Optional(Type.Array(Type.String())),
    exists: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);

/** Where a refusal's text names master data that the system lacks. Texts are compared as they are; every occurrence is one code. */
export const MissingRuleSchema = Type.Object(
  {
    between: Type.Tuple([Type.String({ minLength: 1 }), Type.String({ minLength: 1 })], {
      description: "编码前后的文字，如 编码“ 与 ” / What stands before and behind the code",
    }),
    kind: Type.Optional(Type.String({ description: "哪种资料，如 物料；文本里写明的用 kindBetween / Which kind of master data" })),
    kindBetween: Type.Optional(
      Type.Tuple([Type.String({ minLength: 1 }), Type.String()], {
        description:
          "编码之后、写明种类的前后文字；后者为空表示到标点或结尾 / What stands around the kind, behind the code; empty: up to a stop",
      }),
    ),
  },
  { additionalProperties: false },
);

/** One line of the vendor's error table: by code, sub code, by what the text contains, by HTTP status; all that it names must hold. */
export const FaultRuleSchema = Type.Object(
  {
    codes: Type.Optional(Type.Array(Type.String())),
    codePrefixes: Type.Optional(Type.Array(Type.String(), { description: "错误码以其一开头 / The code begins with one of these" })),
    subCodes: Type.Optional(Type.Array(Type.String(), { description: "子错误码 / The sub code is one of these" })),
    subCodePrefixes: Type.Optional(
      Type.Array(Type.String(), { description: "子错误码以其一开头 / The sub code begins with one of these" }),
    ),
    texts: Type.Optional(Type.Array(Type.String(), { description: "message 含其一即算 / Any of these is contained in the message" })),
    statuses: Type.Optional(Type.Array(Type.Integer(), { description: "HTTP 状态码 / HTTP statuses" })),
    fault: FaultClassSchema,
    cause: Type.Optional(FaultCauseSchema),
    waitMs: Type.Optional(Type.Integer({ minimum: 0, description: "至少等待 / Wait at least this long" })),
    missing: Type.Optional(
      Type.Array(MissingRuleSchema, { description: "文本里缺哪个编码；单据等它出现 / Which code is missing: the document waits for it" }),
    ),
  },
  { additionalProperties: false },
);

export const ResultRuleSchema = Type.Object(
  {
    ok: Type.Array(SignSchema, { description: "任一成立即成功；空表示 HTTP 2xx 即成功 / Any of these means yes; empty: HTTP 2xx" }),
    failed: Type.Optional(Type.Array(SignSchema, { description: "任一成立即失败，优先于 ok / Any of these means no, before ok" })),
    code: Type.Array(Type.String(), { description: "错误码路径 / Paths of the vendor's code" }),
    subCode: Type.Optional(Type.Array(Type.String(), { description: "子错误码路径 / Paths of the vendor's sub code" })),
    nothing: Type.Optional(
      Type.Object(
        { statuses: Type.Optional(Type.Array(Type.Integer())), signs: Type.Optional(Type.Array(SignSchema)) },
        {
          additionalProperties: false,
          description: "查询时视为“没有数据”的回复，先于其他判断 / Replies to a query that mean nothing was found; asked before all else",
        },
      ),
    ),
    message: Type.Array(Type.String(), { description: "错误文本路径 / Paths of the vendor's text" }),
    faults: Type.Array(FaultRuleSchema),
    otherwise: Type.Optional(FaultClassSchema),
  },
  { additionalProperties: false },
);

export type Sign = Static<typeof SignSchema>;
export type MissingRule = Static<typeof MissingRuleSchema>;
export type FaultRule = Static<typeof FaultRuleSchema>;
export type ResultRule = Static<typeof ResultRuleSchema>;
