/** Stores of earlier versions, saved as backups (see save-store.ts): opened by this program, brought up to date, and a flow goes on. */
import { readdirSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openEngine } from "../../src/engine.ts";
import { checkCounts } from "../../src/store/count-check.ts";
import { MIGRATIONS } from "../../src/store/migrate.ts";
import { openDatabase } from "../../src/store/postgres/index.ts";
import { restoreStore } from "../../src/store/restore-store.ts";
import { LAB_CONNECTORS, LAB_SESSIONS } from "../flow/lab/connector.ts";
import { bills, connectionTo, flowOf, STATUS } from "../flow/lab/lab.ts";
import { startVendor, type Vendor } from "../flow/lab/vendor.ts";
import { temporaryStore, type TemporaryStore } from "./postgres/temporary-store.ts";

const SAVED = fileURLToPath(new URL("../saved", import.meta.url));
const names = readdirSync(SAVED).filter((name) => name.endsWith(".backup"));

let store: TemporaryStore;
let vendor: Vendor;
beforeAll(async () => {
  store = temporaryStore();
  vendor = await startVendor();
});
afterAll(async () => {
  await vendor.stop();
  store.remove();
});

test("the first version is among them", () => {
  expect(names).toContain("0001-ledger.backup");
});

describe.each(names)("%s", (name) => {
  test("is migrated, keeps what is done, asks about what is unknown, and takes what is new", async () => {
    const dataDir = join(store.folder, name);
    const database = await openDatabase({ dataDir });
    const result = await restoreStore(database, join(SAVED, name), { moved: true });
    const files = (await readdir(MIGRATIONS)).filter((file) => file.endsWith(".sql")).toSorted();
    expect(result.migrated).toEqual(files.slice(files.indexOf(`${name.replace(/\.backup$/, "")}.sql`) + 1));
    await database.pool.query("update task set run_at = now()");
    await database.close();

    const engine = await openEngine({ dataDir, connectors: LAB_CONNECTORS, sessionsOf: LAB_SESSIONS });
    try {
      vendor.rows = bills(12);
      const flow = flowOf("s1");
      const ended = await engine.run(flow, new Map([["s1", connectionTo(vendor, "s1")]]), { sourceRetryDelaysMs: [], waitMs: 3_000 });
      expect(ended).toMatchObject({ fault: null, records: 12, unchanged: 10, queued: 0, unknown: 0 });
      // Nine were done or refused before; the two unknown ones the target did not have; two are new.
      expect(vendor.ledger.map((entry) => entry.key).toSorted()).toEqual(["b0009", "b0010", "b0011", "b0012"]);
      expect(vendor.requests("probe").length).toBeGreaterThan(0);
      const { rows } = await engine.pool.query<{ unit: string; status: number }>("select unit, status from document order by unit");
      expect(rows.map((row) => row.status)).toEqual(rows.map((row) => (row.unit === "b0008" ? STATUS.failed : STATUS.done)));
      expect(rows).toHaveLength(12);
      expect(await checkCounts(engine.pool, false)).toEqual([]);
    } finally {
      await engine.close();
    }
  });
});
