/**
 * Reads the fields of a business object as leniently as 聚水潭 does: "true", "3" and 3 all pass, because many clients send every
 * scalar as text. An empty text counts as absent, except where a rule says otherwise (`remark`).
 *
 * Every reader throws a Refusal that names the field.
 */
import { parseChinaTime } from "../china-time.ts";
import { readJson } from "../kit/exact-json.ts";
import { Refusal } from "./refusal.ts";

export type Biz = Readonly<Record<string, unknown>>;

/** The business object of a call; a list of one element passes for its element. */
export function readBiz(text: string): Biz {
  const value = parsed(text);
  const single: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (!isObject(single)) throw new Refusal("biz必须是JSON对象");
  return single;
}

function parsed(text: string): unknown {
  try {
    return readJson(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Refusal(`biz不是合法的JSON：${error.message}`);
  }
}

/** The business object of the calls that take a list. */
export function readBizList(text: string): readonly unknown[] {
  const value = parsed(text);
  if (!Array.isArray(value) || value.length === 0) throw new Refusal("biz必须是非空的JSON数组");
  return value;
}

/** A plain object, not a list. */
export function isObject(value: unknown): value is Biz {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Text or number as text; undefined when absent or empty. */
export function readText(biz: Biz, field: string): string | undefined {
  const value = biz[field];
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  throw new Refusal(`参数${field}格式不正确，应为字符串`);
}

/** `true`, `"true"`, `"1"`, `1` and their opposites. */
export function readBool(biz: Biz, field: string): boolean {
  const value = biz[field];
  if (value === undefined || value === null || value === "") return false;
  const text = String(value).toLowerCase();
  if (text === "true" || text === "1") return true;
  if (text === "false" || text === "0") return false;
  throw new Refusal(`参数${field}格式不正确，应为布尔值`);
}

/** A whole number that fits a double. */
export function readWhole(biz: Biz, field: string): number | undefined {
  const text = readText(biz, field)?.trim();
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!/^[+-]?\d+$/.test(text) || !Number.isSafeInteger(number)) throw new Refusal(`参数${field}格式不正确，应为整数`);
  return number;
}

/** A decimal as text, unchanged. */
export function readDecimal(biz: Biz, field: string): string | undefined {
  const text = readText(biz, field)?.trim();
  if (text === undefined) return undefined;
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(text)) throw new Refusal(`参数${field}格式不正确，应为数字`);
  return text;
}

/** A list of texts, given as a list or as one text with commas. */
export function readList(biz: Biz, field: string, countMax: number): readonly string[] | undefined {
  const value = biz[field];
  if (value === undefined || value === null || value === "") return undefined;
  const list = Array.isArray(value) ? value.map(String) : String(value).split(",");
  if (list.length > countMax) throw new Refusal(`参数${field}最多支持${countMax}个`);
  return list.length === 0 ? undefined : list;
}

/** `yyyy-MM-dd HH:mm:ss` or `yyyy-MM-dd` in GMT+8, as epoch ms. */
export function readTime(biz: Biz, field: string): number | undefined {
  const text = readText(biz, field)?.trim();
  if (text === undefined) return undefined;
  const at = parseChinaTime(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text} 00:00:00` : text);
  if (at === undefined) throw new Refusal(`参数${field}日期格式不正确`);
  return at;
}
