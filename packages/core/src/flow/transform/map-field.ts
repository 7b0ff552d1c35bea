/** The fields of a mapping as closures: scalars, objects and lists built from children. See map.ts for the rules. */
import { DatongError } from "../../error/index.ts";
import { didYouMean, isArray, isObject, parsePath, type Json } from "../../value/index.ts";
import type { MappingField } from "../flow.ts";
import { buildMembers, type BuildField, type BuildFields, type Member, type Place } from "./build-members.ts";
import { compileFinish, constantOf } from "./field-finish.ts";
import type { FieldTrace, MappingIssue } from "./map.ts";
import { compileParser } from "./parser.ts";
import { compileStaticMap } from "./static-map.ts";
import type { Lookup, LookupQuestionSet, LookupTrace } from "./lookup.ts";
import { compileValue, referencesOf, type CompiledValue, type ValuePlace } from "./template-compile.ts";
import type { LookupPolicy } from "./template-error.ts";
import { compileReference, type Reference, type Scope, type ScopeElement } from "./template-reference.ts";
import { compileFallback, type OnValueError } from "./value-error.ts";

/** One application of a mapping. */
export interface FieldRun {
  readonly scope: Scope;
  readonly issues: MappingIssue[];
  /** Undefined when no trace is asked for. */
  readonly trace: FieldTrace[] | undefined;
}

/** Gives every question that the lookups of a field may ask in a scope, whether its value comes to it or not. */
export type AskFields = (scope: Scope, questions: LookupQuestionSet) => void;

/** What fields are compiled to, and what is gathered of them on the way. */
interface Compiled<Build> {
  readonly build: Build;
  /** Absent where nothing is looked up. */
  readonly ask: AskFields | undefined;
}

/** One field, with the short ways to its value. */
type CompiledField = Compiled<BuildField> & Pick<Member, "constant" | "lone" | "wrap">;

/** What all fields of a mapping are compiled with. */
export interface FieldsContext {
  /** Source paths are added here. */
  readonly references: Set<string>;
  /** Lookups are added here. */
  readonly lookups: Lookup[];
  readonly policy: LookupPolicy;
  readonly onValueError: OnValueError;
}

/** Compiles fields to the object they make; undefined when no member is set. */
export function compileFields(fields: readonly MappingField[], front: string, context: FieldsContext): Compiled<BuildFields> {
  const members = fields.map((field) => ({ name: field.field, type: field.type, ...compileField(field, front, context) }));
  return { build: buildMembers(members), ask: askAll(members.map((member) => member.ask)) };
}

function askAll(asks: readonly (AskFields | undefined)[]): AskFields | undefined {
  const asking = asks.filter((ask) => ask !== undefined);
  if (asking.length === 0) return undefined;
  return (scope, questions) => {
    for (const ask of asking) ask(scope, questions);
  };
}

/** The path of a field, list positions from 0: `FEntity[0].FQty`. */
function pathOf(around: Place | undefined, name: string): string {
  if (around === undefined) return name;
  return `${pathOf(around.around, around.name)}${around.index === undefined ? "" : `[${around.index}]`}.${name}`;
}

function compileField(field: MappingField, front: string, context: FieldsContext): CompiledField {
  const fieldPath = front + field.field;
  if (field.field === "") throw new DatongError("MAPPING_INVALID", { fieldPath, reason: "字段名是空的 / the field has no name" });
  const hasChildren = field.children !== undefined && field.children.length > 0;
  if (!hasChildren) return compileLeaf(field, fieldPath, context);
  if (field.type !== "array" && field.type !== "object" && field.type !== undefined) {
    throw new DatongError("MAPPING_INVALID", {
      fieldPath,
      reason: `${field.type} 字段不能有下级字段 / a field of type ${field.type} has no children`,
    });
  }
  return compileParent(field, fieldPath, context);
}

/** A list or object built from children. Without a type, a value that names a list makes it a list. */
function compileParent(field: MappingField, fieldPath: string, context: FieldsContext): Compiled<BuildField> {
  const { references } = context;
  const source = sourcePath(field.value);
  const written = new Set<string>();
  const { build: buildChildren, ask: askChildren } = compileFields(field.children ?? [], `${fieldPath}.`, {
    ...context,
    references: written,
  });
  for (const path of written) references.add(path);
  let reference: Reference | undefined;
  if (source !== undefined) {
    reference = compileReference(source, { fieldPath, expression: field.value ?? "" }, 0);
    references.add(source);
  } else if (typeof field.value === "string" && field.value.trim() !== "") {
    // Children are built once whatever it says, but a lookup or a broken template must not pass unseen.
    compileValue(field.value, { fieldPath });
  }
  const parse = field.parser === undefined ? undefined : compileParser(field.parser, field.field, fieldPath);
  const asList = field.type === "array";
  const lastName = (source ?? "").slice((source ?? "").lastIndexOf(".") + 1);
  const needsElements = source !== undefined && [...written].some((path) => `.${path}.`.includes(`.${lastName}.`));
  const { field: name } = field;
  const innerOnce = (scope: Scope, value: Json | undefined): Scope => {
    const own = isArray(value) ? (value[0] ?? null) : value;
    return isObject(own) ? { ...scope, element: { ...elementNames(scope.element, source as string), value: own } } : scope;
  };
  const buildOnce = (run: FieldRun, scope: Scope, around: Place | undefined, value: Json | undefined): Json | undefined => {
    const built = buildChildren(run, innerOnce(scope, value), { around, name, index: asList ? 0 : undefined });
    return built !== undefined && asList ? [built] : built;
  };
  const buildEach = (run: FieldRun, scope: Scope, around: Place | undefined, list: readonly Json[]): Json | undefined => {
    const items: Json[] = [];
    // One scope for all elements: whatever a field reads of it, it reads before the next element comes.
    const element = { ...elementNames(scope.element, source as string), value: null as Json };
    const inner = { ...scope, element };
    for (let index = 0; index < list.length; index++) {
      element.value = list[index] as Json;
      const item = buildChildren(run, inner, { around, name, index });
      if (item !== undefined) items.push(item);
    }
    return items.length === 0 ? undefined : items;
  };
  // The children read the list's elements and there is no list: a line made of the rest would be a line nobody ordered.
  const lacksList = (value: Json | undefined): boolean => asList && needsElements && (value === undefined || value === null);
  const noteOf = (value: Json | undefined, built: Json | undefined): string => {
    if (isArray(value) && field.type !== "object") return linesNote(built === undefined ? 0 : value.length);
    return lacksList(value) ? "源数据没有该数组 / the source has no such list" : "只生成一次 / built once";
  };
  const isEachOf = (value: Json | undefined): value is readonly Json[] => isArray(value) && field.type !== "object";
  const ask = askChildren === undefined ? undefined : askOf(reference, { isEachOf, lacksList, innerOnce, source, askChildren });
  const build: BuildField = (run, scope, around) => {
    try {
      const value = reference?.read(scope);
      const isEach = isEachOf(value);
      const built = isEach ? buildEach(run, scope, around, value) : lacksList(value) ? undefined : buildOnce(run, scope, around, value);
      const result = built === undefined ? undefined : (parse?.(built) ?? built);
      if (run.trace !== undefined) {
        const read = reference === undefined ? [] : [{ path: reference.path, value }];
        run.trace.push(traceOf(pathOf(around, name), field.value ?? "", read, value, result, noteOf(value, built)));
      }
      if (result === undefined && field.required === true) missing(run, pathOf(around, name), "empty");
      return result;
    } catch (error) {
      if (!(error instanceof DatongError)) throw error;
      failed(run, pathOf(around, name), error);
      return undefined;
    }
  };
  return { build, ask };
}

function linesNote(lines: number): string {
  return lines === 0 ? "没有明细 / no elements" : `${lines} 行 / ${lines} elements`;
}

/** The questions of a list's or object's children: the elements are gone through as when they are built. */
function askOf(
  reference: Reference | undefined,
  parent: {
    readonly isEachOf: (value: Json | undefined) => value is readonly Json[];
    readonly lacksList: (value: Json | undefined) => boolean;
    readonly innerOnce: (scope: Scope, value: Json | undefined) => Scope;
    readonly source: string | undefined;
    readonly askChildren: AskFields;
  },
): AskFields {
  const { isEachOf, lacksList, innerOnce, source, askChildren } = parent;
  return (scope, questions) => {
    let value: Json | undefined;
    try {
      value = reference?.read(scope);
    } catch (error) {
      // Building meets the same error, and tells of it.
      if (error instanceof DatongError) return;
      throw error;
    }
    if (!isEachOf(value)) {
      if (!lacksList(value)) askChildren(innerOnce(scope, value), questions);
      return;
    }
    const element = { ...elementNames(scope.element, source as string), value: null as Json };
    const inner = { ...scope, element };
    for (const item of value) {
      element.value = item;
      askChildren(inner, questions);
    }
  };
}

/** The bare path of a source list or object, also accepted in braces. Undefined when there is none. */
function sourcePath(value: string | null | undefined): string | undefined {
  const text = (value ?? "").trim();
  const path = /^\{\{([^{}|]+)\}\}$/.exec(text)?.[1]?.trim() ?? text;
  if (path === "" || /[\s{}|'"]/.test(path)) return undefined;
  try {
    return parsePath(path).text;
  } catch (error) {
    if (error instanceof DatongError) return undefined;
    throw error;
  }
}

/** The names by which values inside a list find its element; the same for all its elements. */
function elementNames(outer: ScopeElement | undefined, source: string): Pick<ScopeElement, "path" | "aliases" | "outer"> {
  if (outer === undefined) return { path: source };
  for (const name of [outer.path, ...(outer.aliases ?? [])]) {
    if (!source.startsWith(`${name}.`)) continue;
    const relative = source.slice(name.length + 1);
    return { path: `${outer.path}.${relative}`, aliases: [relative, source], outer };
  }
  // Written relative to the element around it, or another list of the header.
  return { path: `${outer.path}.${source}`, aliases: [source], outer };
}

function compileLeaf(field: MappingField, fieldPath: string, context: FieldsContext): CompiledField {
  const place = { fieldPath, lookups: { ...context.policy, ...field.lookup } };
  const value = field.value === undefined || field.value === null ? undefined : compileLeafValue(field, field.value, place);
  const preset = field.default === undefined ? undefined : compileValue(field.default, place);
  const lookups = gathered([value, preset], context);
  const finish = compileFinish(field, fieldPath);
  const map = compileMap(field, fieldPath);
  const keepNull = field.keepNull === true;
  const fallback = compileFallback(field, value, fieldPath, context.onValueError);
  // A parser makes an object of the empty text as well ({FNumber: ""}), so whether there is a value is decided before it.
  const settle = (raw: Json | undefined, scope: Scope, notes: string[] | undefined): Json | undefined => {
    let value = raw;
    if (map !== undefined && value !== undefined && value !== null) {
      const mapped = map(value);
      value = mapped.value;
      if (mapped.note !== undefined) notes?.push(mapped.note);
    }
    if (preset !== undefined && (value === undefined || value === null || value === "")) {
      value = preset.evaluate(scope);
      notes?.push("取默认值 / default taken");
    }
    if (value === undefined) notes?.push("没有值 / missing");
    if (value !== null || keepNull) return value;
    notes?.push("null 已略去 / null dropped");
    return undefined;
  };
  const isAsIs = map === undefined && field.parser === undefined;
  const isText = isAsIs && (field.type === undefined || field.type === "string");
  const constant = constantOf(field, value, map !== undefined, finish);
  const wrap = map === undefined ? wrapOf(field, fieldPath) : undefined;
  const build: BuildField = (run, scope, around) => {
    const notes = run.trace === undefined ? undefined : [];
    let raw: Json | undefined;
    let result: Json | undefined;
    try {
      raw = value?.evaluate(scope);
      if (typeof raw === "string" && raw !== "" && notes === undefined) {
        if (isText) return raw;
        if (wrap !== undefined) return wrap(raw);
      }
      const settled = settle(raw, scope, notes);
      result = settled === undefined || settled === null ? settled : finish(settled, scope.zone, notes);
      if (field.required === true && (settled === "" || result === undefined || result === null || result === "")) {
        missing(run, pathOf(around, field.field), raw === undefined ? "missing" : raw === null ? "null" : "empty");
      }
    } catch (error) {
      if (!(error instanceof DatongError)) throw error;
      // Only the value's own failure is Qeasy's; what is wrong behind it is wrong.
      result = raw === undefined ? fallback?.(error, scope) : undefined;
      if (result === undefined) failed(run, pathOf(around, field.field), error, field.value);
      else (notes as string[] | undefined)?.push("计算失败，按方案设置原样发送 / not calculated, sent as text as the flow says");
      (notes as string[] | undefined)?.push(error.message);
    }
    if (run.trace !== undefined) {
      const path = pathOf(around, field.field);
      const looked = lookups.flatMap((lookup) => lookup.explain(scope) ?? []);
      run.trace.push({ ...traceOf(path, field.value ?? "", valuesOf(value, scope), raw, result, notes?.join("; ")), ...tracesOf(looked) });
    }
    return result;
  };
  if (lookups.length === 0) return { build, ask: undefined, constant, wrap, lone: isAsIs || wrap !== undefined ? value?.lone : undefined };
  const ask: AskFields = (scope, questions) => {
    for (const lookup of lookups) lookup.askInto(scope, questions);
  };
  return { build, ask };
}

/** Texts are what this parser takes, and it makes an object of each: nothing behind it can refuse or drop one. */
function wrapOf({ parser, type, field }: MappingField, fieldPath: string): ((value: Json) => Json) | undefined {
  const isWrapped = typeof parser === "object" && parser.name === "ConvertObjectParser" && (parser.params ?? "") !== "";
  return isWrapped && (type === undefined || type === "string") ? compileParser(parser, field, fieldPath) : undefined;
}

/** What values read and look up, told to the mapping; the lookups. */
function gathered(values: readonly (CompiledValue | undefined)[], context: FieldsContext): readonly Lookup[] {
  const compiled = values.filter((value) => value !== undefined);
  const lookups = compiled.flatMap((value) => value.lookups);
  for (const lookup of lookups) {
    lookup.shareKey(context.lookups);
    context.lookups.push(lookup);
  }
  for (const value of compiled) for (const path of referencesOf(value)) context.references.add(path);
  return lookups;
}

function tracesOf(lookups: readonly LookupTrace[]): { readonly lookups?: readonly LookupTrace[] } {
  return lookups.length === 0 ? {} : { lookups };
}

/** A field that names a table has got its entries before (mapping-table.ts). */
function compileMap(
  { map, table, mapDefault, mapMissing }: MappingField,
  fieldPath: string,
): ReturnType<typeof compileStaticMap> | undefined {
  if (mapMissing === "default" && mapDefault === undefined)
    throw new DatongError("MAPPING_INVALID", {
      fieldPath,
      reason: "mapMissing 为 default 时要写 mapDefault / mapMissing default needs mapDefault",
    });
  if (map === undefined) {
    if (table !== undefined) throw new DatongError("TABLE_UNKNOWN", { field: fieldPath, table, known: "", ...didYouMean(undefined) });
    return undefined;
  }
  return compileStaticMap(map, { policy: mapMissing, mapDefault, fieldPath, table });
}

/** For a list or object without children a bare path is the source's own list or object; text that is no path is JSON text. */
function compileLeafValue(field: MappingField, text: string, place: ValuePlace): CompiledValue {
  const compiled = compileValue(text, place);
  const isStructured = field.type === "array" || field.type === "object";
  const source = isStructured && field.parser === undefined && compiled.kind === "literal" ? sourcePath(text) : undefined;
  return source === undefined ? compiled : compileValue(`{{${source}}}`, place);
}

/** What fails behind the value (map, cast, parser) fails over all of it. */
function failed(run: FieldRun, fieldPath: string, error: DatongError, value?: string | null): void {
  const whole = typeof value === "string" && error.details["position"] === undefined ? { expression: value, position: 1 } : {};
  run.issues.push({ fieldPath, code: error.code, details: { ...whole, ...error.details, fieldPath } });
}

function missing(run: FieldRun, fieldPath: string, reason: "missing" | "null" | "empty"): void {
  run.issues.push({ fieldPath, code: "TARGET_FIELD_MISSING", details: { fieldPath, reason } });
}

function valuesOf(value: CompiledValue | undefined, scope: Scope): { path: string; value: Json | undefined }[] {
  const values: { path: string; value: Json | undefined }[] = [];
  for (const reference of value?.references ?? []) {
    if (values.some((known) => known.path === reference.path)) continue;
    try {
      values.push({ path: reference.path, value: reference.read(scope) });
    } catch (error) {
      // A global without value has made its issue already; the trace shows it as missing.
      if (!(error instanceof DatongError)) throw error;
      values.push({ path: reference.path, value: undefined });
    }
  }
  return values;
}

function traceOf(
  fieldPath: string,
  expression: string,
  references: FieldTrace["references"],
  raw: Json | undefined,
  result: Json | undefined,
  note: string | undefined,
): FieldTrace {
  return { fieldPath, expression, references, raw, result, ...(note === undefined || note === "" ? {} : { note }) };
}
