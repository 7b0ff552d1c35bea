/** Two bodies of one document, and documents in whatever requests another system has recorded. */
import { describe, expect, test } from "vitest";
import {
  compareDocuments,
  parsePath,
  readBackColumns,
  readJson,
  requestsIn,
  writeJson,
  type Json,
  type JsonObject,
} from "../../src/index.ts";

const differing = (ours: string, theirs: string, how: "both" | "common" = "both"): readonly string[] =>
  compareDocuments(readJson(ours) as JsonObject, readJson(theirs) as JsonObject, how).differences.map(
    ({ path, ours: a, theirs: b }) => `${path}: ${a === undefined ? "–" : writeJson(a)} ${b === undefined ? "–" : writeJson(b)}`,
  );

describe("the same", () => {
  test.each([
    ["an amount with other zeros", '{"a":"12.50"}', '{"a":12.5}'],
    ["an amount beyond what a double holds", '{"a":12345678901234567.10}', '{"a":"12345678901234567.1"}'],
    ["a truth value as text", '{"a":"true"}', '{"a":true}'],
    ["what is empty and what is absent", '{"a":"","b":null,"c":[],"d":{"e":""}}', "{}"],
    ["members in another order", '{"a":1,"b":2}', '{"b":2,"a":1}'],
    ["midnight and its date", '{"a":"2026-11-01"}', '{"a":"2026-11-01T00:00:00"}'],
  ])("%s", (_, ours, theirs) => {
    expect(differing(ours, theirs)).toEqual([]);
    expect(differing(theirs, ours)).toEqual([]);
  });
});

describe("different", () => {
  test.each([
    ["a code with a leading zero", '{"a":"007"}', '{"a":"7"}', ['a: "007" "7"']],
    [
      "the last digit of an amount",
      '{"a":12345678901234567.11}',
      '{"a":12345678901234567.1}',
      ["a: 12345678901234567.11 12345678901234567.1"],
    ],
    ["a field that only they have, and one that only we have", '{"a":1}', '{"b":2}', ["a: 1 –", "b: – 2"]],
    ["inside lines, by their place", '{"l":[{"q":1},{"q":2}]}', '{"l":[{"q":1},{"q":3}]}', ["l[1].q: 2 3"]],
    ["a line more", '{"l":[{"q":1},{"q":2}]}', '{"l":[{"q":1}]}', ["l.length: 2 1"]],
    ["an object and a text", '{"a":{"FNumber":"1"}}', '{"a":"1"}', ['a: {"FNumber":"1"} "1"']],
    ["a time of day", '{"a":"2026-11-01 10:00:00"}', '{"a":"2026-11-01"}', ['a: "2026-11-01 10:00:00" "2026-11-01"']],
  ])("%s", (_, ours, theirs, expected) => {
    expect(differing(ours, theirs)).toEqual(expected);
  });
});

test("read back: the target's own defaults do not count, fields that it does not show are named, the rest is compared", () => {
  const ours = readJson('{"k":"1","note":"x","l":[{"q":1,"lot":"A"},{"q":2,"lot":"B"}]}') as JsonObject;
  const theirs = readJson('{"k":"1","status":"A","l":[{"q":"1.0","tax":13},{"q":5}]}') as JsonObject;
  const { differences, notCompared } = compareDocuments(ours, theirs, "common");
  expect(differences).toEqual([{ path: "l[1].q", ours: 2, theirs: 5 }]);
  expect(notCompared).toEqual(["note", "l.lot"]);
});

describe("requests", () => {
  const keysIn = (json: string): readonly Json[] =>
    requestsIn(readJson(json), parsePath("FBillNo")).map((document) => document["FBillNo"] as Json);

  test.each([
    ["a list of bodies", '[{"FBillNo":"1"},{"FBillNo":"2"}]', ["1", "2"]],
    ["an envelope with a list", '{"FormId":"X","Model":[{"FBillNo":"1"},{"FBillNo":"2"}]}', ["1", "2"]],
    ["texts that hold JSON", '[{"parameters":"[\\"X\\",\\"{\\\\\\"Model\\\\\\":{\\\\\\"FBillNo\\\\\\":\\\\\\"1\\\\\\"}}\\"]"}]', ["1"]],
    ["the outermost one, not what is inside", '{"FBillNo":"1","FEntity":[{"FBillNo":"inside"}]}', ["1"]],
    ["none where the key is empty or no value", '[{"FBillNo":""},{"FBillNo":{"a":1}},"[broken"]', []],
  ])("%s", (_, json, expected) => {
    expect(keysIn(json)).toEqual(expected);
  });
});

test("columns for a target that is asked by column", () => {
  const body = readJson(
    '{"FBillNo":"1","FCustId":{"FNUMBER":"K"},"SubHead":{"FRate":1,"FCur":{"FNumber":"C"}},"FEntity":[{"FQty":1},{"FMat":{"FNumber":"M"}}],"Other":[{"x":1}]}',
  );
  const { list, columns } = readBackColumns([body as JsonObject]);
  expect(list).toBe("FEntity");
  expect(columns.map(({ path, key, inList }) => [path.join("."), key, inList])).toEqual([
    ["FBillNo", "FBillNo", false],
    ["FCustId.FNUMBER", "FCustId.FNumber", false],
    ["SubHead.FRate", "FRate", false],
    ["SubHead.FCur.FNumber", "FCur.FNumber", false],
    ["FEntity.FQty", "FQty", true],
    ["FEntity.FMat.FNumber", "FMat.FNumber", true],
  ]);
});
