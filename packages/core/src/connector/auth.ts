/**
 * How calls of a connection prove who they are. Declared where a declaration is enough: parameters, a signature over parameters;
 * a session (log-in, token) by the connector's own pure strategy in `session.ts`.
 *
 * Templates are in the value language over `settings`, `session`, and the globals NOW_MS, NOW_S, NOW_WALL (yyyy-MM-dd HH:mm:ss in the
 * connection's zone), NONCE (10 random digits).
 */
import { Type, type Static } from "typebox";

const templates = Type.Record(Type.String(), Type.String());

export const SignatureSchema = Type.Object(
  {
    over: Type.Array(Type.Union([Type.Literal("query"), Type.Literal("form")]), {
      description: "参与签名的参数 / Which parameters are signed",
    }),
    exclude: Type.Optional(Type.Array(Type.String())),
    skipEmpty: Type.Optional(Type.Boolean({ description: "空值不签也不发 / Empty values are neither signed nor sent" })),
    parts: Type.Array(Type.Union([Type.Literal("secret"), Type.Literal("pairs"), Type.Literal("body")]), {
      description: "待签文本的拼法；pairs 是按键名 ASCII 升序的 键+值 / How the signed text is put together",
    }),
    secret: Type.String({ description: "密钥模板 / Template of the key" }),
    lowerCase: Type.Optional(Type.Boolean({ description: "整串先转小写 / The whole text is lower-cased first" })),
    method: Type.String({ description: "md5 | hmac-md5 | hmac-sha256 | sha256，或模板 / or a template that yields one of these" }),
    digest: Type.Union([Type.Literal("hex"), Type.Literal("HEX"), Type.Literal("base64")]),
    into: Type.Object(
      { in: Type.Union([Type.Literal("query"), Type.Literal("form"), Type.Literal("header")]), name: Type.String() },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);

export const AuthSchema = Type.Object(
  {
    parameters: Type.Optional(
      Type.Object(
        { query: Type.Optional(templates), form: Type.Optional(templates), headers: Type.Optional(templates) },
        { additionalProperties: false, description: "每次调用都带的参数 / What every call carries" },
      ),
    ),
    basic: Type.Optional(Type.Object({ user: Type.String(), password: Type.String() }, { additionalProperties: false })),
    signature: Type.Optional(SignatureSchema),
    session: Type.Optional(
      Type.Object(
        {
          kind: Type.Literal("custom"),
          account: Type.Array(Type.String(), {
            description: "决定会话归属的设置项 / Settings that name the account; equal ones share one session",
          }),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);

export type Signature = Static<typeof SignatureSchema>;
export type Auth = Static<typeof AuthSchema>;
