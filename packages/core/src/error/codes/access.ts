/** Error codes of access: settings of the server, single sign-on. */
import type { ErrorCodeRow } from "../error-code.ts";

export const ACCESS_CODES = {
  SETTING_WRONG: {
    fault: "rejected",
    zh: "设置 {name} 写错了：{given}，应为 {expected}",
    en: "The setting {name} is wrong: {given}; expected: {expected}",
    todoZh: "改正环境变量或其 _FILE 文件后重新启动。",
    todoEn: "Correct the environment variable or its _FILE, and start again.",
  },
  OIDC_OFF: {
    fault: "rejected",
    zh: "没有设置单点登录",
    en: "Single sign-on is not set up",
    todoZh: "用用户名与密码登录；管理员可设置 DATONG_OIDC_ISSUER 等。",
    todoEn: "Sign in by name and password; an administrator can set DATONG_OIDC_ISSUER and its like.",
  },
  OIDC_UNREACHED: {
    fault: "transient",
    zh: "身份提供方没有应答，单点登录未完成（{reason}）",
    en: "The identity provider did not answer; you are not signed in ({reason})",
    todoZh: "稍后再试；管理员检查 DATONG_OIDC_ISSUER 与网络。",
    todoEn: "Try again later; an administrator looks at DATONG_OIDC_ISSUER and the network.",
  },
  OIDC_REFUSED: {
    fault: "rejected",
    zh: "单点登录的应答不能接受，未登录（{reason}）",
    en: "The answer of the single sign-on was not accepted; you are not signed in ({reason})",
    todoZh: "回到登录页重新开始；反复出现时请管理员核对客户端、回调地址与时钟。",
    todoEn: "Begin again at the log-in page; if it repeats, an administrator checks client, redirect address and clock.",
  },
  OIDC_NOT_MAPPED: {
    fault: "rejected",
    zh: "身份已确认，但账号「{name}」在这里还没有任何权限",
    en: "You are who you say, but the account '{name}' has no rights here yet",
    todoZh: "请管理员把您所在的组加入 DATONG_OIDC_ROLES，或停用后重新启用您的账号。",
    todoEn: "Ask an administrator to add your group to DATONG_OIDC_ROLES, or to enable your account again.",
  },
  OIDC_NAME_TAKEN: {
    fault: "rejected",
    zh: "用户名「{name}」已属于另一个账号，单点登录未完成",
    en: "The name '{name}' belongs to another account here; you are not signed in",
    todoZh: "请管理员核对：在身份提供方换一个用户名，或改用本地账号登录。",
    todoEn: "Ask an administrator: take another name at the identity provider, or sign in with the local account.",
  },
  MASTER_KEY_OTHER: {
    fault: "defect",
    zh: "主密钥不是加密时用的那一个：已存的密码解不开，视为没有设置",
    en: "This is not the master key that the secrets are sealed under; they cannot be opened and count as not set",
    todoZh: "给出原来的 DATONG_MASTER_KEY（或 master.key 文件）；要换密钥用 datong secrets rotate；原密钥丢失则重新填写各连接的密码。",
    todoEn:
      "Give the former DATONG_MASTER_KEY (or master.key); to change it use datong secrets rotate; if it is lost, type the connections' secrets in again.",
  },
  MASTER_KEY_FORMER_MISSING: {
    fault: "rejected",
    zh: "换主密钥要同时给出新旧两个",
    en: "A rotation needs both the new master key and the former one",
    todoZh: "DATONG_MASTER_KEY 为新密钥，DATONG_MASTER_KEY_FORMER 为旧密钥（都可用 _FILE）。",
    todoEn: "Give the new one as DATONG_MASTER_KEY and the former as DATONG_MASTER_KEY_FORMER (each may be a _FILE).",
  },
  STORE_QUOTA_REACHED: {
    fault: "defect",
    zh: "请求与响应占满了配额，提前删去了这些天的：{days}（单据不受影响）",
    en: "Requests and responses reached their quota; those of these days went before their time: {days} (no bill is touched)",
    todoZh: "在设置里提高配额，或缩短保留天数。",
    todoEn: "Raise the quota in the settings, or keep them for fewer days.",
  },
  STORE_BUSY: {
    fault: "rejected",
    zh: "还有 {processes} 个进程在用这个数据库",
    en: "{processes} processes work on this database",
    todoZh: "先停止 datong serve、datong worker 等，再重试。",
    todoEn: "Stop datong serve, datong worker and the like first, then try again.",
  },
} as const satisfies Record<string, ErrorCodeRow>;
