/**
 * JSON inside expressions: `JSON_EXTRACT(json, '$.items[0].name')`. A path is `$` and then members (`.name`, `."a name"`), positions
 * from 0 (`[0]`) and all of a list or object (`[*]`, `.*`). The result is JSON, so a text comes in its quotes; JSON_UNQUOTE takes them off.
 */
import { DatongError, inBothLanguages } from "../../../error/index.ts";
import { ExactNumber, isArray, isObject, keysOf, memberOf, readJson, writeJson, type Json } from "../../../value/index.ts";
import { bindValue, FALSE, isScalar, NumberValue, textOf, TRUE, type ExpressionValue } from "../expression-value.ts";
import { plainRow, textArg, textRow, type FunctionContext, type FunctionRow } from "./function-row.ts";
import { whole } from "./whole.ts";

export const JSON_ROWS: readonly FunctionRow[] = [
  plainRow(
    "JSON_EXTRACT",
    {
      args: [2, 20],
      usage: "JSON_EXTRACT(json, '$.a[0]')",
      zh: "取 JSON 里的一部分（文字带引号，见 JSON_UNQUOTE）；没有为 NULL",
      en: "A part of JSON, a text in its quotes (see JSON_UNQUOTE); NULL when it is not there",
    },
    (args, context) => {
      const found = extracted(args, context);
      return found === undefined ? null : asJsonValue(found);
    },
  ),
  plainRow(
    "JSON_VALUE",
    {
      args: 2,
      usage: "JSON_VALUE(json, '$.a')",
      zh: "取 JSON 里的一个值，文字不带引号",
      en: "One value of JSON, a text without its quotes",
    },
    (args, context) => {
      const found = extracted(args, context);
      return found === undefined || isArray(found) || isObject(found) ? null : unquoted(asJsonValue(found), context);
    },
  ),
  plainRow(
    "JSON_UNQUOTE",
    { args: 1, usage: "JSON_UNQUOTE(json)", zh: "JSON 文字去掉引号", en: "A JSON text without its quotes" },
    (args, context) => unquoted(args[0] ?? null, context),
  ),
  plainRow(
    "JSON_LENGTH",
    {
      args: [1, 2],
      usage: "JSON_LENGTH(json[, '$.a'])",
      zh: "数组的个数、对象的成员数，其他为 1",
      en: "How many elements or members; 1 for anything else",
    },
    (args, context) => {
      const found = extracted(args.length > 1 ? args : [args[0] ?? null, "$"], context);
      if (found === undefined) return null;
      return whole(isArray(found) ? found.length : isObject(found) ? keysOf(found).length : 1);
    },
  ),
  textRow("JSON_QUOTE", { args: 1, usage: "JSON_QUOTE(text)", zh: "文字写成 JSON", en: "A text as JSON" }, ([text = ""]) =>
    writeJson(text),
  ),
];

/** The parts at the paths: that of one path as it is, those of several as a list. Undefined when nothing is there. */
function extracted(args: readonly ExpressionValue[], context: FunctionContext): Json | undefined {
  const document = documentOf(args[0] ?? null, context);
  if (document === undefined) return undefined;
  const found: Json[] = [];
  let isMany = args.length > 2;
  for (let at = 1; at < args.length; at++) {
    const path = textArg(args, at, context);
    if (path === null) return undefined;
    const steps = context.remember(path, () => stepsOf(path, context));
    isMany ||= steps.includes(ALL);
    for (const part of partsAt([document], steps, context)) found.push(part);
  }
  return found.length === 0 ? undefined : isMany ? found : found[0];
}

function documentOf(value: ExpressionValue, context: FunctionContext): Json | undefined {
  if (!isScalar(value)) return value;
  const text = textOf(value);
  if (text === null || text.trim() === "") return undefined;
  context.spend(text.length >> 4);
  try {
    return readJson(text);
  } catch (error) {
    if (error instanceof DatongError) return context.fail(inBothLanguages(error));
    throw error;
  }
}

const ALL = Symbol("all members");
type Step = string | number | typeof ALL;

const STEP = /\s*(?:\.\s*(?:"((?:[^"\\]|\\.)*)"|([\p{L}_$][\p{L}\p{N}_$]*)|(\*))|\[\s*(?:(\d{1,9})|(\*))\s*\])\s*/uy;

function stepsOf(path: string, context: FunctionContext): readonly Step[] {
  const text = path.trim();
  if (!text.startsWith("$")) return context.fail("JSON 路径以 $ 开头 / a JSON path begins with $");
  const steps: Step[] = [];
  let at = 1;
  while (at < text.length) {
    STEP.lastIndex = at;
    const match = STEP.exec(text);
    if (match === null) return context.fail(`JSON 路径「${text.slice(0, 60)}」写法有误 / not a JSON path: '${text.slice(0, 60)}'`);
    const [, quoted, name, , index] = match;
    if (quoted !== undefined) steps.push(quoted.replace(/\\(.)/g, "$1"));
    else if (name !== undefined) steps.push(name);
    else steps.push(index === undefined ? ALL : Number(index));
    at = STEP.lastIndex;
  }
  return steps;
}

function partsAt(from: readonly Json[], steps: readonly Step[], context: FunctionContext): readonly Json[] {
  let parts = from;
  for (const step of steps) {
    parts = parts.flatMap((part) => membersAt(part, step));
    context.spend(parts.length);
  }
  return parts;
}

function membersAt(part: Json, step: Step): readonly Json[] {
  if (step === ALL) return isArray(part) ? part : isObject(part) ? keysOf(part).map((key) => part[key] as Json) : [];
  const found =
    typeof step === "number"
      ? isArray(part)
        ? part[step]
        : step === 0
          ? part
          : undefined
      : isObject(part)
        ? memberOf(part, step)
        : undefined;
  return found === undefined ? [] : [found];
}

/** JSON as an expression has it: numbers and booleans as such, everything else as JSON text. */
function asJsonValue(json: Json): ExpressionValue {
  if (typeof json === "boolean") return json ? TRUE : FALSE;
  if (typeof json === "number" || json instanceof ExactNumber) return bindValue(json);
  return writeJson(json);
}

function unquoted(value: ExpressionValue, context: FunctionContext): ExpressionValue {
  const scalar = isScalar(value) ? value : writeJson(value);
  if (scalar === null || scalar instanceof NumberValue) return scalar;
  if (scalar.length < 2 || !scalar.startsWith('"') || !scalar.endsWith('"')) return scalar;
  context.spend(scalar.length >> 4);
  try {
    const text = readJson(scalar);
    return typeof text === "string" ? text : scalar;
  } catch (error) {
    // Quotes alone make no JSON text: `"a" and "b"` stays as it is.
    if (error instanceof DatongError) return scalar;
    throw error;
  }
}
