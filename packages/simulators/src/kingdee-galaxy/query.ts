/**
 * ExecuteBillQuery and BillQuery: selects, flattens, orders and cuts a window out of a form's documents.
 *
 * The window: TopRowCount caps the whole result first (0 or empty is no cap), then StartRow, then Limit, which the server's ceiling caps
 * silently. A key of an entry gives one row per line, keys of two entries their cross join. What was selected is kept until something
 * changes, so that the next page costs only its own rows.
 */
import { NumberText, writeJson } from "../kit/exact-json.ts";
import { findColumn, type Column, type Row, type Scalar } from "./column.ts";
import { compileFilter, compareScalars, UnknownFieldError } from "./filter-run.ts";
import { FilterSyntaxError, parseFilter, type Condition } from "./filter-parse.ts";
import type { Form, Line } from "./form.ts";
import { MSG, problem, type Problem } from "./reply.ts";
import { textOf } from "./request-body.ts";
import type { GalaxySettings } from "./settings.ts";
import { findForm, type Document, type Store } from "./store.ts";

export interface QueryResult {
  readonly keys: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

export interface Querier {
  /** Runs one query; a problem instead of rows when it cannot be run. */
  run(store: Store, data: Readonly<Record<string, unknown>>, lcid: string): QueryResult | Problem;
}

const KEPT_RESULTS_MAX = 16;

/** Makes a querier with its own kept results. */
export function createQuerier(settings: GalaxySettings): Querier {
  const kept = new Map<string, readonly Row[]>();
  let calls = 0;
  return {
    run(store, data, lcid) {
      const form = findForm(textOf(data["formid"]));
      if (form === undefined) return unknownForm(textOf(data["formid"]));
      try {
        const plan = planOf(store, form, data, lcid);
        calls += 1;
        const identity = JSON.stringify([store.version, form.id, lcid, plan.keys, writeJson(data["filterstring"]), plan.orderText]);
        const unstable = settings.unstableOrder && plan.orderText === "";
        const found = kept.get(identity) ?? select(store, form, plan, lcid);
        kept.delete(identity);
        kept.set(identity, found);
        for (const oldest of kept.keys()) if (kept.size > KEPT_RESULTS_MAX) kept.delete(oldest);
        const rows = cut(unstable ? shuffled(found, calls) : found, plan, settings.queryLimitMax);
        return { keys: plan.keys, rows: rows.map((row) => plan.columns.map((column) => shown(column, column.read(row, lcid)))) };
      } catch (error) {
        if (error instanceof UnknownFieldError) return problem(MSG.notExisting, `元数据中标识为${error.message}的字段不存在`);
        if (error instanceof FilterSyntaxError) return problem(settings.filterErrorMsgCode, `当前查询串无法解析--${error.message}`);
        throw error;
      }
    },
  };
}

/** The refusal of a form id that names no form. */
export function unknownForm(formId: string): Problem {
  return formId === "" ? problem(MSG.formEmpty, "业务对象标识不能为空") : problem(MSG.notExisting, `标识为"${formId}"的业务对象不存在`);
}

interface Plan {
  readonly keys: readonly string[];
  readonly columns: readonly Column[];
  readonly filter: Condition | undefined;
  readonly orderText: string;
  readonly order: readonly { readonly column: Column; readonly descending: boolean }[];
  readonly top: number;
  readonly start: number;
  readonly limit: number;
  readonly columnOf: (key: string) => Column;
}

function planOf(store: Store, form: Form, data: Readonly<Record<string, unknown>>, lcid: string): Plan {
  const columnOf = (key: string): Column => {
    const column = findColumn(store, form, key);
    if (column === undefined) throw new UnknownFieldError(key);
    return column;
  };
  // An array here is a client's mistake: the server takes the keys as one text.
  const fieldKeys = Array.isArray(data["fieldkeys"]) ? writeJson(data["fieldkeys"]) : textOf(data["fieldkeys"]);
  const keys = fieldKeys.split(",").map((key) => key.trim());
  const filter = parseFilter(data["filterstring"]);
  const orderText = textOf(data["orderstring"]).trim();
  const plan: Plan = {
    keys,
    columns: keys.map(columnOf),
    filter,
    orderText,
    order: orderText === "" ? [] : orderText.split(",").map((part) => orderPart(part, columnOf)),
    top: wholeNumber(data["toprowcount"], "TopRowCount"),
    start: wholeNumber(data["startrow"], "StartRow"),
    limit: wholeNumber(data["limit"], "Limit"),
    columnOf,
  };
  if (filter !== undefined) compileFilter(filter, columnOf, lcid);
  return plan;
}

function orderPart(part: string, columnOf: (key: string) => Column): { column: Column; descending: boolean } {
  const match = /^\s*([\w.]+)(?:\s+(asc|desc))?\s*$/i.exec(part);
  if (match?.[1] === undefined) throw new FilterSyntaxError(part);
  return { column: columnOf(match[1]), descending: match[2]?.toLowerCase() === "desc" };
}

function select(store: Store, form: Form, plan: Plan, lcid: string): readonly Row[] {
  const used: (string | undefined)[] = [...plan.columns, ...plan.order.map(({ column }) => column)].map((column) => column.entry);
  const shownEntries = new Set(used.filter((entry) => entry !== undefined));
  const filterEntries = new Set<string>();
  const test =
    plan.filter === undefined
      ? undefined
      : compileFilter(
          plan.filter,
          (key) => {
            const column = plan.columnOf(key);
            if (column.entry !== undefined && !shownEntries.has(column.entry)) filterEntries.add(column.entry);
            return column;
          },
          lcid,
        );
  const rows: Row[] = [];
  for (const document of candidates(store, form, plan.filter)) {
    for (const row of flatten(document, [...shownEntries])) {
      // An entry that only the filter names must not multiply the rows: one of its lines is enough.
      if (test === undefined || flatten(document, [...filterEntries], row.lines).some((wider) => test(wider) === true)) rows.push(row);
    }
  }
  return plan.order.length === 0 ? rows : sorted(rows, plan, lcid);
}

/** Narrows to the documents a filter names by number, so that a probe by number does not read the whole table. */
function candidates(store: Store, form: Form, filter: Condition | undefined): readonly Document[] {
  const numbers = filter === undefined ? undefined : numbersOf(filter, form.numberKey.toLowerCase());
  if (numbers === undefined) return store.all(form);
  const found = new Set(numbers.map((number) => store.find(form, number)).filter((document) => document !== undefined));
  return [...found].sort((a, b) => a.id - b.id);
}

function numbersOf(condition: Condition, numberKey: string): readonly string[] | undefined {
  if (condition.kind === "and") {
    for (const part of condition.parts) {
      const numbers = numbersOf(part, numberKey);
      if (numbers !== undefined) return numbers;
    }
    return undefined;
  }
  if (condition.kind === "compare" && condition.operator === "=" && condition.key.toLowerCase() === numberKey) return [condition.value];
  return condition.kind === "in" && condition.key.toLowerCase() === numberKey ? condition.values : undefined;
}

function flatten(document: Document, entries: readonly string[], taken: Row["lines"] = {}): readonly Row[] {
  let rows: Row[] = [{ document, lines: taken }];
  for (const entry of entries) {
    const lines: readonly (Line | undefined)[] = document.lines[entry]?.length ? document.lines[entry] : [undefined];
    rows = rows.flatMap((row) => lines.map((line) => ({ document, lines: { ...row.lines, [entry]: line } })));
  }
  return rows;
}

function sorted(rows: readonly Row[], plan: Plan, lcid: string): readonly Row[] {
  const keyed = rows.map((row) => ({ row, values: plan.order.map(({ column }) => column.read(row, lcid)) }));
  keyed.sort((a, b) => {
    for (const [i, { column, descending }] of plan.order.entries()) {
      const order = compareScalars(column, a.values[i] ?? null, b.values[i] ?? null);
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  });
  return keyed.map(({ row }) => row);
}

function cut(rows: readonly Row[], plan: Plan, limitMax: number): readonly Row[] {
  const capped = plan.top > 0 ? Math.min(plan.top, rows.length) : rows.length;
  const limit = plan.limit > 0 ? Math.min(plan.limit, limitMax) : limitMax;
  return rows.slice(plan.start, Math.min(capped, plan.start + limit));
}

/** Another order for every call, as a database without ORDER BY is free to give. */
function shuffled(rows: readonly Row[], call: number): readonly Row[] {
  const turn = rows.length === 0 ? 0 : (call * 7919) % rows.length;
  return [...rows.slice(turn), ...rows.slice(0, turn)];
}

function shown(column: Column, value: Scalar): unknown {
  return column.kind === "decimal" && typeof value === "string" ? new NumberText(value) : value;
}

function wholeNumber(value: unknown, name: string): number {
  const text = textOf(value).trim();
  if (text === "") return 0;
  if (!/^\d{1,15}$/.test(text)) throw new FilterSyntaxError(`${name} ${text}`);
  return Number(text);
}
