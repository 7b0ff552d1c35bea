/**
 * Paths into JSON: `a.b[0].c`. Missing is undefined; a null that is there is null.
 *
 * A key may itself hold dots ("FRetcustId.FNumber" in Kingdee's rows): at each object the whole remaining path is tried as one key
 * first. `a.0.b` and `a[0].b` are the same. Positions count from 0.
 */
import { DatongError } from "../error/datong-error.ts";
import { isArray, isObject, memberOf, type Json } from "./json.ts";

export interface PathStep {
  readonly key: string;
  /** The key as a position in a list, or -1. */
  readonly index: number;
  /** The path from this step to the end, as written. */
  readonly rest: string;
}

export interface Path {
  readonly text: string;
  readonly steps: readonly PathStep[];
}

/** Reads a path; PATH_INVALID tells where it is not well formed. */
export function parsePath(text: string): Path {
  const steps: PathStep[] = [];
  let at = 0;
  let expectName = true;
  while (at < text.length || expectName) {
    if (text[at] === "[") {
      const close = text.indexOf("]", at);
      const digits = close === -1 ? "" : text.slice(at + 1, close);
      if (!/^\d{1,9}$/.test(digits)) throw invalid(text, at, "方括号里应为从 0 起的序号 / a position from 0 in brackets was expected");
      steps.push({ key: digits, index: Number(digits), rest: text.slice(at) });
      at = close + 1;
      expectName = false;
    } else if (!expectName && text[at] === ".") {
      at++;
      expectName = true;
    } else if (expectName) {
      let end = at;
      while (end < text.length && text[end] !== "." && text[end] !== "[") end++;
      if (end === at) throw invalid(text, at, "这里应为名称 / a name was expected");
      const key = text.slice(at, end);
      steps.push({ key, index: /^\d{1,9}$/.test(key) ? Number(key) : -1, rest: text.slice(at) });
      at = end;
      expectName = false;
    } else {
      throw invalid(text, at, "这里应为「.」或「[」 / '.' or '[' was expected");
    }
  }
  return { text, steps };
}

/** The value at a path; undefined when any step is missing. */
export function getPath(value: Json | undefined, path: Path | string): Json | undefined {
  const { steps } = typeof path === "string" ? parsePath(path) : path;
  let current: Json | undefined = value;
  for (let index = 0; index < steps.length; index++) {
    const step = steps[index] as PathStep;
    if (isArray(current)) {
      current = step.index < 0 ? undefined : current[step.index];
    } else if (isObject(current)) {
      if (index < steps.length - 1) {
        const whole = memberOf(current, step.rest);
        if (whole !== undefined) return whole;
      }
      current = memberOf(current, step.key);
    } else {
      return undefined;
    }
    if (current === undefined) return undefined;
  }
  return current;
}

/**
 * The values of a path that goes through lists without naming a position (`details.qty`): one per element, in order, undefined
 * where an element lacks it. Undefined when the path crosses no list on its way.
 */
export function columnOf(value: Json | undefined, path: Path | string): readonly (Json | undefined)[] | undefined {
  const { steps } = typeof path === "string" ? parsePath(path) : path;
  const column: (Json | undefined)[] = [];
  return collect(value, steps, 0, column) ? column : undefined;
}

function collect(value: Json | undefined, steps: readonly PathStep[], from: number, column: (Json | undefined)[]): boolean {
  let current = value;
  for (let index = from; index < steps.length; index++) {
    const step = steps[index] as PathStep;
    if (isArray(current)) {
      if (step.index >= 0) {
        current = current[step.index];
        continue;
      }
      for (const item of current) {
        const whole = isObject(item) ? memberOf(item, step.rest) : undefined;
        if (whole !== undefined) column.push(whole);
        else if (!collect(item, steps, index, column)) column.push(getSteps(item, steps, index));
      }
      return true;
    }
    if (!isObject(current)) return false;
    if (index < steps.length - 1 && memberOf(current, step.rest) !== undefined) return false;
    current = memberOf(current, step.key);
  }
  return false;
}

function getSteps(value: Json | undefined, steps: readonly PathStep[], from: number): Json | undefined {
  return getPath(value, { text: "", steps: steps.slice(from) });
}

function invalid(path: string, at: number, reason: string): DatongError {
  return new DatongError("PATH_INVALID", { path, position: at + 1, reason });
}
