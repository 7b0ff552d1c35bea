/**
 * Schemes as articles show them: tables of mappings and parameters, wire bodies, names of systems. Rows become the fields that the
 * metadata would have; what a page shows without its braces gets them back, which is told.
 */
import { isArray, isObject, orderedObject, type Json, type JsonObject } from "@datong/core";
import type { Origins } from "./origins.ts";
import { listAt, objectAt, textAt, type SchemeSide } from "./scheme.ts";

/** What was put right while reading, for the report. */
export interface ReadRemark {
  readonly object: object;
  readonly key?: string;
  readonly zh: string;
  readonly en: string;
  /** The reader cannot know: the decision's key and what the draft holds. */
  readonly doubt?: { readonly key: string; readonly proposal: string };
}

export function isArticleForm(value: JsonObject): boolean {
  const lists = ["mappings", "source_params", "source_fields", "target_params"].some((key) => isArray(value[key] ?? null));
  const bodies = ["source_request", "target_request", "adapter_input", "adapter_output"].some((key) => isObject(value[key] ?? null));
  const names = ["source_system", "target_system", "source_api", "target_api"].some((key) => Object.hasOwn(value, key));
  return lists || (names && (bodies || ["source", "target"].some((key) => Object.hasOwn(value, key))));
}

/** Name and code of an API as pages print them: `executeBillQuery (销售退货查询)`, `物料查询 (executeBillQuery)`, `batchSave (仓库新增 BD_STOCK)`. */
export function apiNames(text: string | undefined): { readonly code?: string; readonly name?: string; readonly form?: string } {
  if (text === undefined) return {};
  const inner = /[(（]([^()（）]*)[)）]\s*$/.exec(text);
  const outer = (inner === null ? text : text.slice(0, inner.index)).trim();
  const parts = [outer, ...(inner === null ? [] : (inner[1] as string).split(/\s+(?=[A-Z]+_)/))].map((part) => part.trim());
  const form = parts.find((part, i) => i > 0 && /^[A-Z][A-Za-z]*_[A-Za-z_]+$/.test(part));
  const isName = (part: string): boolean => /\p{Script=Han}/u.test(part);
  const isCode = (part: string): boolean => part !== form && /^[\w./:{}-]+$/.test(part) && /[a-z/]/i.test(part);
  const code = parts.find(isCode) ?? (/^写入空操作$/.test(outer) ? outer : undefined);
  const name = parts.find((part) => part !== code && isName(part));
  return { ...(code === undefined ? {} : { code }), ...(name === undefined ? {} : { name }), ...(form === undefined ? {} : { form }) };
}

/** One side of an article's document. Undefined when the article says nothing of it. */
export function articleSide(
  document: JsonObject,
  name: "source" | "target",
  origins: Origins,
  remarks: ReadRemark[],
): SchemeSide | undefined {
  const given = objectAt(document, name);
  const system = textAt(document, `${name}_system`);
  const named = apiNames(textAt(document, `${name}_api`));
  const rows = listAt(document, name === "source" ? "source_params" : "mappings")
    .filter(isObject)
    .map((row) => (name === "target" ? asOption(row, origins) : row));
  const params = name === "target" ? listAt(document, "target_params").filter(isObject) : [];
  const body = objectAt(document, `${name}_request`) ?? (name === "source" ? adapterRequest(document) : adapterSql(document));
  const columns = name === "source" ? listAt(document, "source_fields").filter((each) => typeof each === "string") : [];
  const isTable = rows.length + params.length + columns.length > 0;
  if (
    given === undefined &&
    system === undefined &&
    named.code === undefined &&
    named.name === undefined &&
    body === undefined &&
    !isTable
  ) {
    return undefined;
  }
  const isCut = document[name === "source" ? "request_complete" : "mapping_complete"] === false;
  const about = { system, apiName: named.name, isCut };
  if (given !== undefined) return { ...about, metadata: given };
  const made = new TableReader(origins, remarks);
  const entries: [string, Json][] = named.code === undefined ? [] : [["api", named.code]];
  const request = [...made.fields([...rows, ...params]), ...columnFields(columns as readonly string[]), ...bodyFields(body)];
  if (request.length > 0) entries.push(["request", request]);
  const other = made.options(rows);
  const form: readonly JsonObject[] =
    named.form === undefined || other.some((each) => each["field"] === "FormId") || rows.some((row) => row["target_field"] === "FormId")
      ? []
      : [{ field: "FormId", type: "string", value: named.form }];
  if (other.length + form.length > 0) entries.push(["otherRequest", [...form, ...other]]);
  const metadata = orderedObject(entries);
  origins.adopt(metadata, document);
  return { ...about, metadata, isTable: isTable || body !== undefined };
}

/** A page flattens the call options of Kingdee's save into whatever stood last above them. */
const OPTIONS = ["FormId", "Operation", "IsAutoSubmitAndAudit", "IsVerifyBaseDataField", "SubSystemId", "BatchCount"];

function asOption(row: JsonObject, origins: Origins): JsonObject {
  const name = textAt(row, "target_field")?.split(".").at(-1) ?? "";
  if (!OPTIONS.includes(name) || row["kind"] === "otherRequest") return row;
  const made: JsonObject = { ...row, target_field: name, kind: "otherRequest" };
  origins.adopt(made, row);
  return made;
}

function adapterRequest(document: JsonObject): JsonObject | undefined {
  return objectAt(objectAt(document, "adapter_input"), "request");
}

function adapterSql(document: JsonObject): JsonObject | undefined {
  return objectAt(document, "adapter_output");
}

/** Columns that an article only lists: an alias with `_` for the dots of Kingdee's key. */
function columnFields(columns: readonly string[]): readonly JsonObject[] {
  return columns.map((column) => ({ field: column, label: column, type: "string", value: kingdeeKey(column) }));
}

/** `FSaleOrgId_FNumber` is FSaleOrgId.FNumber; an entry's id keeps its underscore. */
export function kingdeeKey(alias: string): string {
  return /_F?EntryI[dD]$/.test(alias) || alias.startsWith("F_") ? alias : alias.replaceAll("_", ".");
}

/** A wire body as fields: its values are what was configured. */
export function bodyFields(body: JsonObject | undefined): readonly JsonObject[] {
  return Object.entries(body ?? {}).map(([field, value]): JsonObject => {
    if (value !== undefined && isObject(value)) return { field, type: "object", children: bodyFields(value) };
    if (value !== undefined && isArray(value)) {
      const objects = value.filter(isObject);
      if (objects.length === value.length && objects.length === 1) return { field, type: "array", children: bodyFields(objects[0]) };
      return {
        field,
        type: "array",
        value: value.map((each) => (typeof each === "string" ? each : JSON.stringify(each))).join(","),
        parser: { name: "StringToArray", params: "," },
      };
    }
    return {
      field,
      type: typeof value === "boolean" ? "bool" : "string",
      value: value === null || value === undefined ? null : String(value),
    };
  });
}

class TableReader {
  private readonly origins: Origins;
  private readonly remarks: ReadRemark[];

  constructor(origins: Origins, remarks: ReadRemark[]) {
    this.origins = origins;
    this.remarks = remarks;
  }

  /** Rows of the document itself, nested by their dotted names. */
  fields(rows: readonly JsonObject[]): readonly JsonObject[] {
    const roots: Node[] = [];
    for (const row of rows) {
      const path = textAt(row, "target_field", "field");
      if (path === undefined || row["kind"] === "otherRequest" || /^\(.*\)$/.test(path)) {
        if (path !== undefined && /^\(.*\)$/.test(path)) roots.push({ name: `value${roots.length + 1}`, row, children: [] });
        continue;
      }
      let level = roots;
      const names = path.split(".");
      for (const [i, name] of names.entries()) {
        let node = level.findLast((each) => each.name === name);
        if (node === undefined || (i === names.length - 1 && node.row !== undefined && node.children.length === 0)) {
          node = { name, row: undefined, children: [] };
          level.push(node);
        }
        if (i === names.length - 1) node.row = row;
        level = node.children;
      }
    }
    return roots.map((node) => this.field(node));
  }

  options(rows: readonly JsonObject[]): readonly JsonObject[] {
    return rows
      .filter((row) => row["kind"] === "otherRequest")
      .map((row) => this.field({ name: textAt(row, "target_field") ?? "", row, children: [] }));
  }

  private field({ name, row, children }: Node): JsonObject {
    const value = row === undefined ? null : this.restored(row);
    const kind = textAt(row, "kind");
    const hasChildren = children.length > 0;
    const isArrayKind = kind === "array" || (hasChildren && typeof value === "string" && value !== "" && kind !== "object");
    const type = textAt(row, "type") ?? (isArrayKind ? "array" : hasChildren && kind === "object" ? "object" : undefined);
    const label = textAt(row, "label");
    const made: JsonObject = {
      field: name,
      ...(label === undefined ? {} : { label }),
      ...(type === undefined ? {} : { type }),
      ...(value === null ? {} : { value }),
      ...(hasChildren ? { children: children.map((child) => this.field(child)) } : {}),
    };
    if (row !== undefined) this.origins.adopt(made, row);
    return made;
  }

  /** The value with the braces that the page lost. */
  private restored(row: JsonObject): Json {
    const value = row["value"];
    if (typeof value !== "string") return value ?? null;
    const text = value.trim();
    if (text === "" || text.includes("{{")) return value;
    const kind = textAt(row, "kind");
    if (kind === "field") return this.told(row, value, `{{${text}}}`);
    if (kind === "lookup" || kind === "function") return this.told(row, value, withBraces(text));
    if (kind === "template") {
      const guess = text.replace(/[A-Za-z_][\w.]*/, "{{$&}}");
      this.remarks.push({
        object: row,
        key: "value",
        zh: `页面去掉了「${text}」里的花括号，不知道哪一部分是字段；草稿里是 ${guess}`,
        en: `the page took the braces out of '${text}'; which part of it is a field is not known, the draft says ${guess}`,
        doubt: { key: `mapping.${textAt(row, "target_field") ?? ""}`, proposal: guess },
      });
      return guess;
    }
    return value;
  }

  private told(row: JsonObject, from: string, to: string): string {
    if (from !== to)
      this.remarks.push({
        object: row,
        key: "value",
        zh: `补回页面去掉的花括号：${from} → ${to}`,
        en: `braces that the page lost are back: ${from} → ${to}`,
      });
    return to;
  }
}

interface Node {
  readonly name: string;
  row: JsonObject | undefined;
  readonly children: Node[];
}

/** Operands of a lookup's conditions that look like paths: `where number=details_list.spec_no`. */
function withBraces(text: string): string {
  return text.replace(
    /(_findCollection\s+find\s+\S+\s+from\s+\S+\s+where\s+)(.*?)(\s+_endFind|$)/g,
    (_, head: string, terms: string, end: string) => {
      const restored = terms.replace(/(\S+?)=([A-Za-z_\u4e00-\u9fff][\w.\u4e00-\u9fff]*)(?=\s|$)/g, "$1={{$2}}");
      return head + restored + end;
    },
  );
}
