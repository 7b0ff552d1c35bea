/**
 * Random values of the value language: expressions over the function table, templates over the filter table, and both with letters
 * taken out, doubled and thrown in. What a table has, it is tried, so that a new row is fuzzed without a word here.
 */
import { FILTERS, FUNCTIONS, type FunctionRow } from "@datong/core";
import type { Random } from "../../src/world/random.ts";

const UNITS = ["MICROSECOND", "second", "MINUTE", "HOUR", "day", "WEEK", "MONTH", "QUARTER", "year"];
const TYPES = ["CHAR", "CHAR(3)", "SIGNED", "UNSIGNED", "DECIMAL(10,2)", "DECIMAL(65,30)", "DATE", "DATETIME", "TIME", "DOUBLE"];
const TEXTS = [
  "",
  " ",
  "a",
  "ABC",
  "文字",
  "𠮷",
  "2024-02-29",
  "2024-05-01 08:00:00",
  "%Y-%m-%d %H:%i:%s",
  "%",
  "_",
  "a%",
  "[0-9]+",
  "(a+)+$",
  "(a|aa)*b",
  "x{1000}",
  "$.a[0]",
  "$.*",
  '{"a":[1,"x"]}',
  "12",
  "-1.50",
  "1e3",
  "true",
  "null",
  ",",
  "\\\\",
  "it''s",
  "9999-12-31",
  "0000-00-00",
  "\\n",
];
const NUMBERS = ["0", "1", "2", "-1", "3.14", "0.1", "1e3", "1e-9", "99999999999999999999", "1000000", "-7", "31", "1e300", "1714521600"];
const PATHS = [
  "a",
  "b",
  "n",
  "day",
  "none",
  "items",
  "items.qty",
  "items[0].qty",
  "o",
  "o.x",
  "__proto__",
  "constructor",
  "__proto__.polluted",
  "toString",
  "CURRENT_TIME",
  "LAST_SYNC_TIME",
  "DAYS_AGO_3",
  "PAGINATION_START_PAGE",
  "big",
  "编码",
];
const OPERATORS = [
  "+",
  "-",
  "*",
  "/",
  "%",
  "div",
  "mod",
  "=",
  "<>",
  "!=",
  "<",
  "<=",
  ">",
  ">=",
  "<=>",
  "and",
  "or",
  "xor",
  "&&",
  "||",
  "&",
  "|",
  "^",
  "<<",
  ">>",
];
const NOISE = [
  "'",
  '"',
  "(",
  ")",
  "{{",
  "}}",
  "{",
  "}",
  "|",
  ",",
  ";",
  "\\",
  "--",
  "/*",
  "_endFind",
  "_findCollection find a from s where b={{a}} _endFind",
  "select ",
  " as ",
  " case ",
  " when ",
  " end",
  " not ",
  " is ",
  " null",
  " like ",
  " regexp ",
  " interval ",
  "\0",
  "\ud800",
  "é",
  "#",
  "@x",
  "..",
  "1.2.3",
  "9e99999",
  "_function ",
  "=",
];

/** A value of the language: mostly an expression, else a template or a lookup; one in four with noise. */
export function randomValue(random: Random): string {
  const kind = random.below(10);
  const text =
    kind < 7 ? `_function ${randomExpression(random, 1 + random.below(4))}` : kind < 9 ? randomTemplate(random) : randomLookup(random);
  return random.chance(0.25) ? noisy(random, text) : text;
}

export function randomExpression(random: Random, depth: number): string {
  const inner = (): string => randomExpression(random, depth - 1);
  if (depth <= 0) return randomOperand(random);
  switch (random.below(13)) {
    case 0:
      return `(${inner()})`;
    case 1:
    case 2:
      return `${inner()} ${random.pick(OPERATORS)} ${inner()}`;
    case 3:
      return `case ${random.chance(0.5) ? inner() : ""} when ${inner()} then ${inner()} ${random.chance(0.7) ? `else ${inner()}` : ""} end`;
    case 4:
      return random.pick([
        `${inner()} is ${random.pick(["", "not "])}${random.pick(["null", "true", "false"])}`,
        `${inner()} ${random.pick(["", "not "])}in (${inner()}, ${inner()})`,
        `${inner()} ${random.pick(["", "not "])}between ${inner()} and ${inner()}`,
        `${inner()} ${random.pick(["", "not "])}${random.pick(["like", "regexp", "rlike"])} ${inner()}`,
        `${inner()} ${random.pick(["+", "-"])} interval ${inner()} ${random.pick(UNITS)}`,
        `${random.pick(["-", "!", "~", "not "])}${inner()}`,
      ]);
    default:
      return randomCall(random, depth);
  }
}

function randomOperand(random: Random): string {
  switch (random.below(6)) {
    case 0:
      return random.pick(NUMBERS);
    case 1:
      return `{{${random.pick(PATHS)}}}`;
    case 2:
      return `'{{${random.pick(PATHS)}}}'`;
    case 3:
      return random.pick(["null", "true", "false", `{${random.pick(PATHS)}}`, `'x{{a}}y'`]);
    default:
      return `'${random.pick(TEXTS)}'`;
  }
}

function randomCall(random: Random, depth: number): string {
  const row = random.pick(FUNCTIONS);
  const name = random.pick([row.name, row.name.toLowerCase(), ...(row.aliases ?? [])]);
  const arg = (): string => randomExpression(random, depth - 1);
  if (row.kind === "aggregate") {
    const column = (): string =>
      random.pick([
        "{{items.qty}}",
        "{{items.qty}}*2",
        "if({{items.qty}}>1,{{items.qty}},{{n}})",
        "concat({{items.qty}},'x')",
        "{{big}}",
        "{{items}}",
      ]);
    const behind =
      row.joins === true ? random.pick(["", ",'x'", ` order by ${column()} desc, ${column()}`, ` separator '${random.pick(TEXTS)}'`]) : "";
    return `${name}(${random.pick(["", "distinct "])}${column()}${behind})`;
  }
  if (row.form === undefined) return `${name}(${listed(random, row, arg)})`;
  return formed(random, row.form, name, arg);
}

function listed(random: Random, row: FunctionRow, arg: () => string): string {
  const count = row.argsMin + random.below(Math.min(3, row.argsMax - row.argsMin + 1));
  return Array.from({ length: count }, arg).join(", ");
}

function formed(random: Random, form: NonNullable<FunctionRow["form"]>, name: string, arg: () => string): string {
  switch (form) {
    case "cast":
      return random.pick([
        `${name}(${arg()} as ${random.pick(TYPES)})`,
        `${name}(${arg()}, ${random.pick(TYPES)})`,
        `${name}(${arg()} using utf8mb4)`,
      ]);
    case "trim":
      return random.pick([
        `${name}(${arg()})`,
        `${name}(leading ${arg()} from ${arg()})`,
        `${name}(${arg()} from ${arg()})`,
        `${name}(both from ${arg()})`,
      ]);
    case "substring":
      return random.pick([
        `${name}(${arg()}, ${arg()})`,
        `${name}(${arg()} from ${arg()} for ${arg()})`,
        `${name}(${arg()}, ${arg()}, ${arg()})`,
      ]);
    case "position":
      return `${name}('${random.pick(TEXTS)}' in ${arg()})`;
    case "interval":
      return random.pick([`${name}(${arg()}, interval ${arg()} ${random.pick(UNITS)})`, `${name}(${arg()}, ${arg()})`]);
    case "unit":
      return `${name}(${random.pick(UNITS)}, ${arg()}, ${arg()})`;
    case "clock":
      return random.pick([name, `${name}()`]);
    case "operator":
      return `${arg()} ${name} ${arg()}`;
  }
}

function randomTemplate(random: Random): string {
  const parts = Array.from({ length: 1 + random.below(4) }, () => {
    if (random.chance(0.4)) return random.pick([...TEXTS, '{"a":1}', "{ }", "{1}", "}}"]);
    const filter = random.chance(0.5) ? `|${randomFilter(random)}` : "";
    return random.chance(0.3) ? `{${random.pick(PATHS)}${filter}}` : `{{${random.pick(PATHS)}${filter}}}`;
  });
  return parts.join("");
}

function randomFilter(random: Random): string {
  const row = random.pick(FILTERS);
  const name = random.chance(0.3) ? row.name.toUpperCase() : row.name;
  return row.argument === undefined || random.chance(0.3) ? name : `${name}:${random.pick(["2", "-1", "x", "','", "'}'", ""])}`;
}

function randomLookup(random: Random): string {
  const value = `{{${random.pick(PATHS)}}}`;
  return random.pick([
    `_findCollection find a from s where b=${value} c=x ${value}`,
    `_mongoQuery s findField=content.a where={"content.b":{"$eq":"${value}"},"$or":[{"content.c":{"$in":[1,"${value}"]}}]}`,
    `_function case _findCollection find a from s where b=${value} _endFind when true then ${randomOperand(random)} end`,
  ]);
}

function noisy(random: Random, text: string): string {
  let letters = Array.from(text);
  for (let round = 1 + random.below(3); round > 0; round--) {
    const at = random.below(letters.length + 1);
    const cut = random.below(3) === 0 ? random.below(6) : 0;
    const thrown = random.chance(0.7) ? [random.pick(NOISE)] : letters.slice(at, at + 4);
    letters = [...letters.slice(0, at), ...thrown, ...letters.slice(at + cut)];
  }
  return letters.join("");
}
