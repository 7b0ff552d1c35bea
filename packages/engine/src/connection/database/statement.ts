/**
 * One SQL statement as a person wrote it, with its named values (`:since`) found: outside of texts, quoted names and comments. What would
 * let a second statement, a file or an unbound value in is refused: DATABASE_STATEMENT_REFUSED. The text itself is never changed by values.
 */
import { DatongError, type DatabaseKind } from "@datong/core";

/** Text, and between the texts the names of values. */
export interface Statement {
  readonly texts: readonly string[];
  readonly names: readonly string[];
}

const READS = ["select", "with", "values", "table"];
const WRITES = ["insert", "update", "replace", "delete", "call", "merge", "with"];

export function readStatement(sql: string, kind: DatabaseKind, purpose: "read" | "write"): Statement {
  const found = scan(sql, kind);
  const [first = ""] = found.words;
  if (!(purpose === "read" ? READS : WRITES).includes(first)) refuse(`以 ${first || "?"} 开头`, `it begins with ${first || "?"}`);
  if (purpose === "read" && found.words.includes("into")) refuse("SELECT … INTO", "SELECT … INTO");
  return found;
}

/** A condition that stands behind WHERE. */
export function readCondition(sql: string, kind: DatabaseKind): Statement {
  return scan(sql, kind);
}

interface Scanned extends Statement {
  /** Words outside of texts, lower case. */
  readonly words: readonly string[];
}

const NAME = /:([\p{L}_][\p{L}\p{N}_]*)/uy;
const WORD = /[\p{L}_][\p{L}\p{N}_$]*/uy;
const TAG = /\$(?:[A-Za-z_]\w*)?\$/y;

function scan(sql: string, kind: DatabaseKind): Scanned {
  const isMysql = kind === "mysql";
  const texts: string[] = [];
  const names: string[] = [];
  const words: string[] = [];
  let from = 0;
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(sql);
  };
  while (at < sql.length) {
    const two = sql.slice(at, at + 2);
    const one = sql[at] as string;
    if (isMysql && (sql.startsWith("/*!", at) || sql.startsWith("/*M!", at))) refuse("可执行注释 /*!", "a comment that is carried out");
    const skipped = skip(sql, at, isMysql);
    if (skipped > at) {
      at = skipped;
      continue;
    }
    if (!isMysql && one === "$") {
      const tag = match(TAG)?.[0];
      if (tag === undefined) refuse("$1 一类的占位，请写 :名称", "a placeholder such as $1; write :name");
      const end = sql.indexOf(tag, at + tag.length);
      at = end < 0 ? unended() : end + tag.length;
      continue;
    }
    if (two === "::" || two === ":=") at += 2;
    else if (one === ":") {
      const name = match(NAME);
      if (name === null) at += 1;
      else {
        texts.push(sql.slice(from, at));
        names.push(name[1] as string);
        at = from = at + name[0].length;
      }
    } else if (one === ";") {
      if (scan(sql.slice(at + 1), kind).words.length > 0) refuse("分号后面还有语句", "a second statement stands behind the semicolon");
      break;
    } else if (isMysql && one === "?") refuse("未命名的占位 ?，请写 :名称", "the placeholder ?; write :name");
    else {
      const word = match(WORD)?.[0];
      if (word !== undefined) words.push(word.toLowerCase());
      at += word?.length ?? 1;
    }
  }
  return { texts: [...texts, sql.slice(from, at)], names, words };
}

/** Behind the text, quoted name or comment that begins here; the same place where none does. */
function skip(sql: string, at: number, isMysql: boolean): number {
  const one = sql[at] as string;
  if (one === "'" || one === '"' || (isMysql && one === "`")) {
    const escapes = isMysql ? one !== "`" : one === "'" && /[eE]/.test(sql[at - 1] ?? "");
    return endOfQuoted(sql, at, one, escapes);
  }
  if (sql.startsWith("/*", at)) return endOfComment(sql, at, !isMysql);
  const isLine = isMysql ? one === "#" || /^--(?:\s|$)/.test(sql.slice(at, at + 3)) : sql.startsWith("--", at);
  if (!isLine) return at;
  const end = sql.indexOf("\n", at);
  return end < 0 ? sql.length : end + 1;
}

function endOfQuoted(sql: string, from: number, quote: string, escapes: boolean): number {
  for (let at = from + 1; at < sql.length; at++) {
    if (escapes && sql[at] === "\\") at++;
    else if (sql[at] === quote) return at + 1;
  }
  return unended();
}

/** Comments of PostgreSQL lie inside each other. */
function endOfComment(sql: string, from: number, nests: boolean): number {
  let depth = 1;
  for (let at = from + 2; at < sql.length; at++) {
    if (sql.startsWith("*/", at)) {
      depth--;
      at++;
      if (depth === 0) return at + 1;
    } else if (nests && sql.startsWith("/*", at)) {
      depth++;
      at++;
    }
  }
  return unended();
}

function unended(): never {
  return refuse("引号或注释没有结束", "a quote or comment does not end");
}

export function refuse(zh: string, en: string): never {
  throw new DatongError("DATABASE_STATEMENT_REFUSED", { reason: `${zh} / ${en}` });
}
