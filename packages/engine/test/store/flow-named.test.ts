/** Flows by a former id: those of the asker's workspace alone. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { findFlowNamed, registerFlow, registerRevision, type FlowRow } from "../../src/store/flow-rows.ts";
import { openLab, type Lab } from "../flow/lab/lab.ts";

const FORMER = "255f7565-c782-3985-9020-59aa6a647e61";
let lab: Lab;
const rows = new Map<string, FlowRow>();
beforeAll(async () => {
  lab = await openLab();
  for (const id of ["b/shops", "shops", "a/shops", "a/other"]) {
    const row = await registerFlow(lab.engine.pool, id, "account");
    await registerRevision(lab.engine.pool, row.num, JSON.stringify({ id, aliases: id.endsWith("shops") ? [FORMER] : [] }));
    rows.set(id, row);
  }
});
afterAll(() => lab.close());

test.each([
  [FORMER, "shops"],
  [`a/${FORMER}`, "a/shops"],
  [`b/${FORMER}`, "b/shops"],
  ["a/shops", "a/shops"],
])("%s is %s", async (name, id) => {
  expect(await findFlowNamed(lab.engine.pool, name)).toEqual(rows.get(id));
});

test.each([`c/${FORMER}`, "nobody", `a/b/${FORMER}`])("%s is nobody's", async (name) => {
  expect(await findFlowNamed(lab.engine.pool, name)).toBeNull();
});

test("a newer document without the former id has it no more", async () => {
  const row = rows.get("b/shops");
  await registerRevision(lab.engine.pool, row?.num ?? 0, JSON.stringify({ id: "b/shops" }));
  expect(await findFlowNamed(lab.engine.pool, `b/${FORMER}`)).toBeNull();
});
