/**
 * The system account that runs PostgreSQL, which refuses root. An ordinary user runs it as itself; root hands it to
 * `datong` when that account exists, else to `nobody`. The account must stand in /etc/passwd, or PostgreSQL stops with
 * "could not look up effective user ID". Also: which folder keeps that account from reaching a path.
 */
import { readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { DatongError } from "@datong/core";

export interface ServerAccount {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** True when we are root and the server is started as someone else. */
  readonly isOther: boolean;
}

/** The account for this process; STORE_ACCOUNT_MISSING when root finds none. */
export function serverAccount(passwdFile = "/etc/passwd"): ServerAccount {
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  if (uid !== 0) return { name: `uid ${uid}`, uid, gid, isOther: false };
  const rows = readFileSync(passwdFile, "utf8").split("\n");
  for (const name of ["datong", "nobody"]) {
    const fields = rows.find((row) => row.startsWith(`${name}:`))?.split(":");
    const account = { name, uid: Number(fields?.[2]), gid: Number(fields?.[3]), isOther: true };
    if (Number.isInteger(account.uid) && Number.isInteger(account.gid) && account.uid > 0) return account;
  }
  throw new DatongError("STORE_ACCOUNT_MISSING", { reason: `neither datong nor nobody in ${passwdFile}` });
}

/** What `spawn` needs to run as the account. */
export function spawnIdentity(account: ServerAccount): { uid?: number; gid?: number } {
  return account.isOther ? { uid: account.uid, gid: account.gid } : {};
}

/** The first folder on the way down to `path` (itself included) that the account may not pass; undefined when all are open. */
export async function blockingFolder(path: string, account: ServerAccount): Promise<string | undefined> {
  const folders: string[] = [];
  for (let folder = path; ; folder = dirname(folder)) {
    folders.unshift(folder);
    if (folder === dirname(folder)) break;
  }
  for (const folder of folders) {
    if (!mayPass(await stat(folder), account)) return folder;
  }
  return undefined;
}

/** The kernel takes the first class that fits (owner, group, others), even when a later one would allow more. */
function mayPass(of: { readonly uid: number; readonly gid: number; readonly mode: number }, account: ServerAccount): boolean {
  if (of.uid === account.uid) return (of.mode & 0o100) !== 0;
  if (of.gid === account.gid) return (of.mode & 0o010) !== 0;
  return (of.mode & 0o001) !== 0;
}
