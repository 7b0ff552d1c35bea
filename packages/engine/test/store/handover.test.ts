import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createHandover, type Handover } from "../../src/store/handover.ts";

type Give = Parameters<Handover["give"]>;

/** A task with one document whose body has so many letters. */
function page(id: string, letters: number): Give {
  const document = { id: `d${id}`, externalKey: id, recordKey: id, body: "x".repeat(letters), code: null };
  return [[{ id, documents: [document.id] }], [document]] as unknown as Give;
}

describe("room for a page", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  /** Whether `room` has been resolved, after `ms`. */
  async function hasRoom(handover: Handover, ms = 0): Promise<boolean> {
    let there = false;
    void handover.room().then(() => (there = true));
    await vi.advanceTimersByTimeAsync(ms);
    return there;
  }

  test("is there at once while the writer is near", async () => {
    const handover = createHandover(100);
    expect(await hasRoom(handover)).toBe(true);
    handover.give(...page("1", 50));
    expect(await hasRoom(handover)).toBe(true);
  });

  test("is waited for when more than half lies there, and is there when the writer has taken enough", async () => {
    const handover = createHandover(100);
    for (const id of ["1", "2", "3"]) handover.give(...page(id, 30));
    let there = false;
    void handover.room().then(() => (there = true));
    handover.take("1", ["d1"]);
    await vi.advanceTimersByTimeAsync(0);
    expect(there).toBe(false);
    handover.take("2", ["d2"]);
    await vi.advanceTimersByTimeAsync(0);
    expect(there).toBe(true);
  });

  test("is not waited for longer than a moment, and not again until the writer has come near", async () => {
    const handover = createHandover(100);
    for (const id of ["1", "2"]) handover.give(...page(id, 45));
    expect(await hasRoom(handover, 249)).toBe(false);
    expect(await hasRoom(handover, 250)).toBe(true);
    expect(await hasRoom(handover)).toBe(true);
    handover.take("1", ["d1"]);
    handover.give(...page("3", 45));
    expect(await hasRoom(handover)).toBe(false);
  });

  test("comes back when what nobody takes is forgotten", async () => {
    const handover = createHandover(100);
    for (const id of ["1", "2"]) handover.give(...page(id, 45));
    await vi.advanceTimersByTimeAsync(31_000);
    handover.give(...page("3", 10));
    expect(handover.take("1", ["d1"])).toBeNull();
    expect(await hasRoom(handover)).toBe(true);
  });
});

describe("what is handed over", () => {
  test("is given once, and not where a document of the task has left it", () => {
    const handover = createHandover();
    handover.give(...page("1", 3));
    expect(handover.take("1", ["d1"])?.map(({ body }) => body)).toEqual(["xxx"]);
    expect(handover.take("1", ["d1"])).toBeNull();
    handover.give(...page("2", 3));
    expect(handover.take("2", ["d2", "d9"])).toBeNull();
  });

  test("is no more than its size: the rest is read from the ledger", () => {
    const handover = createHandover(100);
    handover.give(...page("1", 60));
    handover.give(...page("2", 60));
    expect(handover.take("2", ["d2"])).toBeNull();
    expect(handover.take("1", ["d1"])).toHaveLength(1);
  });
});
