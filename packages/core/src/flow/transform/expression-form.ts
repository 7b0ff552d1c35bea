/**
 * Arguments that SQL writes in words instead of commas: `CAST(x AS CHAR)`, `TRIM(LEADING '0' FROM x)`, `SUBSTRING(x FROM 2 FOR 3)`,
 * `POSITION(a IN b)`, `DATE_ADD(d, INTERVAL 1 DAY)`, `TIMESTAMPDIFF(DAY, a, b)`. They become plain arguments; a word becomes its text.
 */
import type { AggregateWords } from "./expression-lines.ts";
import type { ExpressionNode } from "./expression-node.ts";
import { CAST_TYPES } from "./function/convert.ts";
import type { ArgumentForm } from "./function/function-row.ts";
import { INTERVAL_UNITS } from "./function/interval.ts";

/** What a form needs of the parser. Words are given and taken in lower case. */
export interface FormReader {
  /** The word or sign that comes next, "" for values and the end. */
  readonly mark: string;
  readonly offset: number;
  readonly take: (mark: string) => boolean;
  readonly expect: (mark: string, reason: string) => void;
  /** Any expression. */
  readonly parseValue: () => ExpressionNode;
  /** An expression without comparisons, so that IN is not taken as one. */
  readonly parseSum: () => ExpressionNode;
  /** Plain arguments up to the closing bracket, behind those that are there. */
  readonly parseRest: (args: ExpressionNode[]) => ExpressionNode[];
  readonly refuse: (reason: string) => never;
}

/** The arguments of a call behind its opening bracket, up to and with the closing one. */
export function parseForm(form: ArgumentForm, reader: FormReader): ExpressionNode[] {
  switch (form) {
    case "cast":
      return parseCast(reader);
    case "trim":
      return parseTrim(reader);
    case "substring":
      return parseSubstring(reader);
    case "position": {
      const part = reader.parseSum();
      reader.expect("in", "POSITION 写成 POSITION(a IN b) / write POSITION(a IN b)");
      return reader.parseRest([part, reader.parseValue()]);
    }
    case "interval": {
      const date = reader.parseValue();
      if (reader.mark !== ",") return reader.parseRest([date]);
      reader.expect(",", COMMA);
      if (reader.take("interval")) return reader.parseRest([date, ...parseInterval(reader)]);
      return reader.parseRest([date, reader.parseValue()]);
    }
    case "unit": {
      const unit = parseUnit(reader);
      reader.expect(",", COMMA);
      return reader.parseRest([unit, reader.parseValue()]);
    }
    case "clock":
    case "operator":
      return reader.take(")") ? [] : reader.parseRest([reader.parseValue()]);
  }
}

/**
 * What stands in an aggregate's brackets, `[DISTINCT] x`; of one that joins texts also `x, y … [ORDER BY z [DESC], …] [SEPARATOR ',']`.
 * Without further words there are none.
 */
export function parseAggregate(joins: boolean, reader: FormReader): { readonly args: ExpressionNode[]; readonly words?: AggregateWords } {
  if (reader.take(")")) return { args: [] };
  const distinct = reader.take("distinct");
  const args = [reader.parseValue()];
  while (joins && reader.take(",")) args.push(reader.parseValue());
  const order = joins && reader.take("order") ? parseOrder(reader) : [];
  const separator = joins && reader.take("separator") ? parseSeparator(reader) : undefined;
  reader.expect(")", CLOSE);
  if (!distinct && order.length === 0 && separator === undefined) return { args };
  return { args, words: { distinct, order, ...(separator === undefined ? {} : { separator }) } };
}

function parseOrder(reader: FormReader): AggregateWords["order"] {
  reader.expect("by", "ORDER 后面应为 BY / BY was expected");
  const order: { by: ExpressionNode; descending: boolean }[] = [];
  do {
    const by = reader.parseValue();
    const descending = reader.take("desc");
    if (!descending) reader.take("asc");
    order.push({ by, descending });
  } while (reader.take(","));
  return order;
}

function parseSeparator(reader: FormReader): string {
  const node = reader.parseValue();
  const parts = node.kind === "text" ? node.parts : [];
  const isPlain = node.kind === "text" && parts.every((part) => part.kind === "text");
  if (!isPlain) return reader.refuse("SEPARATOR 后面应为引号里的文字 / a text in quotes was expected behind SEPARATOR");
  return parts.map((part) => (part.kind === "text" ? part.text : "")).join("");
}

const COMMA = "缺少逗号 / , was expected";

/** The number and the unit behind the word INTERVAL. */
export function parseInterval(reader: FormReader): [ExpressionNode, ExpressionNode] {
  return [reader.parseSum(), parseUnit(reader)];
}

function parseUnit(reader: FormReader): ExpressionNode {
  const { mark, offset } = reader;
  const unit = INTERVAL_UNITS.get(mark.replace(/^sql_tsi_/, ""));
  if (unit === undefined || !reader.take(mark)) {
    return reader.refuse(`这里应为时间单位 ${UNITS} / a unit was expected, one of ${UNITS}`);
  }
  return wordNode(unit, offset);
}

const UNITS = [...new Set(INTERVAL_UNITS.values())].join(", ");

function wordNode(text: string, offset: number): ExpressionNode {
  return { kind: "text", parts: [{ kind: "text", text }], offset };
}

/** `x AS type`, and of CONVERT also `x, type` and `x USING charset`. Gives x, the type's name and its numbers. */
function parseCast(reader: FormReader): ExpressionNode[] {
  const value = reader.parseValue();
  if (reader.take("using")) {
    const { mark, offset } = reader;
    if (!/^(utf8(mb[34])?|gbk|gb18030|gb2312|latin1|ascii|binary)$/.test(mark) || !reader.take(mark)) {
      return reader.refuse("USING 后面应为字符集，如 utf8mb4 / a character set such as utf8mb4 was expected");
    }
    reader.expect(")", CLOSE);
    return [value, wordNode("char", offset)];
  }
  if (!reader.take("as") && !reader.take(",")) reader.expect("as", "类型转换写成 CAST(x AS 类型) / write CAST(x AS type)");
  const { mark, offset } = reader;
  const type = CAST_TYPES.get(mark);
  if (type === undefined || !reader.take(mark)) {
    const known = [...new Set(CAST_TYPES.values())].join(", ").toUpperCase();
    return reader.refuse(`这里应为类型 ${known} / a type was expected, one of ${known}`);
  }
  const args = [value, wordNode(type, offset)];
  if (type === "signed" || type === "unsigned") {
    if (!reader.take("integer")) reader.take("int");
  } else if (reader.take("(")) {
    return closed(reader, reader.parseRest([...args, reader.parseValue()]));
  }
  return closed(reader, args);
}

const CLOSE = "缺少右括号 / ) was expected";

function closed(reader: FormReader, args: ExpressionNode[]): ExpressionNode[] {
  reader.expect(")", CLOSE);
  return args;
}

/** `x`, `part FROM x`, `LEADING part FROM x`, `LEADING FROM x`. Gives x, the side and, where there is one, the part. */
function parseTrim(reader: FormReader): ExpressionNode[] {
  const { offset } = reader;
  const side = ["leading", "trailing", "both"].find((word) => reader.take(word));
  if (side !== undefined && reader.take("from")) return closed(reader, [reader.parseValue(), wordNode(side, offset)]);
  const first = reader.parseValue();
  if (!reader.take("from")) {
    if (side !== undefined) reader.expect("from", "TRIM 的这种写法需要 FROM / FROM was expected");
    return closed(reader, [first, wordNode("both", offset)]);
  }
  return closed(reader, [reader.parseValue(), wordNode(side ?? "both", offset), first]);
}

/** `x, from[, length]` or `x FROM from [FOR length]`. */
function parseSubstring(reader: FormReader): ExpressionNode[] {
  const args = [reader.parseValue()];
  if (!reader.take("from")) return reader.parseRest(args);
  args.push(reader.parseValue());
  if (reader.take("for")) args.push(reader.parseValue());
  return closed(reader, args);
}
