/**
 * The form in which lookups see a flow's records: behind its condition and the steps that shape one row at a time (format, flatten,
 * explode …), as 轻易云 stores them; what puts rows together (group, merge, aggregate) comes when they are written, and is not seen.
 * A lookup that names a field which the steps took away, such as an exploded array, is answered from the rows as they were read.
 */
import type { Json, JsonObject } from "../../value/index.ts";
import { memberOf } from "../../value/index.ts";
import type { Flow } from "../flow.ts";
import { applyCondition, compileCondition, type Condition } from "./condition.ts";
import { globalsOf } from "./globals.ts";
import { storedValues, type StoredPath, type StoredRow } from "./lookup-row.ts";
import { compileRestructure, restructureRecord, type Bill, type RestructureStep } from "./restructure.ts";

/** What makes the stored form of a flow's rows; plain JSON. */
export interface StoredForm {
  readonly condition?: Condition;
  readonly steps: readonly RestructureStep[];
  /** Of wall times. */
  readonly zone: string;
}

/** A record's rows as lookups see them: in the stored form, and those of them as they were read where the steps changed them. */
export interface RecordRows {
  readonly formed: readonly StoredRow[];
  readonly read: readonly StoredRow[];
}

export interface FormedRecord {
  readonly key: string;
  readonly number: string | null;
  readonly rows: readonly JsonObject[];
  /** When it was stored: what the steps take for now. */
  readonly atMs: number;
}

const GATHERING: ReadonlySet<RestructureStep["kind"]> = new Set(["group", "merge", "aggregate"]);

/** Undefined where rows are seen as they were read. */
export function storedFormOf({ source, restructure = [] }: Pick<Flow, "source" | "restructure">, zone: string): StoredForm | undefined {
  const on = restructure.filter((step) => step.off !== true);
  const gathers = on.findIndex((step) => GATHERING.has(step.kind));
  const steps = gathers === -1 ? on : on.slice(0, gathers);
  const { condition } = source;
  if (steps.length === 0 && condition === undefined) return undefined;
  return { ...(condition === undefined ? {} : { condition }), steps, zone };
}

/** Makes the form ready. A record that the steps cannot work on is seen as it was read; one that they drop is not seen at all. */
export function compileStoredForm({ condition, steps, zone }: StoredForm): (record: FormedRecord) => RecordRows {
  const compiled = compileRestructure(steps);
  const meets = condition === undefined ? undefined : compileCondition(condition);
  const idFields = steps.flatMap((step) => (step.kind === "explode" && step.id !== undefined ? [step.id] : []));
  return ({ key, number, rows, atMs }) => {
    const kept =
      meets === undefined
        ? rows
        : rows.flatMap((row) => {
            const answer = applyCondition(meets, row);
            return "row" in answer ? [answer.row] : [];
          });
    const asRead = kept.map((content): StoredRow => ({ id: key, number, content }));
    if (steps.length === 0) return { formed: asRead, read: [] };
    const globals = globalsOf({ nowMs: atMs, lastSyncAtMs: atMs });
    const { bills, issues } = restructureRecord(compiled, { key, number: number ?? key, rows: kept }, { globals, zone });
    if (issues.length > 0) return { formed: [], read: asRead };
    const used = new Set(bills.flatMap((bill) => bill.sources.flatMap((source) => source.rowIndexes)));
    return {
      formed: bills.map((bill) => formedRow(bill, key, number, idFields)),
      read: asRead.filter((_, index) => used.has(index)),
    };
  };
}

/** A piece is found by its number behind the record's key; 轻易云's pages count the first one as 0 or as 1. */
function formedRow({ row }: Bill, key: string, number: string | null, idFields: readonly string[]): StoredRow {
  const id = idFields.map((field) => memberOf(row, field)).findLast((value): value is string => typeof value === "string");
  if (id === undefined) return { id: key, number, content: row };
  return { id, number, content: row, ...(id === `${key}-1` ? { otherIds: [`${key}-0`] satisfies Json[] } : {}) };
}

/** Rows of records that are seen as they were read. */
export function unformedRows({ key, number, rows }: Omit<FormedRecord, "atMs">): RecordRows {
  return { formed: rows.map((content) => ({ id: key, number, content })), read: [] };
}

/** Those of a record's rows that a lookup naming these fields looks at. */
export function rowsLookedAt({ formed, read }: RecordRows, fields: readonly StoredPath[]): readonly StoredRow[] {
  if (read.length === 0) return formed;
  const has = (rows: readonly StoredRow[], field: StoredPath): boolean => rows.some((row) => storedValues(row, field).length > 0);
  return fields.some((field) => !has(formed, field) && has(read, field)) ? read : formed;
}
