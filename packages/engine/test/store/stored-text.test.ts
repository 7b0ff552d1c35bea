/** Blocks of texts, stored and read back, beyond what one piece of a block holds. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { insertBlocks, readPlaces } from "../../src/store/stored-text.ts";
import { openLab, type Lab } from "../flow/lab/lab.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

test.each([
  ["one text", ["[]"]],
  ["empty texts among others", ["", "a", "", ""]],
  ["one empty text", [""]],
  ["texts of many pieces", Array.from({ length: 400 }, (_, i) => `{"n":${i},"t":"${"全棉四件套".repeat(i % 70)}"}`)],
  ["a text longer than a piece between others", ["x", "杭州𠮷".repeat(20_000), "y"]],
])("%s come back as they were, in any order", async (_, texts) => {
  const id = lab.engine.ids.next();
  await insertBlocks(lab.engine.pool, 3, 1, [{ id, texts }]);
  const places = texts.map((_text, place) => ({ block: id, place })).toReversed();
  expect(await readPlaces(lab.engine.pool, 3, [...places, { block: id, place: texts.length }])).toEqual([...texts.toReversed(), null]);
});
