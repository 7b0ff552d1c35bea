/** The embedded server's log files: the last lines for messages, and deletion of old files (8 files of about 5 MB stay). */
import { open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { errorCodeOf, unlinkIfThere } from "./files.ts";

const filesMax = 8;
const tailBytesMax = 16 * 1024;

/** Deletes the oldest log files; the names sort by time. */
export async function pruneLogs(folder: string): Promise<void> {
  const names = (await listLogs(folder)).toReversed();
  for (const name of names.slice(filesMax)) await unlinkIfThere(join(folder, name));
}

/** What the server said at its last start: its first words, then the end of its newest log file. */
export async function lastWords(startLog: string, folder: string, sinceMs: number): Promise<string> {
  const first = await readFile(startLog, "utf8").catch(missingIsEmpty);
  const newest = (await listLogs(folder)).at(-1);
  const rest = newest === undefined ? "" : await tail(join(folder, newest), sinceMs);
  return `${first}${rest}`;
}

/** At most the last lines, as one line for a message. */
export function lastLines(text: string, count: number): string {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "" && !/redirecting log output|Future log output/.test(line))
    .slice(-count)
    .join(" | ");
}

async function tail(path: string, sinceMs: number): Promise<string> {
  const file = await open(path, "r");
  try {
    const { size, mtimeMs } = await file.stat();
    // An older file tells about an older start.
    if (mtimeMs < sinceMs - 1000) return "";
    const length = Math.min(size, tailBytesMax);
    const { buffer } = await file.read({ buffer: Buffer.alloc(length), length, position: size - length });
    return buffer.toString("utf8");
  } finally {
    await file.close();
  }
}

async function listLogs(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (errorCodeOf(error) === "ENOENT") return [];
    throw error;
  });
  return names.filter((name) => name.endsWith(".log")).sort();
}

function missingIsEmpty(error: unknown): string {
  if (errorCodeOf(error) === "ENOENT") return "";
  throw error;
}
