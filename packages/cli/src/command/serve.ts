/** `datong serve`: the server until SIGINT or SIGTERM, which is a good end. What it does is logged to stderr; stdout has the address. */
import { once } from "node:events";
import { resolve } from "node:path";
import { logLine, readTrustedProxies, serve, type OidcSettings, type Server, type ServerRole } from "@datong/server";
import type { Context } from "../context.ts";
import { defaultDataDir } from "../default-data-dir.ts";
import { openDemoSystems } from "../demo-systems.ts";
import { CommandFailure } from "../failure.ts";
import { readServerSettings } from "../server-settings.ts";
import { serveText } from "../text/serve.ts";

export interface ServeCommandOptions {
  readonly role?: readonly ServerRole[];
  readonly data?: string;
}

export async function serveCommand(context: Context, options: ServeCommandOptions): Promise<number> {
  const { terminal, language, json } = context;
  const text = serveText(language);
  const server = await start(context, options);
  try {
    if (json) terminal.out(`${JSON.stringify({ ok: true, url: server.url, setupLink: server.setupLink })}\n`);
    else {
      terminal.out(`${server.url === "" ? text.working : text.listening(server.url)}\n`);
      if (server.setupLink !== null) terminal.out(`${text.setUp(server.setupLink)}\n`);
    }
    if (!context.signal.aborted) await once(context.signal, "abort");
  } finally {
    await server.close();
  }
  terminal.err(`${text.stopped}\n`);
  return 0;
}

async function start(context: Context, options: ServeCommandOptions): Promise<Server> {
  const { terminal, language } = context;
  const settings = readServerSettings(terminal.env);
  const text = serveText(language);
  const form = settings.DATONG_LOG;
  if (form !== "text" && form !== "json")
    throw failure(
      "LOG_FORM_WRONG",
      (each) => each.logWrong(form),
      (each) => each.logTodo,
    );
  const port = Number(settings.DATONG_PORT);
  if (!/^\d{1,5}$/.test(settings.DATONG_PORT) || port > 65_535)
    throw failure(
      "PORT_WRONG",
      (each) => each.portWrong(settings.DATONG_PORT),
      (each) => each.portWrongTodo,
    );
  const { DATONG_ADMIN_USER: name, DATONG_ADMIN_PASSWORD: password, DATABASE_URL: databaseUrl, DATONG_MASTER_KEY: masterKey } = settings;
  if ((name === "") !== (password === ""))
    throw failure(
      "ADMIN_INCOMPLETE",
      (each) => each.adminPair,
      (each) => each.adminTodo,
    );
  const trustedProxies = readTrustedProxies(settings.DATONG_TRUST_PROXY);
  if (trustedProxies === null)
    throw failure(
      "TRUST_PROXY_WRONG",
      (each) => each.proxyWrong(settings.DATONG_TRUST_PROXY),
      (each) => each.proxyTodo,
    );
  const given = options.data ?? terminal.env["DATONG_DATA"];
  try {
    return await serve({
      host: settings.DATONG_HOST,
      port,
      dataDir: given === undefined || given === "" ? defaultDataDir(terminal.cwd) : resolve(terminal.cwd, given),
      roles: options.role ?? ["api", "worker"],
      log: (line) => terminal.err(`${logLine(form, line)}\n`),
      ...(form === "json" ? { logRequest: (line, more) => terminal.err(`${logLine(form, line, more)}\n`) } : {}),
      environment: terminal.env,
      trustedProxies,
      ...(name === "" ? {} : { admin: { name, password } }),
      ...(databaseUrl === "" ? {} : { databaseUrl }),
      ...(masterKey === "" ? {} : { masterKey }),
      ...oidcOf(settings),
      ...(settings.DATONG_DEMO === "off" ? {} : { demo: openDemoSystems }),
      ...(settings.DATONG_PUBLIC_URL === "" ? {} : { publicUrl: settings.DATONG_PUBLIC_URL.replace(/\/$/, "") }),
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EADDRINUSE" && code !== "EACCES" && code !== "EADDRNOTAVAIL") throw error;
    throw failure(
      "PORT_TAKEN",
      (each) => each.portTaken(settings.DATONG_HOST, port, code),
      () => text.portTodo,
    );
  }
}

function oidcOf(settings: ReturnType<typeof readServerSettings>): { readonly oidc?: OidcSettings } {
  const {
    DATONG_OIDC_ISSUER: issuer,
    DATONG_OIDC_CLIENT_ID: clientId,
    DATONG_OIDC_CLIENT_SECRET: clientSecret,
    DATONG_OIDC_ROLES: roles,
    DATONG_OIDC_CLAIM: claim,
    DATONG_OIDC_SCOPES: scopes,
    DATONG_OIDC_NAME: name,
  } = settings;
  if (issuer === "") return {};
  if (clientId === "" || roles === "")
    throw failure(
      "OIDC_INCOMPLETE",
      (each) => each.oidcIncomplete,
      (each) => each.oidcTodo,
    );
  const rest = { ...(clientSecret === "" ? {} : { clientSecret }), ...(name === "" ? {} : { name }) };
  return { oidc: { issuer, clientId, roles, claim, scopes, ...rest } };
}

function failure(
  code: string,
  what: (text: ReturnType<typeof serveText>) => string,
  todo: (text: ReturnType<typeof serveText>) => string,
): CommandFailure {
  const [zh, en] = [serveText("zh"), serveText("en")];
  return new CommandFailure(code, { zh: what(zh), en: what(en), todoZh: todo(zh), todoEn: todo(en) }, 2);
}
