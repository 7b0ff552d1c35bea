/** A server on a database of its own, spoken to over HTTP alone, with simulators behind it. */
import { chmod, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Connection } from "@datong/core";
import { startSimulators, type RunningSimulator, type Vendor } from "@datong/simulators";
import { parse } from "yaml";
import { serve, type DemoSystems, type ServeOptions, type Server } from "../src/index.ts";

export const EXAMPLES = fileURLToPath(new URL("../../../examples/workspace", import.meta.url));
export const ADMIN = { name: "admin", password: "correct horse battery" };

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- what comes over the wire is judged by the test
  readonly body: any;
}

export type Ask = (method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<Answer>;

export interface ServerLab {
  readonly url: () => string;
  readonly dir: string;
  readonly logs: string[];
  readonly server: () => Server;
  readonly restart: () => Promise<void>;
  /** After its end. */
  readonly start: () => Promise<void>;
  /** Asks as nobody, with a cookie or with a key. */
  readonly as: (who: { readonly cookie?: string; readonly key?: string }) => Ask;
  readonly logIn: (name: string, password: string) => Promise<Ask>;
  readonly vendor: (system: string) => Vendor;
  /** The values of the simulators' connections. */
  readonly environment: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
}

/** Asks a server at an address. */
export function asker(url: string): ServerLab["as"] {
  return (who) => async (method, path, body, headers) => {
    const response = await fetch(url + path, {
      method,
      redirect: "manual",
      headers: {
        ...(who.cookie === undefined ? {} : { cookie: who.cookie, "x-requested-with": "datong" }),
        ...(who.key === undefined ? {} : { authorization: `Bearer ${who.key}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get("content-type") ?? "");
    return { status: response.status, headers: response.headers, text, body: isJson && text !== "" ? JSON.parse(text) : undefined };
  };
}

export async function openServerLab(bills: number, only?: readonly string[], more: Partial<ServeOptions> = {}): Promise<ServerLab> {
  const dir = await mkdtemp(join(tmpdir(), "datong-server-"));
  // PostgreSQL runs under an account of its own when the tests run as root, and must get through.
  await chmod(dir, 0o711);
  const simulators: readonly RunningSimulator[] = await startSimulators({ bills, seed: 3, ...(only === undefined ? {} : { only }) });
  const logs: string[] = [];
  const start = (): Promise<Server> =>
    serve({
      host: "127.0.0.1",
      port: 0,
      dataDir: join(dir, "data"),
      roles: ["api", "worker"],
      admin: ADMIN,
      log: (line) => logs.push(line),
      ...more,
    });
  let server = await start();
  const as: ServerLab["as"] =
    (who) =>
    (...asked) =>
      asker(server.url)(who)(...asked);
  return {
    url: () => server.url,
    dir,
    logs,
    server: () => server,
    restart: async () => {
      await server.close();
      server = await start();
    },
    start: async () => {
      server = await start();
    },
    as,
    logIn: async (name, password) => {
      const answer = await as({})("POST", "/api/v1/login", { name, password });
      if (answer.status !== 204) throw new Error(`log-in of ${name}: ${answer.text}`);
      return as({ cookie: (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "" });
    },
    vendor: (system) => {
      const found = simulators.find((simulator) => simulator.system === system);
      if (found === undefined) throw new Error(`no simulator ${system}`);
      return found.vendor;
    },
    environment: Object.assign({}, ...simulators.map((simulator) => simulator.environment)) as Record<string, string>,
    close: async () => {
      await server.close();
      await Promise.all(simulators.map((simulator) => simulator.stop()));
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** The example's connection with the simulators' values typed in, as a person would. */
export async function connectionOf(lab: Pick<ServerLab, "environment">, id: string): Promise<object> {
  const document = parse((await exampleTexts("connections")).get(id) ?? "") as { settings: Record<string, string> };
  const settings = Object.fromEntries(
    Object.entries(document.settings).map(([name, value]) => [
      name,
      String(value).replace(/\$\{(\w+)\}/g, (_whole, variable: string) => lab.environment[variable] ?? ""),
    ]),
  );
  return { ...document, settings, privateNetwork: true };
}

/** What a server is given that offers the demo environment: every simulator, with the examples' connections to it. */
export async function openDemo(): Promise<DemoSystems> {
  const simulators = await startSimulators({ bills: 2, seed: 1 });
  const environment = Object.assign({}, ...simulators.map((each) => each.environment)) as Record<string, string>;
  const ids = [...(await exampleTexts("connections")).keys()];
  return {
    connections: (await Promise.all(ids.map((id) => connectionOf({ environment }, id)))) as Connection[],
    close: async () => void (await Promise.all(simulators.map((each) => each.stop()))),
  };
}

/** The texts of the example workspace's documents of a kind, by id. */
export async function exampleTexts(kind: "flows" | "connections"): Promise<ReadonlyMap<string, string>> {
  const files = (await readdir(join(EXAMPLES, kind))).filter((file) => file.endsWith(".yaml"));
  return new Map(
    await Promise.all(files.map(async (file) => [file.replace(".yaml", ""), await readFile(join(EXAMPLES, kind, file), "utf8")] as const)),
  );
}
