/**
 * Lookups (关联查询): a value that is found in the stored records of another flow. Compiled once; per record it asks a question, and is
 * answered from what the scope holds: nobody is called from here. Whoever maps a page collects the questions first and asks them together.
 */
import { DatongError } from "../../error/index.ts";
import { isArray, isObject, writeJson, type Json } from "../../value/index.ts";
import { bindTerm, type LookupTerm, type RowTest } from "./lookup-condition.ts";
import { LookupKey, type ReadOperand } from "./lookup-key.ts";
import { endOfLookup, LOOKUP_END, parseLookup, type LookupOperand, type ParsedLookup } from "./lookup-parse.ts";
import { joinedKey, keyOfValue, type StoredPath } from "./lookup-row.ts";
import { bindPlaceholder, compileTextParts } from "./template-bind.ts";
import { glimpse, shapeOf, valueError, type LookupPolicy, type ValueSite } from "./template-error.ts";
import type { Reference, Scope } from "./template-reference.ts";

/** What a lookup asks for one record or line. */
export interface LookupQuestion {
  readonly lookup: Lookup;
  /** Equal keys are equal questions of the same lookup. */
  readonly key: string;
  readonly values: readonly Json[];
}

export interface LookupAnswer {
  /** How many rows matched; where more than the bound did, the bound. */
  readonly matched: number;
  /** The first row's value; undefined where no row matched or it lacks the field. */
  readonly found: Json | undefined;
  /** Whether the matching rows have different values. */
  readonly differs: boolean;
  /** Why it could not be answered; the value fails with it. */
  readonly problem?: DatongError;
}

/** Answers to the questions of a page, or of a whole collection. Undefined: it was never asked. */
export interface LookupAnswers {
  readonly answerOf: (lookup: Lookup, key: string, values: () => readonly Json[]) => LookupAnswer | undefined;
  /** Told of an answer that a value waits to be another. */
  readonly waitsFor?: (answer: LookupAnswer) => void;
}

/** The questions of many records, each once. */
export interface LookupQuestionSet {
  /** Those of a lookup by their keys; further ones are put in. */
  readonly of: (lookup: Lookup) => Map<string, LookupQuestion>;
}

/** What a lookup did, for people. */
export interface LookupTrace {
  readonly flow: string;
  readonly find: string;
  /** The condition with its values. */
  readonly where: string;
  readonly matched: number;
  readonly found: Json;
}

const NOTHING: LookupAnswer = { matched: 0, found: undefined, differs: false };

export class Lookup {
  readonly flow: string;
  readonly find: StoredPath;
  readonly where: LookupTerm;
  readonly references: readonly Reference[];
  /** Fields that must equal a value whatever else is asked, by their texts: what an index can answer. */
  readonly fields: readonly StoredPath[];
  /** Whether these are all that is asked. */
  readonly isExact: boolean;
  /** Whether the rows' own status is asked for, which changes without them. */
  readonly asksStatus: boolean;
  /** Every field that is named. */
  readonly allFields: readonly StoredPath[];
  private readonly fieldOperands: readonly number[];
  private readonly readers: readonly ReadOperand[];
  private readonly site: ValueSite;
  private readonly offset: number;
  private readonly keyReaders: readonly ReadOperand[];
  private key: LookupKey;

  constructor(parsed: ParsedLookup, site: ValueSite, offset: number) {
    this.flow = parsed.flow;
    this.find = parsed.find;
    this.where = parsed.where;
    this.site = site;
    this.offset = offset;
    const references: Reference[] = [];
    const listed = listedOperands(parsed.where);
    this.readers = parsed.operands.map((operand, place) => readerOf(operand, listed.has(place), site, references));
    this.references = references;
    const { parts, rest } = equalityParts(parsed);
    this.fields = parts.map((part) => part.field);
    this.fieldOperands = parts.map((part) => part.operand);
    this.isExact = rest === 0;
    this.keyReaders = this.fieldOperands.map((place) => this.readers[place] as ReadOperand);
    const asked = parts.map(({ operand }) => [parsed.operands[operand], listed.has(operand)]);
    this.key = new LookupKey(JSON.stringify(asked, (name, value: unknown) => (name === "offset" ? undefined : value)));
    this.allFields = [parsed.find, ...fieldsIn(parsed.where)];
    this.asksStatus = this.allFields.some((field) => field.from !== "content" && field.path.text === "status");
  }

  /** Puts the question to those that are asked already. Values that cannot be read ask nothing: whoever evaluates meets the same error. */
  askInto(scope: Scope, questions: LookupQuestionSet): void {
    try {
      const key = this.keyIn(scope);
      const asked = questions.of(this);
      if (!asked.has(key)) asked.set(key, { lookup: this, key, values: this.bind(scope) });
    } catch (error) {
      if (!(error instanceof DatongError)) throw error;
    }
  }

  private question(scope: Scope): LookupQuestion | undefined {
    try {
      const values = this.bind(scope);
      return { lookup: this, key: this.isExact ? this.fieldKey(values) : writeJson(values), values };
    } catch (error) {
      if (error instanceof DatongError) return undefined;
      throw error;
    }
  }

  /** The key of the equality parts, as `keysOfRow(row, fields)` has it. */
  fieldKey(values: readonly Json[]): string {
    return joinedKey(this.fieldOperands.map((place) => keyOfValue(values[place]) ?? ""));
  }

  /** Whether a row is what was asked for. */
  test(values: readonly Json[]): RowTest {
    try {
      return bindTerm(this.where, values);
    } catch (error) {
      if (error instanceof DatongError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw valueError("LOOKUP_INVALID", this.site, this.offset, {
        reason: `正则表达式有误：${reason} / the regular expression is wrong: ${reason}`,
      });
    }
  }

  /** The value found, null where there is none and the policy takes that. LOOKUP_EMPTY, LOOKUP_WAITS, LOOKUP_AMBIGUOUS, LOOKUP_UNANSWERED. */
  read(scope: Scope): Json {
    const key = this.keyIn(scope);
    const bind = (): readonly Json[] => this.bind(scope);
    const answer = scope.answers?.answerOf(this, key, bind);
    if (answer === undefined) throw valueError("LOOKUP_UNANSWERED", this.site, this.offset, { flow: this.flow });
    if (answer.problem !== undefined) throw valueError(answer.problem.code, this.site, this.offset, answer.problem.details, answer.problem);
    const { empty, ambiguous } = this.site.lookups ?? DEFAULT_POLICY;
    if (answer.differs && ambiguous === "fail") this.refuse("LOOKUP_AMBIGUOUS", bind(), answer.matched);
    const { found } = answer;
    if (found !== undefined && found !== null && found !== "") return found;
    if (empty === "fail") this.refuse("LOOKUP_EMPTY", bind(), answer.matched);
    if (empty === "wait") scope.answers?.waitsFor?.(answer);
    if (empty === "wait") this.refuse("LOOKUP_WAITS", bind(), answer.matched);
    return found ?? null;
  }

  explain(scope: Scope): LookupTrace | undefined {
    const question = this.question(scope);
    if (question === undefined) return undefined;
    const answer = scope.answers?.answerOf(this, question.key, () => question.values) ?? NOTHING;
    const { matched, found } = answer;
    return { flow: this.flow, find: nameOf(this.find), where: this.describe(question.values), matched, found: found ?? null };
  }

  /** Shares the key with a lookup of the same mapping that asks the same. */
  shareKey(others: readonly Lookup[]): void {
    this.key = others.find((other) => other.key.text === this.key.text)?.key ?? this.key;
  }

  /** The key of the question in a scope, without its values where that can be. */
  private keyIn(scope: Scope): string {
    return this.isExact ? this.key.keyIn(scope, this.keyReaders) : writeJson(this.bind(scope));
  }

  private bind(scope: Scope): readonly Json[] {
    return this.readers.map((read) => read(scope));
  }

  private describe(values: readonly Json[]): string {
    return describeTerm(this.where, values);
  }

  private refuse(code: "LOOKUP_EMPTY" | "LOOKUP_WAITS" | "LOOKUP_AMBIGUOUS", values: readonly Json[], matched: number): never {
    const details = { flow: this.flow, find: nameOf(this.find), where: this.describe(values), matched };
    throw valueError(code, this.site, this.offset, details);
  }
}

export const DEFAULT_POLICY: LookupPolicy = { empty: "null", ambiguous: "first" };

/** Compiles the lookup between two offsets of a value's text, behind its prefix. */
export function compileLookup(name: string, text: string, from: number, to: number, site: ValueSite): Lookup {
  const offset = from - name.length;
  if (site.lookups === undefined) throw valueError("VALUE_LOOKUP_UNSUPPORTED", site, offset, { prefix: name });
  return new Lookup(parseLookup(name, text, from, to, site), site, offset);
}

/** A lookup that is the whole value; a closing `_endFind` may be there. */
export function compileWholeLookup(name: string, text: string, site: ValueSite): Lookup {
  const trimmed = text.trimEnd();
  if (!trimmed.endsWith(LOOKUP_END) && !hasWord(text, name.length)) return compileLookup(name, text, name.length, text.length, site);
  const end = endOfLookup(trimmed, name.length, name, site);
  if (end + LOOKUP_END.length < trimmed.length) {
    const reason = "_endFind 后面多出了内容；要继续计算请用 _function / something stands behind _endFind; calculate with _function";
    throw valueError("LOOKUP_INVALID", site, end, { reason });
  }
  return compileLookup(name, text, name.length, end, site);
}

function hasWord(text: string, from: number): boolean {
  return /_(?:findCollection|mongoQuery|endFind)(?![\p{L}\p{N}_])/u.test(text.slice(from).replace(/\{\{[^{}]*\}\}/g, ""));
}

/** Missing and null are the empty text: nobody asks for the rows that lack a field by having no value. */
function readerOf(operand: LookupOperand, takesList: boolean, site: ValueSite, references: Reference[]): (scope: Scope) => Json {
  if (operand.kind === "constant") return () => operand.value;
  if (operand.kind === "text") {
    const compiled = compileTextParts(operand.parts, site);
    references.push(...compiled.references);
    return compiled.readText;
  }
  const bound = bindPlaceholder(operand.placeholder, site);
  references.push(bound.reference);
  const { offset } = operand.placeholder;
  return (scope) => {
    const value = bound.read(scope) ?? "";
    if (typeof value !== "object" || !isStructured(value)) return value;
    if (takesList && isArray(value) && !value.some(isStructured)) return value;
    throw valueError("VALUE_NOT_TEXT", site, offset, { what: shapeOf(value) });
  };
}

function fieldsIn(term: LookupTerm): readonly StoredPath[] {
  return term.kind === "compare" ? [term.field] : term.terms.flatMap(fieldsIn);
}

/** The operands of lists (`$in`), which a bound list may stand for. */
function listedOperands(term: LookupTerm): ReadonlySet<number> {
  if (term.kind !== "compare") return new Set(term.terms.flatMap((inner) => [...listedOperands(inner)]));
  return new Set(term.operator === "$in" || term.operator === "$nin" ? term.operands : []);
}

function isStructured(value: Json): boolean {
  return isObject(value) || isArray(value);
}

/** Of the terms that must all hold, those an index can answer: equal to one value that is there. The row's status moves without the row. */
function equalityParts({ where, operands }: ParsedLookup): {
  readonly parts: readonly { readonly field: StoredPath; readonly operand: number }[];
  readonly rest: number;
} {
  const parts: { readonly field: StoredPath; readonly operand: number }[] = [];
  let rest = 0;
  const visit = (term: LookupTerm): void => {
    if (term.kind === "and") {
      term.terms.forEach(visit);
      return;
    }
    if (term.kind !== "compare") {
      rest++;
      return;
    }
    const { field, operator } = term;
    const operand = term.operands[0] as number;
    const written = operands[operand];
    const isNull = written?.kind === "constant" && written.value === null;
    const isMoving = field.from !== "content" && field.path.text === "status";
    if (operator !== "$eq" || isNull || isMoving || parts.some((part) => part.field.text === field.text)) rest++;
    else parts.push({ field, operand });
  };
  visit(where);
  parts.sort((a, b) => (a.field.text < b.field.text ? -1 : 1));
  return { parts, rest };
}

function nameOf(field: StoredPath): string {
  return field.path.text;
}

function describeTerm(term: LookupTerm, values: readonly Json[]): string {
  if (term.kind !== "compare") {
    return term.terms
      .map((inner) => (inner.kind === "or" ? `(${describeTerm(inner, values)})` : describeTerm(inner, values)))
      .join(term.kind === "and" ? " " : " or ");
  }
  const written = term.operands.map((place) => glimpse(values[place] ?? null)).join(",");
  return `${nameOf(term.field)}${term.operator === "$eq" ? "=" : ` ${term.operator} `}${written}`;
}
