// @module-tag one-attempt
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DatongError } from "../../../src/error/index.ts";
import type { MappingField } from "../../../src/flow/flow.ts";
import { globalsOf } from "../../../src/flow/transform/globals.ts";
import { applyMapping, compileMapping } from "../../../src/flow/transform/map.ts";
import type { Scope } from "../../../src/flow/transform/template-reference.ts";
import { readJson, writeJson, type Json, type JsonObject } from "../../../src/value/index.ts";

function scopeOf(row: Json, trace = false): Scope {
  return { row: row as JsonObject, globals: globalsOf({ nowMs: Date.UTC(2024, 4, 1) }), zone: "Asia/Shanghai", trace };
}

/** The body as JSON text: exact numbers and key order are part of what is promised. */
function body(fields: readonly MappingField[], row: Json): string {
  const result = applyMapping(compileMapping(fields), scopeOf(row));
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return writeJson(result.body);
}

function issues(fields: readonly MappingField[], row: Json): [string, string][] {
  const result = applyMapping(compileMapping(fields), scopeOf(row));
  if (result.ok) throw new Error(`no issue: ${writeJson(result.body)}`);
  expect(Object.hasOwn(result, "body")).toBe(false);
  return result.issues.map((issue) => [issue.fieldPath, issue.code]);
}

const FNUMBER = { name: "ConvertObjectParser", params: "FNumber" };

describe("a document", () => {
  const fields: readonly MappingField[] = [
    { field: "FBillTypeID", label: "单据类型", type: "string", parser: FNUMBER, value: "XSCKD01_SYS" },
    { field: "FBillNo", label: "单据编号", type: "string", value: "{{io_id}}" },
    {
      field: "FEntity",
      label: "明细信息",
      type: "array",
      value: "items",
      children: [
        { field: "FMaterialID", type: "string", parser: FNUMBER, value: "{{items.sku_id}}" },
        { field: "FRealQty", type: "string", value: "{{items.qty}}" },
        { field: "FDate", value: "{{io_date|date}}" },
        { field: "FQty", type: "float", value: "{{qty}}" },
      ],
    },
  ];

  test("has its header and one line per element, keys in the order of the fields", () => {
    const row = readJson(
      '{"io_id":7615917337495251231,"io_date":"2024-05-01 08:00:00","items":[{"sku_id":"A","qty":2.50},{"sku_id":"B","qty":1}]}',
    );
    expect(body(fields, row)).toBe(
      '{"FBillTypeID":{"FNumber":"XSCKD01_SYS"},"FBillNo":"7615917337495251231","FEntity":[' +
        '{"FMaterialID":{"FNumber":"A"},"FRealQty":"2.50","FDate":"2024-05-01","FQty":2.50},' +
        '{"FMaterialID":{"FNumber":"B"},"FRealQty":"1","FDate":"2024-05-01","FQty":1}]}',
    );
  });

  test("without its list has no lines made of the header", () => {
    expect(body(fields, { io_id: 1, io_date: "2024-05-01" })).toBe('{"FBillTypeID":{"FNumber":"XSCKD01_SYS"},"FBillNo":"1"}');
    expect(body(fields, { io_id: 1, io_date: "2024-05-01", items: [] })).toBe('{"FBillTypeID":{"FNumber":"XSCKD01_SYS"},"FBillNo":"1"}');
  });

  test("flat rows: a list whose value is no list is built once from the header", () => {
    const flat: MappingField[] = [{ field: "FEntity", type: "array", value: "details", children: [{ field: "FQty", value: "{{qty}}" }] }];
    expect(body(flat, { qty: 3 })).toBe('{"FEntity":[{"FQty":"3"}]}');
    expect(body([{ ...(flat[0] as MappingField), value: null }], { qty: 3 })).toBe('{"FEntity":[{"FQty":"3"}]}');
    expect(body(flat, { details: { qty: 4 }, qty: 3 })).toBe('{"FEntity":[{"FQty":"4"}]}');
  });

  test("lists nest, written whole or relative", () => {
    const row = { no: "N", items: [{ sku: "A", batches: [{ lot: "1" }, { lot: "2" }] }, { sku: "B" }] };
    for (const value of ["items.batches", "batches"]) {
      for (const lot of ["{{items.batches.lot}}", "{{batches.lot}}"]) {
        const nested: MappingField[] = [
          {
            field: "E",
            type: "array",
            value: "items",
            children: [
              { field: "sku", value: "{{items.sku}}" },
              {
                field: "B",
                type: "array",
                value,
                children: [
                  { field: "lot", value: lot, required: true },
                  { field: "of", value: "{{no}}-{{items.sku}}" },
                ],
              },
            ],
          },
        ];
        expect(body(nested, row)).toBe('{"E":[{"sku":"A","B":[{"lot":"1","of":"N-A"},{"lot":"2","of":"N-A"}]},{"sku":"B"}]}');
      }
    }
  });

  test("a list inside a list finds its own element first, then the one around it, then the header", () => {
    const nested: MappingField[] = [
      {
        field: "E",
        type: "array",
        value: "items",
        children: [
          {
            field: "B",
            type: "array",
            value: "batches",
            children: [
              { field: "own", value: "{{n}}" },
              { field: "around", value: "{{sku}}{{items.n}}" },
              { field: "head", value: "{{no}}" },
              { field: "gifts", type: "array", value: "gifts", children: [{ field: "g", value: "{{gifts.n}}" }] },
            ],
          },
        ],
      },
    ];
    const row = { no: "N", n: 0, gifts: [{ n: 7 }], items: [{ sku: "A", n: 1, batches: [{ n: 2 }] }] };
    expect(body(nested, row)).toBe('{"E":[{"B":[{"own":"2","around":"A1","head":"N","gifts":[{"g":"7"}]}]}]}');
  });

  test("objects are built from children, and dropped without members", () => {
    const sub: MappingField[] = [
      { field: "a", type: "object", children: [{ field: "b", type: "object", children: [{ field: "c", value: "{{x}}" }] }] },
      { field: "d", value: "1" },
    ];
    expect(body(sub, { x: 1 })).toBe('{"a":{"b":{"c":"1"}},"d":"1"}');
    expect(body(sub, {})).toBe('{"d":"1"}');
    const from: MappingField[] = [{ field: "a", type: "object", value: "src", children: [{ field: "c", value: "{{name}}" }] }];
    expect(body(from, { src: { name: "in" }, name: "out" })).toBe('{"a":{"c":"in"}}');
  });

  test("field names that look like positions keep their place, and __proto__ is a name", () => {
    expect(
      body(
        [
          { field: "b", value: "x" },
          { field: "10", value: "y" },
          { field: "2", value: "z" },
        ],
        {},
      ),
    ).toBe('{"b":"x","10":"y","2":"z"}');
    expect(body([{ field: "__proto__", value: "x" }], {})).toBe('{"__proto__":"x"}');
  });
});

describe("missing, empty and null", () => {
  test.each<[MappingField, Json, string]>([
    [{ field: "f", value: "{{x}}" }, {}, "{}"],
    [{ field: "f", value: "a{{x}}" }, {}, '{"f":"a"}'],
    [{ field: "f", value: "{{x}}" }, { x: "" }, '{"f":""}'],
    [{ field: "f", value: "{{x}}" }, { x: null }, "{}"],
    [{ field: "f", value: "{{x}}", keepNull: true }, { x: null }, '{"f":null}'],
    [{ field: "f", value: null }, {}, "{}"],
    [{ field: "f" }, {}, "{}"],
    [{ field: "f", value: "{{x}}", default: "d" }, {}, '{"f":"d"}'],
    [{ field: "f", value: "{{x}}", default: "{{y}}" }, { x: null, y: 2 }, '{"f":"2"}'],
    [{ field: "f", value: "{{x}}", type: "int" }, { x: "" }, "{}"],
    [{ field: "f", value: "{{x}}", type: "array" }, { x: "" }, "{}"],
    [{ field: "f", value: "_function SUM({{l.q}})", type: "float" }, { l: [] }, "{}"],
  ])("%j of %j", (field, row, expected) => expect(body([field], row)).toBe(expected));

  test("every missing required field is named, and there is no body", () => {
    const fields: MappingField[] = [
      { field: "a", value: "{{a}}", required: true },
      { field: "b", value: "ok" },
      { field: "c", value: "{{c}}", required: true },
      { field: "E", type: "array", value: "items", required: true, children: [{ field: "q", value: "{{items.q}}", required: true }] },
    ];
    expect(issues(fields, { c: null, items: [{ q: 1 }, {}] })).toEqual([
      ["a", "TARGET_FIELD_MISSING"],
      ["c", "TARGET_FIELD_MISSING"],
      ["E[1].q", "TARGET_FIELD_MISSING"],
    ]);
    expect(issues(fields, { a: 1, c: "", items: [] })).toEqual([
      ["c", "TARGET_FIELD_MISSING"],
      ["E", "TARGET_FIELD_MISSING"],
    ]);
  });
});

describe("types", () => {
  test.each<[MappingField["type"], string, string]>([
    [undefined, '"02"', '"02"'],
    [undefined, "100.020", '"100.020"'],
    [undefined, '"0,1,2,3"', '"0,1,2,3"'],
    [undefined, "true", '"true"'],
    ["string", "7615917337495251231", '"7615917337495251231"'],
    ["int", '"7615917337495251231"', "7615917337495251231"],
    ["int", '" 12.0 "', "12"],
    ["int", "1e3", "1000"],
    ["float", '"100.10"', "100.10"],
    ["float", "1234567.10", "1234567.10"],
    ["float", '"+05.5"', "5.5"],
    ["float", '".5"', "0.5"],
    ["bool", '"true"', "true"],
    ["bool", "1", "true"],
    ["bool", '"FALSE"', "false"],
    ["bool", "0", "false"],
    ["date", '"2024-05-01 08:00:00"', '"2024-05-01"'],
    ["datetime", '"2024/5/1"', '"2024-05-01 00:00:00"'],
    ["datetime", "1714536000", '"2024-05-01 12:00:00"'],
    ["array", '["a",1]', '["a",1]'],
    ["array", '"[1.10]"', "[1.10]"],
    ["object", '{"a":1.0}', '{"a":1.0}'],
  ])("%s of %s is %s", (type, source, expected) => {
    const field: MappingField = { field: "f", value: "{{x}}", ...(type === undefined ? {} : { type }) };
    expect(body([field], { x: readJson(source) })).toBe(`{"f":${expected}}`);
  });

  test.each<[MappingField["type"], Json]>([
    ["int", "12.5"],
    ["int", "abc"],
    ["float", "1,234"],
    ["bool", "yes"],
    ["bool", 2],
    ["date", "昨天"],
    ["datetime", "2024-13-01"],
    ["array", "a,b"],
    ["object", [1]],
    ["string", { a: 1 }],
    [undefined, [1]],
    ["int", [1]],
  ])("%s refuses %j", (type, value) => {
    const field: MappingField = { field: "f", value: "{{x}}", ...(type === undefined ? {} : { type }) };
    expect(issues([field], { x: value })).toEqual([["f", "VALUE_TYPE"]]);
  });

  test("whole numbers and decimals of any size arrive exactly", () => {
    const letters = fc.stringMatching(/^-?(0|[1-9]\d{0,30})(\.\d{1,20})?$/);
    const float: MappingField = { field: "f", type: "float", value: "{{x}}" };
    fc.assert(
      fc.property(letters, (text) => {
        expect(body([float], { x: text })).toBe(`{"f":${text}}`);
      }),
    );
    fc.assert(
      fc.property(fc.bigInt(), (whole) => {
        expect(body([{ ...float, type: "int" }], { x: String(whole) })).toBe(`{"f":${whole}}`);
      }),
    );
  });

  test("a bare path gives a list field the source's own list", () => {
    expect(body([{ field: "f", type: "array", value: "a.b" }], { a: { b: [1, "x"] } })).toBe('{"f":[1,"x"]}');
  });
});

describe("parsers and maps", () => {
  test.each<[Partial<MappingField>, Json, string]>([
    [{ parser: FNUMBER }, "A", '{"FNumber":"A"}'],
    [{ type: "object", parser: FNUMBER }, 5, '{"FNumber":5}'],
    [{ type: "int", parser: FNUMBER }, "5", '{"FNumber":5}'],
    [{ parser: { name: "ConvertObjectsParser", params: "FNumber" } }, "A,B", '[{"FNumber":"A"},{"FNumber":"B"}]'],
    [{ parser: { name: "ConvertTwoStageObjectParser", params1: "FSTAFF", params2: "FNumber" } }, "S", '{"FSTAFF":{"FNumber":"S"}}'],
    [{ parser: { name: "StringToArray", params: "," } }, "a,b", '["a","b"]'],
    [{ parser: { name: "StringToArray", params: "," } }, "", "[]"],
    [{ parser: { name: "ArrayToString", params: ";" } }, ["a", 1], '"a;1"'],
    [{ parser: "StringToArray,ArrayUnique" }, "a,b,a", '["a","b"]'],
    [{ parser: "arrayunique" }, [1, "1", 1, { a: 1, b: 2 }, { b: 2, a: 1 }], '[1,"1",{"a":1,"b":2}]'],
    [{ parser: "ConvertJson" }, '{"1033":"a","b":1}', '[{"Key":1033,"Value":"a"},{"Key":"b","Value":1}]'],
    [{ parser: { name: "K3WiseHeiHuCustomParser", params: "颜色" } }, "红", '[{"keyName":"颜色","keyValue":"红"}]'],
    [
      { parser: { name: "workflowRequestTableFields", view: "1", edit: "0", fieldId: "9" } },
      "v",
      '{"fieldName":"f","fieldValue":"v","view":"1","edit":"0","fieldId":"9"}',
    ],
    [{ map: { "1": "已审核" } }, 1, '"已审核"'],
    [{ map: { "1": "已审核" } }, 2, '"2"'],
    [{ map: { "1": "已审核" }, mapDefault: "未知" }, 2, '"未知"'],
    [{ map: { constructor: "x" } }, "toString", '"toString"'],
    [{ map: { "1": "A" }, parser: FNUMBER }, "1", '{"FNumber":"A"}'],
    [{ type: "bool", map: { 是: "true", 否: "false" } }, "否", "false"],
  ])("%j of %j", (field, value, expected) => {
    expect(body([{ field: "f", value: "{{x}}", ...field }], { x: value })).toBe(`{"f":${expected}}`);
  });

  test("a parser that cannot take the value names the field", () => {
    expect(issues([{ field: "f", value: "{{x}}", parser: "ConvertJson" }], { x: "{" })).toEqual([["f", "PARSER_VALUE"]]);
    expect(issues([{ field: "f", value: "{{x}}", parser: { name: "ConvertObjectParser" } }], { x: "a" })).toEqual([["f", "PARSER_VALUE"]]);
  });
});

describe("problems and traces", () => {
  test.each<[MappingField, string]>([
    [{ field: "f", value: "{{x" }, "TEMPLATE_INVALID"],
    [{ field: "f", value: "x", parser: "NoSuch" }, "PARSER_UNKNOWN"],
    [{ field: "f", value: "x", type: "int", children: [{ field: "c" }] }, "MAPPING_INVALID"],
    [{ field: "f", type: "array", value: "items", children: [{ field: "c", value: "_mongoQuery x" }] }, "LOOKUP_INVALID"],
    [
      { field: "f", type: "array", value: "_findCollection find a from b where c=d", children: [{ field: "c" }] },
      "VALUE_LOOKUP_UNSUPPORTED",
    ],
  ])("%j does not compile: %s", (field, code) => {
    expect(() => compileMapping([field])).toThrow(expect.objectContaining({ code }) as DatongError);
  });

  test("an error in a line tells the line", () => {
    const fields: MappingField[] = [
      { field: "E", type: "array", value: "items", children: [{ field: "q", value: "_function {{items.a}}/{{items.b}}" }] },
    ];
    expect(
      issues(fields, {
        items: [
          { a: 1, b: 1 },
          { a: 1, b: 0 },
        ],
      }),
    ).toEqual([["E[1].q", "EXPRESSION_DIVISION_BY_ZERO"]]);
  });

  test("the trace shows each field's way and is empty unless asked for", () => {
    const compiled = compileMapping([
      { field: "a", value: "{{x}}-{{y.z}}", type: "string" },
      { field: "E", type: "array", value: "items", children: [{ field: "q", value: "{{items.q}}", type: "float" }] },
      { field: "n", value: "{{none}}" },
    ]);
    const row = { x: 1, y: { z: "2" }, items: [{ q: "1.10" }] };
    expect(applyMapping(compiled, scopeOf(row)).trace).toEqual([]);
    const { trace } = applyMapping(compiled, scopeOf(row, true));
    expect(trace[0]).toEqual({
      fieldPath: "a",
      expression: "{{x}}-{{y.z}}",
      references: [
        { path: "x", value: 1 },
        { path: "y.z", value: "2" },
      ],
      raw: "1-2",
      result: "1-2",
    });
    expect(trace.map((each) => each.fieldPath)).toEqual(["a", "E[0].q", "E", "n"]);
    expect(trace[1]).toMatchObject({ raw: "1.10", references: [{ path: "items.q", value: "1.10" }] });
    expect(trace[3]).toMatchObject({ raw: undefined, result: undefined, note: expect.stringContaining("missing") as string });
  });

  test("the paths a mapping reads are listed once", () => {
    const compiled = compileMapping([
      { field: "a", value: "{{x}}{{CURRENT_TIME}}", default: "{{d}}" },
      { field: "E", type: "array", value: "items", children: [{ field: "q", value: "{{items.q}}{{x}}" }] },
    ]);
    expect(compiled.references).toEqual(["x", "d", "items.q", "items"]);
  });

  test("gives the same body however often a compiled mapping is applied", () => {
    const fields: MappingField[] = Array.from({ length: 16 }, (_, index) => ({
      field: `F${index}`,
      value: index % 2 ? `{{a${index}}}` : `T{{a${index}}}-`,
    }));
    fields.push({ field: "q", type: "float", value: "{{qty}}" }, { field: "d", type: "date", value: "{{date}}" });
    fields.push({ field: "m", parser: FNUMBER, value: "{{a1}}" }, { field: "c", value: "_function {{qty}}*2" });
    const compiled = compileMapping(fields);
    const row = Object.fromEntries([
      ...Array.from({ length: 16 }, (_, index) => [`a${index}`, `v${index}`]),
      ["qty", "2.5"],
      ["date", "2024-05-01"],
    ]) as JsonObject;
    const scope = scopeOf(row);
    const once = applyMapping(compiled, scope);
    for (let index = 0; index < 1_000; index++) expect(applyMapping(compiled, scope)).toEqual(once);
  });
});
