/**
 * The server: engine, API, scheduler and worker in one process, or some of them. Starts with nothing but a folder; ends on a signal by
 * stopping what is under way at a safe place, and the embedded PostgreSQL last.
 */
import { CONNECTORS, SESSIONS } from "@datong/connectors";
import { openEngine, runWorker, transaction, type Engine } from "@datong/engine";
import type { FastifyInstance } from "fastify";
import { hashPassword } from "./access/password.ts";
import { openOidc, type OidcSettings } from "./access/oidc.ts";
import type { TrustedProxies } from "./access/trusted-proxies.ts";
import { newToken } from "./access/token.ts";
import { deliver } from "./alert/deliver.ts";
import { watchAll } from "./alert/watch.ts";
import { buildApp } from "./app.ts";
import { openTenants, type Tenants } from "./documents/tenants.ts";
import { createBulkBoard } from "./running/bulk-board.ts";
import { createDemoBoard, type DemoSystems } from "./running/demo-board.ts";
import { resumeDemo } from "./running/demo-workspace.ts";
import { createDebugBoard } from "./running/debug-board.ts";
import { createReconcileBoard } from "./running/reconcile-board.ts";
import { createRefillBoard } from "./running/refill-board.ts";
import { createRunBoard } from "./running/run-board.ts";
import type { Services } from "./services.ts";
import type { RequestLog } from "./telemetry/requests.ts";
import { startTracing } from "./telemetry/tracing.ts";
import { addPerson, countAdmins, keepSetupLink } from "./store/people.ts";

/**
 * `api` answers. `worker` reads by the schedules of the flows, writes and alerts (each tick of a schedule is fired by one process, whoever
 * is first); `scheduler` does the same without writing, for a machine that only the sources should hear of.
 */
export type ServerRole = "api" | "scheduler" | "worker";

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
  /** Whose `X-Forwarded-For` is believed; nobody's unless given. */
  readonly trustedProxies?: TrustedProxies;
  /** Single sign-on. */
  readonly oidc?: OidcSettings;
  /** Starts the systems of the demo environment; none is offered unless given. */
  readonly demo?: () => Promise<DemoSystems>;
  /** How often the alert rules are looked at; 20 s unless given. */
  readonly alertsEveryMs?: number;
  readonly log: (line: string) => void;
  /** Told of every request, for logs that want them. */
  readonly logRequest?: RequestLog;
  /** Where `OTEL_*` is looked for; no tracing unless given. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
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
  const { log } = options;
  const tracing = await startTracing(options.environment ?? {}, log);
  const engine = await engineOf(options);
  const stop = new AbortController();
  const begun: (() => Promise<unknown>)[] = [];
  const end = async (): Promise<void> => {
    stop.abort();
    for (const each of begun.reverse()) await each();
    await engine.close();
    await tracing?.close();
  };
  let ending: Promise<void> | undefined;
  const close = (): Promise<void> => (ending ??= end());
  try {
    const key = engine.masterKey;
    const tenants = openTenants(engine, key);
    const runs = createRunBoard(engine, log);
    begun.push(() => runs.close());
    const reconciling = createReconcileBoard(engine, log);
    begun.push(() => reconciling.close());
    const refilling = createRefillBoard(engine, tenants, log);
    begun.push(() => refilling.close());
    const bulk = createBulkBoard(engine, tenants, log);
    const oidc = options.oidc === undefined ? null : openOidc(options.oidc, key, engine.ports.nowMs);
    const { publicUrl, trustedProxies = false, logRequest } = options;
    const debugging = createDebugBoard(engine);
    const demo = createDemoBoard(demoOf(options));
    begun.push(() => demo.close());
    const services: Services = {
      engine,
      masterKey: key,
      tenants,
      runs,
      bulk,
      reconciling,
      refilling,
      debugging,
      demo,
      isSecure: publicUrl?.startsWith("https:") === true,
      publicUrl,
      trustedProxies,
      oidc,
      logRequest,
      log,
    };
    const writes = options.roles.includes("worker");
    if (writes || options.roles.includes("scheduler")) {
      const working = Promise.all([
        work(engine, tenants, { signal: stop.signal, log, writes }),
        bulk.work(stop.signal),
        alarm(services, options, stop.signal),
      ]);
      begun.push(() => working);
    }
    if (!options.roles.includes("api")) return { url: "", setupLink: null, engine, close };
    const app = await buildApp(services);
    begun.push(() => app.close());
    const url = await listen(app, options);
    if (demo.isOffered) {
      const resuming = resumeDemo(services).catch((error: unknown) => log(`demo: ${String(error)}`));
      begun.push(() => resuming);
    }
    const token = await firstAdministrator(engine, options);
    return { url, setupLink: token === null ? null : `${options.publicUrl ?? url}/setup#${token}`, engine, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The demo's systems listen on this machine: whoever offers them has to write to them too. */
function demoOf({ roles, demo }: ServeOptions): ServeOptions["demo"] {
  return roles.includes("worker") ? demo : undefined;
}

function engineOf({ databaseUrl, masterKey, dataDir, log }: ServeOptions): Promise<Engine> {
  return openEngine({
    dataDir,
    connectors: CONNECTORS,
    sessionsOf: SESSIONS,
    privateNetwork: false,
    log,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(masterKey === undefined ? {} : { masterKey }),
  });
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
async function work(
  engine: Engine,
  tenants: Tenants,
  { signal, log, writes }: { readonly signal: AbortSignal; readonly log: (line: string) => void; readonly writes: boolean },
): Promise<void> {
  let { stamp, flows } = await tenants.enabled(log);
  await runWorker(engine, {
    flows,
    signal,
    log,
    writes,
    changes: async (take) => {
      if ((await tenants.stamp()) === stamp) return;
      const next = await tenants.enabled(log);
      // A draft that is saved is nothing to workers: they would break off their readings and begin anew.
      const isSame = next.flows.length === flows.length && next.flows.every((flow, i) => flow === flows[i]);
      if (!isSame) await take(next.flows);
      ({ stamp, flows } = next);
    },
  });
}
