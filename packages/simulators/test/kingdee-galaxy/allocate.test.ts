import { afterAll, beforeAll, expect, test } from "vitest";
import { logIn, start, type GalaxyClient } from "./galaxy-client.ts";

let client: GalaxyClient;
let orgs: readonly string[];
beforeAll(async () => {
  client = await logIn(await start({ bills: 3 }));
  orgs = (await client.query({ FormId: "ORG_Organizations", FieldKeys: "FOrgID" })).map((row) => String(row[0]));
});
afterAll(() => client.running.stop());

const stock = async (number: string, audited: boolean): Promise<number> => {
  const by = { FNumber: "100" };
  const Model = [{ FNumber: number, FName: number, FCreateOrgId: by, FUseOrgId: by, FStockProperty: "1", FStockStatusType: "0,1" }];
  const status = await client.status("BatchSave", "BD_STOCK", { Model, IsAutoSubmitAndAudit: audited ? "true" : "false" });
  return status.SuccessEntitys[0]?.Id ?? 0;
};
const allocated = (): readonly string[] =>
  client.running.vendor
    .ledger()
    .filter((entry) => entry.kind === "BD_STOCK allocation")
    .map((entry) => entry.key);

test("audited base data is given to organisations by inner ids, once", async () => {
  const id = await stock("Z1", true);
  const data = { PkIds: String(id), TOrgIds: orgs.slice(0, 2).join(","), IsAutoSubmitAndAudit: true };
  expect(await client.status("Allocate", "BD_STOCK", data)).toMatchObject({ IsSuccess: true, SuccessEntitys: [{ Id: id, Number: "Z1" }] });
  expect((await client.status("Allocate", "BD_STOCK", data)).IsSuccess).toBe(true);
  expect(allocated()).toEqual(orgs.slice(0, 2).map((org) => `Z1@${org}`));
});

test("what is not audited, not there, or a bill is refused", async () => {
  const id = await stock("Z2", false);
  const refusal = async (form: string, data: Readonly<Record<string, unknown>>): Promise<string | undefined> =>
    (await client.status("Allocate", form, data)).Errors[0]?.Message;
  expect(await refusal("BD_STOCK", { PkIds: id, TOrgIds: orgs[0] })).toContain("未审核");
  expect(await refusal("BD_STOCK", { PkIds: 1, TOrgIds: orgs[0] })).toContain("不存在");
  expect(await refusal("BD_STOCK", { PkIds: id, TOrgIds: "7" })).toContain("组织不存在");
  expect(await refusal("BD_STOCK", { PkIds: "", TOrgIds: "" })).toContain("不能为空");
  expect(await refusal("SAL_OUTSTOCK", { PkIds: 1, TOrgIds: orgs[0] })).toContain("不支持");
});
