/**
 * LIKE and regular expressions. Both look away from case, as MySQL's usual collations do, and both run in linear time: LIKE by
 * search of its pieces, regular expressions by RE2's automata (no look-around, no back references), so that no pattern and no record
 * can hang a flow.
 */
import { RE2JS, type Matcher } from "re2js";
import { textOf, truthValue, type ExpressionValue } from "../expression-value.ts";
import { plainRow, textRow, type FunctionContext, type FunctionRow } from "./function-row.ts";
import { lengthOf } from "./letters.ts";
import { compileLike, type LikePattern } from "./like.ts";
import { whole } from "./whole.ts";

const PATTERN_MAX = 1_000;

export const MATCH_TEXT: readonly FunctionRow[] = [
  plainRow(
    "LIKE",
    {
      args: [2, 3],
      form: "operator",
      usage: "text [NOT] LIKE 'a%'",
      zh: "匹配：% 任意多个字，_ 一个字，\\ 转义（或 ESCAPE 指定）；不分大小写",
      en: "Matches: % any characters, _ one, \\ (or that of ESCAPE) takes their meaning away; case does not matter",
    },
    (args, context) => like(args, context),
  ),
  textRow(
    "REGEXP",
    {
      args: 2,
      form: "operator",
      usage: "text [NOT] REGEXP '[0-9]+'",
      zh: "含有正则表达式匹配的部分；也写作 RLIKE。语法为 RE2（线性时间，没有环视与反向引用），不分大小写",
      en: "Holds a match of a regular expression; also RLIKE. RE2's syntax (linear time, no look-around, no back references), whatever the case",
    },
    ([text = "", pattern = ""], context) => truthValue(matcherOf(text, pattern, context).find()),
  ),
  textRow(
    "REGEXP_LIKE",
    { args: 2, usage: "REGEXP_LIKE(text, pattern)", zh: "同 REGEXP", en: "As REGEXP" },
    ([text = "", pattern = ""], context) => truthValue(matcherOf(text, pattern, context).find()),
  ),
  textRow(
    "REGEXP_REPLACE",
    {
      args: 3,
      usage: "REGEXP_REPLACE(text, pattern, by)",
      zh: "替换所有匹配的部分；$1 或 \\\\1 为第一个括号的内容",
      en: "Replaces every match; $1 or \\\\1 is what the first brackets matched",
    },
    ([text = "", pattern = "", by = ""], context) => replaceAll(text, pattern, by, context),
  ),
  textRow(
    "REGEXP_SUBSTR",
    {
      args: 2,
      usage: "REGEXP_SUBSTR(text, pattern)",
      zh: "第一个匹配的部分，没有为空文字",
      en: "The first match, the empty text when there is none",
    },
    ([text = "", pattern = ""], context) => {
      const matcher = matcherOf(text, pattern, context);
      return matcher.find() ? (matcher.group() ?? "") : "";
    },
  ),
  textRow(
    "REGEXP_INSTR",
    {
      args: 2,
      usage: "REGEXP_INSTR(text, pattern)",
      zh: "第一个匹配的位置，没有为 0",
      en: "Where the first match stands, 0 when there is none",
    },
    ([text = "", pattern = ""], context) => {
      const matcher = matcherOf(text, pattern, context);
      return whole(matcher.find() ? lengthOf(text.slice(0, matcher.start())) + 1 : 0);
    },
  ),
];

function like(args: readonly ExpressionValue[], context: FunctionContext): ExpressionValue {
  const [text, pattern, escape] = args.map((arg) => textOf(context.scalar(arg)));
  if (text === null || text === undefined || pattern === null || pattern === undefined || escape === null) return null;
  if (escape !== undefined && lengthOf(escape) > 1) return context.fail("ESCAPE 后面应为一个字 / ESCAPE takes one character");
  const compiled: LikePattern = context.remember(`${escape ?? "\\"} ${pattern}`, () => compileLike(pattern, escape ?? "\\"));
  context.spend(compiled.steps(text.length));
  return truthValue(compiled.matches(text));
}

function patternOf(pattern: string, context: FunctionContext): RE2JS {
  if (pattern.length > PATTERN_MAX) {
    return context.badPattern(pattern, `正则表达式超过 ${PATTERN_MAX} 个字符 / it is longer than ${PATTERN_MAX} characters`);
  }
  if (pattern === "") return context.badPattern(pattern, "正则表达式是空的 / it is empty");
  return context.remember(pattern, () => {
    try {
      return RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
    } catch (error) {
      return context.badPattern(pattern, error instanceof Error ? error.message : String(error));
    }
  });
}

/** The matcher of a text, its first search paid for. */
function matcherOf(text: string, pattern: string, context: FunctionContext): Matcher {
  const compiled = patternOf(pattern, context);
  context.spend(searchCost(text.length, compiled));
  return compiled.matcher(text);
}

/** Every character against every instruction of the pattern, at worst. */
function searchCost(characters: number, pattern: RE2JS): number {
  return Math.ceil((characters * pattern.programSize()) / 64);
}

/** Whether a search may look far behind what it matches, to see whether there is a longer or earlier alternative. */
const UNBOUNDED = /[*+]|\{\d+,\}/;

const GROUP = /[$\\](\d)|\\(.)/gs;

function replaceAll(text: string, pattern: string, by: string, context: FunctionContext): string {
  const compiled = patternOf(pattern, context);
  const matcher = compiled.matcher(text);
  const groups = matcher.groupCount();
  const looksFar = UNBOUNDED.test(pattern);
  let result = "";
  let from = 0;
  for (;;) {
    if (looksFar) context.spend(searchCost(text.length - from, compiled));
    const isFound = matcher.find();
    context.spend(searchCost((isFound ? matcher.end() : text.length) - from + compiled.programSize(), compiled));
    if (!isFound) return result + text.slice(from);
    const put = by.replace(GROUP, (written, digit: string | undefined, letter: string | undefined) => {
      if (digit === undefined) return letter ?? written;
      return Number(digit) <= groups ? (matcher.group(Number(digit)) ?? "") : "";
    });
    result += text.slice(from, matcher.start()) + put;
    context.room(result.length + text.length - matcher.end());
    from = matcher.end();
  }
}
