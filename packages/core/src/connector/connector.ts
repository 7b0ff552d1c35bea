/**
 * Connector (适配器): what we declare about a business system, as data: names, connection settings, auth, limits, result rule, APIs.
 * A connector survives JSON.parse(JSON.stringify(…)); what cannot be declared is a pure session strategy named in `auth.session`.
 */
import { Type, type Static } from "typebox";
import { FieldSchema, type Field } from "../schema/field.ts";
import { ApiSchema, ProbeSchema, ReplySchema, type Api, type Probe, type ReplyFormat } from "./api.ts";
import { AuthSchema, type Auth } from "./auth.ts";
import { ResultRuleSchema, type ResultRule } from "./result.ts";

export const LimitsSchema = Type.Object(
  {
    callsPerSecond: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    callsPerMinute: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    callsPerDay: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    concurrency: Type.Integer({ minimum: 1, description: "同一账号的并发上限 / Calls at once per account" }),
    timeoutMs: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  { additionalProperties: false },
);

/** A system that is asked in its own protocol instead of HTTP: shapes then describe statements (engine/src/connection/database). */
export const DatabaseSchema = Type.Union([Type.Literal("mysql"), Type.Literal("postgresql")], {
  description: "数据库：用自己的协议而不是 HTTP / A database, asked in its own protocol instead of HTTP",
});
export type DatabaseKind = Static<typeof DatabaseSchema>;

export const ConnectorSchema = Type.Object(
  {
    system: Type.String({ pattern: "^[a-z][a-z0-9-]*$", description: "系统标识，即文件夹名 / The folder's name" }),
    version: Type.Literal(1, { description: "文档格式版本 / Version of this format" }),
    name: Type.Object({ zh: Type.String(), en: Type.String() }, { additionalProperties: false }),
    docs: Type.Array(
      Type.Object(
        {
          title: Type.String(),
          titleEn: Type.Optional(Type.String()),
          url: Type.Optional(Type.String({ pattern: "^https://" })),
          read: Type.String(),
        },
        { additionalProperties: false },
      ),
      { description: "依据的资料、网址与阅读日期 / What it was written from, where that is, and when it was read" },
    ),
    settings: Type.Array(FieldSchema, { description: "连接设置；必含 url / Connection settings; `url` among them" }),
    auth: AuthSchema,
    limits: LimitsSchema,
    zone: Type.String({ description: "系统的时区 / Zone of its wall times" }),
    database: Type.Optional(DatabaseSchema),
    headers: Type.Optional(Type.Record(Type.String(), Type.String())),
    reply: Type.Optional(ReplySchema),
    result: ResultRuleSchema,
    test: Type.Optional(
      Type.Object(
        { api: Type.String(), params: Type.Record(Type.String(), Type.String()) },
        { additionalProperties: false, description: "测试连接 / How a connection is tested" },
      ),
    ),
    masterData: Type.Optional(
      Type.Record(Type.String(), ProbeSchema, {
        description:
          "资料种类（faults[].missing 里的种类）→ 查询编码是否已建立 / Kind of master data, as `faults[].missing` names it, to the query that tells which codes are there",
      }),
    ),
    apis: Type.Array(ApiSchema),
  },
  { additionalProperties: false },
);

/** Further APIs and settings of a connector that is there already, such as one of the catalogue: a workspace's private APIs. */
export const ConnectorAdditionSchema = Type.Object(
  {
    extends: Type.String({ pattern: "^[a-z][a-z0-9-]*$", description: "给哪个适配器加接口 / The connector that gets further APIs" }),
    apis: Type.Array(ApiSchema),
    settings: Type.Optional(Type.Array(FieldSchema, { description: "接口另要的连接设置 / Settings that these APIs need besides" })),
  },
  { additionalProperties: false },
);

export type Limits = Static<typeof LimitsSchema>;

/** A connector without its APIs, as `connector.ts` of a folder declares it. */
export interface ConnectorHead {
  readonly system: string;
  readonly version: 1;
  readonly name: { readonly zh: string; readonly en: string };
  readonly docs: readonly { readonly title: string; readonly titleEn?: string; readonly url?: string; readonly read: string }[];
  readonly settings: readonly Field[];
  readonly auth: Auth;
  readonly limits: Limits;
  readonly zone: string;
  readonly database?: DatabaseKind;
  readonly headers?: Readonly<Record<string, string>>;
  readonly reply?: ReplyFormat;
  readonly result: ResultRule;
  readonly test?: { readonly api: string; readonly params: Readonly<Record<string, string>> };
  readonly masterData?: Readonly<Record<string, Probe>>;
}

export interface Connector extends ConnectorHead {
  readonly apis: readonly Api[];
}

export interface ConnectorAddition {
  /** The connector's system. */
  readonly extends: string;
  readonly apis: readonly Api[];
  readonly settings?: readonly Field[];
}
