/**
 * Who uses the embedded server: one small file per opening in `<dataDir>/clients`, named by process number.
 * A lease of a dead process does not count and is deleted. Call these only while holding the start lock.
 */
import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { unlinkIfThere } from "./files.ts";
import { isAlive, ownIdentity, readIdentity, writeIdentity } from "./process-identity.ts";

/** Adds a lease of this process; gives the file to hand back to `dropLease`. One process may hold several. */
export async function addLease(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${process.pid}-${randomBytes(4).toString("hex")}`);
  await writeFile(file, `${writeIdentity(ownIdentity())}\n`, { flag: "wx", mode: 0o600 });
  return file;
}

/** Gives the lease back. */
export async function dropLease(file: string): Promise<void> {
  await unlinkIfThere(file);
}

/** How many leases belong to living processes; clears away the others. */
export async function countLeases(folder: string): Promise<number> {
  let living = 0;
  for (const name of await readdir(folder)) {
    const file = join(folder, name);
    const holder = readIdentity(await readFile(file, "utf8"));
    if (holder !== undefined && isAlive(holder)) living += 1;
    else await unlinkIfThere(file);
  }
  return living;
}
