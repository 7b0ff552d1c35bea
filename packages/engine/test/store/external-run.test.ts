/**
 * The engine on PostgreSQL servers that are not its own: each major version that the machine has, and PgBouncer in transaction mode
 * before one of them. Runs, dies by SIGKILL in the middle and goes on there, as on the embedded server.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "../../src/store/postgres/index.ts";
import { runInChild } from "../flow/lab/child-run.ts";
import { connectionTo, flowOf, bills, openLab, STATUS, type Lab } from "../flow/lab/lab.ts";
import { MAJORS, startServer, type StoreServer } from "./store-servers.ts";

const NO_PGBOUNCER = "the command pgbouncer is missing; npm test installs it when run as root";

/** What every server must be able to do. */
function suite(place: () => { readonly url: string; readonly lab: Lab }, isMissing = false): void {
  test("a flow reads, writes, retries what failed and settles everything", async ({ skip }) => {
    skip(isMissing, NO_PGBOUNCER);
    const scene = await place().lab.scene();
    scene.vendor.rows = bills(120);
    scene.vendor.refuse = (document) => (document["k"] === "b0050" ? "不允许" : undefined);
    const result = await scene.run({ source: { pageSize: 25 }, target: { batch: 7, concurrency: 4 } });
    expect(result).toMatchObject({ fault: null, records: 120, written: 119, failed: 1, unknown: 0, queued: 0 });
    scene.vendor.rows = [...scene.vendor.rows, ...bills(5, 201)];
    expect(await scene.run()).toMatchObject({ unchanged: 120, written: 5 });
    expect((await scene.documents()).filter((document) => document.status === STATUS.done)).toHaveLength(124);
    expect(scene.vendor.ledger).toHaveLength(124);
  });

  test("a process that is killed when its second write was taken is followed by one that writes nothing twice", async ({ skip }) => {
    skip(isMissing, NO_PGBOUNCER);
    const { lab, url } = place();
    const { vendor } = await lab.scene();
    vendor.rows = bills(24);
    const connections = [connectionTo(vendor, "killed")];
    const flow = flowOf("killed", { source: { pageSize: 5 }, target: { batch: 4, concurrency: 2 } });
    const start = (): ReturnType<typeof runInChild> =>
      runInChild({ dataDir: lab.dataDir, databaseUrl: url, flow, connections, options: { sourceRetryDelaysMs: [], waitMs: 5_000 } });
    let killed = false;
    vendor.script = (request) => {
      if (killed || request.operation !== "save" || request.nth !== 1) return undefined;
      killed = true;
      first.kill();
      return { kind: "cut-after" };
    };
    const first = start();
    expect(await first.ended).toBeNull();
    expect(await start().ended).toMatchObject({ fault: null, failed: 0, unknown: 0, queued: 0 });
    expect(vendor.ledger.map((entry) => entry.key).toSorted()).toEqual(bills(24).map((row) => (JSON.parse(row.text) as { id: string }).id));
  });
}

describe.each(MAJORS.map((major) => [major] as const))("PostgreSQL %i as an external server", (major) => {
  let server: StoreServer;
  let lab: Lab;
  let url: string;
  beforeAll(async () => {
    server = await startServer(major);
    url = await server.newDatabase();
    lab = await openLab({ databaseUrl: url });
  });
  afterAll(async () => {
    await lab.close();
    await server.close();
  });

  test("is the server that is used, prepared statements and all", async () => {
    expect(lab.engine.database.describe()).toMatch(new RegExp(`^external PostgreSQL ${major}\\.`));
    const client = await lab.engine.pool.connect();
    await client.query({ name: "named", text: "select $1::int as n", values: [1] });
    const { rows } = await client.query("select name from pg_prepared_statements where name = 'named'");
    client.release();
    expect(rows).toHaveLength(1);
  });

  suite(() => ({ url, lab }));
});

const hasPgBouncer = (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, "pgbouncer")));
describe("PgBouncer in transaction mode", () => {
  let server: StoreServer;
  let bouncer: Bouncer;
  let lab: Lab;
  let url: string;
  beforeAll(async () => {
    if (!hasPgBouncer) return;
    server = await startServer(Math.min(...MAJORS));
    const direct = new URL((await server.newDatabase()).replace("@/", "@host/"));
    bouncer = await startBouncer(server, direct.pathname.slice(1), direct.username);
    url = bouncer.url;
    lab = await openLab({ databaseUrl: url });
  });
  afterAll(async () => {
    if (!hasPgBouncer) return;
    await lab.close();
    await bouncer.stop();
    await server.close();
  });

  test("is noticed; a client that sends named statements fails there, and the store's does not", async ({ skip }) => {
    skip(!hasPgBouncer, NO_PGBOUNCER);
    expect(lab.engine.database.describe()).toMatch(/through a connection pooler$/);
    // More clients than server connections: statements of one client are run by several servers.
    const named = async (pool: pg.Pool): Promise<void> => {
      const query = { name: "named", text: "select pg_sleep(0.002), $1::int as n", values: [1] };
      await Promise.all(Array.from({ length: 200 }, () => pool.query(query)));
    };
    const careless = new pg.Pool({ connectionString: url, max: 10 });
    await expect(named(careless)).rejects.toMatchObject({ code: expect.stringMatching(/26000|42P05|08P01/) });
    await careless.end();
    await named(lab.engine.pool);
    // A direct connection is not taken for a pooler.
    const direct = await openDatabase({ databaseUrl: await server.newDatabase(), dataDir: "/nowhere" });
    expect(direct.describe()).not.toMatch(/pooler/);
    await direct.close();
  });

  suite(() => ({ url, lab }), !hasPgBouncer);
});

interface Bouncer {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** A port that was free a moment ago may be another program's by now: then another one is taken. */
const PORTS_TRIED = 5;

async function startBouncer(server: StoreServer, database: string, user: string): Promise<Bouncer> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await bouncerAt(await freePort(), join(server.folder, `bouncer-${tried}`), server, database, user);
    } catch (error) {
      if (tried === PORTS_TRIED) throw error;
    }
  }
}

/** Three server connections for all, so that clients really share them. */
async function bouncerAt(port: number, folder: string, server: StoreServer, database: string, user: string): Promise<Bouncer> {
  await mkdir(folder);
  await chmod(folder, 0o777);
  await writeFile(join(folder, "users"), `"${user}" ""\n`);
  await writeFile(
    join(folder, "ini"),
    `[databases]\n${database} = host=${server.host} port=5432\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${port}\nunix_socket_dir =\nauth_type = trust\nauth_file = ${folder}/users\npool_mode = transaction\ndefault_pool_size = 3\nmax_client_conn = 100\n`,
  );
  // PgBouncer refuses to run as root.
  const child: ChildProcess =
    process.getuid?.() === 0
      ? spawn("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", "pgbouncer", "-q", join(folder, "ini")], { stdio: "ignore" })
      : spawn("pgbouncer", ["-q", join(folder, "ini")], { stdio: "ignore" });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = `postgresql://${user}@127.0.0.1:${port}/${database}`;
  const endAt = performance.now() + 30_000;
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      break;
    } catch (error) {
      if (performance.now() > endAt || child.exitCode !== null) {
        child.kill("SIGKILL");
        throw error;
      }
      await sleep(100);
    }
  }
  return {
    url,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
