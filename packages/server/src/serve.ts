/**
 * The server: engine, API, scheduler and worker in one process, or some of them. Starts with nothing but a folder; ends on a signal by
 * stopping what is under way at a safe place, and the embedded PostgreSQL last.
 */
import { CONNECTORS, SESSIONS } from "@datong/connectors";
import { masterKeyOf, openEngine, runWorker, transaction, type Engine } from "@datong/engine";
import type { FastifyInstance } from "fastify";
import { hashPassword } from "./access/password.ts";
import { newToken } from "./access/token.ts";
import { deliver } from "./alert/deliver.ts";
import { watchAll } from "./alert/watch.ts";
import { buildApp } from "./app.ts";
import { openTenants, type Tenants } from "./documents/tenants.ts";
import { createReconcileBoard } from "./running/reconcile-board.ts";
import { createRunBoard } from "./running/run-board.ts";
import type { Services } from "./services.ts";
import { addPerson, countAdmins, keepSetupLink } from "./store/people.ts";

/** `api` answers; `worker` reads by the schedules of the flows and writes (each tick of a schedule is fired by one worker, whoever is first). */
export type ServerRole = "api" | "worker";

export interface ServeOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly dataDir: string;
  readonly databaseUrl?: string;
  readonly masterKey?: string;
  readonly roles: readonly ServerRole[];
  /** Made as the first administrator, where there is none. */
  readonly admin?: { readonly name: string; readonly password: string };
  /** Under which people reach it; decides about https-only cookies. */
  readonly publicUrl?: string;
  /** How often the alert rules are looked at; 20 s unless given. */
  readonly alertsEveryMs?: number;
  readonly log: (line: string) => void;
}

export interface Server {
  /** Empty where this process has no API. */
  readonly url: string;
  /** Under which the first administrator is made; null where there is one. */
  readonly setupLink: string | null;
  readonly engine: Engine;
  readonly close: () => Promise<void>;
}

const SETUP_MS = 24 * 3_600_000;

export async function serve(options: ServeOptions): Promise<Server> {
  const { databaseUrl, masterKey, log } = options;
  const engine = await openEngine({
    dataDir: options.dataDir,
    connectors: CONNECTORS,
    sessionsOf: SESSIONS,
    privateNetwork: false,
    log,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(masterKey === undefined ? {} : { masterKey }),
  });
  const stop = new AbortController();
  const begun: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    stop.abort();
    for (const end of begun.reverse()) await end();
    await engine.close();
  };
  try {
    const key = await masterKeyOf(options.dataDir, masterKey);
    const tenants = openTenants(engine, key);
    const runs = createRunBoard(engine, log);
    begun.push(() => runs.close());
    const reconciling = createReconcileBoard(engine, log);
    begun.push(() => reconciling.close());
    const isSecure = options.publicUrl?.startsWith("https:") === true;
    const services: Services = { engine, masterKey: key, tenants, runs, reconciling, isSecure, log };
    if (options.roles.includes("worker")) {
      const working = Promise.all([work(engine, tenants, stop.signal, log), alarm(services, options, stop.signal)]);
      begun.push(() => working);
    }
    if (!options.roles.includes("api")) return { url: "", setupLink: null, engine, close };
    const app = await buildApp(services);
    begun.push(() => app.close());
    const url = await listen(app, options);
    const token = await firstAdministrator(engine, options);
    return { url, setupLink: token === null ? null : `${options.publicUrl ?? url}/setup#${token}`, engine, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function listen(app: FastifyInstance, { host, port }: ServeOptions): Promise<string> {
  return app.listen({ host, port });
}

/** Makes the administrator that the settings name; else gives the token of a link by which a person makes himself one. Null: there is one. */
async function firstAdministrator(engine: Engine, { admin }: ServeOptions): Promise<string | null> {
  const password = admin === undefined ? undefined : await hashPassword(admin.name, admin.password);
  return transaction(engine.pool, async (client) => {
    // Two servers that start at once make one.
    await client.query("lock table setup_link in exclusive mode");
    if ((await countAdmins(client)) > 0) return null;
    if (admin !== undefined && password !== undefined) {
      await addPerson(client, { name: admin.name, display: admin.name, password, isAdmin: true });
      return null;
    }
    const token = newToken("");
    await keepSetupLink(client, token.hash, engine.ports.nowMs() + SETUP_MS);
    return token.text;
  });
}

const ALERTS_EVERY_MS = 20_000;
const DELIVER_MS = 1_000;

/** Watches the alert rules and sends what they say, until it is stopped. */
async function alarm(services: Services, options: ServeOptions, signal: AbortSignal): Promise<void> {
  const { host, port, publicUrl, alertsEveryMs = ALERTS_EVERY_MS } = options;
  const { ports } = services.engine;
  const link = publicUrl ?? `http://${host}:${port}`;
  let watchedMs = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    try {
      if (ports.nowMs() - watchedMs >= alertsEveryMs) {
        watchedMs = ports.nowMs();
        await watchAll(services, link);
      }
      await deliver(services);
    } catch (error) {
      services.log(`alerts: ${String(error)}`);
    }
    await ports.sleep(Math.min(DELIVER_MS, alertsEveryMs), signal);
  }
}

/** Works for every enabled flow; what is published, enabled or changed is taken up within a second. */
async function work(engine: Engine, tenants: Tenants, signal: AbortSignal, log: (line: string) => void): Promise<void> {
  let { stamp, flows } = await tenants.enabled(log);
  await runWorker(engine, {
    flows,
    signal,
    log,
    changes: async (take) => {
      if ((await tenants.stamp()) === stamp) return;
      const next = await tenants.enabled(log);
      await take(next.flows);
      ({ stamp, flows } = next);
    },
  });
}
