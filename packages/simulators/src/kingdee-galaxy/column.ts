/**
 * Finds the value behind a field key of a query: `FBillNo`, `FRetcustId.FNumber`, `FMaterialId.FBaseUnitId.FNumber`,
 * `FEntity_FEntryID`, `SubHeadEntity_FEntryId`.
 *
 * Only base data has sub-properties. The underscore form `FRetcustId_FNumber` is an alias of other products and no field here; entry
 * ids and line numbers are the one kind of key that does carry an underscore.
 */
import type { Field, FieldKind, Form, Line, Value } from "./form.ts";
import { formOf, valueOf, type Document, type Store } from "./store.ts";

/** One row of a flattened bill: the bill and the line taken of each entry (none when the entry is empty). */
export interface Row {
  readonly document: Document;
  readonly lines: Readonly<Record<string, Line | undefined>>;
}

export interface Column {
  /** As the client wrote it. */
  readonly key: string;
  /** The many-line entry the value lies in; undefined for header and sub-heads. */
  readonly entry: string | undefined;
  readonly kind: FieldKind;
  read(row: Row, lcid: string): Scalar;
}

/** Decimals and dates are text; `kind` of the column tells. */
export type Scalar = string | number | boolean | null;

/** The column of a key, or undefined when the form has no such field. */
export function findColumn(store: Store, form: Form, key: string): Column | undefined {
  const [first = "", ...rest] = key.split(".");
  const place = findPlace(form, first);
  if (place === undefined) return undefined;
  if (place.kind === "id") return rest.length === 0 ? { key, entry: place.entry, kind: "int", read: place.read } : undefined;
  const values = (row: Row): Readonly<Record<string, Value>> | undefined => {
    if (place.entryKey === undefined) return row.document.values;
    return place.single ? row.document.lines[place.entryKey]?.[0]?.values : row.lines[place.entryKey]?.values;
  };
  const tail = findTail(store, place.field, rest);
  if (tail === undefined) return undefined;
  const { field } = place;
  return {
    key,
    entry: place.single ? undefined : place.entryKey,
    kind: tail.kind,
    read: (row, lcid) => {
      const own = values(row);
      return own === undefined ? null : tail.read(valueOf(own, field), lcid);
    },
  };
}

/** A stored value as a query shows it. */
export function scalarOf(value: Value, lcid: string): Scalar {
  return typeof value === "object" && value !== null ? (value[lcid] ?? value["2052"] ?? null) : value;
}

type Place =
  | { readonly kind: "id"; readonly entry: string | undefined; readonly read: (row: Row) => Scalar }
  | { readonly kind: "field"; readonly field: Field; readonly entryKey: string | undefined; readonly single: boolean };

function findPlace(form: Form, key: string): Place | undefined {
  const wanted = key.toLowerCase();
  if (wanted === form.masterKey.toLowerCase()) return { kind: "id", entry: undefined, read: (row) => row.document.id };
  const header = form.header.get(wanted);
  if (header !== undefined) return { kind: "field", field: header, entryKey: undefined, single: true };
  for (const entry of form.entries) {
    const field = entry.fields.get(wanted);
    if (field !== undefined) return { kind: "field", field, entryKey: entry.key, single: entry.single };
    const prefix = `${entry.key.toLowerCase()}_`;
    if (wanted !== `${prefix}fentryid` && (wanted !== `${prefix}fseq` || entry.single)) continue;
    const lineOf = (row: Row): Line | undefined => (entry.single ? row.document.lines[entry.key]?.[0] : row.lines[entry.key]);
    const read = (row: Row): Scalar => (wanted.endsWith("fseq") ? lineOf(row)?.seq : lineOf(row)?.entryId) ?? null;
    return { kind: "id", entry: entry.single ? undefined : entry.key, read };
  }
  return undefined;
}

interface Tail {
  readonly kind: FieldKind;
  read(value: Value, lcid: string): Scalar;
}

function findTail(store: Store, field: Field, rest: readonly string[]): Tail | undefined {
  const [next, ...further] = rest;
  if (next === undefined) return { kind: field.kind, read: scalarOf };
  if (field.kind === "lot" && further.length === 0 && /^f(?:number|name)$/i.test(next)) return { kind: "text", read: scalarOf };
  // Dimensions of a flex value (仓位, 辅助属性) are addressed FF100004; the simulator's company uses none, so they are empty.
  if (field.kind === "flex" && /^FF\d+$/i.test(next)) return { kind: "text", read: () => null };
  if (field.kind !== "base") return undefined;
  const form = formOf(field.ref);
  if (next.toLowerCase() === form.masterKey.toLowerCase()) return further.length === 0 ? { kind: "int", read: scalarOf } : undefined;
  const place = findPlace(form, next);
  // A list of lines behind base data has no one value.
  if (place?.kind !== "field" || !place.single) return undefined;
  const { field: target, entryKey } = place;
  const tail = findTail(store, target, further);
  if (tail === undefined) return undefined;
  return {
    kind: tail.kind,
    read: (value, lcid) => {
      const document = typeof value === "number" && value !== 0 ? store.get(form, value) : undefined;
      const values = entryKey === undefined ? document?.values : document?.lines[entryKey]?.[0]?.values;
      return values === undefined ? null : tail.read(valueOf(values, target), lcid);
    },
  };
}
