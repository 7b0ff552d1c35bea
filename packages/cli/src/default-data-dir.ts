/**
 * Where a workspace's data lies when nobody says: `<workspace>/.datong`. PostgreSQL never runs as root, so a root user's workspace below a
 * folder that only root may enter (such as /root) would be out of its reach: then the data lies below /var/lib/datong, under a name that
 * the workspace's path gives, the same on every call.
 */
import { createHash } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

const SHARED = "/var/lib/datong/workspaces";

/** `isRoot` is said by the caller, so that both ways can be tried. */
export function defaultDataDir(workspace: string, isRoot = process.getuid?.() === 0): string {
  const own = join(resolve(workspace), ".datong");
  if (!isRoot || existsSync(own) || isOpen(dirname(own))) return own;
  const mark = createHash("sha256").update(resolve(workspace)).digest("hex").slice(0, 12);
  return join(SHARED, `${basename(resolve(workspace))}-${mark}`);
}

/** Whether others than the owner may pass through every folder on the way. */
function isOpen(folder: string): boolean {
  const passable = existsSync(folder) && (statSync(folder).mode & 0o001) !== 0;
  return passable && (dirname(folder) === folder || isOpen(dirname(folder)));
}
