/** What counts as personal and how it is shown to those who may not see it. */
import { expect, test } from "vitest";
import { maskedAt, maskedJson, maskedText, maskPersonal, personalFields, readJson, writeJson } from "../../src/index.ts";

const isPersonal = personalFields([
  { field: "so_id", label: "线上单号" },
  { field: "F_XYZ", label: "收货人电话" },
  { field: "receiver_mobile", label: "手机", children: [{ field: "memo", label: "备注", personal: true }] },
  { field: "ip_address", label: "网络地址", personal: false },
]);

test("by declaration, caption and name", () => {
  for (const name of [
    "receiver_name",
    "receiver_mobile",
    "FContactPhone",
    "FHeadLocAddress",
    "id_card",
    "F_XYZ",
    "memo",
    "consignee",
    "buyer_nick",
  ])
    expect([name, isPersonal(name)]).toEqual([name, true]);
  for (const name of ["so_id", "ip_address", "number", "amount", "skuName", "FMaterialId", "telegram_id", "receiver_state"])
    expect([name, isPersonal(name)]).toEqual([name, false]);
});

test("shown with enough of it to recognise", () => {
  expect(["13812341234", "0571-88776655", "张三", "浙江省杭州市西湖区一号", ""].map(maskPersonal)).toEqual([
    "138****1234",
    "057****6655",
    "张***",
    "浙江省***",
    "",
  ]);
});

test("wherever it stands: rows, texts of JSON, forms, XML; numbers keep every digit", () => {
  const masked = (text: string): string => writeJson(maskedJson(readJson(text), isPersonal));
  expect(masked('{"id":9007199254740993,"qty":1.50,"receiver_name":"张三","lines":[{"F_XYZ":13812341234}]}')).toBe(
    '{"id":9007199254740993,"qty":1.50,"receiver_name":"张***","lines":[{"F_XYZ":"138****1234"}]}',
  );
  expect(masked(JSON.stringify({ request: '{"receiver_mobile":"13812341234"}' }))).toBe(
    JSON.stringify({ request: '{"receiver_mobile":"138****1234"}' }),
  );
  const inner = encodeURIComponent('{"consignee":"李四"}');
  expect(maskedText(`POST /x\n\nreceiver_mobile=13812341234&biz=${inner}&n=1`, isPersonal)).toBe(
    `POST /x\n\nreceiver_mobile=138****1234&biz=${encodeURIComponent('{"consignee":"李***"}')}&n=1`,
  );
  expect(maskedText("<order><receiver_name>张三</receiver_name></order>", isPersonal)).toBe(
    "<order><receiver_name>张***</receiver_name></order>",
  );
  expect(maskedText("用户 13812341234 不存在，单号 5213812341234567", isPersonal)).toBe("用户 138****1234 不存在，单号 5213812341234567");
});

test("what stands beside the path that it was taken from: differences, traces, cells of a workbook", () => {
  const change = { path: "FEntity[0].FLinkPhone", before: '"13812341234"', after: null, isKeyChanged: false };
  expect(maskedJson(change, (name) => isPersonal(name) || name === "FLinkPhone")).toEqual({ ...change, before: '"13***' });
  const trace = { fieldPath: "FNote", references: [{ path: "order.receiver_name", value: "张三丰" }], result: "x" };
  expect(maskedJson(trace, isPersonal)).toEqual({ ...trace, references: [{ path: "order.receiver_name", value: "张***" }] });
  expect(maskedAt("lines[2].consignee", "李四", isPersonal)).toBe("李***");
  expect(maskedAt("lines[2].sku", "李四 13812341234", isPersonal)).toBe("李四 138****1234");
});
