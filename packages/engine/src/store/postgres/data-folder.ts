/**
 * The layout of the data folder and its preparation. Below `<dataDir>`:
 * `postgres/` the database files (owned by the server's account, 0700), `run/` the socket (same), `clients/` the leases,
 * `postgres.lock` the start lock, `postgres-start.log` the server's first words at each start, `pg-<version>/` a copy of the
 * programs if one was needed. A socket path may have 107 bytes at most, so a long data folder gets its socket folder
 * below the system's temporary folder, named by a hash of the data folder and checked for its owner.
 */
import { createHash } from "node:crypto";
import { access, chmod, chown, constants, lstat, mkdir, readdir, realpath, stat, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { DatongError } from "@datong/core";
import { errorCodeOf } from "./files.ts";
import { blockingFolder, type ServerAccount } from "./server-account.ts";

export interface StoreFolders {
  readonly dataDir: string;
  readonly cluster: string;
  readonly clients: string;
  readonly lockFile: string;
  readonly startLog: string;
  readonly serverLogs: string;
}

export const socketPort = 5432;
const socketPathBytesMax = 107;
const bytesPerMb = 1024 * 1024;

/** Makes the data folder when missing, checks that we may write and the account may pass, gives the layout. */
export async function prepareDataFolder(dataDir: string, account: ServerAccount): Promise<StoreFolders> {
  const wanted = resolve(dataDir);
  try {
    await mkdir(dirname(wanted), { recursive: true, mode: 0o755 });
    // Closed to others, because it holds other files of the product too; the server's account is let through below.
    await mkdir(wanted, { mode: 0o700 }).catch(async (error: unknown) => {
      if (errorCodeOf(error) !== "EEXIST" || !(await stat(wanted)).isDirectory()) throw error;
    });
    const folder = await realpath(wanted);
    await access(folder, constants.W_OK | constants.X_OK);
    await letAccountPass(folder, account);
    const cluster = join(folder, "postgres");
    return {
      dataDir: folder,
      cluster,
      clients: join(folder, "clients"),
      lockFile: join(folder, "postgres.lock"),
      startLog: join(folder, "postgres-start.log"),
      serverLogs: join(cluster, "log"),
    };
  } catch (error) {
    throw folderError(error, wanted);
  }
}

/** Turns a file system's refusal into a plain message; other errors pass through. */
export function folderError(error: unknown, folder: string): unknown {
  const code = errorCodeOf(error);
  if (code === "ENOSPC" || code === "EDQUOT")
    return new DatongError("STORE_DISK_FULL", { folder, freeMb: 0, neededMb: 200 }, { cause: error });
  const known = ["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "EIO", "ELOOP", "ENAMETOOLONG"];
  if (!known.includes(code)) return error;
  return new DatongError("STORE_FOLDER_REFUSED", { folder, reason: (error as Error).message }, { cause: error });
}

/** STORE_DISK_FULL when less than the needed space is free. */
export async function requireFreeSpace(folder: string, neededMb: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const freeMb = Math.floor((bavail * bsize) / bytesPerMb);
  if (freeMb < neededMb) throw new DatongError("STORE_DISK_FULL", { folder, freeMb, neededMb });
}

/** The socket folder: inside the data folder, or in the temporary folder when the path would be too long. Made and checked. */
export async function prepareSocketFolder(folders: StoreFolders, account: ServerAccount, temporary = tmpdir()): Promise<string> {
  const near = join(folders.dataDir, "run");
  if (fitsSocket(near)) return await ownFolder(near, account);
  const name = `datong-${createHash("sha256").update(folders.dataDir).digest("hex").slice(0, 16)}`;
  for (const parent of [temporary, "/tmp"]) {
    const far = join(parent, name);
    if (fitsSocket(far) && (await blockingFolder(parent, account)) === undefined) return await ownFolder(far, account);
  }
  throw new DatongError("STORE_SOCKET_REFUSED", { folder: join(temporary, name), reason: `path longer than ${socketPathBytesMax} bytes` });
}

/** Whether the socket in this folder stays within the kernel's limit. */
export function fitsSocket(folder: string): boolean {
  return Buffer.byteLength(join(folder, `.s.PGSQL.${socketPort}`)) <= socketPathBytesMax;
}

async function ownFolder(folder: string, account: ServerAccount): Promise<string> {
  await mkdir(folder, { mode: 0o700 }).catch((error: unknown) => {
    if (errorCodeOf(error) !== "EEXIST") throw error;
  });
  const found = await lstat(folder);
  if (!found.isDirectory()) throw new DatongError("STORE_SOCKET_REFUSED", { folder, reason: "not a folder" });
  if (found.uid !== account.uid) {
    // Only a folder that we ourselves own is handed over; in a public place somebody else's may be a trap.
    if (found.uid !== process.getuid?.()) {
      throw new DatongError("STORE_SOCKET_REFUSED", { folder, reason: `belongs to uid ${found.uid}, not to ${account.name}` });
    }
    await chown(folder, account.uid, account.gid);
  }
  await chmod(folder, 0o700);
  return folder;
}

async function letAccountPass(folder: string, account: ServerAccount): Promise<void> {
  const { mode } = await stat(folder);
  // With no rights for any group, giving the folder the account's group takes nothing from anybody.
  if (account.isOther && (mode & 0o070) === 0 && (mode & 0o001) === 0) {
    await chown(folder, -1, account.gid);
    await chmod(folder, (mode & 0o7777) | 0o010);
  }
  const blocking = await blockingFolder(folder, account);
  if (blocking !== undefined) {
    throw new DatongError("STORE_FOLDER_UNREACHABLE", { account: account.name, folder: blocking, dataDir: folder });
  }
}

/** Hands a folder and everything in it to the account; only root may and needs to. */
export async function handOver(folder: string, account: ServerAccount): Promise<void> {
  const { uid } = await stat(folder);
  if (uid === account.uid) return;
  if (!account.isOther) {
    throw new DatongError("STORE_FOLDER_REFUSED", { folder, reason: `belongs to uid ${uid}, not to ${account.name}` });
  }
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() || entry.isDirectory()) await chown(path, account.uid, account.gid);
  }
  await chown(folder, account.uid, account.gid);
}
