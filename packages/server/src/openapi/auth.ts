/**
 * How an OpenAPI document says its callers are known, as our connection settings and `auth`. The first alternative of the document's own
 * `security` is taken, else the one that most operations ask for; what we cannot do is told as a guess to settle.
 */
import type { Auth, Field, Json, JsonObject, OAuth2 } from "@datong/core";
import type { Guess } from "./guess.ts";
import type { OpenApi } from "./read-openapi.ts";
import { listOf, objectOf, textOf } from "./schema-fields.ts";

export interface ReadAuth {
  readonly auth: Auth;
  readonly settings: readonly Field[];
  readonly guesses: readonly Guess[];
}

export function readAuth(api: OpenApi, operations: readonly JsonObject[]): ReadAuth {
  const schemes = objectOf(objectOf(api.document["components"])["securitySchemes"]);
  const names = chosen(api.document, operations).filter((name) => schemes[name] !== undefined);
  const parts = names.map((name) => schemeOf(name, objectOf(api.resolve(schemes[name]))));
  const settings = [...new Map(parts.flatMap((part) => part.settings).map((field) => [field.field, field])).values()];
  const auth = parts.reduce<Auth>((all, part) => joined(all, part.auth), {});
  const none: readonly Guess[] =
    names.length > 0
      ? []
      : [
          {
            path: "/auth",
            zh: "文档没有写认证方式，按不需要认证处理；需要时补上 auth 与密钥设置",
            en: "The document names no authentication; none is sent. Add `auth` and a secret setting if one is needed",
          },
        ];
  return { auth, settings, guesses: [...parts.flatMap((part) => part.guesses), ...none] };
}

/** Names of the schemes that are asked for together. */
function chosen(document: JsonObject, operations: readonly JsonObject[]): readonly string[] {
  const [own] = listOf(document["security"]);
  if (own !== undefined && Object.keys(objectOf(own)).length > 0) return Object.keys(objectOf(own));
  const counts = new Map<string, number>();
  for (const operation of operations) {
    const [first] = listOf(operation["security"]);
    const key = JSON.stringify(Object.keys(objectOf(first)));
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  counts.delete("[]");
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  return most === undefined ? [] : (JSON.parse(most[0]) as readonly string[]);
}

function joined(one: Auth, other: Auth): Auth {
  const parameters = { ...one.parameters, ...other.parameters };
  for (const part of ["query", "headers"] as const) {
    const both = { ...one.parameters?.[part], ...other.parameters?.[part] };
    if (Object.keys(both).length > 0) parameters[part] = both;
  }
  return { ...one, ...other, ...(Object.keys(parameters).length === 0 ? {} : { parameters }) };
}

function schemeOf(name: string, scheme: JsonObject): ReadAuth {
  switch (scheme["type"]) {
    case "apiKey":
      return apiKey(name, scheme);
    case "http":
      return httpScheme(scheme);
    case "oauth2":
      return oauth2(objectOf(scheme["flows"]));
    default:
      return {
        auth: {},
        settings: [],
        guesses: [
          {
            path: "/auth",
            zh: `认证方式 ${name}（${String(scheme["type"])}）不能照做，请改写 auth`,
            en: `The scheme ${name} (${String(scheme["type"])}) cannot be taken over; write \`auth\` yourself`,
          },
        ],
      };
  }
}

const secret = (field: string, label: string, labelEn: string): Field => ({ field, label, labelEn, required: true, secret: true });

function apiKey(name: string, scheme: JsonObject): ReadAuth {
  const field = settingName(name, "apiKey");
  const key = textOf(scheme["name"]) ?? "key";
  const value = `{{settings.${field}}}`;
  const settings = [secret(field, "密钥", "API key")];
  switch (scheme["in"]) {
    case "query":
      return { auth: { parameters: { query: { [key]: value } } }, settings, guesses: [] };
    case "cookie":
      return { auth: { parameters: { headers: { Cookie: `${key}=${value}` } } }, settings, guesses: [] };
    default:
      return { auth: { parameters: { headers: { [key]: value } } }, settings, guesses: [] };
  }
}

function httpScheme(scheme: JsonObject): ReadAuth {
  const kind = String(scheme["scheme"] ?? "").toLowerCase();
  if (kind === "basic")
    return {
      auth: { basic: { user: "{{settings.user}}", password: "{{settings.password}}" } },
      settings: [{ field: "user", label: "用户名", labelEn: "User", required: true }, secret("password", "密码", "Password")],
      guesses: [],
    };
  const isBearer = kind === "bearer";
  return {
    auth: { parameters: { headers: { Authorization: `${isBearer ? "Bearer" : String(scheme["scheme"])} {{settings.token}}` } } },
    settings: [secret("token", "令牌", "Token")],
    guesses: isBearer
      ? []
      : [
          {
            path: "/auth/parameters/headers/Authorization",
            zh: `HTTP 认证 ${kind} 按固定令牌处理`,
            en: `The HTTP scheme ${kind} is taken for a fixed token`,
          },
        ],
  };
}

const GRANTS = [
  ["clientCredentials", "client-credentials"],
  ["password", "password"],
  ["authorizationCode", "refresh-token"],
] as const;

/** The token's address may lie on another host: it is a setting, so that the connection names all hosts that are called. */
function oauth2(flows: JsonObject): ReadAuth {
  const found = GRANTS.find(([name]) => flows[name] !== undefined);
  if (found === undefined) return schemeOf("oauth2", { type: "oauth2 implicit" });
  const [name, grant] = found;
  const flow = objectOf(flows[name]);
  const scope = Object.keys(objectOf(flow["scopes"])).join(" ");
  const auth: OAuth2 = {
    grant,
    token: "{{settings.tokenUrl}}",
    clientId: "{{settings.clientId}}",
    clientSecret: "{{settings.clientSecret}}",
    ...(scope === "" ? {} : { scope }),
    ...(grant === "password" ? { user: "{{settings.user}}", password: "{{settings.password}}" } : {}),
    ...(grant === "refresh-token" ? { refreshToken: "{{settings.refreshToken}}" } : {}),
  };
  const address = textOf(flow["tokenUrl"]);
  const settings: readonly Field[] = [
    {
      field: "tokenUrl",
      label: "令牌地址",
      labelEn: "Token address",
      required: true,
      ...(address !== undefined && /^https?:\/\//i.test(address) ? { default: address } : {}),
    },
    { field: "clientId", label: "客户端标识", labelEn: "Client id", required: true },
    secret("clientSecret", "客户端密钥", "Client secret"),
    ...(grant === "password"
      ? [{ field: "user", label: "用户名", labelEn: "User", required: true }, secret("password", "密码", "Password")]
      : []),
    ...(grant === "refresh-token" ? [secret("refreshToken", "刷新令牌", "Refresh token")] : []),
  ];
  const byHand: readonly Guess[] =
    grant === "refresh-token"
      ? [
          {
            path: "/auth/oauth2",
            zh: "需要人工授权一次取得 refresh_token，填入连接；之后自动换发",
            en: "A person grants access once; put the refresh token into the connection, later ones are kept",
          },
        ]
      : [];
  const scopes: readonly Guess[] =
    scope === ""
      ? []
      : [
          {
            path: "/auth/oauth2/scope",
            zh: `请求全部权限范围：${scope}；可删减`,
            en: `All scopes are asked for: ${scope}; leave out what is not needed`,
          },
        ];
  return { auth: { oauth2: auth }, settings, guesses: [...byHand, ...scopes] };
}

/** `X-API-Key` → apiKey where it says no more than that; else the scheme's own name. */
function settingName(name: string, otherwise: string): string {
  const plain = name.replace(/\W+/g, "_").replace(/^_+|_+$/g, "");
  return plain === "" || /^(x_)?api_?key(_?auth)?$/i.test(plain) || /^\d/.test(plain) ? otherwise : plain;
}

/** Of the document's servers the first whole address, with its variables' presets. */
export function serverAddress(document: JsonObject): string | undefined {
  for (const each of listOf(document["servers"])) {
    const server = objectOf(each);
    const variables = objectOf(server["variables"]);
    const url = (textOf(server["url"]) ?? "").replace(/\{(\w+)\}/g, (_whole, name: string) => plain(objectOf(variables[name])["default"]));
    if (/^https?:\/\//i.test(url) && URL.canParse(url)) return url;
  }
  return undefined;
}

function plain(value: Json | undefined): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
