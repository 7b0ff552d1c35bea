/** What each restructuring step is asked for, in the order that people think of it. The schema of the flow is the truth; the server checks. Pure. */
import type { RestructureStep } from "@datong/core";

export type StepKind = RestructureStep["kind"];

export type StepItem =
  | { readonly key: string; readonly kind: "text" | "field" | "fields" | "lines" | "number" | "condition" }
  | { readonly key: string; readonly kind: "switch"; readonly on: unknown }
  | { readonly key: string; readonly kind: "choice"; readonly choices: "whenEmpties" }
  /** field → {of, with}. */
  | { readonly key: string; readonly kind: "totals" }
  /** field → $method. */
  | { readonly key: string; readonly kind: "calculate" }
  /** old → new. */
  | { readonly key: string; readonly kind: "pairs" }
  | { readonly key: string; readonly kind: "rows"; readonly columns: readonly ("field" | "value" | "old" | "new" | "format")[] }
  /** A field, or null for "equally". */
  | { readonly key: string; readonly kind: "weight" };

const of = (kind: "text" | "field" | "fields" | "lines" | "number" | "condition", ...keys: readonly string[]): readonly StepItem[] =>
  keys.map((key) => ({ key, kind }));

export const STEP_ITEMS: Readonly<Record<StepKind, readonly StepItem[]>> = {
  flatten: [...of("text", "separator", "localized"), { key: "arrays", kind: "switch", on: "keep" }],
  group: [...of("fields", "by"), ...of("lines", "lines"), ...of("fields", "lineFields", "header"), { key: "totals", kind: "totals" }],
  merge: [
    ...of("fields", "by"),
    ...of("lines", "lines"),
    ...of("fields", "lineFields", "header", "sumLinesBy", "sumFields"),
    ...of("text", "sources"),
    { key: "totals", kind: "totals" },
  ],
  aggregate: [
    ...of("fields", "headerGroup", "bodyGroup"),
    ...of("text", "bodyName", "targetBodyName"),
    ...of("number", "bodyMaxLine"),
    ...of("text", "sources"),
    { key: "calculate", kind: "calculate" },
  ],
  explode: [
    ...of("lines", "path"),
    ...of("text", "prefix", "separator", "number", "id"),
    ...of("fields", "suffixed"),
    ...of("number", "start"),
    { key: "whenEmpty", kind: "choice", choices: "whenEmpties" },
  ],
  cap: [...of("lines", "lines"), ...of("number", "max"), ...of("text", "part")],
  spread: [
    ...of("field", "amount"),
    ...of("lines", "lines"),
    { key: "weight", kind: "weight" },
    ...of("text", "to"),
    ...of("number", "places"),
  ],
  distinct: of("fields", "by"),
  filter: [...of("text", "name"), ...of("condition", "where")],
  set: [{ key: "fields", kind: "rows", columns: ["field", "value"] }],
  rename: [{ key: "fields", kind: "pairs" }],
  format: [{ key: "fields", kind: "rows", columns: ["old", "new", "format"] }],
};

/** What a step begins with: what its schema demands, as far as it can be known. `key` are the fields of a bill's key. */
export function newStep(kind: StepKind, key: readonly string[], lines: readonly string[], list: string): RestructureStep {
  const by = [...key];
  switch (kind) {
    case "group":
      return { kind, by, lines: list, ...(lines.length === 0 ? {} : { lineFields: [...lines] }) };
    case "merge":
      return { kind, by, lines: list };
    case "aggregate":
      return { kind, headerGroup: by };
    case "explode":
      return { kind, path: list };
    case "cap":
      return { kind, lines: list, max: 500 };
    case "spread":
      return { kind, amount: "", lines: list, weight: null, to: "amount" };
    case "distinct":
      return { kind, by };
    case "filter":
      return { kind, where: [[{ field: by[0] ?? "", logic: "notnull" }]] };
    case "set":
      return { kind, fields: [{ field: "", value: "" }] };
    case "rename":
      return { kind, fields: {} };
    case "format":
      return { kind, fields: [{ old: "", new: "", format: "date" }] };
    case "flatten":
      return { kind };
  }
}
