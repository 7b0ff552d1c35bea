/** One engine on a store of its own for a test file, and scenes in it: each a vendor, a flow and the ledger's view of that flow. */
import { join } from "node:path";
import type { Connection, Flow } from "@datong/core";
import { openEngine, type Engine, type EngineOptions } from "../../../src/engine.ts";
import type { RunOptions, RunResult } from "../../../src/flow/running.ts";
import { checkCounts } from "../../../src/store/count-check.ts";
import { readPlaces, unpackText, type Place } from "../../../src/store/stored-text.ts";
import { temporaryStore } from "../../store/postgres/temporary-store.ts";
import { startServer, type StoreServer } from "../../store/store-servers.ts";
import { LAB_CONNECTORS, LAB_SESSIONS } from "./connector.ts";
import { startVendor, type Vendor } from "./vendor.ts";

export interface DocumentSeen {
  readonly id: string;
  readonly unit: string;
  readonly record_key: string;
  readonly part: string;
  readonly external_key: string | null;
  readonly number: string | null;
  readonly target_id: string | null;
  readonly status: number;
  readonly stage: string | null;
  readonly attempts: number;
  readonly version: number;
  readonly code: string | null;
  readonly vendor_text: string | null;
  readonly body: string;
}

export interface RecordSeen {
  readonly key: string;
  readonly number: string | null;
  readonly status: number;
  readonly reason: string | null;
  readonly version: number;
  readonly rows: string;
}

export type FlowChange = {
  readonly id?: string;
  readonly source?: Partial<Flow["source"]>;
  readonly target?: Partial<Flow["target"]>;
  readonly mapping?: Flow["mapping"];
  readonly restructure?: NonNullable<Flow["restructure"]>;
  readonly retries?: NonNullable<Flow["dispatch"]["retries"]>;
  readonly writeBack?: NonNullable<Flow["writeBack"]>;
  readonly lookups?: NonNullable<Flow["lookups"]>;
  readonly onValueError?: NonNullable<Flow["onValueError"]>;
};

export interface Scene {
  readonly vendor: Vendor;
  readonly connections: ReadonlyMap<string, Connection>;
  readonly flow: (change?: FlowChange) => Flow;
  readonly run: (change?: FlowChange, options?: RunOptions) => Promise<RunResult>;
  readonly documents: (flow?: string) => Promise<readonly DocumentSeen[]>;
  readonly records: (flow?: string) => Promise<readonly RecordSeen[]>;
  readonly cursor: (name: string) => Promise<string | null>;
  readonly exchanges: () => Promise<
    readonly { readonly operation: string; readonly status: number; readonly request: string; readonly response: string }[]
  >;
  /** Tasks that are still queued. */
  readonly queued: () => Promise<number>;
  /** Which priorities they have, without repetition. */
  readonly priorities: () => Promise<readonly number[]>;
  /** What was to wait need not wait any longer. */
  readonly makeDue: () => Promise<void>;
}

export interface Lab {
  readonly engine: Engine;
  readonly dataDir: string;
  /** Undefined on the embedded server. */
  readonly databaseUrl?: string;
  /** For tests that write statuses with SQL of their own: the counts learn of it. */
  readonly recount: () => Promise<unknown>;
  readonly scene: (change?: { readonly system?: string; readonly limits?: Connection["limits"] }) => Promise<Scene>;
  readonly close: () => Promise<void>;
}

/** Waits between tries that a test can sit out. */
export const QUICK_RETRIES = { count: 3, delaysS: [0.05] };
export const SECRET = "not-a-real-secret/with+1=sign";

export async function openLab(more: Partial<EngineOptions> = {}): Promise<Lab> {
  const store = temporaryStore();
  const dataDir = join(store.folder, "data");
  const server = more.databaseUrl === undefined && more.dataDir === undefined ? await externalServer() : undefined;
  const databaseUrl = server === undefined ? {} : { databaseUrl: await server.newDatabase() };
  // Processes that a test starts on the same data folder must find the same database.
  if (databaseUrl.databaseUrl !== undefined) process.env["DATONG_TEST_CHILD_URL"] = databaseUrl.databaseUrl;
  const engine = await openEngine({ dataDir, ...databaseUrl, connectors: LAB_CONNECTORS, sessionsOf: LAB_SESSIONS, ...more });
  const vendors: Vendor[] = [];
  let scenes = 0;
  return {
    engine,
    dataDir,
    ...databaseUrl,
    recount: () => checkCounts(engine.pool, true),
    scene: async (change = {}) => {
      const vendor = await startVendor();
      vendors.push(vendor);
      scenes += 1;
      return sceneOf(engine, vendor, `s${scenes}`, change);
    },
    close: async () => {
      // Whatever the file's tests did, kills and all, the counts are exact.
      const wrong = await checkCounts(engine.pool, false);
      await engine.close();
      await Promise.all(vendors.map((vendor) => vendor.stop()));
      await server?.close();
      store.remove();
      if (wrong.length > 0) throw new Error(`counts differ from the rows: ${JSON.stringify(wrong)}`);
    },
  };
}

/** With DATONG_TEST_MAJOR=15 the labs work on an external server of that major version instead of the embedded one (external-suites.soak.ts). */
async function externalServer(): Promise<StoreServer | undefined> {
  const major = process.env["DATONG_TEST_MAJOR"];
  return major === undefined ? undefined : startServer(Number(major));
}

/** A connection to a vendor. */
export function connectionTo(
  vendor: Pick<Vendor, "url">,
  id: string,
  change: { readonly system?: string; readonly limits?: Connection["limits"] } = {},
): Connection {
  return {
    id,
    system: change.system ?? "pretend",
    settings: { url: vendor.url, user: "u", secret: SECRET },
    ...(change.limits === undefined ? {} : { limits: change.limits }),
  };
}

/** The usual flow: every row is a bill, its `id` the key, written with quick retries. */
export function flowOf(id: string, change: FlowChange = {}): Flow {
  return {
    id: change.id ?? id,
    source: { connection: id, api: "rows", ...change.source },
    ...(change.restructure === undefined ? {} : { restructure: change.restructure }),
    mapping: change.mapping ?? [
      { field: "k", value: "{{id}}" },
      { field: "name", value: "{{name}}" },
    ],
    target: { connection: id, api: "save", ...change.target },
    ...(change.writeBack === undefined ? {} : { writeBack: change.writeBack }),
    ...(change.lookups === undefined ? {} : { lookups: change.lookups }),
    ...(change.onValueError === undefined ? {} : { onValueError: change.onValueError }),
    dispatch: { enabled: true, retries: change.retries ?? QUICK_RETRIES },
  };
}

function sceneOf(
  engine: Engine,
  vendor: Vendor,
  id: string,
  change: { readonly system?: string; readonly limits?: Connection["limits"] },
): Scene {
  const connections = new Map([[id, connectionTo(vendor, id, change)]]);
  const flow = (more: FlowChange = {}): Flow => flowOf(id, more);
  const rowsOf = async <R extends object>(text: string, flowId: string): Promise<readonly R[]> =>
    (await engine.pool.query<R>(text, [flowId])).rows;
  return {
    vendor,
    connections,
    flow,
    run: (more, options) => engine.run(flow(more), connections, { sourceRetryDelaysMs: [], waitMs: 3_000, ...options }),
    documents: async (flowId = id) => {
      const rows = await rowsOf<DocumentSeen & StoredAt>(
        `select d.* from document d join flow f on f.num = d.flow where f.id = $1 order by d.id`,
        flowId,
      );
      const bodies = await readPlaces(engine.pool, rows[0]?.lane ?? 0, rows);
      return rows.map((row, i) => ({ ...row, body: bodies[i] ?? "" }));
    },
    records: async (flowId = id) => {
      const rows = await rowsOf<RecordSeen & StoredAt>(
        `select r.* from record r join flow f on f.num = r.flow where f.id = $1 order by r.key`,
        flowId,
      );
      const texts = await readPlaces(engine.pool, rows[0]?.lane ?? 0, rows);
      return rows.map((row, i) => ({ ...row, rows: texts[i] ?? "" }));
    },
    cursor: async (name) =>
      (
        await engine.pool.query<{ value: string }>(
          "select value from cursor c join flow f on f.num = c.flow where f.id = $1 and c.name = $2",
          [id, name],
        )
      ).rows[0]?.value ?? null,
    exchanges: async () => {
      const rows = await rowsOf<{ operation: string; status: number; request: Buffer; response: Buffer }>(
        `select e.operation, e.status, e.request, e.response from exchange e join flow f on f.num = e.flow where f.id = $1 order by e.id`,
        id,
      );
      return rows.map((row) => ({ ...row, request: unpackText(row.request), response: unpackText(row.response) }));
    },
    queued: async () => (await rowsOf(`select t.id from task t join flow f on f.num = t.flow where f.id = $1`, id)).length,
    priorities: async () => {
      const text = "select distinct t.priority from task t join flow f on f.num = t.flow where f.id = $1 order by 1";
      return (await rowsOf<{ priority: number }>(text, id)).map((row) => row.priority);
    },
    makeDue: async () => {
      await engine.pool.query("update task t set run_at = now() from flow f where f.num = t.flow and f.id = $1", [id]);
    },
  };
}

type StoredAt = Place & { readonly lane: number };

/** Rows `{id, no, name}` numbered from `from`. */
export function bills(count: number, from = 1): { readonly text: string }[] {
  return Array.from({ length: count }, (_, i) => bill(`b${String(from + i).padStart(4, "0")}`));
}

export function bill(id: string, more: Readonly<Record<string, unknown>> = {}): { readonly text: string } {
  return { text: JSON.stringify({ id, no: `N-${id}`, name: `单据 ${id}`, ...more }) };
}

export const STATUS = { pending: 0, queued: 1, sent: 2, done: 3, failed: 4, skipped: 5, unknown: 6 } as const;
