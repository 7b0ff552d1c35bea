/**
 * Environment values for connections: `KEY=VALUE` files and `${NAME}` references.
 *
 * A file given by name wins over the process's environment, which wins over the workspace's `.env`. `$${` writes a literal `${`.
 */
import { DatongError } from "@datong/core";
import { readText } from "./read-text.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads a file of `KEY=VALUE` lines. Throws ENV_FILE_UNREADABLE. */
export async function readEnvironmentFile(file: string): Promise<Environment> {
  const read = await readText(file);
  if (read.kind === "text") return parseEnvironment(file, read.text);
  const issue = read.issues[0];
  throw new DatongError("ENV_FILE_UNREADABLE", {
    file,
    line: issue?.line ?? 1,
    reason: String(issue?.details["reason"] ?? issue?.code ?? ""),
  });
}

const LINE = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)$/;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\", $: "$" };

/** Blank lines and `#` lines are skipped; values may stand in single quotes (as they are) or double quotes (with \n, \t, \", \\). */
export function parseEnvironment(file: string, text: string): Environment {
  const found: Record<string, string> = Object.create(null);
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const match = LINE.exec(line);
    const value = match === null ? undefined : unquoted((match[2] as string).trim());
    if (match === null || value === undefined) {
      throw new DatongError("ENV_FILE_UNREADABLE", { file, line: index + 1, reason: "应为 KEY=VALUE / expected KEY=VALUE" });
    }
    found[match[1] as string] = value;
  }
  return found;
}

function unquoted(text: string): string | undefined {
  if (text.startsWith("'")) return /^'([^']*)'(?:\s+#.*)?$/.exec(text)?.[1];
  if (text.startsWith('"')) {
    const inside = /^"((?:[^"\\]|\\.)*)"(?:\s+#.*)?$/.exec(text)?.[1];
    return inside?.replace(/\\(.)/g, (whole, letter: string) => ESCAPES[letter] ?? whole);
  }
  return text.replace(/\s+#.*$/, "");
}

const REFERENCE = /\$\$\{|\$\{([A-Za-z_]\w*)\}/g;

/** True for a text that is one `${NAME}` reference and nothing else. */
export function isReference(text: string): boolean {
  return /^\$\{[A-Za-z_]\w*\}$/.test(text);
}

/** Puts the values in; names those that are missing. */
export function resolveReferences(text: string, environment: Environment): { readonly text: string; readonly missing: readonly string[] } {
  const missing: string[] = [];
  const resolved = text.replace(REFERENCE, (whole, name: string | undefined) => {
    if (name === undefined) return "${";
    const value = environment[name];
    if (value === undefined) missing.push(name);
    return value ?? whole;
  });
  return { text: resolved, missing };
}
