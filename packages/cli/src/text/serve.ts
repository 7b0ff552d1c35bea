/** Texts of `datong serve`. */
import type { Language } from "@datong/core";

const zh = {
  cmdServe: "启动服务：接口、调度与执行在一个进程里，自带数据库",
  optRole: "只担任这些角色：api（接口）、worker（读取与写入）、scheduler（只读取与告警，不写入）；默认 api worker",
  settings: "设置（环境变量；都可加 _FILE 后缀改为从文件读取）：",
  preset: (value: string): string => `，默认 ${value}`,
  listening: (url: string): string => `服务已启动：${url}  接口文档：${url}/docs`,
  working: "本进程执行方案",
  setUp: (link: string): string => `还没有管理员。24 小时内用此一次性链接建立：${link}`,
  adminPair: "DATONG_ADMIN_USER 与 DATONG_ADMIN_PASSWORD 须同时给出",
  adminTodo: "补上另一个，或两个都去掉（启动后用一次性链接建立管理员）。",
  portTaken: (host: string, port: number, code: string): string => `${host}:${port} 不能监听（${code}）`,
  portTodo: "停掉占用它的程序，或换 DATONG_PORT / DATONG_HOST。",
  portWrong: (value: string): string => `端口「${value}」不对`,
  portWrongTodo: "DATONG_PORT 为 0 到 65535 的整数。",
  proxyWrong: (given: string): string => `DATONG_TRUST_PROXY 不能是「${given}」`,
  proxyTodo: "写服务前面反向代理的层数（1 到 10），或它们的地址、地址段，如 10.0.0.5,172.16.0.0/12；不能是所有地址。",
  logWrong: (given: string): string => `DATONG_LOG 不能是「${given}」`,
  logTodo: "写 text 或 json。",
  oidcIncomplete: "单点登录没有设全：有 DATONG_OIDC_ISSUER 时，DATONG_OIDC_CLIENT_ID 与 DATONG_OIDC_ROLES 必填",
  oidcTodo: "补上它们，例如 DATONG_OIDC_ROLES=erp-ops=main:operator,*=main:viewer。",
  cmdSecrets: "保管的密码（连接的密钥、推送密钥等）",
  cmdRotate:
    "换主密钥：所有密码改用新密钥加密。先停止服务。密钥在数据文件夹时自动生成新的；来自环境变量时给出 DATONG_MASTER_KEY（新）与 DATONG_MASTER_KEY_FORMER（旧）",
  rotated: (secrets: number, sessions: number): string => `已换主密钥：${secrets} 个密码改用新密钥，${sessions} 个登录会话将重新登录`,
  secretLost: (place: string): string => `解不开，请重新填写：${place}`,
  stopped: "服务已停止",
};

const en: typeof zh = {
  cmdServe: "start the server: API, scheduler and worker in one process, with a database of its own",
  optRole: "only these roles: api, worker (reads and writes), scheduler (reads and alerts, writes nothing); api and worker unless given",
  settings: "Settings (environment variables; each with _FILE behind its name is read from that file):",
  preset: (value) => `; ${value} unless given`,
  listening: (url) => `The server is up: ${url}  API docs: ${url}/docs`,
  working: "This process works for the flows",
  setUp: (link) => `There is no administrator yet. Make one within 24 hours by this one-time link: ${link}`,
  adminPair: "DATONG_ADMIN_USER and DATONG_ADMIN_PASSWORD go together",
  adminTodo: "Give the other one too, or neither (a one-time link then makes the administrator).",
  portTaken: (host, port, code) => `${host}:${port} cannot be listened at (${code})`,
  portTodo: "Stop whatever uses it, or change DATONG_PORT or DATONG_HOST.",
  portWrong: (value) => `'${value}' is no port`,
  portWrongTodo: "DATONG_PORT is a whole number from 0 to 65535.",
  proxyWrong: (given) => `DATONG_TRUST_PROXY cannot be '${given}'`,
  proxyTodo:
    "Give how many reverse proxies stand before the server (1 to 10), or their addresses and networks, such as 10.0.0.5,172.16.0.0/12; not all addresses.",
  logWrong: (given) => `DATONG_LOG cannot be '${given}'`,
  logTodo: "It is text or json.",
  oidcIncomplete: "Single sign-on is set up by half: DATONG_OIDC_ISSUER needs DATONG_OIDC_CLIENT_ID and DATONG_OIDC_ROLES",
  oidcTodo: "Add them, such as DATONG_OIDC_ROLES=erp-ops=main:operator,*=main:viewer.",
  cmdSecrets: "secrets that are kept (of connections, hooks and so on)",
  cmdRotate:
    "a new master key: all secrets are sealed under it. Stop the server first. A key in the data folder is made anew; one from the environment: DATONG_MASTER_KEY (new) and DATONG_MASTER_KEY_FORMER",
  rotated: (secrets, sessions) => `New master key: ${secrets} secrets are sealed under it, ${sessions} sessions log in anew`,
  secretLost: (place) => `Cannot be opened, type it in again: ${place}`,
  stopped: "The server has stopped",
};

export type ServeText = typeof zh;

export function serveText(language: Language): ServeText {
  return language === "zh" ? zh : en;
}
