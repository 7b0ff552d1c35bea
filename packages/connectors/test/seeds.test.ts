/**
 * The five pages of the users against our connectors: every field, caption, type, description and preset, in all ten interfaces. What is
 * knowingly different stands in DIFFERENT, with its reason; a difference that is gone fails too, so the table cannot go stale.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Api, Field } from "@datong/core";
import { readFolders } from "./folders.ts";
import { readSeedTables, type SeedRow } from "./seeds-read.ts";

const folders = await readFolders();

interface SeedApi {
  readonly seed: string;
  readonly operation: string;
  readonly system: string;
  readonly code: string;
  readonly request: number;
  readonly response: number;
}

/** Each interface of the pages, the API that declares it, and how many rows its tables have. */
const SEED_APIS: readonly SeedApi[] = [
  {
    seed: "000_a9bb2f586496d807",
    operation: "executeBillQuery",
    system: "kingdee-galaxy",
    code: "executeBillQuery:SAL_RETURNSTOCK",
    request: 15,
    response: 9,
  },
  {
    seed: "000_a9bb2f586496d807",
    operation: "jushuitan.otherinout.upload",
    system: "jushuitan",
    code: "jushuitan.otherinout.upload",
    request: 19,
    response: 5,
  },
  {
    seed: "001_ea1769503c897d48",
    operation: "wdt.warehouse.query",
    system: "wangdiantong-qimen",
    code: "wdt.warehouse.query",
    request: 3,
    response: 37,
  },
  { seed: "001_ea1769503c897d48", operation: "batchSave", system: "kingdee-galaxy", code: "batchSave:BD_STOCK", request: 14, response: 0 },
  {
    seed: "002_84caed61adc5e340",
    operation: "ExecuteBillQuery",
    system: "kingdee-galaxy",
    code: "executeBillQuery:BD_Customer",
    request: 6,
    response: 57,
  },
  {
    seed: "002_84caed61adc5e340",
    operation: "greatonce.distributor.single.sync",
    system: "greatonce",
    code: "greatonce.distributor.single.sync",
    request: 9,
    response: 0,
  },
  {
    seed: "003_444e028b43644d91",
    operation: "jdy/pur/pur_inbound_list",
    system: "kingdee-stars",
    code: "jdy/pur/pur_inbound_list",
    request: 17,
    response: 140,
  },
  { seed: "003_444e028b43644d91", operation: "crm.customer.add", system: "jackyun", code: "crm.customer.add", request: 30, response: 0 },
  {
    seed: "004_b371000b63562a54",
    operation: "jushuitan.saleout.list.query",
    system: "jushuitan-qimen",
    code: "jushuitan.saleout.list.query",
    request: 5,
    response: 62,
  },
  {
    seed: "004_b371000b63562a54",
    operation: "batchSave",
    system: "kingdee-galaxy",
    code: "batchSave:SAL_OUTSTOCK",
    request: 34,
    response: 0,
  },
];

/** Rows that stand elsewhere with us: the page's field (in its order) to our path, and why. `options.` is a call option. */
const PAYS = ["amount", "buyer_account", "is_order_pay", "outer_pay_id", "pay_date", "pay_id", "payment", "status"];
const LINES_OF_004 =
  "amount base_price i_id is_gift is_presale item_status name oi_id outer_oi_id pic price properties_value qty raw_so_id shop_i_id shop_sku_id sku_id sku_type".split(
    " ",
  );
const OPTIONS = ["FormId", "IsVerifyBaseDataField", "Operation", "IsAutoSubmitAndAudit", "SubSystemId", "BatchCount"];

function pathOf(api: SeedApi, part: "request" | "response", row: SeedRow, earlier: readonly SeedRow[]): string {
  const last = row.field.split(".").at(-1) ?? "";
  if (api.code.startsWith("batchSave:")) {
    // The call options of a save are not part of the document, wherever a page prints them.
    if (OPTIONS.includes(last)) return `options.${last}`;
    // 004 prints SubHeadEntity below the lines; the vendor's template has it beside them.
    if (row.field.startsWith("FEntity.SubHeadEntity")) return row.field.slice("FEntity.".length);
  }
  if (api.code === "jushuitan.saleout.list.query" && part === "response" && row.field.includes(".")) {
    // 004 prints record fields below items and items.pays; only the real children of each stay there.
    if (row.field === "items.pays") return "pays";
    if (!row.field.startsWith("items.pays.")) return LINES_OF_004.includes(last) ? row.field : last;
    // `items.pays.status` is printed twice: first the payment's, then the record's.
    const isFirst = !earlier.some((other) => other.field === row.field);
    return PAYS.includes(last) && isFirst ? `pays.${last}` : last;
  }
  return row.field;
}

interface Difference {
  readonly ours: string;
  readonly reason: string;
}

/** Cells that differ, by code, path and cell. */
const DIFFERENT: Readonly<Record<string, Difference>> = {
  "executeBillQuery:BD_Customer FieldKeys preset": {
    ours: "{{COLUMNS}}",
    reason: "empty on the page, where its platform fills the columns in silently; ours are named",
  },
  "wdt.warehouse.query page_size preset": {
    ours: "{{PAGINATION_PAGE_SIZE}}",
    reason: "the page's 50 is the page size of the API's paging",
  },
  "wdt.warehouse.query page_no preset": { ours: "{{PAGINATION_START_PAGE}}", reason: "the page leaves it to its platform's paging" },
  "crm.customer.add district label": { ours: "区", reason: "the caption was lost when the page was copied" },
  "crm.customer.add town label": { ours: "镇", reason: "the caption was lost when the page was copied" },
};

const CELLS = ["label", "type", "description", "preset"] as const;

function fieldAt(fields: readonly Field[], path: string): Field | undefined {
  const [first = "", ...rest] = path.split(".");
  const field = fields.find((one) => one.field === first);
  return rest.length === 0 || field === undefined ? field : fieldAt(field.children ?? [], rest.join("."));
}

function cellOf(field: Field, cell: (typeof CELLS)[number]): string {
  return (cell === "preset" ? field.default : field[cell]) ?? "";
}

function differences(
  seedApi: SeedApi,
  api: Api | undefined,
  part: "request" | "response",
  row: SeedRow,
  earlier: readonly SeedRow[],
): readonly string[] {
  const path = pathOf(seedApi, part, row, earlier);
  const isOption = path.startsWith("options.");
  const fields = isOption ? api?.options : api?.[part];
  const field = fieldAt(fields ?? [], isOption ? path.slice("options.".length) : path);
  if (field === undefined) return [`${path}: missing`];
  return CELLS.flatMap((cell) => {
    const expected = row[cell];
    if (expected === undefined) return [];
    const known = DIFFERENT[`${seedApi.code} ${path} ${cell}`];
    const ours = cellOf(field, cell);
    if (known !== undefined && known.ours === expected) return [`${path} ${cell}: no longer different, take it out of DIFFERENT`];
    return ours === (known?.ours ?? expected) ? [] : [`${path} ${cell}: "${ours}" instead of "${known?.ours ?? expected}"`];
  });
}

function seedRows(seedApi: SeedApi, part: "request" | "response"): readonly SeedRow[] {
  const tables = readSeedTables(readFileSync(new URL(`seeds/${seedApi.seed}.txt`, import.meta.url), "utf8"));
  return tables.filter((table) => table.operation === seedApi.operation && table.part === part).flatMap((table) => table.rows);
}

function apiOf(seedApi: SeedApi): Api | undefined {
  return folders.find((folder) => folder.system === seedApi.system)?.connector.apis.find((api) => api.code === seedApi.code);
}

describe.each(SEED_APIS)("$seed $operation", (seedApi) => {
  test.each(["request", "response"] as const)("has every row of the page's %s table", (part) => {
    const rows = seedRows(seedApi, part);
    expect(rows).toHaveLength(seedApi[part]);
    expect(rows.flatMap((row, at) => differences(seedApi, apiOf(seedApi), part, row, rows.slice(0, at)))).toEqual([]);
  });

  test("keeps the vendor's name and the page's caption of the interface", () => {
    const text = readFileSync(new URL(`seeds/${seedApi.seed}.txt`, import.meta.url), "utf8");
    const api = apiOf(seedApi);
    expect(api?.operation).toBe(seedApi.operation);
    expect(text).toMatch(new RegExp(`(接口名称|NAME)\\s*[:：]\\s*${api?.name.zh.replaceAll(/[()+]/g, "\\$&")}\\s*$`, "m"));
  });
});

describe("the comparison itself", () => {
  test("meets every known difference", () => {
    const met = SEED_APIS.flatMap((seedApi) =>
      (["request", "response"] as const).flatMap((part) => seedRows(seedApi, part).map((row) => `${seedApi.code} ${row.field}`)),
    );
    expect(Object.keys(DIFFERENT).filter((key) => !met.includes(key.replace(/ \w+$/, "")))).toEqual([]);
  });

  test("notices a missing field and another caption", () => {
    const seedApi = SEED_APIS[0];
    const api = seedApi === undefined ? undefined : apiOf(seedApi);
    if (seedApi === undefined || api === undefined) throw new Error("no API to change");
    const renamed: Api = { ...api, response: api.response.slice(1).map((field) => ({ ...field, label: `${field.label}?` })) };
    const rows = seedRows(seedApi, "response");
    const found = rows.flatMap((row, at) => differences(seedApi, renamed, "response", row, rows.slice(0, at)));
    expect(found[0]).toBe("FID: missing");
    expect(found).toHaveLength(rows.length);
  });
});
