/**
 * Writes documents: rows of a table (with lines in a second one), or a statement that somebody wrote, once for each. All of a batch in one
 * transaction: together at first; where the server refuses that, one by one with a savepoint each, so that good documents are kept and
 * each bad one is told its reason. Nothing counts before COMMIT has been answered.
 */
import { isArray, isObject, keysOf, writeJson, type Json, type JsonObject } from "@datong/core";
import { listed, Sql } from "./bind.ts";
import { DatabaseRefusal, type DatabaseSession, type Dialect } from "./session.ts";
import { readStatement, refuse } from "./statement.ts";

/** Servers take 65,535 values in a statement. */
const VALUES_MAX = 30_000;

/** The reply's body as JSON text: an element for each document, in order. */
export async function writeRows(session: DatabaseSession, dialect: Dialect, body: JsonObject): Promise<string> {
  const documents = (isArray(body["documents"] ?? null) ? (body["documents"] as readonly Json[]) : []).map((each) =>
    isObject(each) ? each : {},
  );
  const job = typeof body["sql"] === "string" ? ownStatement(dialect, body, body["sql"]) : tableRows(dialect, body);
  const begin = "START TRANSACTION";
  if (job.together !== undefined) {
    await session.run(begin);
    try {
      for (const sql of job.together(documents)) await session.run(sql.text, sql.values);
      await session.run("COMMIT");
      return told(documents.map(() => null));
    } catch (error) {
      if (!(error instanceof DatabaseRefusal)) throw error;
      await session.run("ROLLBACK");
      if (dialect.rollsBack(error) || documents.length === 1) throw error;
    }
  }
  await session.run(begin);
  const refusals: (DatabaseRefusal | null)[] = [];
  for (const document of documents) refusals.push(await writeOne(session, dialect, job.alone(document)));
  await session.run("COMMIT");
  return told(refusals);
}

async function writeOne(session: DatabaseSession, dialect: Dialect, statements: readonly Sql[]): Promise<DatabaseRefusal | null> {
  await session.run("SAVEPOINT datong_row");
  try {
    for (const sql of statements) await session.run(sql.text, sql.values);
    await session.run("RELEASE SAVEPOINT datong_row");
    return null;
  } catch (error) {
    if (!(error instanceof DatabaseRefusal)) throw error;
    if (dialect.rollsBack(error)) {
      await session.run("ROLLBACK");
      throw error;
    }
    await session.run("ROLLBACK TO SAVEPOINT datong_row");
    return error;
  }
}

function told(refusals: readonly (DatabaseRefusal | null)[]): string {
  const rows = refusals.map((refusal, index): JsonObject =>
    refusal === null ? { index, done: true } : { index, code: refusal.code, state: refusal.state, message: refusal.message },
  );
  return writeJson({ rows });
}

/** How a batch is written together, and how one document alone. */
interface Job {
  readonly together?: (documents: readonly JsonObject[]) => readonly Sql[];
  readonly alone: (document: JsonObject) => readonly Sql[];
}

/** `main_sql` of 轻易云: with named values once for each document; ending in VALUES, the fields' values in their order. */
function ownStatement(dialect: Dialect, body: JsonObject, text: string): Job {
  const statement = readStatement(text, dialect.kind, "write");
  // 轻易云 has the fields in `main_params`, or several rows as a list of such.
  const fieldsOf = (document: JsonObject): readonly JsonObject[] => {
    const inner = document["main_params"] ?? null;
    return isArray(inner) ? inner.filter(isObject) : [isObject(inner) ? inner : document];
  };
  if (body["bulk"] !== true)
    return { alone: (document) => fieldsOf(document).map((fields) => new Sql(dialect).statement(statement, fields)) };
  if (!/\bvalues\s*;?\s*$/i.test(text)) refuse("批量语句须以 VALUES 结尾", "a statement for batches ends in VALUES");
  const columns = columnsOf(text);
  const rows = (all: readonly JsonObject[]): Sql => {
    const sql = new Sql(dialect).add(text.replace(/;\s*$/, "")).add(" ");
    all.forEach((fields, i) => tuple(sql.add(i === 0 ? "" : ", "), valuesIn(fields, columns)));
    return sql;
  };
  const together = (documents: readonly JsonObject[]): readonly Sql[] =>
    chunks(documents.flatMap(fieldsOf), (fields) => Math.max(columns.length, keysOf(fields).length)).map(rows);
  return { together, alone: (document) => together([document]) };
}

/** Names in front of VALUES, without their quotes; none where the statement names none. */
function columnsOf(text: string): readonly string[] {
  const list = /\(([^()]*)\)\s*values\s*;?\s*$/i.exec(text)?.[1];
  return listed(list).map((name) => name.replace(/^[`"]|[`"]$/g, ""));
}

/** By the columns' names where the fields have them, so that one that was left out is NULL and shifts no other; else in order. */
function valuesIn(fields: JsonObject, columns: readonly string[]): readonly Json[] {
  const names = keysOf(fields);
  if (columns.length > 0 && names.every((name) => columns.includes(name))) return columns.map((name) => fields[name] ?? null);
  if (columns.length > 0 && names.length !== columns.length)
    return refuse(
      `语句有 ${columns.length} 列，单据有 ${names.length} 个字段`,
      `the statement has ${columns.length} columns, the document ${names.length} fields`,
    );
  return names.map((name) => fields[name] ?? null);
}

interface TableJob {
  readonly table: string;
  readonly key: string;
  readonly isUpsert: boolean;
  readonly conflict: readonly string[];
  readonly lines: { readonly field: string; readonly table: string; readonly link: string } | undefined;
}

function tableRows(dialect: Dialect, body: JsonObject): Job {
  const { table, key, mode, conflict, linesField, linesTable, linesLink } = body;
  if (typeof table !== "string" || typeof key !== "string") return refuse("没有写明表或键", "table or key is not named");
  const named = listed(conflict);
  const hasLines = typeof linesField === "string" && typeof linesTable === "string" && typeof linesLink === "string";
  const job: TableJob = {
    table,
    key,
    isUpsert: mode === "upsert",
    conflict: named.length > 0 ? named : [key],
    lines: hasLines ? { field: linesField, table: linesTable, link: linesLink } : undefined,
  };
  const write = (documents: readonly JsonObject[]): readonly Sql[] => [
    ...headRows(dialect, job, documents),
    ...lineRows(dialect, job, documents),
  ];
  return { together: write, alone: (document) => write([document]) };
}

/** Documents with the same columns share a statement. */
function headRows(dialect: Dialect, job: TableJob, documents: readonly JsonObject[]): readonly Sql[] {
  const rows = documents.map((document) => (job.lines === undefined ? document : without(document, job.lines.field)));
  return insertsOf(dialect, job.table, rows, (columns) => (job.isUpsert ? dialect.onConflict(columns, job.conflict) : ""));
}

/** What stood there of a document goes; its lines are written anew. */
function lineRows(dialect: Dialect, { key, lines, isUpsert }: TableJob, documents: readonly JsonObject[]): readonly Sql[] {
  if (lines === undefined) return [];
  const gone = new Sql(dialect).add("DELETE FROM ").table(lines.table).add(" WHERE ").names([lines.link]).add(" IN (");
  documents.forEach((document, i) => gone.add(i === 0 ? "" : ", ").bind(document[key] ?? null));
  const rows = documents.flatMap((document) => {
    const list = document[lines.field] ?? null;
    return isArray(list)
      ? list.flatMap((line): JsonObject[] => (isObject(line) ? [{ [lines.link]: document[key] ?? null, ...line }] : []))
      : [];
  });
  return [...(isUpsert ? [gone.add(")")] : []), ...insertsOf(dialect, lines.table, rows, () => "")];
}

function insertsOf(
  dialect: Dialect,
  table: string,
  rows: readonly JsonObject[],
  end: (columns: readonly string[]) => string,
): readonly Sql[] {
  const groups = Map.groupBy(rows, (row) => JSON.stringify(keysOf(row)));
  return [...groups.values()].flatMap((group) => {
    const columns = keysOf(group[0] as JsonObject);
    if (columns.length === 0) return refuse("单据没有任何字段", "a document has no field");
    return chunks(group, () => columns.length).map((part) => {
      const sql = new Sql(dialect).add("INSERT INTO ").table(table).add(" (").names(columns).add(") VALUES ");
      part.forEach((row, i) =>
        tuple(
          sql.add(i === 0 ? "" : ", "),
          columns.map((name) => row[name] ?? null),
        ),
      );
      return sql.add(end(columns));
    });
  });
}

function tuple(sql: Sql, values: readonly Json[]): void {
  sql.add("(");
  values.forEach((value, i) => sql.add(i === 0 ? "" : ", ").bind(value));
  sql.add(")");
}

function chunks<T>(all: readonly T[], valuesOf: (each: T) => number): readonly (readonly T[])[] {
  const parts: T[][] = [];
  let room = 0;
  for (const each of all) {
    const count = Math.max(1, valuesOf(each));
    if (count > room) {
      parts.push([]);
      room = VALUES_MAX;
    }
    parts.at(-1)?.push(each);
    room -= count;
  }
  return parts;
}

function without(document: JsonObject, field: string): JsonObject {
  return Object.fromEntries(keysOf(document).flatMap((name): [string, Json][] => (name === field ? [] : [[name, document[name] ?? null]])));
}
