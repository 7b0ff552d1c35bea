/**
 * set and format: computed fields in the value language, in order, so that a later field sees an earlier one.
 * `items.x` writes to every line, with the line as the expression's element. A value that comes out missing removes nothing and sets
 * nothing. An expression that fails is an issue; the field stays as it was.
 */
import type { FormatStep, SetStep } from "../restructure-schema.ts";
import { parsePath } from "../../../value/path.ts";
import { reach } from "../condition-elements.ts";
import { compileComputed } from "./computed.ts";
import type { Piece, StepContext, StepRunner } from "./piece.ts";
import { editHolders, withFields } from "./row.ts";

type FieldWriter = (piece: Piece, context: StepContext) => Piece;

/** Makes a set step ready; `path` is the step's place in the flow, for errors. */
export function compileSet(step: SetStep, path: string): StepRunner {
  return runAll(step.fields.map(({ field, value }, index) => compileField(field, value, `${path}.fields[${index}].value`)));
}

/** Makes a format step ready: each is the value `{{old|format}}`. A plain new name for a field of a line stands in the line. */
export function compileFormat(step: FormatStep, path: string): StepRunner {
  return runAll(
    step.fields.map((each, index): FieldWriter => {
      const text = `{{${each.old}|${each.format}}}`;
      const at = `${path}.fields[${index}].format`;
      const plain = compileField(each.new, text, at);
      const parent = each.old.lastIndexOf(".");
      if (parent === -1 || each.new.includes(".")) return plain;
      const old = parsePath(each.old);
      const inLine = compileField(`${each.old.slice(0, parent)}.${each.new}`, text, at);
      return (piece, context) => (reach(piece.row, old).some(({ element }) => element !== undefined) ? inLine : plain)(piece, context);
    }),
  );
}

function runAll(writers: readonly FieldWriter[]): StepRunner {
  return (pieces, context) => pieces.map((piece) => writers.reduce((done, write) => write(done, context), piece));
}

function compileField(field: string, text: string, path: string): FieldWriter {
  const target = parsePath(field);
  const computed = compileComputed(text, path);
  return (piece, context) => {
    const row = editHolders(piece.row, target, (holder, name, line) => {
      const value = computed(piece, line, field, context);
      return value === undefined ? holder : withFields(holder, [[name, value]]);
    });
    if (row === undefined) context.issue(piece, "RESTRUCTURE_FIELD_MISSING", { field: target.steps[0]?.key ?? field });
    return row === undefined ? piece : { ...piece, row };
  };
}
