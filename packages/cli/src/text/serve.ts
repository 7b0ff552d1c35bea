/** Texts of `datong serve`. */
import type { Language } from "@datong/core";

const zh = {
  cmdServe: "启动服务：接口、调度与执行在一个进程里，自带数据库",
  optRole: "只担任这些角色：api、worker（默认全部）",
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
  stopped: "服务已停止",
};

const en: typeof zh = {
  cmdServe: "start the server: API, scheduler and worker in one process, with a database of its own",
  optRole: "only these roles: api, worker (all unless given)",
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
  stopped: "The server has stopped",
};

export type ServeText = typeof zh;

export function serveText(language: Language): ServeText {
  return language === "zh" ? zh : en;
}
