/**
 * The text of a document: UTF-8, with or without a byte order mark, of at most 2 MB. Other encodings are named rather than guessed:
 * a file that an old Windows editor saved as GB18030 would otherwise show up as an ERP full of question marks.
 */
import { readFile, stat } from "node:fs/promises";
import type { DocumentIssue } from "./read-document.ts";

export const DOCUMENT_BYTES_MAX = 2 * 1024 * 1024;

export type TextResult =
  { readonly kind: "text"; readonly text: string } | { readonly kind: "broken"; readonly issues: readonly DocumentIssue[] };

export async function readText(file: string): Promise<TextResult> {
  let bytes: Buffer;
  try {
    const { size } = await stat(file);
    if (size > DOCUMENT_BYTES_MAX) {
      const details = { file, megabytesMax: DOCUMENT_BYTES_MAX / 1024 / 1024 };
      return { kind: "broken", issues: [{ code: "DOCUMENT_TOO_LARGE", file, path: "", details }] };
    }
    bytes = await readFile(file);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? "";
    return { kind: "broken", issues: [{ code: "DOCUMENT_MISSING", file, path: "", details: { file, reason } }] };
  }
  const text = decode(bytes);
  if (text.kind === "text") return text;
  const { line, reason } = text;
  return { kind: "broken", issues: [{ code: "DOCUMENT_UNREADABLE", file, line, path: "", details: { file, line, reason } }] };
}

function decode(
  bytes: Buffer,
): { readonly kind: "text"; readonly text: string } | { readonly kind: "other"; readonly line: number; readonly reason: string } {
  const mark = bytes.subarray(0, 2).toString("latin1");
  if (mark === "\xff\xfe" || mark === "\xfe\xff")
    return { kind: "other", line: 1, reason: "文件是 UTF-16，请存为 UTF-8 / the file is UTF-16; save it as UTF-8" };
  try {
    return { kind: "text", text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const reason =
      "文件不是 UTF-8，多半是 GBK/GB18030，请用编辑器另存为 UTF-8 / the file is not UTF-8, most likely GBK or GB18030; save it as UTF-8";
    return { kind: "other", line: firstBadLine(bytes), reason };
  }
}

/** Lines end with the byte 0x0A in UTF-8 and in GB18030 alike, so they can be tried one by one. */
function firstBadLine(bytes: Buffer): number {
  let line = 1;
  for (let from = 0; from < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, from);
    const part = bytes.subarray(from, end === -1 ? bytes.length : end);
    if (part.toString("utf8").includes("\uFFFD")) return line;
    if (end === -1) break;
    from = end + 1;
  }
  return line;
}
