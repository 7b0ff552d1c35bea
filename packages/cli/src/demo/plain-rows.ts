/** Reads the plain rows that simulators hand to judges: objects, lists, texts and numbers, exact numbers as texts. */

/** The text at a path of names; empty where there is none. */
export function textAt(row: unknown, ...path: readonly string[]): string {
  let value: unknown = row;
  for (const name of path)
    value = typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
  return value === undefined || value === null || typeof value === "object" ? "" : String(value);
}

/** The list under a name; empty where there is none. */
export function listAt(row: unknown, name: string): readonly unknown[] {
  const value = typeof row === "object" && row !== null ? (row as Readonly<Record<string, unknown>>)[name] : undefined;
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
