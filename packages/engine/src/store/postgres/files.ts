/** Small file operations that treat "already gone" as done. Other errors pass through unchanged. */
import { readdir, stat, unlink } from "node:fs/promises";
import { join } from "node:path";

/** The system's code of an error, such as ENOENT, or an empty string. */
export function errorCodeOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === "string" ? code : "";
}

/** Deletes a file; a missing file is fine. */
export async function unlinkIfThere(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (errorCodeOf(error) !== "ENOENT") throw error;
  });
}

/** The size of all files below a folder, one that is gone meanwhile left out. */
export async function bytesBelow(folder: string): Promise<number> {
  let sum = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    sum += await stat(join(entry.parentPath, entry.name)).then(
      ({ size }) => size,
      () => 0,
    );
  }
  return sum;
}
