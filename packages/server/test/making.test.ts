/** A flow from a template in three requests, a mapping table in use, a value as it is typed. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { ADMIN, connectionOf, openServerLab, type Ask, type ServerLab } from "./server-lab.ts";

const AT = "/api/v1/workspaces/main";
let lab: ServerLab;
let ask: Ask;
beforeAll(async () => {
  lab = await openServerLab(4, ["kingdee-galaxy", "jushuitan"]);
  ask = await lab.logIn(ADMIN.name, ADMIN.password);
  for (const id of ["kingdee-galaxy", "jushuitan"])
    await ask("PUT", `${AT}/connections/${id}`, { revision: 0, document: await connectionOf(lab, id) });
}, 60_000);
afterAll(() => lab.close());

test("a template asks for nothing but two connections, and its bills arrive", async () => {
  const { items } = (await ask("GET", "/api/v1/templates")).body;
  expect(items.length).toBeGreaterThanOrEqual(20);
  const body = { source: "kingdee-galaxy", target: "jushuitan", id: "returns", publish: true };
  const used = await ask("POST", `${AT}/templates/kingdee-return-to-jushuitan-inout/use`, body);
  expect(used).toMatchObject({ status: 201, body: { id: "returns", publishedRevision: 1, issues: [] } });
  expect(await ask("POST", `${AT}/templates/kingdee-return-to-jushuitan-inout/use`, body)).toMatchObject({ status: 409 });
  const run = (await ask("POST", `${AT}/flows/returns/runs`, {})).body;
  const events = await ask("GET", `${AT}/runs/${run.id}/events`);
  expect(events.text).toContain('"state":"done"');
  expect(lab.vendor("jushuitan").ledger().length).toBeGreaterThan(0);
});

test("a table is kept, told of and used by a flow's mapping; rows that contradict each other are refused", async () => {
  const saved = await ask("PUT", `${AT}/tables/shops`, {
    revision: 0,
    table: {
      columns: ["店铺", "仓库"],
      rows: [
        ["a", "W1"],
        ["a", "W1"],
        ["b", "W2"],
      ],
    },
  });
  expect(saved.body).toEqual({ id: "shops", revision: 1, rows: 2 });
  const refused = await ask("PUT", `${AT}/tables/shops`, {
    revision: 1,
    table: {
      columns: ["店铺", "仓库"],
      rows: [
        ["a", "W1"],
        ["a", "W9"],
      ],
    },
  });
  expect(refused).toMatchObject({ status: 400, body: { details: { path: "body/table/rows/1" } } });
  const { text } = (await ask("GET", `${AT}/flows/returns`)).body;
  const withTable = (table: string) =>
    `${(text as string).replace(/^id: returns$/m, "id: tabled").replace(/^mapping:\n/m, `mapping:\n  - { field: remark, value: a, table: ${table} }\n`)}`;
  const unknown = await ask("PUT", `${AT}/flows/tabled`, { revision: 0, text: withTable("nothing") });
  expect(unknown.body.issues.map((issue: { path: string }) => issue.path)).toContain("/mapping/0/table");
});

test("a value is what a run would make of it, exactly; what is wrong is told with its position", async () => {
  const evaluate = async (body: string) => ask("POST", `${AT}/eval`, body);
  const exact = await evaluate('{"value":"_function {{qty}} * {{price}}","record":{"qty":9007199254740993,"price":1.10}}');
  expect(exact.text).toContain('"value":9907919180215092.3');
  const found = await evaluate(
    JSON.stringify({
      value: "_findCollection find FNumber from 255f7565-c782-3985-9020-59aa6a647e61 where FName={{shop}}",
      record: { shop: "旗舰 店" },
      collections: { "255f7565-c782-3985-9020-59aa6a647e61": [{ FName: "旗舰 店", FNumber: "S01" }] },
    }),
  );
  expect(found.body.value).toBe("S01");
  const wrong = await evaluate('{"value":"_function 1 +","record":{}}');
  expect(wrong.body.error).toMatchObject({ code: "EXPRESSION_INVALID" });
});
