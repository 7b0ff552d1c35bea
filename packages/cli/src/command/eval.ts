/**
 * `datong eval VALUE --record FILE`: one value over one record, as a mapping would have it. Opens no database. The result is
 * `{"value":…,"trace":[…]}` or `{"error":{code,path,position,message}}`, and 1 is returned only with an error.
 */
import { readFile } from "node:fs/promises";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  DatongError,
  DEFAULT_ZONE,
  evaluateOnce,
  explain,
  instantOf,
  isArray,
  isObject,
  isZone,
  parseTime,
  readJson,
  toStoredRow,
  withPlainNumbers,
  writeJson,
  type EvaluationStep,
  type FieldType,
  type Json,
  type JsonObject,
  type StoredRow,
} from "@datong/core";
import type { Context } from "../context.ts";
import { evalText } from "../text/eval.ts";

export interface EvalOptions {
  readonly record?: string;
  readonly type?: FieldType;
  readonly at?: string;
  readonly zone?: string;
  readonly collections?: string;
}

export async function evalCommand(context: Context, value: string, options: EvalOptions): Promise<number> {
  try {
    const zone = options.zone ?? DEFAULT_ZONE;
    if (!isZone(zone)) throw new DatongError("TIME_ZONE_UNKNOWN", { zone });
    const nowMs = options.at === undefined ? Date.now() : instantIn(options.at, zone);
    const row = options.record === undefined ? {} : await readRecord(context, options.record);
    const type = options.type === undefined ? {} : { type: options.type };
    const result = evaluateOnce({ value, row, zone, nowMs, ...type, collectionOf: collectionsIn(context, options.collections) });
    if (!result.ok) return tellError(context, result.error);
    tellValue(context, result.value, result.trace);
    return 0;
  } catch (error) {
    if (error instanceof DatongError || error instanceof WrongInput) return tellError(context, error);
    throw error;
  }
}

/** What was given around the value cannot be used. */
class WrongInput extends Error {
  readonly texts: (text: ReturnType<typeof evalText>) => readonly [message: string, todo: string];

  constructor(texts: WrongInput["texts"]) {
    super(texts(evalText("en"))[0]);
    this.texts = texts;
  }
}

function instantIn(text: string, zone: string): number {
  const time = parseTime(text);
  if (time === null) throw new WrongInput((words) => [words.timeWrong(text), words.timeTodo]);
  return instantOf(time, zone);
}

async function readRecord({ terminal }: Context, file: string): Promise<JsonObject> {
  const path = resolve(terminal.cwd, file);
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw unreadable(file, error);
  }
  const given = parse(file, bytes);
  const row = isArray(given) ? given[0] : given;
  if (isObject(row)) return row;
  throw new WrongInput((words) => [words.recordWrong(file), words.recordTodo]);
}

/** Read when they are asked for: lookups do not wait. */
function collectionsIn({ terminal }: Context, folder: string | undefined): (flow: string) => readonly StoredRow[] | undefined {
  const read = new Map<string, readonly StoredRow[]>();
  return (flow) => {
    // A flow's id is no path.
    if (folder === undefined || /[\\/]/.test(flow)) return undefined;
    const known = read.get(flow);
    if (known !== undefined) return known;
    const file = join(resolve(terminal.cwd, folder), `${flow}.json`);
    if (!existsSync(file)) return undefined;
    const rows = parse(file, readFileSync(file));
    if (!isArray(rows) || !rows.every(isObject)) throw new WrongInput((words) => [words.collectionWrong(file), words.collectionTodo]);
    const stored = rows.map((row) => toStoredRow(row));
    read.set(flow, stored);
    return stored;
  };
}

function parse(file: string, bytes: Buffer): Json {
  try {
    return readJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof DatongError) {
      const { line, reason } = error.details;
      throw new DatongError("DOCUMENT_UNREADABLE", { file, line, reason: String(reason ?? error.message) }, { cause: error });
    }
    if (!(error instanceof TypeError)) throw error;
    throw new DatongError("DOCUMENT_UNREADABLE", { file, line: 1, reason: "文件不是 UTF-8 / the file is not UTF-8" }, { cause: error });
  }
}

function unreadable(file: string, error: unknown): DatongError {
  return new DatongError("DOCUMENT_MISSING", { file, reason: (error as NodeJS.ErrnoException).code ?? "" }, { cause: error });
}

function tellError(context: Context, error: DatongError | WrongInput): 1 {
  const { terminal, language, text, json } = context;
  const [message, todo] = error instanceof WrongInput ? error.texts(evalText(language)) : told(error, context);
  const code = error instanceof WrongInput ? "INPUT_INVALID" : error.code;
  const details = error instanceof WrongInput ? {} : error.details;
  const path = details["fieldPath"] ?? null;
  const position = details["position"] ?? null;
  if (json) terminal.out(`${writeJson({ error: { code, path, position, message } })}\n`);
  else terminal.err(`✗ ${code}  ${message}\n  ${text.todo}${todo}\n`);
  return 1;
}

function told(error: DatongError, { language }: Context): readonly [string, string] {
  const { message, todo } = explain(error, language);
  return [message, todo];
}

function tellValue(context: Context, value: Json | undefined, trace: readonly EvaluationStep[]): void {
  const { terminal, language, json } = context;
  const plain = value === undefined ? null : withPlainNumbers(value);
  if (json) {
    terminal.out(`${writeJson({ value: plain, trace: trace.map(stepJson) })}\n`);
    return;
  }
  const words = evalText(language);
  terminal.out(`${typeof plain === "string" ? plain : value === undefined ? words.missing : writeJson(plain)}\n`);
  for (const step of trace) {
    if (step.kind === "field") terminal.err(`  {{${step.path}}} = ${step.value === undefined ? words.missing : shown(step.value)}\n`);
    else terminal.err(`  ${words.lookup(step.flow, step.where, step.matched)}: ${step.find} = ${shown(step.found)}\n`);
  }
}

function shown(value: Json): string {
  const text = writeJson(withPlainNumbers(value));
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function stepJson(step: EvaluationStep): JsonObject {
  if (step.kind === "field") return { kind: step.kind, path: step.path, value: withPlainNumbers(step.value ?? null) };
  const { kind, flow, find, where, matched, found } = step;
  return { kind, flow, find, where, matched, found: withPlainNumbers(found) };
}
