/** Small file operations that treat "already gone" as done. Other errors pass through unchanged. */
import { unlink } from "node:fs/promises";

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
