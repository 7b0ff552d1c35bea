/**
 * References: how a path of the value language finds its value. Compiled once per place, read once per record.
 *
 * Order: globals by name; the current element (its array's own path in front, or relative to it), then the elements around it, then
 * the header row, then further names in the globals. A path with the array's own name in front never falls back to the header.
 * A path that crosses a list without a position gives the column: the list of the values that are there.
 */
import { columnOf, getPath, isObject, memberOf, parsePath, type Json, type JsonObject, type Path } from "../../value/index.ts";
import { globalRow, globalValue, type Globals } from "./globals.ts";
import type { LookupAnswers } from "./lookup.ts";
import { valueError, type ValueSite } from "./template-error.ts";

export interface ScopeElement {
  /** The array's path from the row, such as `items` or `items.batches`. */
  readonly path: string;
  readonly value: Json;
  /** Other names of the array: relative to the element around it, or as the mapping wrote it. */
  readonly aliases?: readonly string[];
  readonly outer?: ScopeElement;
}

export interface Scope {
  readonly row: JsonObject;
  readonly element?: ScopeElement;
  readonly globals: Globals;
  readonly zone: string;
  /** Answers to the lookups of the values; absent where there are none. */
  readonly answers?: LookupAnswers | undefined;
  /** Ask `applyMapping` for the trace of each field. */
  readonly trace?: boolean | undefined;
}

export type Column = readonly (Json | undefined)[];

export interface Reference {
  readonly path: string;
  /** The row's member that it is wherever there is no element; undefined for a path of several steps, and for globals. */
  readonly name?: string | undefined;
  readonly isGlobal: boolean;
  /** True for globals that are instants in epoch seconds. */
  readonly isTime: boolean;
  /** The value; undefined when it is missing. */
  readonly read: (scope: Scope) => Json | undefined;
  /** All values of the path for an aggregate, one per line; undefined when the path crosses no list. */
  readonly readColumn: (scope: Scope) => Column | undefined;
}

/** Compiles a path. The site and offset are for the error of a global without value. */
export function compileReference(path: string, site: ValueSite, offset: number): Reference {
  const global = globalRow(path);
  if (global !== undefined) {
    const read = (scope: Scope): Json => {
      const value = globalValue(path, scope.globals);
      if (value === undefined) throw valueError("VALUE_GLOBAL_MISSING", site, offset, { name: path });
      return value;
    };
    return { path, isGlobal: true, isTime: global.isTime, read, readColumn: () => undefined };
  }
  const finder = new PathFinder(path);
  const read = finder.isPlain
    ? (scope: Scope): Json | undefined => {
        if (scope.element !== undefined) return finder.read(scope);
        const value = memberOf(scope.row, path);
        return value === undefined ? memberOf(scope.globals, path) : value;
      }
    : finder.isPair
      ? readPair(path, finder)
      : (scope: Scope): Json | undefined => finder.read(scope);
  const name = finder.isPlain ? path : undefined;
  return { path, name, isGlobal: false, isTime: false, read, readColumn: (scope) => finder.readColumn(scope) };
}

/** The short way to a member of a member; whatever else it may be the finder knows. */
function readPair(path: string, finder: PathFinder): (scope: Scope) => Json | undefined {
  const dot = path.indexOf(".");
  const [outer, inner] = [path.slice(0, dot), path.slice(dot + 1)];
  return (scope) => {
    // A flattened row may hold the whole path as one key.
    if (scope.element === undefined && memberOf(scope.row, path) === undefined) {
      const value = memberOf(scope.row, outer);
      const found = isObject(value) ? memberOf(value, inner) : undefined;
      if (found !== undefined) return found;
    }
    return finder.read(scope);
  };
}

/** The value at a path, or the column where it crosses a list; undefined when nothing is there. */
export function valueOrColumn(value: Json | undefined, path: Path): Json | undefined {
  const found = getPath(value, path);
  if (found !== undefined || path.steps.length < 2) return found;
  const column = columnOf(value, path);
  if (column === undefined) return undefined;
  const there = column.filter((item) => item !== undefined);
  return there.length === 0 && column.length > 0 ? undefined : there;
}

class PathFinder {
  private readonly text: string;
  private readonly whole: Path;
  /** One name, no steps. */
  readonly isPlain: boolean;
  /** Two names and nothing else. */
  readonly isPair: boolean;
  /** Remainders of the path behind an element's own path, by that path: few, and the same for every record. */
  private readonly remainders = new Map<string, Path | null>();
  /** The remainder asked for last, nearly always the one that is asked for next. */
  private last: { readonly path: string; readonly remainder: Path | null } | undefined;

  constructor(text: string) {
    this.text = text;
    this.whole = parsePath(text);
    this.isPlain = this.whole.steps.length === 1;
    this.isPair = /^[^.[\]]+\.[^.[\]]+$/.test(text) && this.whole.steps.length === 2;
  }

  read(scope: Scope): Json | undefined {
    for (let element = scope.element; element !== undefined; element = element.outer) {
      const remainder = this.remainderOf(element);
      if (remainder === SELF) return element.value;
      if (remainder !== null) {
        const found = valueOrColumn(element.value, remainder);
        // A flattened row may hold the whole path as one key.
        return found ?? memberOf(scope.row, this.text);
      }
      const relative = getPath(element.value, this.whole);
      if (relative !== undefined) return relative;
    }
    const found = this.isPlain ? memberOf(scope.row, this.text) : valueOrColumn(scope.row, this.whole);
    if (found !== undefined) return found;
    return getPath(scope.globals, this.whole);
  }

  readColumn(scope: Scope): Column | undefined {
    for (let element = scope.element; element !== undefined; element = element.outer) {
      const remainder = this.remainderOf(element);
      // Lists inside the element come first; without any, the aggregate means all elements of the array, which the row gives.
      const inside = columnOf(element.value, remainder === null || remainder === SELF ? this.whole : remainder);
      if (inside !== undefined) return inside;
    }
    const column = columnOf(scope.row, this.whole);
    if (column !== undefined || scope.element === undefined) return column;
    const remainder = this.remainderOf(scope.element);
    if (remainder === null || remainder === SELF) return undefined;
    const above = parsePath(scope.element.path + this.text.slice(this.text.length - remainder.text.length - 1));
    return columnOf(scope.row, above);
  }

  private remainderOf(element: ScopeElement): Path | null {
    if (this.last?.path === element.path) return this.last.remainder;
    let remainder = this.remainders.get(element.path);
    if (remainder === undefined) {
      remainder = remainderBehind(this.text, element.path);
      for (const alias of element.aliases ?? []) remainder ??= remainderBehind(this.text, alias);
      this.remainders.set(element.path, remainder);
    }
    this.last = { path: element.path, remainder };
    return remainder;
  }
}

/** Stands for "the path is the element itself". */
const SELF: Path = { text: "", steps: [] };

function remainderBehind(text: string, front: string): Path | null {
  if (text === front) return SELF;
  return text.startsWith(`${front}.`) ? parsePath(text.slice(front.length + 1)) : null;
}
