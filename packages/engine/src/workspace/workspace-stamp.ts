/**
 * A text that is another one whenever a file of a workspace has been written, added or removed. Names, sizes and times are looked at,
 * not contents: thousands of files cost some milliseconds. Asked again and again it works where a watch does not, such as on network
 * folders and mounts of containers, and never looks into the data folder.
 */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** What a workspace is read from. */
const FILES = ["workspace.yaml", ".env"];
const FOLDERS = ["flows", "connections", "connectors", "tables"];

/** `more`: further files that count, such as one named with --env. */
export async function workspaceStamp(dir: string, more: readonly string[]): Promise<string> {
  const found = await Promise.all(FOLDERS.map((folder) => filesIn(join(dir, folder))));
  const files = [...FILES.map((file) => join(dir, file)), ...more, ...found.flat().toSorted()];
  return (await Promise.all(files.map(stampOf))).join("\n");
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const names = await orGone(readdir(folder, { recursive: true }));
  return (names ?? []).map((name) => join(folder, name));
}

/** The time of the last change, which an editor cannot set, with the file's number: a file may be put in another's place. */
async function stampOf(file: string): Promise<string> {
  const found = await orGone(stat(file));
  return found === undefined ? "" : `${file} ${found.ino} ${found.size} ${found.ctimeMs}`;
}

/** Undefined for what is not there, or no longer. */
async function orGone<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}
