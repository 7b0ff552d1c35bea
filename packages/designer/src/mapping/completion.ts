/**
 * What can be put in where the cursor stands: source fields and variables after `{{`, filters after `|`, functions inside `_function`, flows
 * after a lookup's `from`, else what the API allows. Pure.
 */
import { captionOf } from "../flow/fields.ts";
import { fitsTyped, type ToPinyin } from "../parts/pinyin.ts";
import type { SampledField } from "./source-values.ts";

export interface Word {
  readonly name: string;
  readonly usage: string;
  readonly zh: string;
  readonly en: string;
}

export interface Language {
  readonly globals: readonly Word[];
  readonly filters: readonly Word[];
  readonly functions: readonly Word[];
  readonly parsers: readonly Word[];
}

export interface Known {
  readonly fields: readonly SampledField[];
  readonly language: Language | undefined;
  readonly flows: readonly { readonly id: string; readonly name: string | null }[];
  /** What the API allows for this field. */
  readonly allowed: readonly string[];
  /** The value is a list's source. */
  readonly isList: boolean;
  readonly inChinese: boolean;
  /** Labels are found by it too; null while it is not loaded. */
  readonly toPinyin: ToPinyin | null;
}

export interface Completion {
  /** What the value becomes, and where the cursor goes. */
  readonly value: string;
  readonly cursor: number;
  readonly show: string;
  readonly help: string;
}

const SHOWN_MAX = 40;

export function completions(value: string, cursor: number, known: Known): readonly Completion[] {
  const before = value.slice(0, cursor);
  const after = value.slice(cursor);
  const put = (from: number, text: string, show: string, help: string, end = ""): Completion => {
    const rest = end !== "" && after.startsWith(end) ? after.slice(end.length) : after;
    const head = before.slice(0, from) + text + end;
    return { value: head + rest, cursor: head.length, show, help };
  };
  if (known.isList) return lists(before, known, put);
  const open = before.lastIndexOf("{{");
  if (open > before.lastIndexOf("}}")) return inBraces(before, open, known, put);
  if (/^\s*_function\b/.test(before)) return words(before, known.language?.functions ?? [], known, (name) => `${name}(`, put);
  if (/^\s*_findCollection\b.*\bfrom\s+\S*$/.test(before)) return flows(before, known, put);
  const typed = before.trim().toLowerCase();
  const allowed = known.allowed
    .filter((each) => each !== value && each.toLowerCase().includes(typed))
    .map((each) => put(0, each, each, ""));
  return [...allowed, ...starts(typed, known, put)].slice(0, SHOWN_MAX);
}

type Put = (from: number, text: string, show: string, help: string, end?: string) => Completion;

function lists(before: string, { fields }: Known, put: Put): readonly Completion[] {
  const typed = before.trim().toLowerCase();
  return flat(fields)
    .filter(({ path, type }) => type === "array" && path.toLowerCase().includes(typed) && path !== before)
    .map(({ path, label }) => put(0, path, path, label));
}

function inBraces(before: string, open: number, known: Known, put: Put): readonly Completion[] {
  const inside = before.slice(open + 2);
  const pipe = inside.lastIndexOf("|");
  const say = ({ zh, en }: Word): string => (known.inChinese ? zh : en);
  if (pipe >= 0) {
    const typed = inside
      .slice(pipe + 1)
      .trim()
      .toLowerCase();
    const filters = known.language?.filters ?? [];
    return filters
      .filter((word) => `${word.name} ${say(word)}`.toLowerCase().includes(typed))
      .slice(0, SHOWN_MAX)
      .map((word) =>
        put(
          open + 2 + pipe + 1,
          word.usage === word.name ? word.name : `${word.name}(`,
          word.usage,
          say(word),
          word.usage === word.name ? "}}" : "",
        ),
      );
  }
  const typed = inside.trim().toLowerCase();
  const language = known.inChinese ? "zh" : "en";
  const fields = flat(known.fields)
    .filter(
      ({ type, path, label, labelEn }) =>
        type !== "array" && type !== "object" && fitsTyped([path, label, labelEn ?? ""], typed, known.toPinyin),
    )
    .map((field) => put(open, `{{${field.path}`, field.path, `${captionOf(field, language)}  ${field.sample ?? ""}`.trim(), "}}"));
  const globals = (known.language?.globals ?? [])
    .filter(({ name, zh }) => `${name} ${zh}`.toLowerCase().includes(typed))
    .map((word) => put(open, `{{${word.name.replace("<n>", "30")}`, word.name, say(word), "}}"));
  const starting = fields.filter(({ show }) => show.toLowerCase().startsWith(typed) || show.toLowerCase().includes(`.${typed}`));
  const ordered = [...starting, ...fields.filter((each) => !starting.includes(each))];
  return [...ordered.slice(0, SHOWN_MAX - 6), ...globals].slice(0, SHOWN_MAX);
}

function words(before: string, all: readonly Word[], known: Known, text: (name: string) => string, put: Put): readonly Completion[] {
  const typed = /[A-Za-z_]+$/.exec(before)?.[0] ?? "";
  if (typed === "" || typed === "_function") return [];
  return all
    .filter(({ name }) => name.toLowerCase().startsWith(typed.toLowerCase()) && name.toLowerCase() !== typed.toLowerCase())
    .slice(0, SHOWN_MAX)
    .map((word) => put(before.length - typed.length, text(word.name), word.usage, known.inChinese ? word.zh : word.en));
}

function flows(before: string, known: Known, put: Put): readonly Completion[] {
  const typed = /\S*$/.exec(before)?.[0] ?? "";
  return known.flows
    .filter(({ id, name }) => `${id} ${name ?? ""}`.toLowerCase().includes(typed.toLowerCase()))
    .slice(0, SHOWN_MAX)
    .map(({ id, name }) => put(before.length - typed.length, `${id} `, id, name ?? ""));
}

/** How a value may begin, shown in an empty one and at the first letters. */
function starts(typed: string, { inChinese }: Known, put: Put): readonly Completion[] {
  const all = [
    { text: "{{", show: "{{", zh: "源字段或变量", en: "A source field or a variable" },
    { text: "_function ", show: "_function", zh: "计算：_function {{qty}} * {{price}}", en: "Calculates: _function {{qty}} * {{price}}" },
    { text: "_findCollection find ", show: "_findCollection", zh: "联查另一方案的单据", en: "Looks up the records of another flow" },
  ];
  return all
    .filter(({ show }) => show.startsWith(typed) && show !== typed)
    .map(({ text, show, zh, en }) => put(0, text, show, inChinese ? zh : en));
}

function flat(fields: readonly SampledField[]): readonly SampledField[] {
  return fields.flatMap((field) => [field, ...flat(field.children)]);
}
