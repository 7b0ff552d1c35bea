/**
 * Reads rows: a statement that somebody wrote, or a table; in a transaction that can only read. With `key` the pages follow the order of
 * columns that are unique together, each page beginning behind the last row of the one before (no row is passed over when others come or
 * go); with `:limit` and `:offset` in the statement, or through `select`, by position, as 轻易云 does; else the result is one page.
 */
import { asText, DatongError, isArray, readJson, type Json, type JsonObject } from "@datong/core";
import { listed, Sql } from "./bind.ts";
import type { DatabaseSession, Dialect, Table } from "./session.ts";
import { readCondition, readStatement, refuse, type Statement } from "./statement.ts";

/** Rows of a result that is not paged. */
export const UNPAGED_MAX = 10_000;

/** The reply's body as JSON text: `rows`, and `next` where there are more. */
export async function readRows(session: DatabaseSession, dialect: Dialect, body: JsonObject, byPosition: boolean): Promise<string> {
  const asked = byPosition ? positioned(dialect, body) : keyed(dialect, body);
  await session.run(dialect.beginRead);
  const table = await session.query(asked.sql.text, asked.sql.values);
  await session.run("COMMIT");
  return replyOf(table, asked.next(table));
}

interface Asked {
  readonly sql: Sql;
  readonly next: (table: Table) => string | null;
}

function positioned(dialect: Dialect, body: JsonObject): Asked {
  const statement = statementOf(dialect, body);
  const sql = new Sql(dialect);
  const values = { ...valuesOf(body), limit: body["size"] ?? UNPAGED_MAX, offset: body["row"] ?? 0 };
  const next = (): null => null;
  if (statement.names.includes("limit") && body["numbers"] === undefined)
    return { sql: sql.statement(statement, values, ["limit", "offset"]), next };
  sql
    .add("SELECT * FROM (\n")
    .statement(statement, { ...values, limit: UNPAGED_MAX, offset: 0 }, ["limit", "offset"])
    .add("\n) AS datong_rows");
  byNumbers(sql, body, " WHERE ");
  return { sql: sql.add(` LIMIT ${whole(values.limit)} OFFSET ${whole(values.offset)}`), next };
}

function keyed(dialect: Dialect, body: JsonObject): Asked {
  const key = listed(body["key"]);
  const size = Number(whole(body["size"] ?? UNPAGED_MAX));
  const sql = new Sql(dialect).add("SELECT * FROM (\n").statement(statementOf(dialect, body), valuesOf(body)).add("\n) AS datong_rows");
  const behind = cursorOf(body["cursor"], key);
  if (behind !== null) seek(sql.add(" WHERE "), key, behind);
  byNumbers(sql, body, behind === null ? " WHERE " : " AND ");
  if (key.length === 0) {
    const next = (table: Table): null => {
      if (table.rows.length > UNPAGED_MAX) throw new DatongError("DATABASE_ROWS_UNPAGED", { rowsMax: UNPAGED_MAX });
      return null;
    };
    return { sql: sql.add(` LIMIT ${UNPAGED_MAX + 1}`), next };
  }
  sql.add(" ORDER BY ").names(key).add(` LIMIT ${size}`);
  return { sql, next: (table) => (table.rows.length < size ? null : endOf(table, key)) };
}

/** Behind the row with these key cells: `a > x OR (a = x AND b > y)`, which an index on the columns answers. */
function seek(sql: Sql, key: readonly string[], cells: readonly string[]): void {
  sql.add("(");
  key.forEach((_, last) => {
    sql.add(last === 0 ? "" : " OR ").add("(");
    key.slice(0, last + 1).forEach((name, i) => {
      sql
        .add(i === 0 ? "" : " AND ")
        .names([name])
        .add(i === last ? " > " : " = ")
        .bindCell(cells[i] as string);
    });
    sql.add(")");
  });
  sql.add(")");
}

function byNumbers(sql: Sql, body: JsonObject, word: string): void {
  const { numbers, number } = body;
  if (!isArray(numbers ?? null)) return;
  const column = listed(number)[0];
  if (column === undefined)
    throw new DatongError("DATABASE_KEY_UNFIT", {
      key: "numberColumn",
      reason: "按单号读取要写明编码列 / reading by number needs the column of the number",
    });
  sql.add(word).names([column]).add(" IN (");
  (numbers as readonly Json[]).forEach((each, i) => sql.add(i === 0 ? "" : ", ").bind(asText(each)));
  sql.add(")");
}

/** What is read: the statement, or one made of a table's name. */
function statementOf(dialect: Dialect, body: JsonObject): Statement {
  const { sql, table, columns, where } = body;
  if (typeof sql === "string") return readStatement(sql, dialect.kind, "read");
  if (typeof table !== "string") return refuse("没有语句", "there is no statement");
  const names = listed(columns);
  const made = new Sql(dialect)
    .add("SELECT ")
    .add(names.length === 0 ? "*" : "")
    .names(names)
    .add(" FROM ")
    .table(table);
  if (typeof where !== "string" || where.trim() === "") return { texts: [made.text], names: [] };
  const condition = readCondition(where, dialect.kind);
  const texts = [...condition.texts];
  texts[0] = `${made.text} WHERE (${texts[0] ?? ""}`;
  texts[texts.length - 1] = `${texts.at(-1) ?? ""}\n)`;
  return { texts, names: condition.names };
}

function valuesOf(body: JsonObject): JsonObject {
  const given = body["values"];
  return typeof given === "object" && given !== null && !isArray(given) ? (given as JsonObject) : {};
}

function whole(value: Json): string {
  const text = asText(value);
  return /^\d{1,15}$/.test(text) ? text : refuse(`行数 ${text}`, `the number of rows ${text}`);
}

/** The key cells of the row that the page before ended with; null on the first page. */
function cursorOf(cursor: Json | undefined, key: readonly string[]): readonly string[] | null {
  if (typeof cursor !== "string" || cursor === "" || key.length === 0) return null;
  const cells = readJson(cursor);
  if (!isArray(cells) || cells.length !== key.length)
    throw new DatongError("DATABASE_KEY_UNFIT", {
      key: key.join(","),
      reason: "上次读到一半时用的是别的列 / the reading was begun with other columns",
    });
  return cells.map((cell) => asText(cell));
}

function endOf({ columns, rows }: Table, key: readonly string[]): string {
  const last = rows.at(-1) ?? [];
  const cells = key.map((name) => {
    const at = columns.findIndex((column) => column.toLowerCase() === name.toLowerCase());
    const reason = at < 0 ? `结果里没有列 ${name} / the result has no column ${name}` : `${name} 是 NULL / ${name} is NULL`;
    if (at < 0 || last[at] === "null") throw new DatongError("DATABASE_KEY_UNFIT", { key: key.join(","), reason });
    return last[at] as string;
  });
  return JSON.stringify(cells);
}

function replyOf({ columns, rows }: Table, next: string | null): string {
  const twice = columns.find((name, i) => columns.indexOf(name) !== i);
  if (twice !== undefined)
    refuse(`结果里有两列都叫 ${twice}，请用 AS 区分`, `two columns of the result are called ${twice}; name them with AS`);
  const names = columns.map((name) => `${JSON.stringify(name)}:`);
  const texts = rows.map((cells) => `{${cells.map((cell, i) => (names[i] ?? "") + cell).join(",")}}`);
  return `{"rows":[${texts.join(",")}],"next":${next === null ? "null" : JSON.stringify(next)}}`;
}

/** Which of the keys a table has. */
export async function findKeys(session: DatabaseSession, dialect: Dialect, body: JsonObject): Promise<string> {
  const { table, key, keys } = body;
  const [column] = listed(key);
  if (typeof table !== "string" || column === undefined || !isArray(keys ?? null)) return '{"rows":[],"next":null}';
  const sql = new Sql(dialect)
    .add("SELECT ")
    .names([column])
    .add(` AS ${dialect.quote("key")} FROM `)
    .table(table)
    .add(" WHERE ")
    .names([column])
    .add(" IN (");
  (keys as readonly Json[]).forEach((each, i) => sql.add(i === 0 ? "" : ", ").bind(asText(each)));
  await session.run(dialect.beginRead);
  const found = await session.query(sql.add(")").text, sql.values);
  await session.run("COMMIT");
  return replyOf(found, null);
}
