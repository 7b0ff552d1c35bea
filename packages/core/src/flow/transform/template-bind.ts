/** Placeholders bound to their references and filters, and the text made of several. Used by templates and by expressions. */
import { isArray, type Json } from "../../value/index.ts";
import { applyFilter, filterRow, FilterRefusal, type FilterContext, type FilterRow } from "./filter.ts";
import { CHARACTERS_MAX, glimpse, scalarText, shapeOf, valueError, type ValueSite } from "./template-error.ts";
import type { Placeholder, TemplatePart } from "./template-parse.ts";
import { compileReference, type Reference, type Scope } from "./template-reference.ts";

export interface BoundPlaceholder {
  readonly reference: Reference;
  /** The value behind all filters. */
  readonly read: (scope: Scope) => Json | undefined;
  /** Applies only the filters, to a value got otherwise. */
  readonly filter: (value: Json | undefined, scope: Scope) => Json | undefined;
}

/** Compiles one placeholder: its reference and its filters. */
export function bindPlaceholder(placeholder: Placeholder, site: ValueSite): BoundPlaceholder {
  const reference = compileReference(placeholder.path, site, placeholder.offset);
  if (placeholder.filters.length === 0) return { reference, read: reference.read, filter: (value) => value };
  const steps = placeholder.filters.map((call) => ({ row: filterRow(call.name) as FilterRow, argument: call.argument }));
  const short = steps.length === 1 ? steps[0]?.row.short : undefined;
  const filter = (value: Json | undefined, scope: Scope): Json | undefined => {
    const plain = short !== undefined && typeof value === "string" ? short(value) : undefined;
    if (plain !== undefined) return plain;
    let current = value;
    const now = scope.globals["CURRENT_TIME"];
    let context: FilterContext = { zone: scope.zone, isTime: reference.isTime, nowMs: typeof now === "number" ? now * 1000 : undefined };
    for (const { row, argument } of steps) {
      const before = current;
      try {
        current = applyFilter(row, before, argument, context);
      } catch (error) {
        if (!(error instanceof FilterRefusal)) throw error;
        const details = { filter: row.name, value: glimpse(before), reason: error.message };
        throw valueError("FILTER_VALUE", site, placeholder.offset, details, error);
      }
      context = { zone: scope.zone, isTime: false };
    }
    return current;
  };
  return { reference, read: (scope) => filter(reference.read(scope), scope), filter };
}

/** A placeholder, with the member of the row that it is where there is no element, and the text behind it. */
interface TextPiece {
  readonly own: string | undefined;
  readonly read: (scope: Scope) => Json | undefined;
  readonly offset: number;
  behind: string;
}

/** Compiles parts whose result is always text. */
export function compileTextParts(
  parts: readonly TemplatePart[],
  site: ValueSite,
): { readonly references: readonly Reference[]; readonly readText: (scope: Scope) => string } {
  const references: Reference[] = [];
  const pieces: TextPiece[] = [];
  let front = "";
  for (const part of parts) {
    const last = pieces.at(-1);
    if (part.kind === "placeholder") {
      const { reference, read } = bindPlaceholder(part, site);
      references.push(reference);
      const own = part.filters.length === 0 ? reference.name : undefined;
      pieces.push({ own, read, offset: part.offset, behind: "" });
    } else if (last === undefined) front += part.text;
    else last.behind += part.text;
  }
  const readText = (scope: Scope): string => {
    let text = front;
    const row = scope.element === undefined ? scope.row : undefined;
    for (let i = 0; i < pieces.length; i++) {
      const { own, read, offset, behind } = pieces[i] as TextPiece;
      // A text of the row is never what an object inherits.
      const member = own !== undefined && row !== undefined ? row[own] : undefined;
      const value = typeof member === "string" ? member : read(scope);
      text += typeof value === "string" ? value : placeholderText(value, site, offset);
      if (behind !== "") text += behind;
    }
    return text.length <= CHARACTERS_MAX ? text : (bounded(text, site) as string);
  };
  return { references, readText };
}

/** A placeholder's value inside text: nothing for a missing one. VALUE_NOT_TEXT for lists and objects. */
export function placeholderText(value: Json | undefined, site: ValueSite, offset: number): string {
  if (typeof value === "string") return value;
  if (value === undefined) return "";
  const text = scalarText(value);
  if (text === undefined) throw valueError("VALUE_NOT_TEXT", site, offset, { what: shapeOf(value) });
  return text;
}

/** The value, or VALUE_TOO_LARGE for a text or list past the bound. */
export function bounded(value: Json | undefined, site: ValueSite): Json | undefined {
  const length = typeof value === "string" ? value.length : isArray(value) ? value.length : 0;
  if (length > CHARACTERS_MAX) throw valueError("VALUE_TOO_LARGE", site, 0, { charactersMax: CHARACTERS_MAX });
  return value;
}
