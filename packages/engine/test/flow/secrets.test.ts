/** A connection's secrets and the tokens of its sessions lie nowhere in clear: no row of any table, no log of the server, no error. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { errorToJson } from "@datong/core";
import { unpackText } from "../../src/store/stored-text.ts";
import { openEngine } from "../../src/engine.ts";
import { temporaryStore } from "../store/postgres/temporary-store.ts";
import { LAB_CONNECTORS, LAB_SESSIONS } from "./lab/connector.ts";
import { bill, bills, openLab, SECRET, type Lab } from "./lab/lab.ts";

let lab: Lab;
const lines: string[] = [];
beforeAll(async () => {
  lab = await openLab({ log: (line) => lines.push(line) });
});
afterAll(() => lab.close());

/** Every way in which a secret is written on the line. */
const formsOf = (secret: string): readonly string[] => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString("base64"),
  Buffer.from(secret).toString("hex"),
  JSON.stringify(secret).slice(1, -1),
];

async function everyRow(): Promise<string> {
  const { rows: tables } = await lab.engine.pool.query<{ name: string }>(
    "select quote_ident(relname) as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition",
  );
  expect(tables.map((table) => table.name)).toEqual(expect.arrayContaining(["exchange", "session", "task", "run", "block", "revision"]));
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await lab.engine.pool.query<{ text: string }>(`select row_to_json(t)::text as text from ${name} t`);
    texts.push(...rows.map((row) => row.text));
    // What is stored compressed is looked at as it is read.
    const packed = name === "block" ? ["body"] : name === "exchange" ? ["request", "response"] : [];
    for (const column of packed) {
      const { rows: bodies } = await lab.engine.pool.query<{ body: Buffer }>(`select ${column} as body from ${name}`);
      texts.push(...bodies.map((row) => unpackText(row.body)));
    }
  }
  return texts.join("\n");
}

function everyLog(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(log|csv|json)$/.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
    .join("\n");
}

describe("after runs that went well and runs that failed", () => {
  test("no table and no log holds a secret or a token, and the exchanges show where they were", async () => {
    const scene = await lab.scene({ system: "guarded" });
    scene.vendor.rows = bills(6);
    // The session is lost in the middle, one write is cut, one answer repeats everything it was told.
    scene.vendor.script = (request) => {
      if (request.operation === "save" && request.nth === 0) scene.vendor.tokens.clear();
      if (request.operation === "save" && request.nth === 0) scene.vendor.tokens.add("another");
      if (request.operation === "save" && request.nth === 2) return { kind: "cut-after" };
      if (request.operation === "rows" && request.json["page"] === 2 && request.nth === 1)
        return { kind: "reply", status: 500, body: JSON.stringify({ headers: request.headers, secret: SECRET }) };
      return undefined;
    };
    scene.vendor.refuse = (document) => (document["k"] === "b0006" ? `拒绝：${SECRET}` : undefined);
    const first = await scene.run({ source: { pageSize: 4 }, target: { batch: 2, concurrency: 1 } });
    expect(first.fault?.code).toBe("VENDOR_UNWELL");
    const second = await scene.run({ source: { pageSize: 4 }, target: { batch: 2, concurrency: 1 } });
    expect(second).toMatchObject({ fault: null, queued: 0, unknown: 0 });
    expect(scene.vendor.ledger).toHaveLength(5);
    expect((await scene.documents()).map((document) => document.vendor_text)).toContain("拒绝：***");
    const tokens = scene.vendor.requests("save").map((request) => String(request.headers["x-token"]));
    expect(new Set(tokens).size).toBe(2);
    const stored = await everyRow();
    // The look is not in vain: what is no secret is there.
    expect(stored).toContain("X-Key: ");
    expect(stored).toContain("单据 b0001");
    const places = {
      tables: stored,
      logs: everyLog(lab.dataDir),
      lines: lines.join("\n"),
      results: JSON.stringify([first, second]),
      fault: first.fault === null ? "" : JSON.stringify(errorToJson(first.fault)),
    };
    const found = [SECRET, ...new Set(tokens)].flatMap((secret) =>
      formsOf(secret).flatMap((form) =>
        Object.entries(places).flatMap(([place, text]) => (text.includes(form) ? [`${form} in ${place}`] : [])),
      ),
    );
    expect(found).toEqual([]);
    const kept = await scene.exchanges();
    expect(
      kept
        .filter((exchange) => exchange.operation === "save")
        .every((exchange) => exchange.request.includes("X-Key: ***") && exchange.request.includes("X-Token: ***")),
    ).toBe(true);
    expect(kept.find((exchange) => exchange.status === 500)?.response).toContain("***");
  });
});

describe("a long request", () => {
  const name = "全棉四件套(1.8米)𠮷".repeat(900);

  test.each([
    ["toy", "is stored as it was sent, byte for byte", name],
    ["guarded", "is stored whole where it holds nothing secret but its headers", name],
    ["guarded", "is masked wherever it holds the secret", `${name}${SECRET}${name}`],
  ])("to %s %s", async (system, _, long) => {
    const scene = await lab.scene(system === "toy" ? {} : { system });
    scene.vendor.rows = [bill("b1", { name: long })];
    expect(await scene.run()).toMatchObject({ fault: null, written: 1 });
    const [sent] = scene.vendor.requests("save");
    expect(sent?.body).toContain(long);
    const [kept] = (await scene.exchanges()).filter((exchange) => exchange.operation === "save");
    expect(kept?.request.split("\n\n")[1]).toBe(sent?.body.replaceAll(SECRET, "***"));
  });
});

describe("a session", () => {
  test("is used by the next process without a log-in, and is one for all calls of an account", async () => {
    const scene = await lab.scene({ system: "guarded" });
    scene.vendor.rows = bills(20);
    scene.vendor.tokens.add("nobody");
    await scene.run({ source: { pageSize: 5 }, target: { batch: 2, concurrency: 4 } });
    expect(scene.vendor.requests("login")).toHaveLength(1);
    const other = await openEngine({
      dataDir: lab.dataDir,
      ...(lab.databaseUrl === undefined ? {} : { databaseUrl: lab.databaseUrl }),
      connectors: LAB_CONNECTORS,
      sessionsOf: LAB_SESSIONS,
    });
    try {
      expect(await other.run(scene.flow(), scene.connections)).toMatchObject({ unchanged: 20 });
      expect(scene.vendor.requests("login")).toHaveLength(1);
    } finally {
      await other.close();
    }
  });

  test("that was sealed under another key is not opened: there is a new log-in, no failure", async () => {
    const store = temporaryStore();
    const dataDir = join(store.folder, "data");
    const scene = await lab.scene({ system: "guarded" });
    scene.vendor.rows = bills(1);
    scene.vendor.tokens.add("nobody");
    try {
      for (const masterKey of ["one", "another", "another"]) {
        const engine = await openEngine({ dataDir, masterKey, connectors: LAB_CONNECTORS, sessionsOf: LAB_SESSIONS });
        try {
          expect((await engine.run(scene.flow(), scene.connections)).fault).toBeNull();
        } finally {
          await engine.close();
        }
      }
    } finally {
      store.remove();
    }
    expect(scene.vendor.requests("login")).toHaveLength(2);
  });

  test("that is refused again after a new log-in ends the pull with its code and does not log in forever", async () => {
    const scene = await lab.scene({ system: "guarded" });
    scene.vendor.script = (request) =>
      request.operation === "rows" ? { kind: "reply", body: '{"ok":false,"code":"LOST","text":"会话已失效"}' } : undefined;
    const result = await scene.run({}, { sourceRetryDelaysMs: [10, 10] });
    expect(result.fault?.code).toBe("SESSION_LOST_AGAIN");
    expect(scene.vendor.requests("login").length).toBeLessThanOrEqual(2);
  });

  test("that cannot be had leaves the documents queued and says so", async () => {
    const scene = await lab.scene({ system: "guarded" });
    scene.vendor.rows = bills(2);
    await scene.run({ target: { batch: 1, concurrency: 1 } }, { limit: 1 });
    const before = scene.vendor.ledger.length;
    scene.vendor.script = (request) =>
      request.operation === "login"
        ? { kind: "reply", body: '{"ok":false}' }
        : { kind: "reply", body: '{"ok":false,"code":"LOST","text":"会话已失效"}' };
    const result = await scene.run();
    expect(result.fault?.code).toBe("LOGIN_FAILED");
    scene.vendor.script = () => undefined;
    expect(await scene.run()).toMatchObject({ fault: null });
    expect(scene.vendor.ledger.length).toBe(before + 1);
  });
});
