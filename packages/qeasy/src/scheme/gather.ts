/**
 * From the files that somebody brings to schemes: reads each, recognises what is in it, and puts sides together that belong together.
 *
 * A document that holds both sides is a scheme. Single sides pair up in the order given: a source with the next target and the other way
 * round. Fragments join the side that lacks their keys when there is just one such side, else they are schemes of their own. A file with
 * nothing of Qeasy's is refused, with the reason.
 */
import { isArray, isObject, orderedObject, type Json, type JsonObject } from "@datong/core";
import { readLenient, type RepairKind } from "../read/lenient-json.ts";
import { findDocuments, type FoundDocument } from "../read/pasted-text.ts";
import { findTables, type TextTable } from "../read/text-table.ts";
import { articleSide, isArticleForm, type ReadRemark } from "./article-form.ts";
import { Origins } from "./origins.ts";
import { asFragment, hasTraces, isMetadata, sideOf } from "./recognise.ts";
import { isUuid, objectAt, textAt, type Scheme, type SchemeSide, type SideName } from "./scheme.ts";
import { factsIn, joinFacts, type SchemeFacts } from "./scheme-facts.ts";
import { templateApis } from "./template-rows.ts";

export type InputFile =
  | { readonly file: string; readonly text: string }
  | { readonly file: string; readonly sheets: readonly { readonly name: string; readonly rows: readonly (readonly string[])[] }[] };

export interface Gathered {
  readonly schemes: readonly Scheme[];
  readonly refused: readonly { readonly file: string; readonly zh: string; readonly en: string }[];
  readonly origins: Origins;
  readonly remarks: readonly ReadRemark[];
}

export type DirectionOf = (api: string) => SideName | undefined;

type Part =
  | { readonly kind: "scheme"; readonly scheme: Scheme }
  | { readonly kind: "facts"; readonly file: string; readonly facts: SchemeFacts }
  | {
      readonly kind: "side";
      readonly side: SideName | undefined;
      readonly data: SchemeSide;
      readonly file: string;
      readonly line: number;
      readonly isWhole: boolean;
    };

const BOTH_SIDES: Readonly<Record<SideName, readonly string[]>> = {
  source: ["source", "sourceMetadata", "source_metadata", "sourceMetaData", "sourceMeta", "源平台元数据", "源平台", "query"],
  target: ["target", "targetMetadata", "target_metadata", "targetMetaData", "targetMeta", "目标平台元数据", "目标平台", "execute"],
};

export function gatherSchemes(files: readonly InputFile[], directionOf: DirectionOf): Gathered {
  const gatherer = new Gatherer(directionOf);
  const refused: Gathered["refused"][number][] = [];
  const parts: Part[] = [];
  for (const input of files) {
    const found = "text" in input ? gatherer.partsOfText(input.file, input.text) : gatherer.partsOfSheets(input.file, input.sheets);
    if (found.length === 0) {
      const zh = "里面没有轻易云的元数据、片段、取值或参数表";
      refused.push({ file: input.file, zh, en: "it holds no metadata, fragment, value or parameter table of Qeasy's" });
    }
    parts.push(...found);
  }
  const { schemes, left } = joinFacts(
    paired(
      parts.filter((part) => part.kind !== "facts"),
      gatherer.origins,
    ),
    parts.filter((part) => part.kind === "facts"),
  );
  for (const file of left)
    refused.push({
      file,
      zh: "里面是一个方案的名称和定时，却没有它的元数据",
      en: "it holds a scheme's name and schedules, and the scheme itself is not here",
    });
  return { schemes, refused, origins: gatherer.origins, remarks: gatherer.remarks };
}

class Gatherer {
  readonly origins = new Origins();
  readonly remarks: ReadRemark[] = [];
  private readonly directionOf: DirectionOf;

  constructor(directionOf: DirectionOf) {
    this.directionOf = directionOf;
  }

  partsOfText(file: string, text: string): readonly Part[] {
    const { documents, prose } = findDocuments(text);
    const parts = documents.flatMap((document) => this.partsOfDocument(file, document));
    if (parts.length > 0) return parts;
    const tables = this.partsOfTables(file, findTables(prose));
    if (tables.length > 0) return tables;
    const values = prose.filter(({ text: line }) =>
      /\{\{[\w\u4e00-\u9fff.]+(\|\w+)?\}\}|^\s*_?(function|findCollection|mongoQuery) \S/.test(line),
    );
    if (values.length === 0) return [];
    const request = values.map(({ text: line }, i): JsonObject => ({
      field: `value${i + 1}`,
      label: `value${i + 1}`,
      type: "string",
      value: line.trim(),
    }));
    const metadata: JsonObject = { request };
    const lines = new Map(values.map(({ line }, i) => [`/request/${i}`, line]));
    this.origins.register(metadata, { file, lines, firstLine: values[0]?.line ?? 1 });
    return [{ kind: "side", side: "target", data: { metadata }, file, line: values[0]?.line ?? 1, isWhole: false }];
  }

  partsOfSheets(
    file: string,
    sheets: readonly { readonly name: string; readonly rows: readonly (readonly string[])[] }[],
  ): readonly Part[] {
    return sheets.flatMap(({ name, rows }): readonly Part[] => {
      const templates = templateApis(rows);
      if (templates === undefined)
        return this.partsOfTables(file, findTables(rows.map((row, i) => ({ line: i + 1, text: row.join("\t") }))));
      return templates.map(({ metadata, rows: places, firstRow }) => {
        const lines = new Map<string, number>();
        for (const list of ["request", "response"]) {
          const fields = metadata[list];
          if (fields !== undefined && isArray(fields))
            fields.forEach((field, i) => lines.set(`/${list}/${i}`, places.get(field as object) ?? firstRow));
        }
        this.origins.register(metadata, { file, lines, firstLine: firstRow });
        const api = textAt(metadata, "api") ?? "";
        const guess = /query|list|get|search|select|find|查询|获取|列表/i.test(api) ? "source" : "target";
        const side = sideOf(metadata, [name], this.directionOf) ?? guess;
        return { kind: "side", side, data: { metadata, isTable: false }, file, line: firstRow, isWhole: true };
      });
    });
  }

  private partsOfDocument(file: string, found: FoundDocument): readonly Part[] {
    this.origins.register(found.value, { file, lines: found.lines, firstLine: found.line });
    // The files of an export say whose side they are, for a document that does not.
    const caption = [...(file.match(/\.(?:source|target)(?=\.json$)/i) ?? []), ...found.caption];
    const parts = this.partsOf(found.value, { file, line: found.line, caption, isCut: isCutShort(found) }, 0);
    if (parts.length > 0 && typeof found.value === "object" && found.value !== null) this.tellRepairs(found, found.value);
    return parts;
  }

  private partsOf(value: Json, at: At, depth: number): readonly Part[] {
    if (depth > 5) return [];
    const fragment = asFragment(value);
    if (isArray(value)) {
      if (fragment !== undefined) return [this.side(this.made(fragment, value), at, false)];
      return value.flatMap((each) => this.partsOf(each, at, depth + 1));
    }
    if (!isObject(value)) return [];
    const facts = depth === 0 ? factsIn(value) : undefined;
    if (facts !== undefined) return [{ kind: "facts", file: at.file, facts }];
    if (isArticleForm(value)) return [{ kind: "scheme", scheme: this.articleScheme(value, at) }];
    const wrapped = this.wrappedScheme(value, at);
    if (wrapped !== undefined) return [wrapped];
    if (isMetadata(value)) return [this.side(value, at, true)];
    if (fragment !== undefined) return [this.side(this.made(fragment, value), at, false)];
    const inside = Object.entries(value).flatMap(([key, member]): readonly Part[] => {
      if (member === undefined) return [];
      const read = typeof member === "string" ? this.embedded(value, key, member) : member;
      return typeof read === "object" && read !== null
        ? this.partsOf(read as Json, { ...at, caption: [...at.caption, key] }, depth + 1)
        : [];
    });
    if (inside.length > 0 || depth > 0 || !hasTraces(value)) return inside;
    // A body with values of the language, and nothing that says what it is.
    return [this.side(this.made({ request: bodyAsFields(value) }, value), at, false)];
  }

  /** Metadata that lies as a text inside another document. */
  private embedded(holder: JsonObject, key: string, text: string): Json {
    if (!/^\s*[{[]/.test(text)) return text;
    const read = readLenient(text, text.search(/[{[]/));
    if (read === undefined || typeof read.value !== "object" || read.value === null) return text;
    const { file, line, path } = this.origins.placeOf(holder, key);
    this.origins.register(read.value, { file, lines: new Map(), firstLine: line }, path);
    return read.value;
  }

  private made(fragment: JsonObject, from: object): JsonObject {
    this.origins.adopt(fragment, from);
    return fragment;
  }

  private side(metadata: JsonObject, at: At, isWhole: boolean): Part {
    const system = textAt(metadata, "platform", "system");
    const data = { metadata, isCut: at.isCut, ...(system === undefined ? {} : { system }) };
    return { kind: "side", side: sideOf(metadata, at.caption, this.directionOf), data, file: at.file, line: at.line, isWhole };
  }

  private wrappedScheme(value: JsonObject, at: At): Part | undefined {
    const sides = (["source", "target"] as const).map((side) => this.wrappedSide(value, side, at));
    if (sides.every((side) => side === undefined)) return undefined;
    const [source, target] = sides;
    const id = ["id", "strategyId", "strategy_id", "uuid"].map((key) => value[key]).find(isUuid);
    return {
      kind: "scheme",
      scheme: {
        file: at.file,
        line: at.line,
        id,
        name: textAt(value, "name", "title", "方案名称"),
        source,
        target,
        callBack: objectAt(value, "callBackStrategy"),
        crons: cronsOf(value),
        wrapper: value,
      },
    };
  }

  private wrappedSide(value: JsonObject, side: SideName, at: At): SchemeSide | undefined {
    for (const key of BOTH_SIDES[side]) {
      const member = value[key];
      const read = typeof member === "string" ? this.embedded(value, key, member) : member;
      if (read === undefined || read === null || !isObject(read)) continue;
      const inner = objectAt(read, "metadata", "metaData", "meta");
      const metadata = isMetadata(read) ? read : inner !== undefined && isMetadata(inner) ? inner : undefined;
      if (metadata === undefined) continue;
      const system =
        textAt(read, "platform", "platformName", "system", "name") ??
        textAt(value, `${side}_system`, `${side}Platform`, `${side}_platform`);
      return { metadata, isCut: at.isCut, system: system === textAt(metadata, "name") ? undefined : system };
    }
    return undefined;
  }

  private articleScheme(value: JsonObject, at: At): Scheme {
    const schedule = objectAt(value, "schedule");
    return {
      file: at.file,
      line: at.line,
      id: isUuid(value["id"]) ? value["id"] : undefined,
      name: textAt(value, "name", "title"),
      source: articleSide(value, "source", this.origins, this.remarks),
      target: articleSide(value, "target", this.origins, this.remarks),
      callBack: objectAt(value, "callBackStrategy"),
      crons: { source: textAt(schedule, "source"), target: textAt(schedule, "target") },
      wrapper: value,
    };
  }

  private partsOfTables(file: string, tables: readonly TextTable[]): readonly Part[] {
    const sides = new Map<string, { table: TextTable; rows: JsonObject[]; response: JsonObject[] }>();
    for (const table of tables) {
      const key = `${table.system ?? ""}|${table.api ?? table.apiName ?? ""}`;
      const side = sides.get(key) ?? { table, rows: [], response: [] };
      sides.set(key, side);
      for (const { line, row } of table.rows) {
        if (row["target_field"] === undefined) continue;
        this.origins.register(row, { file, lines: new Map(), firstLine: line });
        (table.kind === "request" ? side.rows : side.response).push(row);
      }
    }
    const count = sides.size;
    return [...sides.values()].map(({ table, rows, response }, i): Part => {
      const side: SideName =
        (table.api === undefined ? undefined : this.directionOf(table.api)) ??
        (i < count - 1 || (count === 1 && response.length > 0 && !table.hasValues) ? "source" : "target");
      const document: JsonObject = {
        [`${side}_system`]: table.system ?? "",
        [`${side}_api`]: table.api ?? "",
        [side === "source" ? "source_params" : "mappings"]: rows,
      };
      const made = articleSide(document, side, this.origins, this.remarks) ?? { metadata: {} };
      const data = { ...made, apiName: table.apiName };
      return { kind: "side", side, data, file, line: table.line, isWhole: true };
    });
  }

  private tellRepairs({ repairs, value }: FoundDocument, object: object): void {
    for (const { kind, line } of repairs) {
      const [zh, en] = REPAIRS[kind];
      const about = typeof value === "object" && value !== null ? value : object;
      const told = { object: about, zh: `第 ${line} 行起：${zh}`, en: `from line ${line}: ${en}` };
      if (!CUTS.has(kind)) this.remarks.push(told);
      else
        this.remarks.push({
          ...told,
          zh: `${told.zh}；请带完整的内容再导入，确认就是这些时答 true`,
          en: `${told.en}; bring the whole of it again, or answer true if this is all`,
          doubt: { key: "input.complete", proposal: "" },
        });
    }
  }
}

interface At {
  readonly file: string;
  readonly line: number;
  readonly caption: readonly string[];
  readonly isCut: boolean;
}

/** Repairs that may leave fields out. */
const CUTS: ReadonlySet<RepairKind> = new Set(["truncated", "left-out"]);

const REPAIRS: Readonly<Record<RepairKind, readonly [string, string]>> = {
  truncated: ["文本在中间断了，未结束的已收尾", "the text ends in the middle; what was open is closed"],
  quotes: ["引号不是直引号，已按引号读", "quotes were not straight ones and are read as quotes"],
  commas: ["逗号多了或少了，已忽略", "there were commas too many or too few"],
  comments: ["注释已略去", "comments are left out"],
  "bare-words": ["有的词没有引号，已当文本读", "words without quotes are read as texts"],
  "left-out": ["有省略号，那里少了内容", "dots show that something was left out there"],
  blanks: ["有不可见的空白字符，已略去", "invisible blanks are left out"],
  punctuation: ["中文标点已按 JSON 标点读", "Chinese punctuation is read as JSON's"],
};

function isCutShort({ repairs }: FoundDocument): boolean {
  return repairs.some(({ kind }) => CUTS.has(kind));
}

function cronsOf(value: JsonObject): Scheme["crons"] {
  const schedule = objectAt(value, "schedule", "crontab", "crontabs", "cron");
  const at = (side: SideName, ...keys: readonly string[]): string | undefined =>
    textAt(objectAt(value, side), "crontab", "cron") ?? textAt(schedule, side) ?? textAt(value, ...keys);
  return {
    source: at("source", "请求定时", "sourceCrontab", "source_crontab"),
    target: at("target", "执行定时", "targetCrontab", "target_crontab"),
  };
}

function bodyAsFields(value: JsonObject): readonly JsonObject[] {
  return Object.entries(value).map(([field, member]): JsonObject => {
    if (member !== undefined && isObject(member)) return { field, type: "object", children: bodyAsFields(member) };
    return { field, type: "string", value: typeof member === "string" ? member : JSON.stringify(member ?? null) };
  });
}

/** Sides in the order given become schemes. */
function paired(parts: readonly Exclude<Part, { readonly kind: "facts" }>[], origins: Origins): readonly Scheme[] {
  const schemes: Scheme[] = [];
  const wholes = parts.filter((part) => part.kind === "side" && part.isWhole).length;
  for (const part of parts) {
    if (part.kind === "scheme") {
      schemes.push(part.scheme);
      continue;
    }
    const last = schemes.findIndex((scheme) => scheme.wrapper === undefined && isOpenFor(scheme, part));
    const side = part.side ?? (last !== -1 && schemes[last]?.source !== undefined ? "target" : "source");
    const open = last === -1 ? undefined : schemes[last];
    if (open !== undefined && open[side] === undefined) {
      schemes[last] = { ...open, [side]: part.data };
      continue;
    }
    const holder = part.isWhole || wholes > 2 ? undefined : schemes.find((scheme) => lacksKeys(scheme[side]?.metadata, part.data.metadata));
    if (holder !== undefined) {
      const old = holder[side] as SchemeSide;
      const metadata = orderedObject([...entriesOf(old.metadata), ...entriesOf(part.data.metadata)]);
      origins.adopt(metadata, old.metadata);
      schemes[schemes.indexOf(holder)] = { ...holder, [side]: { ...old, metadata } };
      continue;
    }
    schemes.push({ file: part.file, line: part.line, [side]: part.data });
  }
  return schemes;
}

function isOpenFor(scheme: Scheme, part: Extract<Part, { kind: "side" }>): boolean {
  if (!part.isWhole && part.side === undefined) return false;
  return part.side === undefined ? scheme.source === undefined || scheme.target === undefined : scheme[part.side] === undefined;
}

function lacksKeys(metadata: JsonObject | undefined, more: JsonObject): boolean {
  return metadata !== undefined && Object.keys(more).every((key) => !Object.hasOwn(metadata, key));
}

function entriesOf(object: JsonObject): [string, Json][] {
  return Object.entries(object).flatMap(([key, value]): [string, Json][] => (value === undefined ? [] : [[key, value]]));
}
