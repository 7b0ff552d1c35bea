/**
 * The rows of a file that is to be pushed, each with its place. JSON in one piece (a list, Qeasy's `{"content":[…]}`, one object), one
 * JSON object a line, or a table whose first row has the names; which of them the content tells, for tables the name's ending. Numbers keep
 * their digits. A line that is no JSON is given as a fault of its own, so that the others can go on.
 */
import { createReadStream } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { extname } from "node:path";
import { createInterface } from "node:readline/promises";
import { DatongError, isArray, isObject, orderedObject, readJson, type Json } from "@datong/core";
import { readSpreadsheet } from "@datong/engine";

/** `unit`: what `place` counts, from 1. */
export interface PushedRow {
  readonly unit: "row" | "line";
  readonly place: number;
  readonly value: Json;
  /** Set in place of the value where it cannot be read. */
  readonly fault?: DatongError;
}

const TABLES = [".xlsx", ".csv"];
/** So much of a file is looked at to see whether each line stands for itself. */
const HEAD_BYTES = 64 * 1024;

/** Throws FILE_UNREADABLE and what the readers throw for a file as a whole (JSON_INVALID, SPREADSHEET_UNREADABLE …), with the file. */
export async function* pushedRows(file: string): AsyncGenerator<PushedRow> {
  if (TABLES.includes(extname(file).toLowerCase())) {
    yield* tableRows(file, await bytesOf(file));
    return;
  }
  if (isLined(await headOf(file))) yield* lines(file);
  else yield* wholeRows(file, (await bytesOf(file)).toString("utf8"));
}

function* tableRows(file: string, bytes: Buffer): Generator<PushedRow> {
  const [names = [], ...rows] = readSpreadsheet(file, bytes)[0]?.rows ?? [];
  for (const [i, cells] of rows.entries()) {
    if (cells.every((cell) => cell === "")) continue;
    const members = names.flatMap((name, at): [string, Json][] => (name === "" ? [] : [[name, cells[at] ?? ""]]));
    yield { unit: "line", place: i + 2, value: orderedObject(members) };
  }
}

function* wholeRows(file: string, text: string): Generator<PushedRow> {
  const value = placed(file, () => readJson(text));
  const { content } = isObject(value) ? value : {};
  const rows = isArray(value) ? value : isArray(content) ? content : [value];
  for (const [i, row] of rows.entries()) yield { unit: "row", place: i + 1, value: row };
}

async function* lines(file: string): AsyncGenerator<PushedRow> {
  let place = 0;
  for await (const line of createInterface({ input: createReadStream(file, "utf8"), crlfDelay: Number.POSITIVE_INFINITY })) {
    place += 1;
    if (line.trim() === "") continue;
    yield readLine(line, place);
  }
}

function readLine(line: string, place: number): PushedRow {
  try {
    return { unit: "line", place, value: readJson(line) };
  } catch (error) {
    if (!(error instanceof DatongError)) throw error;
    return { unit: "line", place, value: null, fault: error };
  }
}

/** One object a line: the first line is an object by itself, and there is more. */
function isLined(head: string): boolean {
  const text = head.replace(/^\uFEFF/, "").trimStart();
  const end = text.indexOf("\n");
  if (!text.startsWith("{") || end === -1 || text.slice(end).trim() === "") return false;
  try {
    return isObject(readJson(text.slice(0, end)));
  } catch (error) {
    if (error instanceof DatongError) return false;
    throw error;
  }
}

async function headOf(file: string): Promise<string> {
  return reading(file, async () => {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      return buffer.toString("utf8", 0, bytesRead);
    } finally {
      await handle.close();
    }
  });
}

function bytesOf(file: string): Promise<Buffer> {
  return reading(file, () => readFile(file));
}

async function reading<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new DatongError("FILE_UNREADABLE", { file, reason: (error as Error).message }, { cause: error });
  }
}

function placed<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof DatongError) throw new DatongError(error.code, { file, ...error.details }, { cause: error });
    throw error;
  }
}
