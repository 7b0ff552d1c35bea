/**
 * A request's body as text and as a value, exactly as it was sent or not at all: other bytes than UTF-8 would be stored as something else,
 * and of a key that stands twice nobody knows which was meant.
 */
import { DatongError, readJson } from "@datong/core";

const UTF8 = new TextDecoder("utf-8", { fatal: true });
const CHARSET = /;\s*charset\s*=\s*"?([^";\s]+)/i;
/** ASCII is UTF-8 as well. */
const CHARSETS: ReadonlySet<string> = new Set(["utf-8", "utf8", "us-ascii", "ascii"]);

/** Throws REQUEST_UNREADABLE. A byte order mark is no part of the text. */
export function decodeBody(bytes: Buffer, contentType: string): string {
  const charset = CHARSET.exec(contentType)?.[1] ?? "utf-8";
  if (!CHARSETS.has(charset.toLowerCase())) throw unreadable(`字符集是 ${charset} / its charset is ${charset}`);
  try {
    return UTF8.decode(bytes);
  } catch {
    throw unreadable("不是 UTF-8 / it is not UTF-8");
  }
}

/** Throws REQUEST_UNREADABLE with the place, REQUEST_TOO_DEEP. */
export function checkBody(text: string, depthMax: number): void {
  try {
    readJson(text, { depthMax, uniqueKeys: true });
  } catch (error) {
    if (!(error instanceof DatongError)) throw error;
    if (error.code === "JSON_TOO_DEEP") throw new DatongError("REQUEST_TOO_DEEP", { depthMax });
    const { line, column, reason } = error.details;
    throw unreadable(`第 ${line} 行第 ${column} 列，${reason} (line ${line}, column ${column})`);
  }
}

function unreadable(reason: string): DatongError {
  return new DatongError("REQUEST_UNREADABLE", { reason });
}
