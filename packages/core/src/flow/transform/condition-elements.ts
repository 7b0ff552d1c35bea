/**
 * Where a field path meets arrays in one row: the values it reaches, and the array elements they belong to.
 * An element is named by the innermost array's path and the element's index in each array on the way.
 */
import { isArray, isObject, type Json, type JsonObject } from "../../value/json.ts";
import { keysOf, orderedObject } from "../../value/key-order.ts";
import type { Path, PathStep } from "../../value/path.ts";

/** One value that a path reaches. `element` is absent when the path crossed no array. */
export interface Reached {
  readonly value: Json | undefined;
  readonly element?: ElementPlace;
}
export interface ElementPlace {
  /** Path of the innermost array, such as `items` or `orders.items`. */
  readonly path: string;
  readonly indexes: readonly number[];
  readonly line: Json;
}

/** Follows a path through objects and arrays. As in getPath, a key that is the whole rest of the path wins over the nested path. Elements named in `gone` are passed over. */
export function reach(row: JsonObject, field: Path, gone: ReadonlySet<string> = new Set()): readonly Reached[] {
  const found: Reached[] = [];
  walk(row, field.steps, { path: "", indexes: [], element: undefined }, { found, gone });
  return found;
}

/** A text that names an element within its row. */
export function elementId(element: ElementPlace): string {
  return `${element.path}#${element.indexes.join(".")}`;
}

/** The row without the named elements; untouched parts are the same objects. */
export function withoutElements(row: JsonObject, removed: ReadonlySet<string>): JsonObject {
  const changed = prune(row, "", [], removed);
  return isObject(changed) ? changed : row;
}

interface State {
  readonly found: Reached[];
  readonly gone: ReadonlySet<string>;
}
interface Way {
  readonly path: string;
  readonly indexes: readonly number[];
  readonly element: ElementPlace | undefined;
}

function walk(value: Json | undefined, steps: readonly PathStep[], way: Way, state: State): void {
  const step = steps[0];
  if (step === undefined || (!isObject(value) && !isArray(value))) {
    state.found.push({ value: step === undefined ? value : undefined, ...(way.element === undefined ? {} : { element: way.element }) });
  } else if (isArray(value) && step.index >= 0) {
    walk(value[step.index], steps.slice(1), { ...way, indexes: [...way.indexes, step.index] }, state);
  } else if (isArray(value)) {
    value.forEach((line, at) => {
      const element = { path: way.path, indexes: [...way.indexes, at], line };
      if (!state.gone.has(elementId(element))) walk(line, steps, { path: way.path, indexes: element.indexes, element }, state);
    });
  } else {
    const whole = steps.length > 1 && Object.hasOwn(value, step.rest);
    const key = whole ? step.rest : step.key;
    const next = Object.hasOwn(value, key) ? value[key] : undefined;
    walk(next, whole ? [] : steps.slice(1), { ...way, path: way.path === "" ? key : `${way.path}.${key}` }, state);
  }
}

function prune(value: Json, path: string, indexes: readonly number[], removed: ReadonlySet<string>): Json {
  if (isArray(value)) {
    const kept: Json[] = [];
    value.forEach((line, at) => {
      const place = [...indexes, at];
      if (!removed.has(`${path}#${place.join(".")}`)) kept.push(prune(line, path, place, removed));
    });
    return kept.length === value.length && kept.every((each, at) => each === value[at]) ? value : kept;
  }
  if (!isObject(value)) return value;
  let changed = false;
  const entries = keysOf(value).map((key): [string, Json] => {
    const before = value[key] ?? null;
    const after = prune(before, path === "" ? key : `${path}.${key}`, indexes, removed);
    changed ||= after !== before;
    return [key, after];
  });
  return changed ? orderedObject(entries) : value;
}
