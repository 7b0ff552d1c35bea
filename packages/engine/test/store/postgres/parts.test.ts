/** The parts that decide without a server: timestamps, locks, leases, start failures, programs and their copies. */
import { existsSync } from "node:fs";
import { chmod, cp, lstat, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { chooseBinaries, debianBinaries, type PostgresBinaries } from "../../../src/store/postgres/binaries.ts";
import { runnableBinaries, tryLinks } from "../../../src/store/postgres/binary-copy.ts";
import { fitsSocket } from "../../../src/store/postgres/data-folder.ts";
import { addLease, countLeases, dropLease } from "../../../src/store/postgres/leases.ts";
import { markLogs, lastWords, pruneLogs } from "../../../src/store/postgres/log-folder.ts";
import { blockingFolder, serverAccount } from "../../../src/store/postgres/server-account.ts";
import { sharedBuffersMb } from "../../../src/store/postgres/server-settings.ts";
import { bytesBelow } from "../../../src/store/postgres/files.ts";
import { explainStartFailure } from "../../../src/store/postgres/start-failure.ts";
import { withStartLock } from "../../../src/store/postgres/start-lock.ts";
import { parseTimestamp } from "../../../src/store/postgres/timestamp.ts";
import { type TemporaryStore, temporaryStore } from "./temporary-store.ts";

const NOT_ROOT = "only root serves a store by another account";

let store: TemporaryStore;
beforeEach(() => {
  store = temporaryStore();
});
afterEach(() => {
  store.remove();
});

const GIB = 2 ** 30;

test.each([
  ["a young ledger", 24 * GIB, 0.03 * GIB, 24],
  ["one that has grown", 24 * GIB, 2 * GIB, 512],
  ["a large one", 24 * GIB, 11 * GIB, 1024],
  ["a large one on a small machine", 4 * GIB, 11 * GIB, 256],
  ["a large one in half a gigabyte", 0.5 * GIB, 11 * GIB, 32],
])("the server keeps of %s what its size is worth", (_, memory, ledger, mb) => {
  expect(sharedBuffersMb(memory, ledger)).toBe(mb);
});

test("a folder's size is that of the files at any depth", async () => {
  await mkdir(join(store.folder, "base", "5"), { recursive: true });
  await writeFile(join(store.folder, "base", "5", "1"), "12345");
  await writeFile(join(store.folder, "base", "2"), "678");
  expect(await bytesBelow(join(store.folder, "base"))).toBe(8);
});

test.each([
  ["1970-01-01 00:00:00+00", 0],
  ["2026-11-21 08:00:00.1239+08", Date.UTC(2026, 10, 21, 0, 0, 0, 123)],
  ["2026-11-21 00:00:00.9-03:30", Date.UTC(2026, 10, 21, 3, 30, 0, 900)],
  ["1890-01-01 00:00:00+08:05:43", Date.UTC(1889, 11, 31, 15, 54, 17)],
  ["1969-12-31 23:59:59.999+00", -1],
  ["12345-01-01 00:00:00+00", Date.UTC(12345, 0, 1)],
  ["0001-01-01 00:00:00+00 BC", new Date("0000-01-01T00:00:00Z").getTime()],
  ["0099-03-01 00:00:00+00", new Date("0099-03-01T00:00:00Z").getTime()],
  ["infinity", Infinity],
  ["-infinity", -Infinity],
])("the timestamp %s is read exactly", (text, at) => {
  expect(parseTimestamp(text)).toBe(at);
});

test("a timestamp in another date style is refused instead of guessed", () => {
  expect(() => parseTimestamp("21.11.2026 00:00:00 UTC")).toThrow("ISO");
});

describe("the start lock", () => {
  test("lets one holder in at a time and leaves no file behind", async () => {
    const file = join(store.folder, "lock");
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await sleep(15);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 8 }, () => withStartLock(file, 10_000, work)));
    expect(most).toBe(1);
    expect(await readdir(store.folder)).toEqual([]);
  });

  test("of a dead holder is broken by one of many waiters", async () => {
    const file = join(store.folder, "lock");
    await writeFile(file, `${process.pid} 1 00000000-0000-0000-0000-000000000000 dead\n`);
    let inside = 0;
    let most = 0;
    const waiters = Array.from({ length: 8 }, () =>
      withStartLock(file, 10_000, async () => {
        most = Math.max(most, (inside += 1));
        await sleep(5);
        inside -= 1;
      }),
    );
    await Promise.all(waiters);
    expect(most).toBe(1);
  });

  test("is given up after a bounded wait, naming the holder, and freed when the work fails", async () => {
    const file = join(store.folder, "lock");
    const failing = withStartLock(file, 1000, async () => {
      await expect(withStartLock(file, 100, () => Promise.resolve())).rejects.toMatchObject({
        code: "STORE_LOCK_TIMEOUT",
        details: { pid: process.pid },
      });
      throw new Error("work failed");
    });
    await expect(failing).rejects.toThrow("work failed");
    expect(existsSync(file)).toBe(false);
  });
});

test("leases of dead processes are not counted", async () => {
  const folder = join(store.folder, "clients");
  const first = await addLease(folder);
  const second = await addLease(folder);
  await writeFile(join(folder, "1-x"), "1 1 00000000-0000-0000-0000-000000000000\n");
  expect(await countLeases(folder)).toBe(2);
  await dropLease(first);
  expect(await countLeases(folder)).toBe(1);
  await dropLease(second);
  expect(await readdir(folder)).toEqual([]);
});

describe("PostgreSQL's words at a failed start", () => {
  const place = { dataDir: "/d", cluster: "/d/postgres", socketFolder: "/d/run", logFile: "/d/log" };
  test.each([
    ["FATAL:  could not write to file: No space left on device", "STORE_DISK_FULL"],
    ['FATAL:  lock file "/d/run/.s.PGSQL.5432.lock" already exists', "STORE_SOCKET_REFUSED"],
    [
      "DETAIL:  The data directory was initialized by PostgreSQL version 15, which is not compatible with this version 18.4",
      "STORE_DATA_VERSION",
    ],
    ["initdb: error: could not look up effective user ID 26000: user does not exist", "STORE_ACCOUNT_MISSING"],
    ['FATAL:  could not open file "postmaster.pid": Read-only file system', "STORE_FOLDER_REFUSED"],
    ['FATAL:  data directory "/d/postgres" has wrong ownership', "STORE_FOLDER_REFUSED"],
    ["PANIC:  could not locate a valid checkpoint record at 0/1800028", "STORE_DATA_BROKEN"],
    ["FATAL:  something new", "STORE_START_FAILED"],
    ["", "STORE_START_FAILED"],
  ])("%s means %s", (words, code) => {
    expect(explainStartFailure(words, place)).toMatchObject({ code });
  });

  test("are no failure while the helpers of a killed server are still going away", () => {
    expect(explainStartFailure("FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use", place)).toBe("again");
    expect(explainStartFailure('FATAL:  lock file "postmaster.pid" already exists', place)).toBe("again");
  });
});

describe("programs", () => {
  test("of Debian are found newest first, without those older than 15 or incomplete", async () => {
    for (const version of ["9.6", "14", "15", "18", "17"]) {
      await mkdir(join(store.folder, version, "bin"), { recursive: true });
      await writeFile(join(store.folder, version, "bin", "postgres"), "");
      if (version !== "17") await writeFile(join(store.folder, version, "bin", "initdb"), "");
    }
    expect(debianBinaries(store.folder).map((binaries) => binaries.major)).toEqual([18, 15]);
    expect(debianBinaries(join(store.folder, "absent"))).toEqual([]);
  });

  test("are chosen by the data folder's version, not by preference", () => {
    const found = [18, 15].map((major): PostgresBinaries => ({ kind: "debian", major, label: String(major), folder: `/pg/${major}` }));
    expect(chooseBinaries(found, undefined, "/d").major).toBe(18);
    expect(chooseBinaries(found, 15, "/d").major).toBe(15);
    expect(() => chooseBinaries(found, 16, "/d")).toThrow("18, 15");
  });

  async function packageFolder(): Promise<PostgresBinaries> {
    const folder = join(store.folder, "package", "native");
    await mkdir(join(folder, "bin"), { recursive: true });
    await mkdir(join(folder, "lib"));
    await writeFile(join(folder, "bin", "postgres"), "#!/bin/sh\n", { mode: 0o755 });
    await writeFile(join(folder, "lib", "libx.so.6.1"), "library");
    const list = ["libx.so", "libx.so.6"].map((name) => ({ source: "native/lib/libx.so.6.1", target: `native/lib/${name}` }));
    await writeFile(join(folder, "pg-symlinks.json"), JSON.stringify(list));
    return { kind: "embedded", major: 18, label: "18.4.0-test", folder };
  }

  test("of the npm package get their library links, by two processes at once too", async () => {
    const { folder } = await packageFolder();
    expect(await Promise.all([tryLinks(folder), tryLinks(folder), tryLinks(folder)])).toEqual([true, true, true]);
    expect((await lstat(join(folder, "lib", "libx.so.6"))).isSymbolicLink()).toBe(true);
    expect(await readFile(join(folder, "lib", "libx.so"), "utf8")).toBe("library");
    expect(await tryLinks(folder)).toBe(true);
  });

  test("that the account cannot reach are copied once, whole, by two processes at once too", async ({ skip }) => {
    skip(process.getuid?.() !== 0, NOT_ROOT);
    const binaries = await packageFolder();
    await chmod(join(store.folder, "package"), 0o700);
    const account = serverAccount();
    expect(await blockingFolder(binaries.folder, account)).toBe(join(store.folder, "package"));
    const root = join(store.folder, "copies");
    await mkdir(root, { mode: 0o755 });
    await cp(binaries.folder, join(root, "pg-18.4.0-test.new-999999-dead"), { recursive: true });
    const unwritable = join(store.folder, "file");
    await writeFile(unwritable, "");
    const results = await Promise.all([1, 2, 3].map(() => runnableBinaries(binaries, account, [root])));
    for (const result of results) expect(result.folder).toBe(join(root, "pg-18.4.0-test"));
    expect(await readdir(root)).toEqual(["pg-18.4.0-test"]);
    expect(await blockingFolder(join(root, "pg-18.4.0-test", "bin"), account)).toBeUndefined();
    expect((await stat(join(root, "pg-18.4.0-test", "bin", "postgres"))).mode & 0o777).toBe(0o755);
    expect(await readFile(join(root, "pg-18.4.0-test", "lib", "libx.so.6"), "utf8")).toBe("library");
    expect(results[0]?.env).toEqual({ LD_LIBRARY_PATH: join(root, "pg-18.4.0-test", "lib") });
    await rm(root, { recursive: true });
  });

  test("are not run from a copy that others may change", async ({ skip }) => {
    skip(process.getuid?.() !== 0, NOT_ROOT);
    const binaries = await packageFolder();
    await chmod(join(store.folder, "package"), 0o700);
    const root = join(store.folder, "copies");
    await mkdir(join(root, "pg-18.4.0-test"), { recursive: true });
    await chmod(join(root, "pg-18.4.0-test"), 0o777);
    await expect(runnableBinaries(binaries, serverAccount(), [root])).rejects.toThrow("writable by others");
  });
});

test("a socket path is measured in bytes, not characters", () => {
  expect(fitsSocket(`/${"a".repeat(92)}`)).toBe(true);
  expect(fitsSocket(`/${"a".repeat(93)}`)).toBe(false);
  expect(fitsSocket(`/${"深".repeat(31)}`)).toBe(false);
});

test("old log files go, the newest eight stay, and words before the mark are not repeated", async () => {
  for (let day = 10; day < 22; day += 1) await writeFile(join(store.folder, `postgresql-202611${day}-000000.log`), `day ${day}\n`);
  await pruneLogs(store.folder);
  expect(await readdir(store.folder)).toHaveLength(8);
  const mark = await markLogs(store.folder);
  expect(mark.name).toBe("postgresql-20261121-000000.log");
  expect(await lastWords(join(store.folder, "absent"), store.folder, mark)).toBe("");
  await writeFile(join(store.folder, mark.name), "day 21\nnew words\n");
  expect(await lastWords(join(store.folder, "absent"), store.folder, mark)).toBe("new words\n");
  await writeFile(join(store.folder, "postgresql-20261122-000000.log"), "next file\n");
  expect(await lastWords(join(store.folder, "absent"), store.folder, mark)).toBe("next file\n");
});
