/**
 * Reads documents back from the target by their external keys, with as many of their fields as its query shows: the probe's own columns, and
 * where the query is asked by column, one for each field of ours. A column that the target does not know fails the whole query; it is found by
 * its name in the refusal and left out. Only queries are called.
 */
import {
  asText,
  documentOfRows,
  extractRows,
  FIRST_PAGE,
  getPath,
  pageGlobals,
  parsePath,
  readBackColumns,
  type Json,
  type JsonObject,
  type Probe,
  type ReadBackColumns,
} from "@datong/core";
import { readyParams, type ReadyFlow, type ReadyParams } from "../ready-flow.ts";
import { ask, CallFault } from "../source/read-page.ts";
import { optionValues } from "../target/build-request.ts";

/** As many columns as may be refused one after the other, before none is asked for. */
const REFUSED_MAX = 30;
/** Keys in one question: every line of a document is a row, and a reply has its limits. */
const KEYS_MAX = 20;
const PAGES_MAX = 100;

/** Asks on and on; what was refused once is not asked for again. */
export class TargetReader {
  private readonly ready: ReadyFlow;
  private readonly probe: Probe;
  private readonly refused = new Set<string>();

  constructor(ready: ReadyFlow, probe: Probe) {
    this.ready = ready;
    this.probe = probe;
  }

  /** Throws CallFault where the target refuses for another reason than a column, or cannot be reached. */
  async read(wanted: ReadonlyMap<string, JsonObject>, nowMs: number): Promise<ReadonlyMap<string, JsonObject>> {
    const documents = new Map<string, JsonObject>();
    const keys = [...wanted.keys()];
    const step = Math.min(this.probe.batchMax, KEYS_MAX);
    for (let from = 0; from < keys.length; from += step) {
      const asked = keys.slice(from, from + step);
      const bodies = asked.flatMap((key): readonly JsonObject[] => {
        const body = wanted.get(key);
        return body === undefined ? [] : [body];
      });
      for (const [key, document] of await this.readSome(asked, bodies, nowMs)) documents.set(key, document);
    }
    return documents;
  }

  private async readSome(keys: readonly string[], bodies: readonly JsonObject[], nowMs: number): Promise<ReadonlyMap<string, JsonObject>> {
    const { api } = this.ready.target.connection.api(this.probe.api);
    const byColumn = api.request.some((field) => field.default?.includes("{{COLUMNS}}") === true);
    if (!byColumn) return this.found(await this.rows(keys, {}, nowMs), (rows) => rows[0] ?? {});
    for (;;) {
      const all = readBackColumns(bodies);
      const columns: ReadBackColumns = { ...all, columns: all.columns.filter(({ key }) => !this.refused.has(key)) };
      const names = new Map(columns.columns.map((column, i) => [column, `column${i}`]));
      const extra = Object.fromEntries([...names].map(([column, name]): [string, string] => [name, column.key]));
      try {
        const rows = await this.rows(keys, extra, nowMs);
        return this.found(rows, (own) => documentOfRows(columns, own, (row, column) => row[names.get(column) ?? ""]));
      } catch (error) {
        if (!(error instanceof CallFault) || error.verdict.fault !== "rejected") throw error;
        const text = error.verdict.vendorText ?? "";
        const unknown = columns.columns.filter(({ key }) => namesColumn(text, key));
        const refused = unknown.length > 0 && this.refused.size < REFUSED_MAX ? unknown : columns.columns;
        if (refused.length === 0) throw error;
        for (const { key } of refused) this.refused.add(key);
      }
    }
  }

  /** All rows of these keys, page by page where the query has pages. */
  private async rows(keys: readonly string[], extra: Readonly<Record<string, string>>, nowMs: number): Promise<readonly JsonObject[]> {
    const { connection } = this.ready.target;
    const api = connection.api(this.probe.api);
    const params: ReadyParams = readyParams(api.api, this.probe.params, extra);
    const options = optionValues({ connection, options: this.ready.target.options, nowMs }, this.ready.target.zone);
    const { paging } = api.api;
    const size = paging === undefined || paging.kind === "none" ? this.probe.batchMax : paging.size;
    const rows: JsonObject[] = [];
    let state = FIRST_PAGE;
    for (let page = 0; page < PAGES_MAX; page++) {
      const extraGlobals =
        paging === undefined || paging.kind === "none"
          ? { PAGINATION_PAGE_SIZE: size, PAGINATION_START_PAGE: 1, PAGINATION_START_ROW: 0 }
          : pageGlobals(paging, state, size);
      const scope = { nowMs, slice: { fromMs: 0, toMs: nowMs }, state, keys };
      const result = await ask(connection, api, params, scope, extraGlobals, { options });
      const found = extractRows(
        api.api.rows ?? { kind: "objects", paths: [""] },
        result.reply?.json ?? null,
        params.columns.map((column) => column.name),
      );
      for (const row of found) rows.push(row.value);
      if ((paging?.kind !== "offset" && paging?.kind !== "page") || found.length < size) break;
      state = { ...state, pagesRead: state.pagesRead + 1, rowsRead: state.rowsRead + found.length };
    }
    return rows;
  }

  /** Rows by the document that they belong to. */
  private found(rows: readonly JsonObject[], documentOf: (rows: readonly JsonObject[]) => JsonObject): ReadonlyMap<string, JsonObject> {
    const { probe } = this;
    const text = (row: JsonObject, path: string): string => {
      const value: Json | undefined = getPath(row, parsePath(path));
      return value === undefined || value === null ? "" : asText(value);
    };
    const standing = rows.filter((row) => probe.ignore === undefined || !probe.ignore.in.includes(text(row, probe.ignore.field)));
    const byKey = Map.groupBy(standing, (row) => text(row, probe.key));
    return new Map([...byKey].filter(([key]) => key !== "").map(([key, own]) => [key, documentOf(own)]));
  }
}

/** Whether a refusal names a column, or the field that it begins with, as a word of its own. */
function namesColumn(text: string, key: string): boolean {
  return [key, key.split(".")[0] ?? key].some((name) =>
    text
      .toLowerCase()
      .split(/[^\w.]+/)
      .includes(name.toLowerCase()),
  );
}
