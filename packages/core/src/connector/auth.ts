/**
 * How calls of a connection prove who they are, as data: parameters, basic authorisation, a signature, OAuth2, a log-in whose reply
 * holds a token or cookies. Only what cannot be declared is a pure strategy of the connector's own, in `session.ts`.
 *
 * Templates are in the value language over `settings`, `session`, and the globals NOW_MS, NOW_S, NOW_WALL (yyyy-MM-dd HH:mm:ss in the
 * connection's zone), NONCE (10 random digits).
 */
import { Type, type Static } from "typebox";
import { RequestShapeSchema } from "./api.ts";
import { ResultRuleSchema } from "./result.ts";

const templates = Type.Record(Type.String(), Type.String());

export const SignaturePartSchema = Type.Union([
  Type.Literal("secret"),
  Type.Literal("pairs"),
  Type.Literal("body"),
  Type.Literal("method"),
  Type.Literal("path"),
  Type.Object(
    { text: Type.String() },
    { additionalProperties: false, description: "取值模板，如分隔符、时间戳 / A template, such as a separator or the time" },
  ),
]);

export const SignatureSchema = Type.Object(
  {
    over: Type.Array(Type.Union([Type.Literal("query"), Type.Literal("form")]), {
      description: "参与签名的参数 / Which parameters are signed",
    }),
    exclude: Type.Optional(Type.Array(Type.String())),
    skipEmpty: Type.Optional(Type.Boolean({ description: "空值不签也不发 / Empty values are neither signed nor sent" })),
    parts: Type.Array(SignaturePartSchema, {
      description: "待签文本的拼法；pairs 是按键名 ASCII 升序的 键+值 / How the signed text is put together",
    }),
    hmacParts: Type.Optional(
      Type.Array(SignaturePartSchema, {
        description: "签名方式为 hmac 时的拼法：密钥不在文本里 / The same where the method is an hmac, whose secret is no part of the text",
      }),
    ),
    join: Type.Optional(
      Type.Object(
        { value: Type.String(), pair: Type.String() },
        { additionalProperties: false, description: "键与值、对与对之间的分隔，如 = 和 & / Between name and value, and between pairs" },
      ),
    ),
    secret: Type.String({ description: "密钥模板 / Template of the key" }),
    lowerCase: Type.Optional(Type.Boolean({ description: "整串先转小写 / The whole text is lower-cased first" })),
    method: Type.String({
      description:
        "md5 | sha1 | sha256 | sha512 | hmac（即 hmac-md5）| hmac-sha1 | hmac-sha256 | hmac-sha512，或模板 / or a template that yields one of these",
    }),
    digest: Type.Union([Type.Literal("hex"), Type.Literal("HEX"), Type.Literal("base64")]),
    into: Type.Object(
      {
        in: Type.Union([Type.Literal("query"), Type.Literal("form"), Type.Literal("header")]),
        name: Type.String(),
        value: Type.Optional(Type.String({ description: "写入的内容，{{SIGN}} 是签名 / What is written; {{SIGN}} is the signature" })),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);

/** One call of a log-in and what its reply gives to the session. Its templates also see `session`: what the steps before have given. */
export const LoginStepSchema = Type.Object(
  {
    shape: RequestShapeSchema,
    basic: Type.Optional(Type.Object({ user: Type.String(), password: Type.String() }, { additionalProperties: false })),
    result: Type.Optional(ResultRuleSchema),
    values: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description:
          "会话里的名字 → 回复里的路径，或 header:名；缺一即登录失败 / Name in the session to path in the reply, or header:Name; none may be missing",
      }),
    ),
    optionalValues: Type.Optional(Type.Record(Type.String(), Type.String())),
    expires: Type.Optional(
      Type.Union([
        Type.Object(
          {
            path: Type.String(),
            unit: Type.Union([Type.Literal("s"), Type.Literal("ms"), Type.Literal("at-s"), Type.Literal("at-ms"), Type.Literal("at-wall")]),
          },
          {
            additionalProperties: false,
            description: "有效期在回复里：秒、毫秒，或到期时刻 / How long it lasts, in s or ms, or the instant it ends (at-…)",
          },
        ),
        Type.Object(
          { afterS: Type.Integer({ minimum: 1 }) },
          { additionalProperties: false, description: "固定有效秒数 / Seconds it always lasts" },
        ),
      ]),
    ),
  },
  { additionalProperties: false },
);

export const LostWhenSchema = Type.Object(
  {
    statuses: Type.Optional(Type.Array(Type.Integer())),
    codes: Type.Optional(Type.Array(Type.String())),
    texts: Type.Optional(Type.Array(Type.String())),
  },
  {
    additionalProperties: false,
    description:
      "任一成立即会话失效，重新登录一次；不写为 HTTP 401 / Any of these means the session is lost and one new log-in; HTTP 401 unless set",
  },
);

const account = Type.Array(Type.String(), {
  description:
    "决定账号的设置项：相同的共用限额，密码也相同的共用会话 / Settings that name the account: equal ones share its limits, and with equal secrets one session",
});

/** Cookies of every step are kept and sent with each call. Tokens go out by `auth.parameters`, as `{{session.token}}`. */
export const DeclaredSessionSchema = Type.Object(
  {
    kind: Type.Literal("declared"),
    account: Type.Optional(account),
    login: Type.Array(LoginStepSchema, { minItems: 1, description: "依次的登录调用 / The calls of a log-in, in order" }),
    refresh: Type.Optional(LoginStepSchema),
    lostWhen: Type.Optional(LostWhenSchema),
  },
  { additionalProperties: false },
);

export const OAuth2Schema = Type.Object(
  {
    grant: Type.Union([Type.Literal("client-credentials"), Type.Literal("refresh-token"), Type.Literal("password")]),
    token: Type.String({
      description: "令牌地址：路径，或某个设置项里的完整地址 / Token endpoint: a path, or a whole address from a setting",
    }),
    clientId: Type.String(),
    clientSecret: Type.String(),
    client: Type.Optional(
      Type.Union([Type.Literal("form"), Type.Literal("basic")], {
        description: "客户端凭据放在表单或 Basic 头 / Where the client's credentials go",
      }),
    ),
    refreshToken: Type.Optional(
      Type.String({ description: "第一个 refresh_token 的模板；换发的由会话保存 / The first one; later ones are kept" }),
    ),
    user: Type.Optional(Type.String()),
    password: Type.Optional(Type.String()),
    scope: Type.Optional(Type.String()),
    extra: Type.Optional(templates),
    account: Type.Optional(account),
    lostWhen: Type.Optional(LostWhenSchema),
  },
  { additionalProperties: false, description: "每次调用带 Authorization: Bearer / Every call carries Authorization: Bearer" },
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
    oauth2: Type.Optional(OAuth2Schema),
    session: Type.Optional(
      Type.Union([Type.Object({ kind: Type.Literal("custom"), account }, { additionalProperties: false }), DeclaredSessionSchema]),
    ),
  },
  { additionalProperties: false },
);

export type Signature = Static<typeof SignatureSchema>;
export type SignaturePart = Static<typeof SignaturePartSchema>;
export type LoginStepRule = Static<typeof LoginStepSchema>;
export type LostWhen = Static<typeof LostWhenSchema>;
export type DeclaredSession = Static<typeof DeclaredSessionSchema>;
export type OAuth2 = Static<typeof OAuth2Schema>;
export type Auth = Static<typeof AuthSchema>;
