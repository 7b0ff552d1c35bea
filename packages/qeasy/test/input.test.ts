/** What people bring: two documents, one file with both, pages with their noise, damaged values, tables, fragments, templates. */
import type { Flow, JsonObject, MappingField } from "@datong/core";
import { importFiles, type ImportResult } from "@datong/qeasy";
import { describe, expect, test } from "vitest";
import { CONTEXT, importText } from "./corpus.ts";

const SOURCE = {
  api: "jushuitan.saleout.list.query",
  effect: "QUERY",
  method: "POST",
  number: "io_id",
  id: "io_id",
  idCheck: true,
  request: [
    { field: "page_index", label: "页", type: "string", value: "{{PAGINATION_START_PAGE}}" },
    { field: "page_size", label: "页长", type: "string", value: "{{PAGINATION_PAGE_SIZE}}" },
    { field: "start_time", label: "开始", type: "string", value: "{{LAST_SYNC_TIME|datetime}}" },
    { field: "end_time", label: "结束", type: "string", value: "{{CURRENT_TIME|datetime}}" },
  ],
};
const TARGET = {
  api: "batchSave",
  effect: "EXECUTE",
  method: "POST",
  number: "FBillNo",
  id: "FBillNo",
  idCheck: true,
  operation: { method: "batchArraySave", rows: 20, rowsKey: "array" },
  request: [
    { field: "FBillNo", label: "单据编号", type: "string", value: "{{io_id}}" },
    { field: "FDate", label: "日期", type: "string", value: "{{io_date|date}}" },
    {
      field: "FEntity",
      label: "明细",
      type: "array",
      value: "items",
      children: [
        {
          field: "FMaterialID",
          label: "物料",
          type: "string",
          parent: "FEntity",
          parser: { name: "ConvertObjectParser", params: "FNumber" },
          value: "{{items.sku_id}}",
        },
        { field: "FRealQty", label: "数量", type: "string", parent: "FEntity", value: "{{items.qty}}" },
      ],
    },
  ],
  otherRequest: [
    { field: "FormId", type: "string", value: "SAL_OUTSTOCK" },
    { field: "IsAutoSubmitAndAudit", type: "bool", value: "true" },
  ],
};
const CONNECTIONS = { sourceConnection: "jst", targetConnection: "k3" };
const WORKSPACE = {
  ...CONNECTIONS,
  connections: [
    { id: "jst", system: "jushuitan-qimen" },
    { id: "k3", system: "kingdee-galaxy" },
  ],
};

function only(result: ImportResult): ImportResult["flows"][number] {
  expect(result.refused).toEqual([]);
  expect(result.flows).toHaveLength(1);
  return result.flows[0] as ImportResult["flows"][number];
}

function valueOf(flow: Flow, ...path: readonly string[]): MappingField | undefined {
  let fields: readonly MappingField[] = flow.mapping;
  let found: MappingField | undefined;
  for (const name of path) {
    found = fields.find((each) => each.field === name);
    fields = found?.children ?? [];
  }
  return found;
}

const [source, target] = [JSON.stringify(SOURCE, null, 2), JSON.stringify(TARGET, null, 2)];
const whole = only(importText(`[${source},${target}]`, WORKSPACE));

test("the whole scheme is taken over: nothing open, nothing unknown", () => {
  expect(whole.decisions).toEqual([]);
  expect(whole.unknown).toEqual([]);
  expect(whole.status).toBe("ok");
  expect(whole.flow).toMatchObject({
    source: { connection: "jst", api: "jushuitan.saleout.list.query", watermark: {} },
    target: { connection: "k3", api: "batchSave", batch: 20, changed: "ignore", options: { FormId: "SAL_OUTSTOCK" } },
    dispatch: { enabled: false },
  });
  expect(valueOf(whole.flow, "FEntity", "FMaterialID")).toMatchObject({
    value: "{{items.sku_id}}",
    parser: { name: "ConvertObjectParser", params: "FNumber" },
  });
});

describe("the same scheme, however it is brought", () => {
  const straight = JSON.stringify({ ...whole.flow, qeasy: undefined, name: undefined });
  const html = `<html><body><h2>源平台元数据配置</h2><pre><code>${source.replaceAll('"', "&quot;").replaceAll("\n", "<br>\n")}</code></pre><p>目标平台元数据配置</p><div>${target
    .split("\n")
    .map((line) => `<span>${line.replaceAll(" ", "&nbsp;")}</span><br/>`)
    .join("\n")}</div></body></html>`;
  test.each([
    ["an array", `[${source},${target}]`],
    ["one object", `{"source":${source},"target":${target}}`],
    ["one object with texts", JSON.stringify({ source, target })],
    [
      "Markdown",
      `# 方案\n\n源平台配置元数据\n\n\`\`\`json\n${source}\n\`\`\`\n\n目标平台配置元数据 [1]\n\n\`\`\`json\n${target}\n\`\`\`\n结束。`,
    ],
    ["HTML", html],
    ["non-breaking and full-width blanks", `${source}\n${target}`.replace(/^ +/gm, (blanks) => blanks.replaceAll(" ", "\u00a0\u3000"))],
    ["typographic quotes", `${source}\n${target}`.replace(/"([^"\n]*)"/g, "“$1”")],
    ["comments and commas too many", `${source} // 源\n${target}`.replaceAll("\n  ]", ",\n  ] /* 完 */")],
    ["the target first", `${target}\n\n${source}`],
    ["inside of an answer", JSON.stringify({ code: 0, data: [SOURCE, TARGET] })],
  ])("%s", (_, text) => {
    const flow = only(importText(text, WORKSPACE));
    expect(JSON.stringify({ ...flow.flow, qeasy: undefined, name: undefined })).toBe(straight);
  });

  test("two files, in either order", () => {
    const files = [
      { file: "a.json", text: source },
      { file: "b.json", text: target },
    ];
    for (const given of [files, files.toReversed()]) {
      const flow = only(importFiles(given, { ...CONTEXT, ...WORKSPACE }));
      expect(JSON.stringify({ ...flow.flow, qeasy: undefined })).toBe(straight);
    }
  });
});

test.each([
  ["{ {FBillNo} }", "{{FBillNo}}"],
  ["{ {FBillNo}}", "{{FBillNo}}"],
  ["旺店通{{LAST_SYNC_TIME datetime}}", "旺店通{{LAST_SYNC_TIME|datetime}}"],
  ["{{send_date date}}", "{{send_date|date}}"],
  ["｛｛a｝｝", "{{a}}"],
  ["FDate&gt;=&#39;{{a}}&#39;", "FDate>='{{a}}'"],
  [
    "findCollection find Number from 723e2cb6-f80f-3821-8aaa-111111111111 where a={{b}}",
    "_findCollection find Number from here where a={{b}}",
  ],
  ["_function case ‘{{a}}’ when ‘1’ then 2 end", "_function case '{{a}}' when '1' then 2 end"],
])("a damaged value is put right and told: %s", (given, wanted) => {
  const scheme = { ...TARGET, request: [{ field: "FNote", label: "备注", type: "string", value: given }] };
  const { flow, changed } = only(
    importText(JSON.stringify([SOURCE, scheme]), { ...WORKSPACE, schemeIds: { "723e2cb6-f80f-3821-8aaa-111111111111": "here" } }),
  );
  expect(valueOf(flow, "FNote")?.value).toBe(wanted);
  expect(changed.some(({ path }) => path === "/1/request/0/value")).toBe(true);
});

test("values that were not damaged stay to the letter", () => {
  const values = ["{{a}} {{b}}", "{x}", "{{a|date}}", "02", "a | b", "_function concat('{', {{x}}, '}')", "https://a.b/?c={{d}}"];
  const request = values.map((value, i) => ({ field: `F${i}`, label: "x", type: "string", value }));
  const { flow } = only(importText(JSON.stringify([SOURCE, { ...TARGET, request }]), WORKSPACE));
  expect(flow.mapping.map(({ value }) => value)).toEqual(values);
});

test("flat lists, doubled fields, objects for lists, numbers and truth values", () => {
  const scheme = {
    ...TARGET,
    request: [
      { field: "FBillNo", label: "单号", value: "{{io_id}}" },
      { field: "FBillNo", label: "单号", value: "{{so_id}}" },
      { field: "FEntity", label: "明细", type: "array", value: "{{items}}" },
      { field: "FQty", label: "数量", type: "float", parent: "FEntity", value: 3 },
      { field: "FIsFree", label: "赠品", type: "bool", parent: "FEntity", value: false },
    ],
    otherRequest: { FormId: "SAL_OUTSTOCK", IsAutoSubmitAndAudit: true },
  };
  const { flow, changed } = only(importText(JSON.stringify([SOURCE, scheme]), WORKSPACE));
  expect(flow.mapping.map(({ field }) => field)).toEqual(["FBillNo", "FEntity"]);
  expect(valueOf(flow, "FBillNo")?.value).toBe("{{so_id}}");
  expect(valueOf(flow, "FEntity")).toMatchObject({ value: "items", type: "array" });
  expect(valueOf(flow, "FEntity", "FQty")?.value).toBe("3");
  expect(valueOf(flow, "FEntity", "FIsFree")?.value).toBe("false");
  expect(flow.target.options).toEqual({ FormId: "SAL_OUTSTOCK", IsAutoSubmitAndAudit: "true" });
  expect(changed.map(({ en }) => en).join("\n")).toMatch(/stands twice[\s\S]*bare path|bare path[\s\S]*stands twice/);
});

test("lookups: schemes of the same import and of --map are known, others are decisions", () => {
  const [a, b, c] = [
    "8e620793-bebb-3167-95a4-9030368e5262",
    "66da8241-98f4-39f9-8fee-cac02e30e532",
    "255f7565-c782-3985-9020-59aa6a647e61",
  ];
  const request = [a, b, c].map((id, i) => ({
    field: `F${i}`,
    label: "x",
    value: `_findCollection find FNumber from ${id} where FName={{shop_name}}`,
  }));
  const master = { id: a, name: "客户", source: SOURCE, target: { api: "写入空操作", effect: "EXECUTE" } };
  const text = JSON.stringify([master, { id: "3d4d739d-5826-3090-a582-d17a10a43790", source: SOURCE, target: { ...TARGET, request } }]);
  const { flows } = importText(text, { ...CONNECTIONS, schemeIds: { [b]: "shops" } });
  expect(flows.map(({ flow }) => flow.aliases)).toEqual([[a], ["3d4d739d-5826-3090-a582-d17a10a43790"]]);
  const [first, second] = flows;
  expect(second?.flow.mapping.map(({ value }) => value)).toEqual([
    `_findCollection find FNumber from ${first?.id ?? ""} where FName={{shop_name}}`,
    "_findCollection find FNumber from shops where FName={{shop_name}}",
    `_findCollection find FNumber from ${c} where FName={{shop_name}}`,
  ]);
  expect(second?.decisions.map(({ key }) => key)).toEqual([`scheme.${c}`]);
});

test("credentials leave the flow", () => {
  const request = [...SOURCE.request, { field: "systemToken", label: "密钥", type: "string", value: "s3cr3t-V4lue" }];
  const made = only(importText(JSON.stringify([{ ...SOURCE, api: "/v1/forms", request }, TARGET]), { sourceConnection: "yida" }));
  expect(JSON.stringify([made.flow, made.made, made.decisions, made.changed])).not.toContain("s3cr3t-V4lue");
  expect(made.flow.source.params?.["systemToken"]).toBe("{{settings.systemToken}}");
  expect(made.secrets).toEqual([{ setting: "systemToken", name: "YIDA_SYSTEMTOKEN", value: "s3cr3t-V4lue", connection: "yida" }]);
  expect(made.decisions.map(({ key }) => key)).toContain("credentials.YIDA_SYSTEMTOKEN");
  expect(made.made.connections.find(({ id }) => id === "yida")?.settings["systemToken"]).toBe("${YIDA_SYSTEMTOKEN}");
});

test.each([
  ["a condition", [[{ field: "a", logic: "eqv2", value: "1" }]], { source: { condition: [[{ field: "a", logic: "eqv2", value: "1" }]] } }],
  [
    "a remedy",
    { crontab: "2 */2 * * *", takeOverRequest: [{ field: "s", value: "{{DAYS_AGO_2|datetime}}" }] },
    { source: { remedy: { cron: "2 */2 * * *", params: { s: "{{DAYS_AGO_2|datetime}}" } } } },
  ],
  [
    "formats",
    [{ old: "a", new: "b", format: "date" }],
    { restructure: [{ kind: "format", fields: [{ old: "a", new: "b", format: "date" }] }] },
  ],
  ["beatFlat", { beatFlat: ["details"] }, { restructure: [{ kind: "explode", path: "details" }] }],
  [
    "an aggregation",
    { headerGroup: ["a"], bodyGroup: ["b"], calculate: { c: "$sum" } },
    { restructure: [{ kind: "aggregate", headerGroup: ["a"] }] },
  ],
  [
    "a call-back",
    { strategyId: "b008d61b-2b91-3c0b-8c91-64c893bd6c7c", n: "{{primaryWriteback.Number}}" },
    { writeBack: { connection: "datong", api: "push", mapping: [{ field: "n", value: "{{primaryWriteback.number}}" }] } },
  ],
  ["options as an object", { otherRequest: { DownloadAttachment: true } }, { source: { connection: "undecided-source" } }],
])("a fragment becomes a draft: %s", (_, fragment, wanted) => {
  const made = only(importText(JSON.stringify(fragment)));
  expect(made.status).toBe("needs-decision");
  expect(made.flow).toMatchObject(wanted);
});

test("an article's tables", () => {
  const text = `金蝶云星空接口明细
- 接口:executeBillQuery
- 接口名称:销售退货查询
请求参数
字段 | 名称 | 类型 |
FID | FID | string |
FBillNo | 单据编码 | string |
聚水潭接口明细
- 调用接口:jushuitan.otherinout.upload
请求参数
字段 | 字段名称 | 类型 | 配置值 |
type | 出入库类型 | string | in |
receiver_district | 收件地址区 | 县 | string | |
external_id | 外部单号 | string | {{FBillNo}}X |
FDate | 日期 | string | {{FDate|date}} |`;
  const { flow, decisions } = only(importText(text));
  expect([flow.source.api, flow.target.api]).toEqual(["executeBillQuery:SAL_RETURNSTOCK", "jushuitan.otherinout.upload"]);
  expect(flow.mapping.map(({ field, value }) => [field, value])).toEqual([
    ["type", "in"],
    ["receiver_district", null],
    ["external_id", "{{FBillNo}}X"],
    ["FDate", "{{FDate|date}}"],
  ]);
  expect(decisions.find(({ key }) => key === "mapping.receiver_district")).toMatchObject({ line: 13 });
});

test("the Excel parameter template becomes a private API", () => {
  const rows = [
    ["operation", "is_request", "name", "field", "parent", "default", "type", "is_required", "parser", "describe"],
    ["接口", "是否请求", "名称", "字段", "上级", "默认值", "类型", "必填", "解析器", "描述"],
    ["/api/order/create", "1", "单号", "orderNo", "", "", "string", "1", "", "外部单号"],
    ["/api/order/create", "1", "明细", "lines", "", "items", "array", "1", "", ""],
    ["/api/order/create", "1", "商品", "sku", "lines", "", "string", "1", "", ""],
    ["/api/order/create", "0", "内部单号", "id", "", "", "string", "0", "", ""],
  ];
  const result = importFiles([{ file: "参数.xlsx", sheets: [{ name: "Sheet1", rows }] }], { ...CONTEXT, targetConnection: "my-oms" });
  const { flow, made, decisions } = only(result);
  expect(flow.target).toMatchObject({ connection: "my-oms", api: "/api/order/create" });
  expect(flow.mapping).toMatchObject([
    { field: "orderNo", label: "单号" },
    { field: "lines", children: [{ field: "sku" }] },
  ]);
  expect(made.connectors[0]?.apis[0]).toMatchObject({ code: "/api/order/create", shape: { path: "api/order/create" } });
  expect(decisions.map(({ key }) => key)).toContain("target.api");
  expect((made.connectors[0] as unknown as JsonObject)["system"]).toBe("my-oms");
});

test("a document that ends in the middle is imported as far as it goes, and asked about", () => {
  const text = JSON.stringify([SOURCE, TARGET]).slice(0, -200);
  const [cut] = importText(text, WORKSPACE).flows;
  expect(cut?.decisions.map(({ key }) => key)).toContain("input.complete");
  expect(cut?.flow.mapping.map(({ field }) => field)).toEqual(["FBillNo", "FDate", "FEntity"]);
  const [answered] = importText(text, { ...WORKSPACE, answers: { "input.complete": true } }).flows;
  expect(answered?.decisions.map(({ key }) => key)).not.toContain("input.complete");
});

test("a condition on what formatResponse makes stands behind the formats", () => {
  const format = { formatResponse: [{ old: "io_date", new: "io_day", format: "date" }] };
  const steps = (field: string): readonly unknown[] => {
    const condition = [[{ field, logic: "eq", value: "2026-05-01" }]];
    const [made] = importText(JSON.stringify([{ ...SOURCE, ...format, condition }, TARGET]), WORKSPACE).flows;
    return [made?.flow.source.condition, ...(made?.flow.restructure ?? []).map(({ kind }) => kind)];
  };
  expect(steps("io_day")).toEqual([undefined, "format", "filter"]);
  expect(steps("io_date")).toEqual([[[{ field: "io_date", logic: "eq", value: "2026-05-01" }]], "format"]);
});
