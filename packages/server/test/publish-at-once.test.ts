/** What is read after a publication has been answered is mapped by the revision that was published. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openOrders, publishOrders, pushOrders, OUT } from "./pushed-flows.ts";
import { ADMIN, openServerLab, type Ask, type ServerLab } from "./server-lab.ts";

let lab: ServerLab;
let ask: Ask;

beforeAll(async () => {
  lab = await openServerLab(1, []);
  ask = await lab.logIn(ADMIN.name, ADMIN.password);
  await openOrders(ask);
  await publishOrders(ask, { isBroken: false, revision: 1 });
}, 180_000);
afterAll(() => lab.close());

test("bills that are pushed right behind the answer, again and again", { retry: 0, timeout: 90_000 }, async () => {
  const wanted: string[] = [];
  for (let i = 1; i <= 10; i++) {
    const prefix = `REV${i}-`;
    // At another moment of the workers' looks each time.
    await sleep((i * 190) % 1_000);
    await publishOrders(ask, { isBroken: false, revision: i + 1, prefix });
    await pushOrders(ask, 1, i);
    wanted.push(`${prefix}SO-${String(i).padStart(6, "0")}`);
    // Read before the next one is published, for what waits is mapped again by that.
    await expect.poll(async () => (await ask("GET", `${OUT}/records?limit=50`)).body.items.length, { timeout: 15_000 }).toBe(i);
  }
  const { items } = (await ask("GET", `${OUT}/records?limit=50`)).body;
  expect(items.map((item: { readonly number: string }) => item.number).sort()).toEqual(wanted.sort());
});
