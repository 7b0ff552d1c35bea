/** Functions that measure, search and cut texts. Positions count characters from 1; searching looks away from case, as MySQL's usual collations do. */
import { compareLoose, type ExpressionValue } from "../expression-value.ts";
import { countArg, plainRow, textArg, textRow, type FunctionContext, type FunctionRow } from "./function-row.ts";
import { searchSteps } from "./join-text.ts";
import { bytesOf, lengthOf, sliceLetters } from "./letters.ts";
import { whole } from "./whole.ts";

export const CUT_TEXT: readonly FunctionRow[] = [
  plainRow("LEFT", { args: 2, usage: "LEFT(text, n)", zh: "左边 n 个字", en: "The first n characters" }, (args, context) => {
    const text = textArg(args, 0, context);
    const count = countArg(args, 1, context);
    return text === null || count === null ? null : sliceLetters(text, 0, count);
  }),
  plainRow("RIGHT", { args: 2, usage: "RIGHT(text, n)", zh: "右边 n 个字", en: "The last n characters" }, (args, context) => {
    const text = textArg(args, 0, context);
    const count = countArg(args, 1, context);
    if (text === null || count === null) return null;
    const length = lengthOf(text);
    return sliceLetters(text, length - Math.max(0, count), length);
  }),
  plainRow(
    "SUBSTRING",
    {
      args: [2, 3],
      form: "substring",
      aliases: ["SUBSTR", "MID"],
      usage: "SUBSTRING(text, from[, length])",
      zh: "从第 from 个字起（负数从末尾数）；也写作 SUBSTR、MID、SUBSTRING(text FROM from FOR length)",
      en: "From a position on, a negative one from the end; also SUBSTR, MID and SUBSTRING(text FROM from FOR length)",
    },
    (args, context) => substring(args, context),
  ),
  plainRow(
    "SUBSTRING_INDEX",
    {
      args: 3,
      usage: "SUBSTRING_INDEX(text, separator, n)",
      zh: "第 n 个分隔符之前的部分；n 为负时从右数、取之后的部分",
      en: "What stands before the n-th separator; with a negative n behind it, counted from the right",
    },
    (args, context) => substringIndex(args, context),
  ),
  plainRow(
    "LOCATE",
    {
      args: [2, 3],
      usage: "LOCATE(part, text[, from])",
      zh: "部分文字第一次出现的位置（从 1 起，没有为 0）",
      en: "Where the part first stands in the text, from 1; 0 when it does not",
    },
    (args, context) => {
      const from = args.length > 2 ? countArg(args, 2, context) : 1;
      return located(textArg(args, 0, context), textArg(args, 1, context), from, context);
    },
  ),
  textRow("INSTR", { args: 2, usage: "INSTR(text, part)", zh: "同 LOCATE(part, text)", en: "As LOCATE(part, text)" }, (texts, context) =>
    located(texts[1] ?? "", texts[0] ?? "", 1, context),
  ),
  textRow(
    "POSITION",
    { args: 2, form: "position", usage: "POSITION(part IN text)", zh: "同 LOCATE(part, text)", en: "As LOCATE(part, text)" },
    (texts, context) => located(texts[0] ?? "", texts[1] ?? "", 1, context),
  ),
  textRow(
    "FIND_IN_SET",
    {
      args: 2,
      usage: "FIND_IN_SET(text, 'a,b,c')",
      zh: "在逗号分隔的列表里是第几个，没有为 0",
      en: "Which of a list with commas it is, from 1; 0 when none",
    },
    ([text = "", list = ""]) => whole(list === "" ? 0 : list.split(",").findIndex((item) => compareLoose(item, text) === 0) + 1),
  ),
  textRow(
    "LENGTH",
    {
      args: 1,
      aliases: ["OCTET_LENGTH"],
      usage: "LENGTH(text)",
      zh: "字节数（UTF-8，一个汉字 3 个字节）",
      en: "Bytes in UTF-8; a Chinese character is three",
    },
    ([text = ""]) => whole(bytesOf(text)),
  ),
  textRow(
    "CHAR_LENGTH",
    { args: 1, aliases: ["CHARACTER_LENGTH"], usage: "CHAR_LENGTH(text)", zh: "字数", en: "Characters" },
    ([text = ""]) => whole(lengthOf(text)),
  ),
];

function substring(args: readonly ExpressionValue[], context: FunctionContext): ExpressionValue {
  const text = textArg(args, 0, context);
  const position = countArg(args, 1, context);
  const count = args.length > 2 ? countArg(args, 2, context) : Infinity;
  if (text === null || position === null || count === null) return null;
  const length = lengthOf(text);
  if (position === 0 || count < 1 || -position > length) return "";
  const from = position > 0 ? position - 1 : length + position;
  return sliceLetters(text, from, Math.min(length, from + count));
}

function substringIndex(args: readonly ExpressionValue[], context: FunctionContext): ExpressionValue {
  const text = textArg(args, 0, context);
  const separator = textArg(args, 1, context);
  const count = countArg(args, 2, context);
  if (text === null || separator === null || count === null) return null;
  if (separator === "" || count === 0) return "";
  context.spend(searchSteps(text, separator));
  let at = count > 0 ? -separator.length : text.length;
  for (let seen = 0; seen < Math.abs(count); seen++) {
    if (count > 0) at = text.indexOf(separator, at + separator.length);
    else at = at < separator.length ? -1 : text.lastIndexOf(separator, at - separator.length);
    if (at === -1) return text;
  }
  return count > 0 ? text.slice(0, at) : text.slice(at + separator.length);
}

function located(part: string | null, inside: string | null, from: number | null, context: FunctionContext): ExpressionValue {
  if (part === null || inside === null || from === null) return null;
  const text = inside.toLowerCase();
  if (from < 1 || from > lengthOf(text) + 1) return whole(0);
  context.spend(searchSteps(text, part));
  const before = sliceLetters(text, 0, from - 1).length;
  const index = text.indexOf(part.toLowerCase(), before);
  return whole(index === -1 ? 0 : lengthOf(text.slice(0, index)) + 1);
}
