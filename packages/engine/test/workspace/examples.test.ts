/**
 * The five example flows against hand-written rows: `fixtures/<id>/source.json` (the rows of one record) must become `target.json`.
 * GOLDEN=update writes the expectation anew.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CONNECTORS } from "@datong/connectors";
import {
  applyCondition,
  applyMapping,
  compileCondition,
  compileMapping,
  compileRestructure,
  DatongError,
  globalsOf,
  isArray,
  isObject,
  readJson,
  restructureRecord,
  writeJson,
  type Connector,
  type Flow,
  type Json,
  type JsonObject,
} from "@datong/core";
import { describe, expect, test } from "vitest";
import { withApiFields } from "../../src/flow/ready-flow.ts";
import { checkWorkspaceFlow, loadWorkspace } from "../../src/workspace/index.ts";

const DIR = join(import.meta.dirname, "../../../../examples/workspace");
const WORKSPACE = await loadWorkspace(DIR, { env: {}, connectors: CONNECTORS });
const IDS = [
  "kingdee-return-to-jushuitan-inout",
  "wangdiantong-warehouse-to-kingdee-stock",
  "kingdee-customer-to-greatonce-distributor",
  "kingdee-stars-purchase-to-jackyun-customer",
  "jushuitan-saleout-to-kingdee-outstock",
];
const ZONE = "Asia/Shanghai";

/** Beside the five, not enabled: its run and its write-back are judged in packages/cli/test/write-back.test.ts. */
const WITH_WRITE_BACK = "jushuitan-order-to-kingdee-outstock";

test("the workspace holds exactly the five flows and the one with a write-back, and is well itself", () => {
  expect([...WORKSPACE.flows.keys()].toSorted()).toEqual([...IDS, WITH_WRITE_BACK].toSorted());
  expect(WORKSPACE.issues).toEqual([]);
});

test.each([...IDS, WITH_WRITE_BACK])("%s has no issue", (id) => {
  const entry = WORKSPACE.flows.get(id);
  expect(entry).toBeDefined();
  expect(entry === undefined ? [] : checkWorkspaceFlow(WORKSPACE, entry)).toEqual([]);
});

describe.each(IDS)("%s", (id) => {
  test("has the six parts and nothing else", () => {
    expect(Object.keys(flowOf(id))).toEqual(["id", "source", "restructure", "mapping", "target", "dispatch"]);
  });

  test("maps every field of its target, in the connector's order", () => {
    const { mapping, target } = flowOf(id);
    const fields = targetApi(target.connection, target.api).request;
    expect(mapping.map((field) => field.field)).toEqual(fields.map((field) => field.field));
    for (const [i, field] of fields.entries()) {
      if (field.children === undefined) continue;
      expect(mapping[i]?.children?.map((child) => child.field)).toEqual(field.children.map((child) => child.field));
    }
  });

  test("makes the expected documents", async () => {
    const file = join(DIR, "fixtures", id, "target.json");
    const made = pretty(mapped(id, await rowsOf(id)));
    if (process.env["GOLDEN"] === "update") await writeFile(file, made);
    expect(made).toBe(await readFile(file, "utf8"));
  });
});

test("a warehouse that is out of use is dropped under the rule's name", async () => {
  const [row] = await rowsOf("wangdiantong-warehouse-to-kingdee-stock");
  expect(conditionOf("wangdiantong-warehouse-to-kingdee-stock", { ...row, is_disabled: "1" })).toEqual({ dropped: "停用仓库不同步" });
});

test("a sale-out that has not left is dropped under the rule's name", async () => {
  const [row] = await rowsOf("jushuitan-saleout-to-kingdee-outstock");
  for (const status of ["WaitConfirm", "Cancelled", "Delete"]) {
    expect(conditionOf("jushuitan-saleout-to-kingdee-outstock", { ...row, status })).toEqual({ dropped: "只同步已出库的单据" });
  }
});

test("a sale-out without a sending date takes its own", async () => {
  const [row] = await rowsOf("jushuitan-saleout-to-kingdee-outstock");
  const [body] = mapped("jushuitan-saleout-to-kingdee-outstock", [{ ...row, send_date: null }]);
  expect(body?.["FDate"]).toBe("2026-11-01");
});

test("a shop that is not in the map is a missing customer, not a customer with the shop's number", async () => {
  const [row] = await rowsOf("jushuitan-saleout-to-kingdee-outstock");
  expect(() => mapped("jushuitan-saleout-to-kingdee-outstock", [{ ...row, shop_id: 99 }])).toThrow("FCustomerID");
});

test("a customer without an address stays one distributor", async () => {
  const [row] = await rowsOf("kingdee-customer-to-greatonce-distributor");
  const bodies = mapped("kingdee-customer-to-greatonce-distributor", [{ ...row, BD_CUSTCONTACT: [] }]);
  expect(bodies.map((body) => body["distributorCode"])).toEqual(["杭州龘腾商贸有限公司111"]);
});

function flowOf(id: string): Flow {
  const entry = WORKSPACE.flows.get(id);
  if (entry?.kind !== "ready") throw new Error(`no flow ${id}`);
  return entry.flow;
}

function targetApi(connection: string, code: string): Connector["apis"][number] {
  const system = WORKSPACE.connections.get(connection)?.document?.system;
  const api = CONNECTORS.find((each) => each.system === system)?.apis.find((each) => each.code === code);
  if (api === undefined) throw new Error(`no api ${code}`);
  return api;
}

async function rowsOf(id: string): Promise<readonly JsonObject[]> {
  const json = readJson(await readFile(join(DIR, "fixtures", id, "source.json"), "utf8"));
  return isArray(json) ? json.filter(isObject) : [];
}

function conditionOf(id: string, row: JsonObject): unknown {
  return applyCondition(compileCondition(flowOf(id).source.condition ?? []), row);
}

function mapped(id: string, rows: readonly JsonObject[]): readonly JsonObject[] {
  const flow = flowOf(id);
  const globals = globalsOf({ nowMs: Date.UTC(2026, 10, 3) });
  const { bills, issues } = restructureRecord(
    compileRestructure(flow.restructure ?? []),
    { key: "1", number: "1", rows },
    { globals, zone: ZONE },
  );
  expect(issues).toEqual([]);
  const mapping = compileMapping(withApiFields(flow.mapping, targetApi(flow.target.connection, flow.target.api).request));
  return bills.map((bill) => {
    const result = applyMapping(mapping, { row: bill.row, globals, zone: ZONE });
    if (result.ok) return result.body;
    throw new Error(result.issues.map((issue) => new DatongError(issue.code, issue.details).message).join("; "));
  });
}

function pretty(bodies: readonly Json[]): string {
  return `${JSON.stringify(JSON.parse(writeJson(bodies)), null, 2)}\n`;
}
