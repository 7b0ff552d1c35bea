/** Functions that put texts together or change their letters. What they make is measured before it is made. */
import { textOf, type ExpressionValue } from "../expression-value.ts";
import { countArg, plainRow, textArg, textRow, type FunctionContext, type FunctionRow } from "./function-row.ts";
import { lengthOf, reverseLetters, sliceLetters } from "./letters.ts";

const ARGS_MAX = 100;

export const JOIN_TEXT: readonly FunctionRow[] = [
  textRow("CONCAT", { args: [1, ARGS_MAX], usage: "CONCAT(a, b, …)", zh: "连接文字", en: "Joins texts" }, (texts, context) =>
    joined(texts, "", context),
  ),
  plainRow(
    "CONCAT_WS",
    {
      args: [2, ARGS_MAX],
      usage: "CONCAT_WS(separator, a, b, …)",
      zh: "用分隔符连接，略去 NULL",
      en: "Joins with a separator, leaving out NULLs",
    },
    (args, context) => {
      const separator = textArg(args, 0, context);
      if (separator === null) return null;
      const texts = args.slice(1).map((arg) => textOf(context.scalar(arg)));
      const found = texts.filter((text): text is string => text !== null);
      return joined(found, separator, context);
    },
  ),
  textRow(
    "REPLACE",
    { args: 3, usage: "REPLACE(text, part, by)", zh: "替换所有出现之处（区分大小写）", en: "Replaces every occurrence; case matters" },
    ([text = "", part = "", by = ""], context) => replaced(text, part, by, context),
  ),
  plainRow("REPEAT", { args: 2, usage: "REPEAT(text, n)", zh: "重复 n 次", en: "The text n times" }, (args, context) => {
    const text = textArg(args, 0, context);
    const count = countArg(args, 1, context);
    if (text === null || count === null) return null;
    if (text === "" || count < 1) return "";
    context.room(text.length * count);
    return text.repeat(count);
  }),
  plainRow("SPACE", { args: 1, usage: "SPACE(n)", zh: "n 个空格", en: "n blanks" }, (args, context) => {
    const count = countArg(args, 0, context);
    if (count === null) return null;
    context.room(count);
    return " ".repeat(Math.max(0, count));
  }),
  plainRow(
    "INSERT",
    {
      args: 4,
      usage: "INSERT(text, from, length, by)",
      zh: "从第 from 个字起的 length 个字换成 by",
      en: "Puts by in place of that many characters from a position on",
    },
    (args, context) => {
      const [text, from, count, by] = [
        textArg(args, 0, context),
        countArg(args, 1, context),
        countArg(args, 2, context),
        textArg(args, 3, context),
      ];
      if (text === null || from === null || count === null || by === null) return null;
      const length = lengthOf(text);
      if (from < 1 || from > length) return text;
      const to = count < 0 ? length : Math.min(length, from - 1 + count);
      return joined([sliceLetters(text, 0, from - 1), by, sliceLetters(text, to, length)], "", context);
    },
  ),
  plainRow(
    "LPAD",
    {
      args: [2, 3],
      usage: "LPAD(text, length[, fill])",
      zh: "左边补足到指定字数，超出则截断",
      en: "Fills up on the left to a length, or cuts",
    },
    (args, context) => padded(args, context, true),
  ),
  plainRow(
    "RPAD",
    {
      args: [2, 3],
      usage: "RPAD(text, length[, fill])",
      zh: "右边补足到指定字数，超出则截断",
      en: "Fills up on the right to a length, or cuts",
    },
    (args, context) => padded(args, context, false),
  ),
  textRow("REVERSE", { args: 1, usage: "REVERSE(text)", zh: "倒序", en: "The characters backwards" }, ([text = ""]) =>
    reverseLetters(text),
  ),
  textRow(
    "UPPER",
    { args: 1, usage: "UPPER(text)", zh: "转大写；也写作 UCASE", en: "To upper case; also UCASE", aliases: ["UCASE"] },
    ([text = ""]) => text.toUpperCase(),
  ),
  textRow(
    "LOWER",
    { args: 1, usage: "LOWER(text)", zh: "转小写；也写作 LCASE", en: "To lower case; also LCASE", aliases: ["LCASE"] },
    ([text = ""]) => text.toLowerCase(),
  ),
  textRow(
    "TRIM",
    {
      args: [2, 3],
      form: "trim",
      usage: "TRIM([LEADING|TRAILING|BOTH] [part FROM] text)",
      zh: "去掉两端（或一端）的空格或指定文字",
      en: "Takes blanks, or the part, off the ends",
    },
    ([text = "", side = "both", part = " "], context) => trimmed(text, part, side, context),
  ),
  textRow("LTRIM", { args: 1, usage: "LTRIM(text)", zh: "去掉左边空格", en: "Takes blanks off the left" }, ([text = ""], context) =>
    trimmed(text, " ", "leading", context),
  ),
  textRow("RTRIM", { args: 1, usage: "RTRIM(text)", zh: "去掉右边空格", en: "Takes blanks off the right" }, ([text = ""], context) =>
    trimmed(text, " ", "trailing", context),
  ),
];

function joined(texts: readonly string[], separator: string, context: FunctionContext): string {
  let length = separator.length * Math.max(0, texts.length - 1);
  for (const text of texts) length += text.length;
  context.room(length);
  return texts.join(separator);
}

function replaced(text: string, part: string, by: string, context: FunctionContext): string {
  if (part === "" || part.length > text.length) return text;
  context.spend(searchSteps(text, part));
  let count = 0;
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) count++;
  context.room(text.length + count * (by.length - part.length));
  return count === 0 ? text : text.split(part).join(by);
}

/** What a search costs at worst, in steps. */
export function searchSteps(text: string, part: string): number {
  return Math.ceil((text.length * Math.min(part.length, Math.max(1, text.length - part.length))) / 256);
}

function padded(args: readonly ExpressionValue[], context: FunctionContext, isLeft: boolean): ExpressionValue {
  const text = textArg(args, 0, context);
  const length = countArg(args, 1, context);
  const fill = args.length > 2 ? textArg(args, 2, context) : " ";
  if (text === null || length === null || fill === null || length < 0) return null;
  const missing = length - lengthOf(text);
  if (missing <= 0) return sliceLetters(text, 0, length);
  if (fill === "") return "";
  context.room(missing + text.length);
  const fillLength = lengthOf(fill);
  context.room(fill.length * Math.ceil(missing / fillLength));
  const front = sliceLetters(fill.repeat(Math.ceil(missing / fillLength)), 0, missing);
  return isLeft ? front + text : text + front;
}

function trimmed(text: string, part: string, side: string, context: FunctionContext): string {
  if (part === "") return text;
  context.spend(text.length >> 6);
  let from = 0;
  let to = text.length;
  if (side !== "trailing") while (to - from >= part.length && text.startsWith(part, from)) from += part.length;
  if (side !== "leading") while (to - from >= part.length && text.endsWith(part, to)) to -= part.length;
  return text.slice(from, to);
}
