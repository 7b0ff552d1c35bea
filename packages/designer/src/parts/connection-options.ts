/** Connections to choose from, by name as everywhere; those that share a name are told apart by their id. Pure. */
import type { ConnectionRow } from "../api/answers.ts";

export interface ConnectionOption {
  readonly value: string;
  readonly label: string;
}

export function connectionOptions(rows: readonly Pick<ConnectionRow, "id" | "name">[]): ConnectionOption[] {
  const nameOf = ({ id, name }: Pick<ConnectionRow, "id" | "name">): string => name ?? id;
  return rows.map((row) => {
    const isShared = rows.some((other) => other.id !== row.id && nameOf(other) === nameOf(row));
    return { value: row.id, label: isShared ? `${nameOf(row)} · ${row.id}` : nameOf(row) };
  });
}
