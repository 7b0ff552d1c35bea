import { describe, expect, test } from "vitest";
import { DatongError } from "../../../src/error/index.ts";
import {
  applyMapping,
  collectionAnswers,
  compileMapping,
  compileValue,
  GivenAnswers,
  globalsOf,
  LookupQuestions,
  toStoredRow,
  type LookupPolicy,
  type Scope,
} from "../../../src/flow/transform/index.ts";
import { readJson, writeJson, type Json, type JsonObject } from "../../../src/value/index.ts";
import { cpuMs } from "../../cpu-ms.ts";

const POLICY: LookupPolicy = { empty: "null", ambiguous: "first" };

function scopeOf(row: Json, collections: Readonly<Record<string, Json>>): Scope {
  const stored = (flow: string) => (collections[flow] as JsonObject[] | undefined)?.map(toStoredRow);
  return {
    row: row as JsonObject,
    globals: globalsOf({ nowMs: Date.UTC(2024, 4, 1) }),
    zone: "Asia/Shanghai",
    answers: collectionAnswers(stored),
  };
}

function evaluate(
  text: string,
  row: Json,
  collections: Readonly<Record<string, Json>>,
  policy: Partial<LookupPolicy> = {},
): Json | undefined {
  return compileValue(text, { fieldPath: "f", lookups: { ...POLICY, ...policy } }).evaluate(scopeOf(row, collections));
}

function codeOf(run: () => unknown): { readonly code: string; readonly position: unknown } {
  try {
    run();
  } catch (error) {
    if (error instanceof DatongError) return { code: error.code, position: error.details["position"] };
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("the lookups of the manual and of real schemes", () => {
  const orders = [
    { FBillNo: "PO1", FMaterialId_FNumber: "M1", FPOOrderEntry_FEntryId: 100_001 },
    { FBillNo: "PO1", FMaterialId_FNumber: "M2", FPOOrderEntry_FEntryId: 100_002 },
    { FBillNo: "PO2", FMaterialId_FNumber: "M2", FPOOrderEntry_FEntryId: 100_003 },
  ];

  test("two conditions, inside the lines", () => {
    const mapping = compileMapping([
      { field: "FBillNo", value: "{{outer_no}}" },
      {
        field: "lines",
        type: "array",
        value: "details_list",
        children: [
          { field: "sku", value: "{{details_list.goods_no}}" },
          {
            field: "FPOORDERENTRYID",
            type: "int",
            value:
              "_findCollection find FPOOrderEntry_FEntryId from 8e620793-bebb-3167-95a4-9030368e5262 where FBillNo={{outer_no}} FMaterialId_FNumber={{details_list.goods_no}}",
          },
        ],
      },
    ]);
    const row = { outer_no: "PO1", details_list: [{ goods_no: "M2" }, { goods_no: "M1" }, { goods_no: "M9" }] };
    const result = applyMapping(mapping, scopeOf(row, { "8e620793-bebb-3167-95a4-9030368e5262": orders }));
    expect(result.ok && writeJson(result.body)).toBe(
      '{"FBillNo":"PO1","lines":[{"sku":"M2","FPOORDERENTRYID":100002},{"sku":"M1","FPOORDERENTRYID":100001},{"sku":"M9"}]}',
    );
  });

  const shelfLife =
    "_function case _findCollection find FIsKFPeriod from 66da8241-98f4-39f9-8fee-cac02e30e532 where FNumber={{details.details_item_code}} _endFind when true then '{{details.details_detail_batch_validTime}}' else '' end";

  test.each<[Json, Json]>([
    [true, "2025-01-01"],
    ["true", "2025-01-01"],
    ["True", "2025-01-01"],
    ["1", "2025-01-01"],
    [1, "2025-01-01"],
    [false, ""],
    ["false", ""],
    ["0", ""],
    [null, ""],
    ["", ""],
  ])("batch managed as %j gives %j", (managed, expected) => {
    const row = { details: { details_item_code: "A 1", details_detail_batch_validTime: "2025-01-01" } };
    const materials = [
      { FNumber: "A", FIsKFPeriod: "x" },
      { FNumber: "A 1", FIsKFPeriod: managed },
    ];
    expect(evaluate(shelfLife, row, { "66da8241-98f4-39f9-8fee-cac02e30e532": materials })).toBe(expected);
  });

  test("the shop's organisation, asked in both languages; names with spaces and quotes", () => {
    const shops = [
      { FName: "旗舰店", FNumber: "S1", F_PSEH_OrgId: "100" },
      { FName: 'Tom\'s "Best" Shop x=1', FNumber: "S2", F_PSEH_OrgId: "101" },
    ];
    const collections = { "255f7565-c782-3985-9020-59aa6a647e61": shops };
    const find = "_findCollection find F_PSEH_OrgId from 255f7565-c782-3985-9020-59aa6a647e61 where FName={{shop_name}}";
    const mongo =
      '_mongoQuery 255f7565-c782-3985-9020-59aa6a647e61 findField=content.FNumber where={"content.FName":{"$eq":"{{shop_name}}"}}';
    for (const [name, org, number] of [
      ["旗舰店", "100", "S1"],
      ['Tom\'s "Best" Shop x=1', "101", "S2"],
      ["无此店", null, null],
    ] as const) {
      expect(evaluate(find, { shop_name: name }, collections)).toBe(org);
      expect(evaluate(mongo, { shop_name: name }, collections)).toBe(number);
    }
  });

  test("values with spaces are split before the next name only", () => {
    const rows = [{ FName: "A B", FGroup: "x y", FNumber: "1" }];
    const text = "_findCollection find FNumber from s where FName={{a}} {{b}} FGroup=x {{c|default: d=1}}";
    expect(evaluate(text, { a: "A", b: "B", c: "y" }, { s: rows })).toBe("1");
    expect(evaluate(text, { a: "A", b: "B" }, { s: [{ FName: "A B", FGroup: "x d=1", FNumber: "2" }] })).toBe("2");
    expect(evaluate("_findCollection find FNumber from s where content.FName=A B", {}, { s: rows })).toBe("1");
  });

  test("nested fields, the row's own fields, rows in stored form", () => {
    const stored = [
      { id: "7", number: "N7", status: 2, content: { shop: { org: { code: "100" } }, name: "a" } },
      { id: "8", number: "N8", status: 0, content: { shop: { org: { code: "200" } }, name: "b", number: "own" } },
    ];
    expect(evaluate("_findCollection find shop.org.code from s where name=b", {}, { s: stored })).toBe("200");
    expect(evaluate("_findCollection find number from s where name=a", {}, { s: stored })).toBe("N7");
    expect(evaluate("_findCollection find number from s where name=b", {}, { s: stored })).toBe("own");
    expect(evaluate('_mongoQuery s findField=number where={"content.name":"b"}', {}, { s: stored })).toBe("N8");
    expect(evaluate('_mongoQuery s findField=id where={"status":2,"content.shop.org.code":100}', {}, { s: stored })).toBe("7");
  });
});

describe("operators of _mongoQuery", () => {
  const rows = readJson(
    '[{"n":"a","q":5,"t":"2024-01-02","tags":["x","y"]},{"n":"b","q":"10","t":"2024-02-01"},{"n":"c","q":12345678901234567890,"t":"2024-03-01","none":null},{"n":"d d","q":100.00}]',
  );
  const ask = (where: string, row: Json = {}) => evaluate(`_mongoQuery s findField=content.n where=${where}`, row, { s: rows });

  test.each<[string, Json, Json]>([
    ['{"content.q":{"$eq":"5"}}', {}, "a"],
    ['{"content.q":{"$eq":{{v}}}}', { v: "10" }, "b"],
    ['{"content.q":100}', {}, "d d"],
    ['{"content.q":{"$ne":5}}', {}, "b"],
    ['{"content.q":{"$gt":9}}', {}, "b"],
    ['{"content.q":{"$gt":"{{v}}"}}', { v: "100" }, "c"],
    ['{"content.q":{"$gte":"12345678901234567890"}}', {}, "c"],
    ['{"content.q":{"$gt":"12345678901234567890"}}', {}, null],
    ['{"content.q":{"$gt":5,"$lt":11}}', {}, "b"],
    ['{"content.t":{"$lte":"2024-02-01","$gte":"2024-02-01"}}', {}, "b"],
    ['{"content.n":{"$in":["x","{{v}}"]}}', { v: "c" }, "c"],
    ['{"content.n":{"$in":{{v}}}}', { v: ["q", "b"] }, "b"],
    ['{"content.n":{"$nin":["a","b"]}}', {}, "c"],
    ['{"content.tags":"y"}', {}, "a"],
    ['{"content.n":{"$regex":"^D","$options":"i"}}', {}, "d d"],
    ['{"content.n":{"$regex":"^{{v}}$"}}', { v: "b" }, "b"],
    ['{"content.tags":{"$exists":true}}', {}, "a"],
    ['{"content.t":{"$exists":false}}', {}, "d d"],
    ['{"content.none":null,"content.n":"c"}', {}, "c"],
    ['{"$or":[{"content.n":"zz"},{"content.q":{"$lt":6}}]}', {}, "a"],
    ['{"$and":[{"content.q":{"$gt":1}},{"$or":[{"content.n":"b"},{"content.n":"c"}]}]}', {}, "b"],
  ])("%s over %j finds %j", (where, row, expected) => {
    expect(ask(where, row)).toBe(expected);
  });

  test("a pattern that backtracks elsewhere takes no time here", () => {
    const long = [{ n: `${"a".repeat(20_000)}b` }];
    const before = cpuMs();
    expect(evaluate('_mongoQuery s findField=content.n where={"content.n":{"$regex":"^(a+)+$"}}', {}, { s: long })).toBeNull();
    expect(cpuMs() - before).toBeLessThan(2_000);
  });
});

describe("inside _function", () => {
  const s = [
    { k: "1", v: "0012", t: "it's" },
    { k: "2", v: 3 },
  ];

  test.each<[string, Json, Json]>([
    ["_function _findCollection find v from s where k={{a}} _endFind + 1", { a: 2 }, 4],
    ["_function IFNULL(_findCollection find v from s where k={{a}} _endFind, 'none')", { a: 9 }, "none"],
    ["_function CONCAT('<', '_findCollection find t from s where k={{a}} _endFind', '>')", { a: "1" }, "<it's>"],
    ["_function _findCollection find v from s where k={{a}} _endFind", { a: "1" }, "0012"],
    [
      "_function case _mongoQuery s findField=content.v where={\"content.k\":\"{{a}}\"} _endFind when 3 then 'three' else '?' end",
      { a: 2 },
      "three",
    ],
    ["_findCollection find v from s where k=2 _endFind", {}, 3],
  ])("%s over %j is %j", (text, row, expected) => {
    expect(evaluate(text, row, { s })).toBe(expected);
  });
});

describe("hostile data changes no meaning", () => {
  const names = [
    "x _endFind when true then 'stolen' end",
    "' or '1'='1",
    '"},"$or":[{}]}',
    "{{secret}}",
    "a b=c",
    "_findCollection find v from s where k=1 _endFind",
    "\\",
    "\u0000",
    "__proto__",
    "constructor",
    "x".repeat(1_000_000),
  ];
  const rows = [{ k: "1", v: "wrong" }, ...names.map((name, index) => ({ k: name, v: `v${index}` }))];

  test.each(names.map((name, index) => [index, name.slice(0, 30)] as const))("name %i (%s)", (index) => {
    const row = { name: names[index] as string, secret: "1" };
    expect(evaluate("_findCollection find v from s where k={{name}}", row, { s: rows })).toBe(`v${index}`);
    expect(evaluate('_mongoQuery s findField=content.v where={"content.k":{"$eq":"{{name}}"}}', row, { s: rows })).toBe(`v${index}`);
    expect(evaluate('_mongoQuery s findField=content.v where={"content.k":{{name}}}', row, { s: rows })).toBe(`v${index}`);
    expect(evaluate("_function CONCAT(_findCollection find v from s where k={{name}} _endFind, '!')", row, { s: rows })).toBe(`v${index}!`);
  });

  test("a value found is not read as an expression, and a prototype's members are no fields", () => {
    const found = [
      { k: "1", v: "1 + 1" },
      { k: "2", v: "{{k}}" },
    ];
    expect(evaluate("_function CONCAT(_findCollection find v from s where k=1 _endFind)", {}, { s: found })).toBe("1 + 1");
    expect(evaluate("_findCollection find v from s where k=2", {}, { s: found })).toBe("{{k}}");
    expect(evaluate("_findCollection find constructor from s where k=1", {}, { s: found })).toBeNull();
    expect(evaluate("_findCollection find v from s where __proto__={{x}}", { x: "1" }, { s: found })).toBeNull();
  });

  test("a missing value asks for the empty text, not for any row", () => {
    expect(evaluate("_findCollection find v from s where k={{missing}}", {}, { s: [{ v: 1 }, { k: null, v: 2 }] })).toBeNull();
    expect(evaluate('_mongoQuery s findField=content.v where={"content.k":{{missing}}}', {}, { s: [{ v: 1 }, { k: "", v: 2 }] })).toBe(2);
  });
});

describe("policies", () => {
  const s = [{ k: "1", v: "a" }, { k: "1", v: "b" }, { k: "2", v: "c" }, { k: "2", v: "c" }, { k: "3" }];
  const text = "_findCollection find v from s where k={{k}}";

  test("the first match and null unless said otherwise", () => {
    expect(evaluate(text, { k: "1" }, { s })).toBe("a");
    expect(evaluate(text, { k: "3" }, { s })).toBeNull();
    expect(evaluate(text, { k: "9" }, { s })).toBeNull();
  });

  test.each<[Partial<LookupPolicy>, string, string]>([
    [{ empty: "fail" }, "9", "LOOKUP_EMPTY"],
    [{ empty: "fail" }, "3", "LOOKUP_EMPTY"],
    [{ empty: "wait" }, "9", "LOOKUP_WAITS"],
    [{ ambiguous: "fail" }, "1", "LOOKUP_AMBIGUOUS"],
  ])("%j with k=%s is %s", (policy, k, code) => {
    expect(codeOf(() => evaluate(text, { k }, { s }, policy)).code).toBe(code);
  });

  test("equal answers are not ambiguous; an unknown flow is an error", () => {
    expect(evaluate(text, { k: "2" }, { s }, { ambiguous: "fail" })).toBe("c");
    expect(codeOf(() => evaluate(text, { k: "2" }, {})).code).toBe("LOOKUP_UNANSWERED");
  });

  test("a field's own policy comes before the flow's; the trace tells what was found", () => {
    const mapping = compileMapping(
      [
        { field: "x", value: text, lookup: { empty: "null" } },
        { field: "y", value: text },
      ],
      { empty: "fail" },
    );
    const result = applyMapping(mapping, { ...scopeOf({ k: "9" }, { s }), trace: true });
    expect(result.ok).toBe(false);
    expect(!result.ok && result.issues.map((issue) => [issue.fieldPath, issue.code])).toEqual([["y", "LOOKUP_EMPTY"]]);
    expect(result.trace[0]?.lookups).toEqual([{ flow: "s", find: "v", where: "k=9", matched: 0, found: null }]);
  });
});

describe("questions first, answers together", () => {
  test("each is collected once, also from branches that are not taken, and mapping takes the given answers", () => {
    const text = "_function case {{kind}} when 'a' then _findCollection find v from s where k={{lines.k}} _endFind else 'n' end";
    const mapping = compileMapping([
      {
        field: "lines",
        type: "array",
        value: "lines",
        children: [
          { field: "v", value: text },
          { field: "w", value: "_findCollection find w from s where k={{lines.k}}" },
        ],
      },
    ]);
    const questions = new LookupQuestions();
    const row = { kind: "b", lines: [{ k: 1 }, { k: "1" }, { k: 2 }] };
    const scope = { ...scopeOf(row, {}), answers: undefined };
    mapping.ask(scope, questions);
    expect(questions.all.map((each) => each.questions.map((question) => question.key))).toEqual([
      ["1", "2"],
      ["1", "2"],
    ]);
    const answers = new GivenAnswers();
    for (const { questions: asked } of questions.all)
      for (const question of asked) answers.give(question, { matched: 1, found: `=${question.key}`, differs: false });
    const result = applyMapping(mapping, { ...scope, answers });
    expect(result.ok && writeJson(result.body)).toBe('{"lines":[{"v":"n","w":"=1"},{"v":"n","w":"=1"},{"v":"n","w":"=2"}]}');
  });
});

describe("what is wrong in itself", () => {
  test.each<[string, string, number]>([
    ["_findCollection FNumber from s where a=1", "LOOKUP_INVALID", 16],
    ["_findCollection find FNumber from s", "LOOKUP_INVALID", 16],
    ["_findCollection find FNumber from s where a = 1", "LOOKUP_INVALID", 42],
    ["_findCollection find FNumber from s where a=1 and b=2", "LOOKUP_INVALID", 49],
    ["_findCollection find FNumber from s where a={{x", "TEMPLATE_INVALID", 45],
    ["_findCollection find FNumber from s where a=_findCollection find x from y where z=1 _endFind", "LOOKUP_NESTED", 45],
    ["_findCollection find FNumber from s where a=1 _endFind + 1", "LOOKUP_INVALID", 47],
    ["_mongoQuery s findField=content.x", "LOOKUP_INVALID", 12],
    ["_mongoQuery s findField=content.x where={}", "LOOKUP_INVALID", 41],
    ['_mongoQuery s findField=content.x where={"a":', "LOOKUP_INVALID", 41],
    ['_mongoQuery s findField=content.x where={"a":{"$where":"1"}}', "LOOKUP_INVALID", 41],
    ['_mongoQuery s findField=content.x where={"$nor":[{"a":1}]}', "LOOKUP_INVALID", 41],
    ['_mongoQuery s findField=content.x where={"a":{"$regex":"("}}', "LOOKUP_INVALID", 41],
    ['_mongoQuery s findField=content.x where={"{{a}}":1}', "LOOKUP_INVALID", 41],
    ["_function case _findCollection find a from s where b=1 when true then 1 end", "LOOKUP_INVALID", 16],
    ["_function SUM(_findCollection find a from s where b={{c.d}} _endFind)", "EXPRESSION_INVALID", 15],
    ["_function CONCAT('x _findCollection find a from s where b=1 _endFind')", "LOOKUP_INVALID", 18],
  ])("%s is %s at %i", (text, code, position) => {
    const compile = () => compileValue(text, { fieldPath: "f", lookups: POLICY });
    expect(codeOf(compile)).toEqual({ code, position });
  });

  test("a list as the value of an equality, and a pattern that data made wrong", () => {
    expect(codeOf(() => evaluate("_findCollection find v from s where k={{a}}", { a: ["1"] }, { s: [] })).code).toBe("VALUE_NOT_TEXT");
    const text = '_mongoQuery s findField=content.v where={"content.k":{"$regex":"{{a}}"}}';
    expect(codeOf(() => evaluate(text, { a: "(" }, { s: [] })).code).toBe("LOOKUP_INVALID");
  });
});
