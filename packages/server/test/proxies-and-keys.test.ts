/** Who asks: an address that a trusted proxy tells and nobody else, and a key that is worth what its maker still may. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readTrustedProxies } from "../src/index.ts";
import { ADMIN, openServerLab, type ServerLab } from "./server-lab.ts";

const PASSWORD = "a long enough password";

test("how trusted proxies are given", () => {
  expect(["", "2", "10.0.0.5, 172.16.0.0/12,::1/128", "loopback"].map(readTrustedProxies)).toEqual([
    false,
    2,
    ["10.0.0.5", "172.16.0.0/12", "::1/128"],
    ["loopback"],
  ]);
  for (const wrong of ["0", "11", "true", "*", "0.0.0.0/0", "::/0", "10.0.0.0/33", "10.0.0", "10.0.0.1/8/8", "10.0.0.1,"])
    expect([wrong, readTrustedProxies(wrong)]).toEqual([wrong, null]);
});

/** Fails to log in until it has to wait, each time with the header as given; how many tries that took, at most ten. */
async function triesUntilThrottled(lab: ServerLab, forwarded: (i: number) => string): Promise<number> {
  for (let i = 0; i < 10; i++) {
    const body = { name: `nobody-${Math.random()}`, password: "not the right one" };
    const { status } = await lab.as({})("POST", "/api/v1/login", body, { "x-forwarded-for": forwarded(i) });
    if (status === 429) return i;
  }
  return 10;
}

describe.each([
  // A forged header changes nothing: all are the socket's address.
  ["nobody is believed", undefined, true],
  ["whoever asks is no trusted proxy", readTrustedProxies("203.0.113.0/24"), true],
  ["the proxy is trusted by its network", readTrustedProxies("127.0.0.0/8"), false],
  ["one proxy stands before the server", readTrustedProxies("1"), false],
] as const)("%s", (_, trustedProxies, isThrottled) => {
  let lab: ServerLab;
  beforeAll(async () => {
    lab = await openServerLab(1, [], trustedProxies === undefined || trustedProxies === null ? {} : { trustedProxies });
  }, 180_000);
  afterAll(() => lab.close());

  test("log-ins are slowed down by the address that is true", async () => {
    const each = await triesUntilThrottled(lab, (i) => `198.51.100.${i + 1}`);
    expect([each < 10, await triesUntilThrottled(lab, () => "198.51.100.77")]).toEqual([isThrottled, expect.any(Number)]);
    if (isThrottled) return;
    // What stands before the proxy's own entry was written by whoever asks: he stays the one whom the proxy saw.
    const forged = await triesUntilThrottled(lab, (i) => `192.0.2.${i + 1}, 198.51.100.78`);
    expect(forged).toBeLessThan(10);
  }, 180_000);
});

describe("a key whose maker is gone", () => {
  let lab: ServerLab;
  beforeAll(async () => {
    lab = await openServerLab(1, []);
  }, 180_000);
  afterAll(() => lab.close());

  test("lets nobody in until somebody takes it over", async () => {
    const admin = await lab.logIn(ADMIN.name, ADMIN.password);
    const members = "/api/v1/workspaces/main/members";
    const keys = "/api/v1/workspaces/main/api-keys";
    for (const name of ["maker", "other"]) await admin("POST", "/api/v1/people", { name, password: PASSWORD });
    await admin("PUT", `${members}/maker`, { role: "owner" });
    await admin("PUT", `${members}/other`, { role: "administrator" });
    const maker = await lab.logIn("maker", PASSWORD);
    const other = await lab.logIn("other", PASSWORD);
    const made = async (ask: typeof admin, name: string, role: string): Promise<string> =>
      (await ask("POST", keys, { name, role })).body.key;
    const own = await made(maker, "own", "owner");
    const script = await made(maker, "script", "operator");
    const byKey = await made(lab.as({ key: own }), "by-key", "viewer");
    const works = async (key: string): Promise<boolean> => (await lab.as({ key })("GET", "/api/v1/workspaces/main/flows")).status === 200;
    const all = async (): Promise<readonly boolean[]> => Promise.all([own, script, byKey].map(works));
    const orphans = async (): Promise<readonly string[]> =>
      (await admin("GET", keys)).body.items.flatMap((each: { readonly name: string; readonly isOrphaned: boolean }) =>
        each.isOrphaned ? [each.name] : [],
      );
    expect([await all(), await orphans()]).toEqual([[true, true, true], []]);
    // Who may not give a role any more has nobody in by it.
    await admin("PUT", `${members}/maker`, { role: "administrator" });
    expect([await all(), await orphans()]).toEqual([[false, true, true], ["own"]]);
    await admin("PUT", `${members}/maker`, { role: "operator" });
    expect([await all(), await orphans()]).toEqual([
      [false, false, false],
      ["by-key", "own", "script"],
    ]);
    await admin("PUT", `${members}/maker`, { role: "owner" });
    expect(await all()).toEqual([true, true, true]);
    await admin("PATCH", "/api/v1/people/maker", { isDisabled: true });
    expect(await all()).toEqual([false, false, false]);
    await admin("PATCH", "/api/v1/people/maker", { isDisabled: false });
    await admin("DELETE", `${members}/maker`);
    expect(await all()).toEqual([false, false, false]);
    // Nobody takes over more than he may give.
    expect((await other("PUT", `${keys}/own/owner`)).status).toBe(403);
    expect((await other("PUT", `${keys}/nothing/owner`)).status).toBe(404);
    expect((await other("PUT", `${keys}/script/owner`)).status).toBe(204);
    expect([await all(), await orphans()]).toEqual([
      [false, true, false],
      ["by-key", "own"],
    ]);
    expect((await admin("PUT", `${keys}/own/owner`)).status).toBe(204);
    expect(await all()).toEqual([true, true, true]);
    const audit = (await admin("GET", "/api/v1/workspaces/main/audit?limit=20")).body.items;
    expect(
      audit.find(({ deed, object }: { readonly deed: string; readonly object: string }) => deed === "api-key.adopt" && object === "own"),
    ).toMatchObject({
      before: "person:maker",
      after: "person:admin",
    });
  });
});
