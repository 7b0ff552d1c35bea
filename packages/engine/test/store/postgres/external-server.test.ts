/** External databases: a real server with password logins, a pretend one that is too old, and places where nothing listens. */
import { once } from "node:events";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Server } from "node:net";
import { join } from "node:path";
import { explain } from "@datong/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Database, openDatabase } from "../../../src/store/postgres/index.ts";
import { temporaryStore, type TemporaryStore } from "./temporary-store.ts";

let store: TemporaryStore;
let own: Database;
let host: string;

beforeAll(async () => {
  store = temporaryStore();
  own = await openDatabase({ dataDir: join(store.folder, "data") });
  host = encodeURIComponent(own.pool.options.host ?? "");
  await own.pool.query("create role tester login password 'rightpassword'");
  await own.pool.query("create role crowded login password 'rightpassword' connection limit 0");
  await own.pool.query("create database tested owner tester");
  await own.pool.query("create database latin encoding 'LATIN1' locale 'C' template template0");
  await own.pool
    .query("create database standby; ")
    .then(() => own.pool.query("alter database standby set default_transaction_read_only = on"));
  await own.pool.query("create database german; ").then(() => own.pool.query("alter database german set datestyle = 'German'"));
  const rules = join(store.folder, "data", "postgres", "pg_hba.conf");
  const old = await readFile(rules, "utf8");
  await writeFile(rules, "local all tester,crowded scram-sha-256\n");
  await appendFile(rules, old);
  await own.pool.query("select pg_reload_conf()");
});

afterAll(async () => {
  await own.close();
  store.remove();
});

const url = (user: string, password: string, database: string): string => `postgresql://${user}:${password}@/${database}?host=${host}`;
const open = (databaseUrl: string): Promise<Database> => openDatabase({ databaseUrl, dataDir: "/nowhere/never/made" });

describe("a real server", () => {
  test("is used as it is, without session settings, and its description holds no password", async () => {
    const database = await open(url("tester", "rightpassword", "tested"));
    expect(database.kind).toBe("external");
    expect(database.serverVersion).toBe(own.serverVersion);
    expect(database.describe()).toContain("/tested");
    expect(database.describe()).not.toMatch(/rightpassword|tester/);
    const { rows } = await database.pool.query(`select current_user as name, timestamptz '2026-11-21 00:00:00Z' as at, '[1.0]'::json as raw,
      current_setting('statement_timeout') as statement, current_setting('application_name') as program`);
    expect(rows).toEqual([{ name: "tester", at: Date.UTC(2026, 10, 21), raw: "[1.0]", statement: "0", program: "datong" }]);
    await database.close();
    // The server is not ours to stop.
    expect((await own.pool.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
  });

  test.each([
    ["a wrong password", "STORE_LOGIN_REFUSED", () => url("tester", "wrongpassword", "tested")],
    ["no password", "STORE_LOGIN_REFUSED", () => `postgresql://tester@/tested?host=${host}`],
    ["an unknown user", "STORE_LOGIN_REFUSED", () => url("stranger", "x", "tested")],
    ["a missing database", "STORE_DATABASE_MISSING", () => url("tester", "rightpassword", "absent")],
    ["an account without free connections", "STORE_CONNECTIONS_FULL", () => url("crowded", "rightpassword", "tested")],
    ["a database in another encoding", "STORE_DATABASE_UNSUITABLE", () => url("datong", "x", "latin")],
    ["a read-only database", "STORE_DATABASE_UNSUITABLE", () => url("datong", "x", "standby")],
    ["a database with another date style", "STORE_DATABASE_UNSUITABLE", () => url("datong", "x", "german")],
  ])("refuses %s with %s, in both languages and without the password", async (_, code, urlOf) => {
    const error = await open(urlOf()).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ name: "DatongError", code });
    for (const language of ["zh", "en"] as const) {
      const { message, todo } = explain(error as Parameters<typeof explain>[0], language);
      expect(`${message} ${todo}`).not.toMatch(/password@|wrongpassword|rightpassword|\{\w+\}/);
      expect(todo).not.toBe("");
    }
  });
});

describe("no usable server", () => {
  test("nothing listening there is told with the address", async () => {
    await expect(open("postgresql://u:hidden@127.0.0.1:1/d")).rejects.toMatchObject({
      code: "STORE_UNREACHABLE",
      details: { address: "127.0.0.1:1/d", reason: expect.stringContaining("ECONNREFUSED") },
    });
  });

  test.each(["not a url with hidden", "mysql://u:hidden@h/d", "postgresql://u:hid%den@h/d"])(
    "a malformed URL is refused without being repeated: %s",
    async (text) => {
      const error = await open(text).catch((failure: unknown) => failure);
      expect(error).toMatchObject({ code: "STORE_URL_INVALID" });
      expect(JSON.stringify([error, (error as Error).message, (error as Error).stack])).not.toContain("hidden");
    },
  );

  test("a server older than 15 is refused with its version", async () => {
    const { server, port } = await pretendServer("14.11", "140011");
    await expect(open(`postgresql://u:p@127.0.0.1:${port}/d`)).rejects.toMatchObject({
      code: "STORE_VERSION_UNSUPPORTED",
      details: { version: "14.11" },
    });
    server.close();
  });

  test("only startup parameters that PgBouncer takes are sent", async () => {
    const { server, port, parameters } = await pretendServer("17.2", "170002");
    const database = await open(`postgresql://u:p@127.0.0.1:${port}/d`);
    await database.close();
    expect([...parameters].sort()).toEqual(["application_name", "client_encoding", "database", "user"]);
    server.close();
  });

  test("a server without TLS is told apart when the URL demands it", async () => {
    const { server, port } = await pretendServer("17.2", "170002");
    await expect(open(`postgresql://u:p@127.0.0.1:${port}/d?sslmode=require`)).rejects.toMatchObject({ code: "STORE_TLS_FAILED" });
    server.close();
  });
});

/** Speaks just enough of PostgreSQL's protocol to let anybody in and answer the one question that is asked. */
async function pretendServer(version: string, number: string): Promise<{ server: Server; port: number; parameters: ReadonlySet<string> }> {
  const parameters = new Set<string>();
  const ready = message("Z", Buffer.from("I"));
  const columns = ["version", "number", "encoding", "style", "readonly"];
  const values = [version, number, "UTF8", "ISO, MDY", "off"];
  const server = createServer((socket) => {
    let isStarted = false;
    socket.on("error", () => socket.destroy());
    socket.on("data", (data) => {
      if (isStarted) {
        if (data[0] !== "Q".charCodeAt(0)) return;
        socket.write(Buffer.concat([rowDescription(columns), dataRow(values), message("C", Buffer.from("SELECT 1\0")), ready]));
      } else if (data.readInt32BE(4) === 80877103) {
        socket.write("N");
      } else {
        isStarted = true;
        const words = data.subarray(8).toString("utf8").split("\0");
        for (let index = 0; words[index] !== "" && index < words.length; index += 2) parameters.add(words[index] ?? "");
        socket.write(Buffer.concat([message("R", Buffer.from([0, 0, 0, 0])), ready]));
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, port: (server.address() as AddressInfo).port, parameters };
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 0, "latin1");
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

function rowDescription(names: readonly string[]): Buffer {
  const fields = names.map((name) => {
    const rest = Buffer.alloc(18);
    rest.writeInt32BE(25, 6); // the type: text
    return Buffer.concat([Buffer.from(`${name}\0`), rest]);
  });
  return message("T", Buffer.concat([shortOf(names.length), ...fields]));
}

function dataRow(values: readonly string[]): Buffer {
  const cells = values.map((value) => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(Buffer.byteLength(value));
    return Buffer.concat([length, Buffer.from(value)]);
  });
  return message("D", Buffer.concat([shortOf(values.length), ...cells]));
}

function shortOf(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}
