/**
 * Values of a mapping or request, compiled once: literal text, template, `_function` expression or lookup.
 *
 * A lone `{{x}}` keeps the value's own type, undefined when missing and null when null; inside text both are the empty text.
 */
import { DatongError } from "../../error/index.ts";
import type { Json } from "../../value/index.ts";
import { compileExpression } from "./expression-compile.ts";
import { compileWholeLookup, type Lookup } from "./lookup.ts";
import { bindPlaceholder, bounded, compileTextParts } from "./template-bind.ts";
import { valueError, type LookupPolicy, type ValueSite } from "./template-error.ts";
import { parseTemplate } from "./template-parse.ts";
import type { Reference, Scope } from "./template-reference.ts";

export interface CompiledValue {
  readonly kind: "literal" | "template" | "expression" | "lookup";
  /** The value as it was written. */
  readonly text: string;
  readonly fieldPath: string;
  /** Every reference in the order written, globals included. */
  readonly references: readonly Reference[];
  /** Every lookup in the order written, the one that is the whole value too. */
  readonly lookups: readonly Lookup[];
  /** Of a value that is one field of the row as it is. */
  readonly lone?: Reference;
  readonly evaluate: (scope: Scope) => Json | undefined;
}

export interface ValuePlace {
  readonly fieldPath: string;
  /** How lookups are answered here; absent: they are refused, for nobody could answer them. */
  readonly lookups?: LookupPolicy | undefined;
}

/** Compiles a value. Throws DatongError that names the field, the value and the position of what is wrong. */
export function compileValue(text: string, at: ValuePlace): CompiledValue {
  const site: ValueSite = { fieldPath: at.fieldPath, expression: text, lookups: at.lookups };
  const prefix = PREFIX.exec(text);
  if (prefix === null) {
    const compiled = compileTemplate(text, site);
    return text.includes("|") ? { ...compiled, evaluate: located(compiled.evaluate, site) } : compiled;
  }
  const name = prefix[2] as string;
  if (prefix[1] !== "" || !PREFIXES.includes(name)) throw valueError("VALUE_PREFIX_MISPLACED", site, 0, { prefix: name });
  const base = { text, fieldPath: at.fieldPath };
  if (name !== "_function") {
    const lookup = compileWholeLookup(name, text, site);
    const evaluate = located((scope) => lookup.read(scope), site);
    return { ...base, kind: "lookup", references: lookup.references, lookups: [lookup], evaluate };
  }
  const compiled = compileExpression(text, name.length, site);
  const evaluate = located(compiled.evaluate, site);
  return { ...base, kind: "expression", references: compiled.references, lookups: compiled.lookups, evaluate };
}

/** Any value's own text with its fields put in, whatever its prefix says. */
export function compileText(text: string, fieldPath: string): (scope: Scope) => string {
  const site: ValueSite = { fieldPath, expression: text };
  return compileTextParts(parseTemplate(text, site), site).readText;
}

/** The value in a scope; undefined when it is missing. */
export function evaluateValue(compiled: CompiledValue, scope: Scope): Json | undefined {
  return compiled.evaluate(scope);
}

/** The paths a value reads, without globals, each once. */
export function referencesOf(compiled: CompiledValue): readonly string[] {
  return [...new Set(compiled.references.filter((reference) => !reference.isGlobal).map((reference) => reference.path))];
}

const PREFIXES: readonly string[] = ["_function", "_findCollection", "_mongoQuery"];
/** Also what is nearly a prefix: sent to an ERP as text it would be found only there. */
const PREFIX = /^(\s*)(_function|_findCollection|_mongoQuery)(?=\s|$)/i;

/**
 * The value within its bound. Errors of decimals and times do not know where they happened; they leave with the field and the value.
 * Templates without filters have none.
 */
function located(evaluate: (scope: Scope) => Json | undefined, site: ValueSite): (scope: Scope) => Json | undefined {
  return (scope) => {
    try {
      return bounded(evaluate(scope), site);
    } catch (error) {
      if (!(error instanceof DatongError) || error.details["fieldPath"] !== undefined) throw error;
      throw valueError(error.code, site, 0, error.details, error);
    }
  };
}

function compileTemplate(text: string, site: ValueSite): CompiledValue {
  const parts = parseTemplate(text, site);
  const base = { text, fieldPath: site.fieldPath, lookups: [] };
  const [first] = parts;
  if (first === undefined || (parts.length === 1 && first.kind === "text")) {
    return { ...base, kind: "literal", references: [], evaluate: () => text };
  }
  if (parts.length === 1 && first.kind === "placeholder") {
    const bound = bindPlaceholder(first, site);
    const evaluate = (scope: Scope): Json | undefined => bounded(bound.read(scope), site);
    const lone = first.filters.length === 0 && !bound.reference.isGlobal ? { lone: bound.reference } : {};
    return { ...base, kind: "template", references: [bound.reference], ...lone, evaluate };
  }
  const { references, readText } = compileTextParts(parts, site);
  return { ...base, kind: "template", references, evaluate: readText };
}
