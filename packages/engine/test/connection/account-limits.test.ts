/** Whose limits hold for an account that several connections name. */
import { expect, test } from "vitest";
import { createAccountLimits } from "../../src/connection/account-limits.ts";
import type { ThrottleLimits } from "../../src/connection/throttle.ts";

function recorded() {
  const held = new Map<string, ThrottleLimits>();
  const accounts = createAccountLimits((key, limits) => {
    held.set(key, limits);
    return {
      run: (work) => work(),
      allowed: () => held.get(key)?.concurrency ?? 0,
      holdUntil: () => undefined,
      limit: (next) => void held.set(key, next),
      close: () => void held.delete(key),
    };
  });
  return { accounts, held };
}

test("what a connection declares takes the place of what it declared before", () => {
  const { accounts, held } = recorded();
  accounts.declare("a", { account: { concurrency: 1, callsPerMinute: 2 } });
  const throttle = accounts.throttle("account");
  accounts.declare("a", { account: { concurrency: 9 } });
  expect(held.get("account")).toEqual({ concurrency: 9 });
  expect(accounts.throttle("account")).toBe(throttle);
});

test("of several connections the strictest limit of each kind holds, until its connection says otherwise or goes elsewhere", () => {
  const { accounts, held } = recorded();
  accounts.declare("a", { account: { concurrency: 4, callsPerMinute: 100 } });
  accounts.declare("b", { account: { concurrency: 2, callsPerSecond: 5 } });
  expect(held.get("account")).toEqual({ concurrency: 2, callsPerSecond: 5, callsPerMinute: 100 });
  accounts.declare("b", { other: { concurrency: 2 } });
  expect(held.get("account")).toEqual({ concurrency: 4, callsPerMinute: 100 });
});

test("a limit of a single API comes and goes", () => {
  const { accounts } = recorded();
  accounts.declare("a", { account: { concurrency: 4 } });
  expect(accounts.throttle("account|save")).toBeUndefined();
  accounts.declare("a", { account: { concurrency: 4 }, "account|save": { concurrency: 1 } });
  expect(accounts.throttle("account|save")?.allowed()).toBe(1);
  accounts.declare("a", { account: { concurrency: 4 } });
  expect(accounts.throttle("account|save")).toBeUndefined();
});
