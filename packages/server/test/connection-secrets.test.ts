/** A connection is tried with its own secrets: what another one of the same account, or the former secret, has opened says nothing of it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { ADMIN, connectionOf, openServerLab, type Ask, type ServerLab } from "./server-lab.ts";

const AT = "/api/v1/workspaces/main";
let lab: ServerLab;
let ask: Ask;

beforeAll(async () => {
  lab = await openServerLab(1, ["kingdee-galaxy", "jushuitan"]);
  ask = await lab.logIn(ADMIN.name, ADMIN.password);
}, 180_000);
afterAll(() => lab.close());

async function keep(id: string, like: string, settings: Readonly<Record<string, string>> = {}): Promise<void> {
  const document = (await connectionOf(lab, like)) as { readonly settings: object };
  const { body } = await ask("GET", `${AT}/connections/${id}`);
  const asked = {
    revision: (body?.revision as number | undefined) ?? 0,
    document: { ...document, id, settings: { ...document.settings, ...settings } },
  };
  expect(await ask("PUT", `${AT}/connections/${id}`, asked)).toMatchObject({ status: 200 });
}

const tried = async (id: string): Promise<unknown> => (await ask("POST", `${AT}/connections/${id}/test`)).body;

test("a password that is wrong is told, though another connection of the account is logged in", async () => {
  await keep("kingdee-galaxy", "kingdee-galaxy");
  expect(await tried("kingdee-galaxy")).toMatchObject({ ok: true });
  await keep("other", "kingdee-galaxy", { password: "no such password" });
  expect(await tried("other")).toMatchObject({ ok: false, problem: { code: "LOGIN_FAILED" } });
  expect(await tried("kingdee-galaxy")).toMatchObject({ ok: true });
});

test("so is one that took the place of the right one, and the right one lets in again", async () => {
  await keep("kingdee-galaxy", "kingdee-galaxy", { password: "mistyped" });
  expect(await tried("kingdee-galaxy")).toMatchObject({ ok: false, problem: { code: "LOGIN_FAILED" } });
  await keep("kingdee-galaxy", "kingdee-galaxy");
  expect(await tried("kingdee-galaxy")).toMatchObject({ ok: true });
});

test("two shops that are authorised for one app are asked with the tokens of each", async () => {
  await keep("jushuitan", "jushuitan");
  expect(await tried("jushuitan")).toMatchObject({ ok: true });
  await keep("second-shop", "jushuitan", { accessToken: "token-of-the-second", refreshToken: "refresh-of-the-second" });
  expect(await tried("second-shop")).toMatchObject({ ok: false });
  expect(await tried("jushuitan")).toMatchObject({ ok: true });
});
