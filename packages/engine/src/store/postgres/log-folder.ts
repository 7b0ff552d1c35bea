/** The embedded server's log files: the last lines for messages, and deletion of old files (8 files of about 5 MB stay). */
import { open, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { errorCodeOf, unlinkIfThere } from "./files.ts";

const filesMax = 8;
const tailBytesMax = 16 * 1024;

/** Deletes the oldest log files; the names sort by time. */
export async function pruneLogs(folder: string): Promise<void> {
  const names = (await listLogs(folder)).toReversed();
  for (const name of names.slice(filesMax)) await unlinkIfThere(join(folder, name));
}

interface LogMark {
  readonly name: string;
  readonly bytes: number;
}

/** How far the newest log file reaches now, so that older words are not taken for new ones. */
export async function markLogs(folder: string): Promise<LogMark> {
  const name = (await listLogs(folder)).at(-1);
  return name === undefined ? { name: "", bytes: 0 } : { name, bytes: (await stat(join(folder, name))).size };
}

/** What the server said at its last start: its first words, then the end of its newest log file, as far as it came after the mark. */
export async function lastWords(startLog: string, folder: string, mark?: LogMark): Promise<string> {
  const first = await readFile(startLog, "utf8").catch(missingIsEmpty);
  const newest = (await listLogs(folder)).at(-1);
  const rest = newest === undefined ? "" : await tail(join(folder, newest), newest === mark?.name ? mark.bytes : 0);
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

async function tail(path: string, fromBytes: number): Promise<string> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const length = Math.max(0, Math.min(size - fromBytes, tailBytesMax));
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(length), length, position: size - length });
    return buffer.subarray(0, bytesRead).toString("utf8");
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
