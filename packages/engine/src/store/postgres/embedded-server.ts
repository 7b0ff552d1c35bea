/**
 * Our own PostgreSQL below the data folder: joined when it runs, started when it does not, watched while we use it, and
 * stopped by whoever leaves last. All of it under the start lock, so processes that come and go at once see one server.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DatongError } from "@datong/core";
import { chooseBinaries, findBinaries, type PostgresBinaries } from "./binaries.ts";
import { type RunnableBinaries, runnableBinaries } from "./binary-copy.ts";
import { folderError, handOver, prepareDataFolder, prepareSocketFolder, type StoreFolders } from "./data-folder.ts";
import { connectionsMax } from "./database-pool.ts";
import { clusterMajor, initCluster } from "./init-cluster.ts";
import { bytesBelow } from "./files.ts";
import { addLease, countLeases, dropLease } from "./leases.ts";
import { lastLines, lastWords, markLogs, pruneLogs } from "./log-folder.ts";
import { findPostmaster, isPostmasterOf, type Postmaster, spawnPostmaster, stopPostmaster, waitUntilGone } from "./postmaster.ts";
import { serverAccount, type ServerAccount } from "./server-account.ts";
import { memoryBytes, settingsFile } from "./server-settings.ts";
import { answers, createDatabase, tryConnect } from "./server-socket.ts";
import { explainStartFailure, type StartPlace } from "./start-failure.ts";
import { withStartLock } from "./start-lock.ts";

const readyMsMax = 60_000;
const lockMsMax = 90_000;
const watchMs = 1_000;
const watchAfterFailureMs = 15_000;
const pruneMs = 10 * 60_000;
const retryMs = 40;

export interface EmbeddedServer {
  readonly kind: "embedded" | "debian";
  readonly dataDir: string;
  readonly socketFolder: string;
  /** Looks after the server until `leave`; `onMoved` hears the socket folder whenever it was started again. */
  watch(onMoved: (socketFolder: string) => void): void;
  /** Gives our share back; stops the server when nobody else uses it. */
  leave(): Promise<void>;
}

interface Site {
  readonly folders: StoreFolders;
  readonly account: ServerAccount;
  readonly found: readonly PostgresBinaries[];
  readonly log: (line: string) => void;
}

/** Joins the running server, or starts it. */
export async function joinEmbeddedServer(options: {
  readonly dataDir: string;
  readonly log: (line: string) => void;
  readonly found?: readonly PostgresBinaries[];
}): Promise<EmbeddedServer> {
  const found = options.found ?? findBinaries();
  // Asked first: on a machine without PostgreSQL nothing should be created.
  chooseBinaries(found, undefined, options.dataDir);
  const account = serverAccount();
  const folders = await prepareDataFolder(options.dataDir, account);
  const site: Site = { folders, account, found, log: options.log };
  try {
    const { lease, server } = await withStartLock(folders.lockFile, lockMsMax, async () => {
      const held = await addLease(folders.clients);
      try {
        return { lease: held, server: await ensureRunning(site) };
      } catch (error) {
        await giveUp(site, held, error);
        throw error;
      }
    });
    let stopWatching: (() => Promise<void>) | undefined;
    return {
      kind: server.program.startsWith("/usr/lib/postgresql/") ? "debian" : "embedded",
      dataDir: folders.dataDir,
      socketFolder: server.socketFolder,
      watch: (onMoved) => {
        stopWatching ??= watch(site, server, onMoved);
      },
      leave: async () => {
        await stopWatching?.();
        await withStartLock(folders.lockFile, lockMsMax, () => leave(site, lease));
      },
    };
  } catch (error) {
    throw folderError(error, folders.dataDir);
  }
}

async function leave(site: Site, lease: string): Promise<void> {
  await dropLease(lease);
  if ((await countLeases(site.folders.clients)) > 0) return;
  const server = await findPostmaster(site.folders.cluster);
  if (server !== undefined) await stopPostmaster(server.pid, site.folders.cluster);
}

/** A server that nobody could enter is not left behind; one that is still recovering is, or its work would begin anew each time. */
async function giveUp(site: Site, lease: string, reason: unknown): Promise<void> {
  if (reason instanceof DatongError && reason.code === "STORE_START_TIMEOUT") return await dropLease(lease);
  await leave(site, lease).catch((error: unknown) => site.log(`giving up PostgreSQL failed: ${String(error)}`));
}

/** The running server, ready for connections. The caller holds the start lock. */
async function ensureRunning(site: Site): Promise<Postmaster> {
  const { folders } = site;
  const endAt = Date.now() + readyMsMax;
  for (;;) {
    const running = await findPostmaster(folders.cluster);
    if (running !== undefined && !running.isStopping && running.socketFolder !== "") {
      if ((await awaitReady(site, running, endAt)) === "ready") return running;
      continue;
    }
    if (running?.isStopping === true) await waitUntilGone(running.pid, folders.cluster, endAt - Date.now());
    // A server without a socket yet was started a moment ago by a process that was killed; look again.
    const started = running?.socketFolder === "" ? "again" : await start(site);
    if (started !== "again") {
      site.log(`PostgreSQL started for ${folders.dataDir} (process ${started.pid})`);
      return started;
    }
    if (Date.now() > endAt) throw await timeout(site, Date.now() - readyMsMax);
    await sleep(retryMs * 5);
  }
}

async function start(site: Site): Promise<Postmaster | "again"> {
  const { folders, account } = site;
  const major = await clusterMajor(folders.cluster);
  const binaries = await runnable(site, chooseBinaries(site.found, major, folders.cluster));
  if (major === undefined) await initCluster(folders, binaries, account);
  await handOver(folders.cluster, account);
  const socketFolder = await prepareSocketFolder(folders, account);
  if (await answers(socketFolder)) throw new DatongError("STORE_IN_USE", { folder: folders.dataDir });
  const settings = settingsFile(binaries.major, memoryBytes(), await bytesBelow(join(folders.cluster, "base")));
  await writeFile(join(folders.cluster, "datong.conf"), settings, { mode: 0o644 });
  const mark = await markLogs(folders.serverLogs);
  const startedAt = Date.now();
  const child = await spawnPostmaster({ cluster: folders.cluster, socketFolder, startLog: folders.startLog, binaries, account });
  const pid = child.pid ?? 0;
  const server: Postmaster = { pid, socketFolder, isStopping: false, program: child.spawnfile };
  if ((await awaitReady(site, server, startedAt + readyMsMax, () => child.exitCode !== null || child.signalCode !== null)) === "ready")
    return server;
  const words = await lastWords(folders.startLog, folders.serverLogs, mark);
  const place: StartPlace = { ...folders, socketFolder, logFile: folders.startLog };
  const failure = explainStartFailure(words, place);
  if (failure === "again") return "again";
  throw failure;
}

async function runnable(site: Site, binaries: PostgresBinaries): Promise<RunnableBinaries> {
  const { folders, account } = site;
  return await runnableBinaries(binaries, account, account.isOther ? ["/var/lib/datong", folders.dataDir] : [folders.dataDir]);
}

/** Connects until the server takes us in; makes our database at the first start. "gone" when the process ended. */
async function awaitReady(site: Site, server: Postmaster, endAt: number, hasEnded?: () => boolean): Promise<"ready" | "gone"> {
  const gone = hasEnded ?? ((): boolean => !isPostmasterOf(server.pid, site.folders.cluster));
  const startedAt = Date.now();
  for (;;) {
    const { code, reason } = await tryConnect(server.socketFolder);
    if (code === "ok") return "ready";
    if (code === "3D000") {
      await createDatabase(server.socketFolder);
      return "ready";
    }
    // The server is up and says no: waiting would not change its mind.
    const address = site.folders.dataDir;
    if (code === "53300") throw new DatongError("STORE_CONNECTIONS_FULL", { address, connectionsMax });
    if (code.startsWith("28")) throw new DatongError("STORE_LOGIN_REFUSED", { address, reason });
    if (gone()) return "gone";
    if (Date.now() > endAt) throw await timeout(site, startedAt);
    await sleep(retryMs);
  }
}

async function timeout(site: Site, startedAt: number): Promise<DatongError> {
  const words = await lastWords(site.folders.startLog, site.folders.serverLogs);
  return new DatongError("STORE_START_TIMEOUT", {
    waitedMs: Date.now() - startedAt,
    lines: lastLines(words, 8),
    logFile: site.folders.startLog,
  });
}

/** Looks once a second whether the server lives and starts it again when not; gives the function that ends watching. */
function watch(site: Site, first: Postmaster, onMoved: (socketFolder: string) => void): () => Promise<void> {
  const { folders, log } = site;
  let pid = first.pid;
  let prunedAt = 0;
  let nextLookAt = 0;
  let turn: Promise<void> | undefined;
  const look = async (): Promise<void> => {
    if (!isPostmasterOf(pid, folders.cluster)) {
      log(`PostgreSQL (process ${pid}) is gone; starting it again`);
      const server = await withStartLock(folders.lockFile, lockMsMax, () => ensureRunning(site));
      pid = server.pid;
      onMoved(server.socketFolder);
    }
    if (Date.now() - prunedAt > pruneMs) {
      await pruneLogs(folders.serverLogs);
      prunedAt = Date.now();
    }
  };
  const timer = setInterval(() => {
    if (turn !== undefined || Date.now() < nextLookAt) return;
    turn = look()
      .catch((error: unknown) => {
        log(`watching PostgreSQL failed: ${error instanceof Error ? error.message : String(error)}`);
        nextLookAt = Date.now() + watchAfterFailureMs;
      })
      .finally(() => (turn = undefined));
  }, watchMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await turn;
  };
}
