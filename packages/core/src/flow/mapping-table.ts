/**
 * Mapping tables: what several flows translate codes by, once for all of them (`tables/<name>` of a workspace). Before a flow is checked or
 * made ready, each field that names a table gets that table as its static map, so that everything else knows maps alone. Entries that a
 * field writes itself (`map`) win over the table's.
 */
import { Type } from "typebox";
import type { ErrorCode, ErrorDetails } from "../error/index.ts";
import { didYouMean, nearestName } from "../value/index.ts";
import type { FlowIssue } from "./check/issue.ts";
import type { Flow, MappingField } from "./flow.ts";

/** A table that is written as YAML. */
export const MappingTableSchema = Type.Object(
  {
    columns: Type.Array(Type.String({ minLength: 1 }), { minItems: 2 }),
    rows: Type.Array(Type.Array(Type.String())),
  },
  { additionalProperties: false, $id: "datong:table", title: "Datong mapping table 映射表" },
);

/** Two columns or more, every cell a text; an empty first cell never occurs. */
export interface MappingTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Where each row stands in its file, from 1, the columns' names being row 1. */
  readonly places?: readonly number[];
}

/** A text that a column has twice with different answers; `rows` of the file. */
export interface AmbiguousEntry {
  readonly value: string;
  readonly rows: readonly [number, number];
}

/** The map from one column to another; rows whose text there is empty are left out. */
export function mapOfTable(
  table: MappingTable,
  from: number,
  to: number,
): { readonly map: ReadonlyMap<string, string>; readonly ambiguous: readonly AmbiguousEntry[] } {
  const map = new Map<string, string>();
  const places = new Map<string, number>();
  const ambiguous: AmbiguousEntry[] = [];
  for (const [i, row] of table.rows.entries()) {
    const place = table.places?.[i] ?? i + 2;
    const [key = "", value = ""] = [row[from], row[to]];
    if (key === "") continue;
    const before = map.get(key);
    if (before === undefined) {
      map.set(key, value);
      places.set(key, place);
    } else if (before !== value) ambiguous.push({ value: key, rows: [places.get(key) ?? 0, place] });
  }
  return { map, ambiguous };
}

/** The flow with each table in its fields' maps, and what is wrong with them; a field whose table cannot be used has its own entries alone. */
export function flowWithTables(
  flow: Flow,
  tables: ReadonlyMap<string, MappingTable>,
): { readonly flow: Flow; readonly issues: readonly FlowIssue[] } {
  const issues: FlowIssue[] = [];
  const mapping = fieldsWithTables(flow.mapping, tables, "/mapping", issues);
  const { writeBack } = flow;
  const told = writeBack === undefined ? undefined : fieldsWithTables(writeBack.mapping, tables, "/writeBack/mapping", issues);
  const isSame = mapping === flow.mapping && told === writeBack?.mapping;
  if (isSame) return { flow, issues };
  return {
    flow: { ...flow, mapping, ...(writeBack === undefined || told === undefined ? {} : { writeBack: { ...writeBack, mapping: told } }) },
    issues,
  };
}

/** Names of the tables that a flow's fields ask for, each once. */
export function tablesOf(flow: Flow): readonly string[] {
  const within = (fields: readonly MappingField[]): readonly string[] =>
    fields.flatMap((field) => [...(field.table === undefined ? [] : [field.table]), ...within(field.children ?? [])]);
  return [...new Set([...within(flow.mapping), ...within(flow.writeBack?.mapping ?? [])])];
}

function fieldsWithTables(
  fields: readonly MappingField[],
  tables: ReadonlyMap<string, MappingTable>,
  path: string,
  issues: FlowIssue[],
): readonly MappingField[] {
  let isSame = true;
  const filled = fields.map((field, i) => {
    const one = fieldWithTable(field, tables, `${path}/${i}`, issues);
    isSame &&= one === field;
    return one;
  });
  return isSame ? fields : filled;
}

function fieldWithTable(field: MappingField, tables: ReadonlyMap<string, MappingTable>, path: string, issues: FlowIssue[]): MappingField {
  const inner = field.children === undefined ? undefined : fieldsWithTables(field.children, tables, `${path}/children`, issues);
  const own = inner === field.children || inner === undefined ? field : { ...field, children: inner };
  if (field.table === undefined) return own;
  const add = (code: ErrorCode, at: string, details: ErrorDetails): MappingField => {
    issues.push({
      code,
      path: `${path}/${at}`,
      details: { path: `${path}/${at}`, field: field.field, table: field.table ?? "", ...details },
    });
    // The issue is told; compiling it must not tell it a second time.
    return { ...own, map: field.map ?? {} };
  };
  const table = tables.get(field.table);
  if (table === undefined) {
    const known = [...tables.keys()];
    return add("TABLE_UNKNOWN", "table", { known: known.join(", "), ...didYouMean(nearestName(field.table, known)) });
  }
  const [first = table.columns[0] ?? "", second = table.columns[1] ?? ""] = field.tableColumns ?? [];
  const names = field.direction === "reverse" ? [second, first] : [first, second];
  const [from = -1, to = -1] = names.map((name) => table.columns.indexOf(name));
  if (from < 0 || to < 0) {
    const name = (from < 0 ? names[0] : names[1]) ?? "";
    return add("TABLE_COLUMN_UNKNOWN", "tableColumns", { column: name, known: table.columns.join(", ") });
  }
  const { map, ambiguous } = mapOfTable(table, from, to);
  const [twice] = ambiguous;
  if (twice !== undefined)
    return add("TABLE_AMBIGUOUS", "table", {
      value: twice.value,
      rows: twice.rows.join(", "),
      column: names[0] ?? "",
      count: ambiguous.length,
    });
  return { ...own, map: { ...Object.fromEntries(map), ...field.map } };
}
