/**
 * The source side as a tree with a value beside each field: what the API declares, and what a real row has besides. After restructuring the
 * row itself says best what is there. Pure.
 */
import { ExactNumber } from "../api/ask.ts";
import { flatFields, type SourceField } from "../flow/fields.ts";

export interface SampledField extends SourceField {
  /** Of the first row that has one; null: no sample, or no value. */
  readonly sample: string | null;
  readonly children: readonly SampledField[];
}

const SAMPLE_MAX = 80;

export function valueText(value: unknown): string {
  if (value instanceof ExactNumber) return value.text;
  if (value === null || value === undefined) return "";
  if (typeof value === "object")
    return JSON.stringify(value, (_, each: unknown) => (each instanceof ExactNumber ? Number(each.text) : each));
  return String(value as string | number | boolean);
}

function short(text: string): string {
  return text.length > SAMPLE_MAX ? `${text.slice(0, SAMPLE_MAX)}…` : text;
}

/** `row`: a bill after restructuring; null while there is no sample. */
export function sampledFields(fields: readonly SourceField[], row: Row | null): readonly SampledField[] {
  if (row === null) return fields.map(unsampled);
  const declared = new Map(flatFields(fields).map((field) => [field.path, field]));
  const byName = new Map(flatFields(fields).map((field) => [field.path.slice(field.path.lastIndexOf(".") + 1), field]));
  const known = (path: string) => declared.get(path) ?? byName.get(path.slice(path.lastIndexOf(".") + 1));
  return below(row, "", known);
}

type Row = Readonly<Record<string, unknown>>;
type Known = (path: string) => SourceField | undefined;

function unsampled(field: SourceField): SampledField {
  return { ...field, sample: null, children: field.children.map(unsampled) };
}

function isRow(value: unknown): value is Row {
  return value !== null && typeof value === "object" && !Array.isArray(value) && !(value instanceof ExactNumber);
}

function below(row: Row, front: string, known: Known): readonly SampledField[] {
  return Object.entries(row).map(([name, value]): SampledField => {
    const path = front + name;
    const list = Array.isArray(value) ? (value as readonly unknown[]) : undefined;
    const inner = isRow(value) ? value : list === undefined ? undefined : elementOf(list);
    const told = known(path);
    return {
      path,
      label: told?.label ?? "",
      labelEn: told?.labelEn,
      type: list !== undefined ? "array" : inner !== undefined ? "object" : (told?.type ?? typeName(value)),
      sample: list !== undefined ? `${list.length}` : inner !== undefined ? "" : value === null ? null : short(valueText(value)),
      children: inner === undefined ? [] : below(inner, `${path}.`, known),
    };
  });
}

/** One element that has each member that any has. */
function elementOf(list: readonly unknown[]): Row | undefined {
  const rows = list.filter(isRow);
  if (rows.length === 0) return undefined;
  const all: Record<string, unknown> = {};
  for (const row of rows)
    for (const [key, value] of Object.entries(row)) if (!Object.hasOwn(all, key) || all[key] === null || all[key] === "") all[key] = value;
  return all;
}

function typeName(value: unknown): string {
  if (value instanceof ExactNumber || typeof value === "number") return "number";
  return typeof value === "boolean" ? "bool" : "string";
}
