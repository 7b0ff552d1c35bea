/**
 * Makes a new, empty database cluster. It is built beside its place and appears by one rename, so an initdb that was killed
 * half-way leaves only a draft, which the next start removes. Call while holding the start lock.
 */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { appendFile, chown, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { DatongError } from "@datong/core";
import type { RunnableBinaries } from "./binary-copy.ts";
import { type StoreFolders, requireFreeSpace } from "./data-folder.ts";
import { errorCodeOf } from "./files.ts";
import { type ServerAccount, spawnIdentity } from "./server-account.ts";
import { includeLines } from "./server-settings.ts";
import { explainStartFailure } from "./start-failure.ts";

export const superuser = "datong";
const initMsMax = 120_000;
const freeMbMin = 200;

/** The major version of the existing cluster; undefined when there is none yet. STORE_DATA_BROKEN for half a cluster. */
export async function clusterMajor(cluster: string): Promise<number | undefined> {
  try {
    const major = Number.parseInt(await readFile(join(cluster, "PG_VERSION"), "utf8"), 10);
    if (Number.isInteger(major)) return major;
    throw new DatongError("STORE_DATA_BROKEN", { folder: cluster, reason: "PG_VERSION is unreadable" });
  } catch (error) {
    if (errorCodeOf(error) !== "ENOENT") throw error;
  }
  const entries = await readdir(cluster).catch((error: unknown) => {
    if (errorCodeOf(error) === "ENOENT") return [];
    throw error;
  });
  // Ours appear whole, so files without PG_VERSION are damage or something that is not ours to overwrite.
  if (entries.length > 0) throw new DatongError("STORE_DATA_BROKEN", { folder: cluster, reason: "PG_VERSION is missing" });
  return undefined;
}

/** Runs initdb and puts the cluster in its place. */
export async function initCluster(folders: StoreFolders, binaries: RunnableBinaries, account: ServerAccount): Promise<void> {
  await removeDrafts(folders);
  await requireFreeSpace(folders.dataDir, freeMbMin);
  const draft = join(folders.dataDir, `postgres.new-${randomBytes(4).toString("hex")}`);
  await mkdir(draft, { mode: 0o700 });
  try {
    if (account.isOther) await chown(draft, account.uid, account.gid);
    await runInitdb(draft, folders, binaries, account);
    await appendFile(join(draft, "postgresql.conf"), includeLines);
    await rename(draft, folders.cluster);
    const parent = await open(folders.dataDir, "r");
    await parent.sync().finally(() => parent.close());
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

async function removeDrafts(folders: StoreFolders): Promise<void> {
  for (const name of await readdir(folders.dataDir)) {
    if (name.startsWith("postgres.new-")) await rm(join(folders.dataDir, name), { recursive: true, force: true, maxRetries: 5 });
  }
}

async function runInitdb(draft: string, folders: StoreFolders, binaries: RunnableBinaries, account: ServerAccount): Promise<void> {
  // The builtin provider sorts by code point and knows Unicode letters without any locale of the system.
  const locale = binaries.major >= 17 ? ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"] : ["--locale=C.UTF-8"];
  const args = ["-D", draft, "-U", superuser, "--encoding=UTF8", ...locale, "--auth=trust", "--no-instructions"];
  const words = await new Promise<string | undefined>((resolve) => {
    execFile(
      join(binaries.folder, "bin", "initdb"),
      args,
      { ...spawnIdentity(account), cwd: "/", env: { PATH: "/usr/bin:/bin", LC_ALL: "C", ...binaries.env }, timeout: initMsMax },
      (error, stdout, stderr) => resolve(error === null ? undefined : `${stdout}${stderr}` || error.message),
    );
  });
  if (words === undefined) return;
  const failure = explainStartFailure(words, { ...folders, cluster: draft, socketFolder: draft, logFile: draft });
  throw failure === "again" ? new DatongError("STORE_START_FAILED", { reason: words.trim(), logFile: draft }) : failure;
}
