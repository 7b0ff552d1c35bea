/**
 * Makes the npm package's programs runnable by the server's account.
 * The libraries' links are not in the package and are made here, which is safe to do twice and by two processes at once.
 * When links cannot be made (read-only node_modules) or the account cannot reach the place (below /root), the 60 MB are
 * copied once: into /var/lib/datong when we are root and may write there, else into the data folder. The copy appears by
 * one rename, so a killed copy is never used; leftovers of dead processes are removed.
 */
import { constants } from "node:fs";
import { access, chmod, cp, mkdir, readdir, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { PostgresBinaries } from "./binaries.ts";
import { errorCodeOf } from "./files.ts";
import { identityOf } from "./process-identity.ts";
import { blockingFolder, type ServerAccount } from "./server-account.ts";

export interface RunnableBinaries extends PostgresBinaries {
  readonly env: Readonly<Record<string, string>>;
}

/** Gives programs that the account can run. `copyRoots` are the places for a copy, the first writable one is taken. */
export async function runnableBinaries(
  binaries: PostgresBinaries,
  account: ServerAccount,
  copyRoots: readonly string[],
): Promise<RunnableBinaries> {
  if (binaries.kind === "debian") return { ...binaries, env: {} };
  const inPlace = (await blockingFolder(join(binaries.folder, "bin"), account)) === undefined && (await tryLinks(binaries.folder));
  const folder = inPlace ? binaries.folder : await copyOnce(binaries, copyRoots, account);
  return { ...binaries, folder, env: { LD_LIBRARY_PATH: join(folder, "lib") } };
}

/** Makes the links that the package lists; says whether all are there. */
export async function tryLinks(folder: string): Promise<boolean> {
  const listed = JSON.parse(await readFile(join(folder, "pg-symlinks.json"), "utf8")) as readonly {
    readonly source: string;
    readonly target: string;
  }[];
  for (const { source, target } of listed) {
    // Paths in the list begin with "native/"; links stay relative so that the whole folder can move.
    const path = join(dirname(folder), basename(folder), target.slice(target.indexOf("/") + 1));
    try {
      await symlink(basename(source), path);
    } catch (error) {
      const code = errorCodeOf(error);
      if (code === "EROFS" || code === "EACCES" || code === "EPERM") {
        if (!(await exists(path))) return false;
      } else if (code !== "EEXIST") throw error;
    }
  }
  return true;
}

async function copyOnce(binaries: PostgresBinaries, roots: readonly string[], account: ServerAccount): Promise<string> {
  let failure: unknown;
  for (const root of roots) {
    try {
      await mkdir(root, { recursive: true, mode: 0o755 });
      await access(root, constants.W_OK);
      if ((await blockingFolder(root, account)) !== undefined) continue;
      return await copyInto(binaries, root);
    } catch (error) {
      failure = error;
      if (!["EACCES", "EPERM", "EROFS", "ENOSPC", "ENOTDIR"].includes(errorCodeOf(error))) throw error;
    }
  }
  throw failure ?? new Error(`no place for the PostgreSQL programs among ${roots.join(", ")}`);
}

async function copyInto(binaries: PostgresBinaries, root: string): Promise<string> {
  const target = join(root, `pg-${binaries.label}`);
  await removeLeftovers(root);
  if (await isTrusted(target)) return target;
  const draft = `${target}.new-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
  try {
    await cp(binaries.folder, draft, { recursive: true, verbatimSymlinks: true });
    await openToAll(draft);
    await tryLinks(draft);
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another process was first; its copy is whole, because it came by a rename too.
    if (!["ENOTEMPTY", "EEXIST"].includes(errorCodeOf(error))) throw error;
  }
  return target;
}

/** A copy counts only when root or this user owns it: programs are run from it. */
async function isTrusted(target: string): Promise<boolean> {
  if (!(await exists(target))) return false;
  const { uid, mode } = await stat(target);
  if ((uid === 0 || uid === process.getuid?.()) && (mode & 0o022) === 0) return true;
  throw Object.assign(new Error(`${target} belongs to another user or is writable by others`), { code: "EACCES" });
}

/** The umask of this process may be strict; the account needs to read and pass. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(path, 0o755);
    else if (entry.isFile()) await chmod(path, entry.parentPath === join(folder, "bin") ? 0o755 : 0o644);
  }
}

async function removeLeftovers(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    const pid = /^pg-.*\.new-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && identityOf(Number(pid)) === undefined) await rm(join(root, name), { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    (error: unknown) => {
      if (errorCodeOf(error) === "ENOENT") return false;
      throw error;
    },
  );
}
