/**
 * The same mapping twice: as a flow has it, and as a person would write it in JavaScript, with a Map for the lookups. Forty fields of a
 * sales bill: plain fields, fixed codes, joined texts, dates, value maps, exact calculations, parsers, and three lookups into shops and
 * materials. Both start from the rows as read and end with the document's text, as the engine does, or with the document as an object, as
 * previews do; the work by hand calculates with the same exact decimals.
 */
import {
  answerFrom,
  applyMapping,
  collectionAnswers,
  compileMapping,
  decimalToJson,
  div,
  ExactNumber,
  GivenAnswers,
  globalsOf,
  LookupQuestions,
  mul,
  round,
  toDecimal,
  toStoredRow,
  writeJson,
  type CompiledMapping,
  type Decimal,
  type Json,
  type JsonObject,
  type LookupAnswers,
  type MappingField,
  type Scope,
} from "@datong/core";

const NUMBERED = { name: "ConvertObjectParser", params: "FNumber" };
const plain = (from: number, to: number): MappingField[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ field: `F_Text${from + i}`, value: `{{text${from + i}}}` }));

export const FIELDS: readonly MappingField[] = [
  { field: "FBillTypeID", value: "XSCKD01_SYS", parser: NUMBERED },
  { field: "FBillNo", value: "JST{{io_id}}" },
  { field: "FDate", value: "{{send_date|date}}", default: "{{io_date|date}}" },
  { field: "FSaleOrgId", value: "100", parser: NUMBERED },
  { field: "FStockOrgId", value: "100", parser: NUMBERED },
  { field: "FCustomerID", value: "_findCollection find FCustomer from shops where FShop={{shop_name}}", parser: NUMBERED },
  { field: "FUnitID", value: "_findCollection find FUnit from materials where FNumber={{sku}} FOrg={{org}}", parser: NUMBERED },
  {
    field: "FLot",
    value:
      "_function case _findCollection find FIsBatch from materials where FNumber={{sku}} FOrg={{org}} _endFind when true then '{{lot}}' else '' end",
  },
  {
    field: "FStockID",
    value: "{{wms_co_id}}",
    map: { "0": "CK001", "11301": "CK002", "11302": "CK003" },
    mapDefault: "CK009",
    parser: NUMBERED,
  },
  { field: "FType", value: "{{type}}", map: { A: "sale", B: "return" } },
  { field: "FMaterialId", value: "{{sku}}", parser: NUMBERED },
  { field: "FQty", value: "{{qty}}", type: "float" },
  { field: "FPrice", value: "_function ROUND({{amount}}/{{qty}}, 6)", type: "float" },
  { field: "FAmount", value: "_function {{price}}*{{qty}}", type: "float" },
  { field: "FIsFree", value: "_function case when {{amount}}=0 then 'true' else 'false' end" },
  { field: "FNote", value: "旺店通单号{{order_no}}/{{io_id}}" },
  { field: "FReceiver", value: "{{receiver.name}}" },
  { field: "FAddress", value: "{{receiver.city}} {{receiver.street}}" },
  { field: "FPhone", value: "{{receiver.phone}}" },
  { field: "FModified", value: "{{modified|datetime}}" },
  { field: "FLines", value: "{{line_count}}", type: "int" },
  { field: "FMissing", value: "{{not_there}}" },
  { field: "FDefaulted", value: "{{not_there}}", default: "none" },
  { field: "FSettle", value: "PRE001", parser: NUMBERED },
  { field: "FDept", value: "{{dept}}", parser: NUMBERED },
  ...plain(1, 15),
];

/** `count` bills; as many materials, a hundred shops. */
export function makeRows(count: number): {
  readonly rows: readonly JsonObject[];
  readonly shops: readonly JsonObject[];
  readonly materials: readonly JsonObject[];
} {
  const texts = (i: number): Record<string, string> =>
    Object.fromEntries(Array.from({ length: 15 }, (_, t) => [`text${t + 1}`, `value ${t} of ${i}`]));
  const rows = Array.from({ length: count }, (_, i): JsonObject => ({
    io_id: 5_200_000 + i,
    send_date: `2024-05-${String((i % 28) + 1).padStart(2, "0")} 08:00:00`,
    io_date: "2024-04-01 00:00:00",
    modified: "2024-05-02 10:11:12",
    shop_name: `店铺 ${i % 100}`,
    org: "100",
    sku: `SKU${i}`,
    lot: `L${i}`,
    wms_co_id: [0, 11_301, 7][i % 3] as number,
    type: ["A", "B", "C"][i % 3] as string,
    qty: (i % 7) + 1,
    amount: new ExactNumber(`${i % 50}.10`),
    price: new ExactNumber(`${i % 20}.30`),
    order_no: `SO${i}`,
    receiver: { name: `人 ${i}`, city: "上海", street: `路 ${i}`, phone: "13800000000" },
    line_count: i % 9,
    dept: `D${i % 5}`,
    ...texts(i),
  }));
  const shops = Array.from({ length: 100 }, (_, i): JsonObject => ({ FShop: `店铺 ${i}`, FCustomer: `KH${i}` }));
  const materials = rows.map((row, i): JsonObject => ({
    FNumber: row["sku"] as string,
    FOrg: "100",
    FUnit: i % 2 === 0 ? "Pcs" : "Box",
    FIsBatch: i % 3 === 0,
  }));
  return { rows, shops, materials };
}

const GLOBALS = globalsOf({ nowMs: Date.UTC(2024, 4, 3) });
const ZONE = "Asia/Shanghai";

export interface MappingJob {
  /** By the flow's mapping: the questions of all records, the answers, the documents. */
  readonly mapped: () => readonly JsonObject[];
  readonly byHand: () => readonly JsonObject[];
  readonly tightly: () => readonly JsonObject[];
  /** The same as the texts of the documents. */
  readonly written: () => readonly string[];
  readonly writtenByHand: () => readonly string[];
  readonly writtenTightly: () => readonly string[];
}

export function mappingJob(count: number): MappingJob {
  const { rows, shops, materials } = makeRows(count);
  const mapping = compileMapping(FIELDS);
  const stored = new Map([
    ["shops", shops.map((row) => toStoredRow(row))],
    ["materials", materials.map((row) => toStoredRow(row))],
  ]);
  const ledger = collectionAnswers((flow) => stored.get(flow));
  const customers = new Map(shops.map((shop) => [shop["FShop"] as string, shop]));
  const goods = new Map(materials.map((material) => [`${String(material["FNumber"])}\n${String(material["FOrg"])}`, material]));
  return {
    mapped: () => mapAll(mapping, rows, ledger, (body) => body),
    byHand: () => rows.map((row) => byHand(row, customers, goods)),
    tightly: () => rows.map((row) => withoutEmpty(byHandTightly(row, customers, goods))),
    written: () => mapAll(mapping, rows, ledger, (body) => writeJson(body)),
    writtenByHand: () => rows.map((row) => JSON.stringify(byHand(row, customers, goods))),
    // Members that are undefined stay out of the text by themselves.
    writtenTightly: () => rows.map((row) => JSON.stringify(byHandTightly(row, customers, goods))),
  };
}

/** As the engine does with a page: the questions first, each once; then the records with the answers. */
function mapAll<T>(
  mapping: CompiledMapping,
  rows: readonly JsonObject[],
  ledger: LookupAnswers,
  finish: (body: JsonObject) => T,
): readonly T[] {
  const questions = new LookupQuestions();
  for (const row of rows) mapping.ask({ row, globals: GLOBALS, zone: ZONE }, questions);
  const answers = new GivenAnswers();
  for (const { lookup, questions: asked } of questions.all)
    for (const question of asked)
      answers.give(question, ledger.answerOf(lookup, question.key, () => question.values) ?? answerFrom([], lookup.find));
  return rows.map((row) => {
    const scope: Scope = { row, globals: GLOBALS, zone: ZONE, answers };
    const result = applyMapping(mapping, scope);
    if (!result.ok) throw new Error(JSON.stringify(result.issues));
    return finish(result.body);
  });
}

function text(value: Json | undefined): string | undefined {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return undefined;
  return value instanceof ExactNumber ? value.text : String(value);
}

function joined(value: Json | undefined): string {
  return text(value) ?? "";
}

function decimal(value: Json | undefined): Decimal {
  const number = toDecimal(value);
  if (number === null) throw new Error(`no number: ${String(value)}`);
  return number;
}

/** As MariaDB's ROUND has it: 0.100000 keeps its places. */
function withSixPlaces(number: Decimal): Json {
  const written = round(number, 6).toFixed(6);
  const short = Number(written);
  return String(short) === written ? short : new ExactNumber(written);
}

const STOCKS: Readonly<Record<string, string | undefined>> = { "0": "CK001", "11301": "CK002", "11302": "CK003" };
const TYPES: Readonly<Record<string, string | undefined>> = { A: "sale", B: "return" };

/** What a person writes who knows this bill. Members that are missing or null are left out, as the target wants it. */
function byHand(row: JsonObject, customers: ReadonlyMap<string, JsonObject>, goods: ReadonlyMap<string, JsonObject>): JsonObject {
  const body: Record<string, Json> = {};
  const set = (name: string, value: Json | undefined): void => {
    if (value !== undefined && value !== null) body[name] = value;
  };
  const numbered = (name: string, value: Json | undefined): void => {
    if (value !== undefined && value !== null) body[name] = { FNumber: value };
  };
  const receiver = (row["receiver"] ?? {}) as JsonObject;
  const material = goods.get(`${joined(row["sku"])}\n${joined(row["org"])}`);
  const quantity = decimal(row["qty"]);
  const amount = decimal(row["amount"]);
  numbered("FBillTypeID", "XSCKD01_SYS");
  body["FBillNo"] = `JST${joined(row["io_id"])}`;
  body["FDate"] = (joined(row["send_date"]) || joined(row["io_date"])).slice(0, 10);
  numbered("FSaleOrgId", "100");
  numbered("FStockOrgId", "100");
  numbered("FCustomerID", text(customers.get(joined(row["shop_name"]))?.["FCustomer"]));
  numbered("FUnitID", text(material?.["FUnit"]));
  const batch = material?.["FIsBatch"];
  body["FLot"] = batch === true || batch === 1 || batch === "1" ? joined(row["lot"]) : "";
  const stock = text(row["wms_co_id"]);
  numbered("FStockID", stock === undefined ? undefined : (STOCKS[stock] ?? "CK009"));
  const type = text(row["type"]);
  set("FType", type === undefined ? undefined : (TYPES[type] ?? type));
  numbered("FMaterialId", text(row["sku"]));
  set("FQty", row["qty"]);
  body["FPrice"] = withSixPlaces(div(amount, quantity));
  body["FAmount"] = decimalToJson(mul(decimal(row["price"]), quantity));
  body["FIsFree"] = amount.eq(0) ? "true" : "false";
  body["FNote"] = `旺店通单号${joined(row["order_no"])}/${joined(row["io_id"])}`;
  set("FReceiver", text(receiver["name"]));
  body["FAddress"] = `${joined(receiver["city"])} ${joined(receiver["street"])}`;
  set("FPhone", text(receiver["phone"]));
  set("FModified", text(row["modified"]));
  set("FLines", row["line_count"]);
  set("FMissing", text(row["not_there"]));
  set("FDefaulted", text(row["not_there"]) ?? "none");
  numbered("FSettle", "PRE001");
  numbered("FDept", text(row["dept"]));
  for (let i = 1; i <= 15; i++) set(`F_Text${i}`, text(row[`text${i}`]));
  return body;
}

/** The same as one object literal: the tightest that a person writes. Missing members are undefined. */
function byHandTightly(
  row: JsonObject,
  customers: ReadonlyMap<string, JsonObject>,
  goods: ReadonlyMap<string, JsonObject>,
): Record<string, Json | undefined> {
  const receiver = (row["receiver"] ?? {}) as JsonObject;
  const material = goods.get(`${joined(row["sku"])}\n${joined(row["org"])}`);
  const quantity = decimal(row["qty"]);
  const amount = decimal(row["amount"]);
  const batch = material?.["FIsBatch"];
  const stock = text(row["wms_co_id"]);
  const type = text(row["type"]);
  return {
    FBillTypeID: { FNumber: "XSCKD01_SYS" },
    FBillNo: `JST${joined(row["io_id"])}`,
    FDate: (joined(row["send_date"]) || joined(row["io_date"])).slice(0, 10),
    FSaleOrgId: { FNumber: "100" },
    FStockOrgId: { FNumber: "100" },
    FCustomerID: inNumber(text(customers.get(joined(row["shop_name"]))?.["FCustomer"])),
    FUnitID: inNumber(text(material?.["FUnit"])),
    FLot: batch === true || batch === 1 || batch === "1" ? joined(row["lot"]) : "",
    FStockID: inNumber(stock === undefined ? undefined : (STOCKS[stock] ?? "CK009")),
    FType: type === undefined ? undefined : (TYPES[type] ?? type),
    FMaterialId: inNumber(text(row["sku"])),
    FQty: row["qty"],
    FPrice: withSixPlaces(div(amount, quantity)),
    FAmount: decimalToJson(mul(decimal(row["price"]), quantity)),
    FIsFree: amount.eq(0) ? "true" : "false",
    FNote: `旺店通单号${joined(row["order_no"])}/${joined(row["io_id"])}`,
    FReceiver: text(receiver["name"]),
    FAddress: `${joined(receiver["city"])} ${joined(receiver["street"])}`,
    FPhone: text(receiver["phone"]),
    FModified: text(row["modified"]),
    FLines: row["line_count"],
    FMissing: text(row["not_there"]),
    FDefaulted: text(row["not_there"]) ?? "none",
    FSettle: { FNumber: "PRE001" },
    FDept: inNumber(text(row["dept"])),
    F_Text1: text(row["text1"]),
    F_Text2: text(row["text2"]),
    F_Text3: text(row["text3"]),
    F_Text4: text(row["text4"]),
    F_Text5: text(row["text5"]),
    F_Text6: text(row["text6"]),
    F_Text7: text(row["text7"]),
    F_Text8: text(row["text8"]),
    F_Text9: text(row["text9"]),
    F_Text10: text(row["text10"]),
    F_Text11: text(row["text11"]),
    F_Text12: text(row["text12"]),
    F_Text13: text(row["text13"]),
    F_Text14: text(row["text14"]),
    F_Text15: text(row["text15"]),
  };
}

function withoutEmpty(body: Record<string, Json | undefined>): JsonObject {
  for (const name in body) if (body[name] === undefined) delete body[name];
  return body as JsonObject;
}

function inNumber(value: Json | undefined): Json | undefined {
  return value === undefined ? undefined : { FNumber: value };
}

/** Of one form of the documents: the flow's mapping, and that by hand in both ways. A round's mean in ms. */
export interface MappingSpeed {
  readonly mappedMs: number;
  readonly byHandMs: number;
  readonly ratio: number;
  /** By hand as one object literal. */
  readonly tightMs: number;
  readonly tightRatio: number;
}

/** Up to the text of each document, as the engine has it; and up to the object, as previews have it. */
export interface MappingSpeeds {
  readonly texts: MappingSpeed;
  readonly objects: MappingSpeed;
}

/** Rounds that take turns, after a warm-up; in the processor's time of this thread, which others at work do not touch. */
export function measureMapping(job: MappingJob, rounds: number): MappingSpeeds {
  const works = [job.written, job.writtenByHand, job.writtenTightly, job.mapped, job.byHand, job.tightly];
  const timed = (work: () => unknown): number => {
    const before = process.threadCpuUsage();
    work();
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1000;
  };
  for (let i = 0; i < Math.min(rounds, 30); i++) for (const work of works) work();
  const ms = works.map(() => 0);
  for (let i = 0; i < rounds; i++) for (const [place, work] of works.entries()) ms[place] = (ms[place] ?? 0) + timed(work) / rounds;
  const speedOf = (first: number): MappingSpeed => {
    const [mappedMs = 0, byHandMs = 0, tightMs = 0] = ms.slice(first);
    return { mappedMs, byHandMs, tightMs, ratio: mappedMs / byHandMs, tightRatio: mappedMs / tightMs };
  };
  return { texts: speedOf(0), objects: speedOf(3) };
}
