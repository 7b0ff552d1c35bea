/**
 * Settings of the server: each an environment variable, or a file that holds its value (`<NAME>_FILE`, for container secrets). One list,
 * from which the help and the README's table are made.
 */
import { readFileSync } from "node:fs";
import { CommandFailure } from "./failure.ts";

export const SERVER_SETTINGS = [
  { name: "DATONG_HOST", preset: "127.0.0.1", zh: "监听地址", en: "address to listen at" },
  { name: "DATONG_PORT", preset: "8180", zh: "监听端口", en: "port to listen at" },
  { name: "DATONG_DATA", preset: ".datong", zh: "数据文件夹（内置数据库与主密钥）", en: "data folder (embedded database and master key)" },
  {
    name: "DATABASE_URL",
    preset: "",
    zh: "外部 PostgreSQL；不写则用内置的",
    en: "an external PostgreSQL; the embedded one where it is absent",
  },
  {
    name: "DATONG_MASTER_KEY",
    preset: "",
    zh: "主密钥；不写则在数据文件夹里生成",
    en: "master key; made in the data folder where it is absent",
  },
  { name: "DATONG_ADMIN_USER", preset: "", zh: "首个管理员的用户名", en: "name of the first administrator" },
  { name: "DATONG_ADMIN_PASSWORD", preset: "", zh: "首个管理员的密码", en: "password of the first administrator" },
  {
    name: "DATONG_PUBLIC_URL",
    preset: "",
    zh: "用户访问的地址；https 时 Cookie 只走 https",
    en: "address that people use; https makes cookies https-only",
  },
  {
    name: "DATONG_TRUST_PROXY",
    preset: "",
    zh: "信任的反向代理：层数或地址段（CIDR，逗号分隔）；不写则不信任 X-Forwarded-For",
    en: "reverse proxies that are believed: how many, or their networks (CIDR, by commas); X-Forwarded-For is ignored where it is absent",
  },
  {
    name: "DATONG_DEMO",
    preset: "on",
    zh: "演示环境：on 时管理员可一键建好连着模拟系统的演示方案；生产填 off",
    en: "demo environment: with on administrators may fill a workspace with flows between simulated systems; off in production",
  },
  { name: "DATONG_LOG", preset: "text", zh: "日志形式：text 或 json", en: "form of the log: text or json" },
  {
    name: "DATONG_OIDC_ISSUER",
    preset: "",
    zh: "单点登录：身份提供方的地址（OpenID Connect）",
    en: "single sign-on: address of the identity provider (OpenID Connect)",
  },
  { name: "DATONG_OIDC_CLIENT_ID", preset: "", zh: "在身份提供方登记的客户端", en: "client as registered at the provider" },
  { name: "DATONG_OIDC_CLIENT_SECRET", preset: "", zh: "客户端密钥；公开客户端不写", en: "its secret; none for a public client" },
  {
    name: "DATONG_OIDC_ROLES",
    preset: "",
    zh: "谁有什么角色：组=工作区:角色，组=admin；逗号分隔，* 为所有人",
    en: "who gets which role: group=workspace:role, group=admin; by commas, * is everybody",
  },
  { name: "DATONG_OIDC_CLAIM", preset: "groups", zh: "按哪个声明（claim）分配角色", en: "claim that decides about roles" },
  { name: "DATONG_OIDC_SCOPES", preset: "", zh: "另外要的 scope，空格分隔", en: "further scopes, by spaces" },
  { name: "DATONG_OIDC_NAME", preset: "", zh: "登录按钮上的名称", en: "name on the log-in button" },
] as const;

export type ServerSetting = (typeof SERVER_SETTINGS)[number]["name"];

/** Values by name; a setting that is given twice, as value and as file, or whose file cannot be read, is refused. */
export function readServerSettings(env: Readonly<Record<string, string | undefined>>): Readonly<Record<ServerSetting, string>> {
  return Object.fromEntries(SERVER_SETTINGS.map(({ name, preset }) => [name, valueOf(env, name) ?? preset])) as Record<
    ServerSetting,
    string
  >;
}

/** Some settings by name, those that are given; beside the server's own any that takes a `_FILE`. */
export function readSettings<N extends string>(
  env: Readonly<Record<string, string | undefined>>,
  names: readonly N[],
): Readonly<Partial<Record<N, string>>> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = valueOf(env, name);
      return value === undefined ? [] : [[name, value]];
    }),
  ) as Partial<Record<N, string>>;
}

function valueOf(env: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  const given = env[name] === "" ? undefined : env[name];
  const file = env[`${name}_FILE`];
  if (file === undefined || file === "") return given;
  if (given !== undefined)
    throw new CommandFailure("SETTING_TWICE", {
      zh: `${name} 与 ${name}_FILE 同时给出`,
      en: `Both ${name} and ${name}_FILE are given`,
      todoZh: "只留一个。",
      todoEn: "Keep one.",
    });
  try {
    return readFileSync(file, "utf8").replace(/\r?\n$/, "");
  } catch (error) {
    throw new CommandFailure("SETTING_FILE_UNREADABLE", {
      zh: `${name}_FILE 指的文件 ${file} 读不了：${String(error)}`,
      en: `The file ${file} of ${name}_FILE cannot be read: ${String(error)}`,
      todoZh: "检查路径与权限。",
      todoEn: "Check the path and the right to read it.",
    });
  }
}
