/**
 * A second reference beside the benchmark's floor: the same job by hand with the plainest ledger that keeps the guarantees of the write
 * side. A row for each bill and each document in PostgreSQL, bodies in blocks, page and cursor in one transaction, the intent durable
 * before a call, outcome and exchange after it, group commit. Nothing else: native JSON with inexact numbers, one flow, no claims, no
 * retries, no limits, no look at what the ledger has. What it takes beside the floor is the price of a durable row for each bill.
 *
 *   node run.mjs --peers floor --name by-hand --cmd 'DATABASE_URL=postgres://… node <here>/by-hand.mjs' --rows 100000,1000000
 *
 * Drops and fills the schema `by_hand` of that database.
 */
import { createHash, hash } from "node:crypto";
import { createRequire } from "node:module";
import { constants, zstdCompressSync } from "node:zlib";

const require = createRequire(new URL("../packages/engine/package.json", import.meta.url));
const pg = require("pg");
const { Pool } = require("undici");

const { SOURCE_URL, TARGET_URL, DATABASE_URL, PAGE = "2000", BATCH = "50", CONCURRENCY = "8" } = process.env;
const [pageSize, batchSize, concurrency] = [PAGE, BATCH, CONCURRENCY].map(Number);
const [from, to] = [new URL(SOURCE_URL), new URL(TARGET_URL)];
const source = new Pool(from.origin, { connections: 1 });
const target = new Pool(to.origin, { connections: concurrency });
const headers = { "content-type": "application/json" };
const database = new pg.Pool({ connectionString: DATABASE_URL, max: 5, pipeline: true });

const FIELDS =
  "FBillNo,FDate,FBillTypeID.FName,FStockId.FNumber,FStockId.FName,FSupplierId.FName,FMaterialId.FNumber,FMaterialId.FName,FUnitID.FName,FRealQty,FTaxPrice,FAmount";
const TYPES = { 采购入库: "in", 其他入库: "in", 销售退货: "in", 其他出库: "out", 领料出库: "out" };
const WAREHOUSES = { CK001: 10101, CK002: 10102, CK003: 10203, CK004: 10204, CK005: 10305, CK006: 10306, CK007: 10407, CK008: 10408 };
const DONE = 3;
/** Rounds of calls that may wait to be settled. */
const ROUNDS = 3;

let ids = 1;
const numbers = (list) => `{${list.join(",")}}`;
const texts = (list) => `{${list.map((text) => `"${text}"`).join(",")}}`;
const pack = (text) => zstdCompressSync(text, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });

/** Byte strings as one parameter, with the places for `substring`. */
function joined(parts) {
  let next = 1;
  return {
    bytes: Buffer.concat(parts),
    from: parts.map((part) => (next += part.length) - part.length),
    lengths: parts.map((p) => p.length),
  };
}

async function transaction(statements) {
  const client = await database.connect();
  try {
    await Promise.all([client.query("begin"), ...statements.map((statement) => client.query(statement)), client.query("commit")]);
  } finally {
    client.release();
  }
}

/** Whoever comes while a flush is under way goes with the next one. */
function together(flush) {
  let waiting = [];
  let flushing = false;
  const drain = async () => {
    while (waiting.length > 0) {
      const now = waiting;
      waiting = [];
      await flush(now.map(({ item }) => item));
      for (const { resolve } of now) resolve();
    }
    flushing = false;
  };
  return (item) =>
    new Promise((resolve) => {
      waiting.push({ item, resolve });
      if (!flushing) queueMicrotask(drain);
      flushing = true;
    });
}

async function readPage(start) {
  const body = JSON.stringify({ FormId: "STK_InStock", FieldKeys: FIELDS, FilterString: "", StartRow: start, Limit: pageSize });
  const reply = await source.request({ method: "POST", path: from.pathname, headers, body });
  return reply.body.json();
}

const openBill = (row) => ({
  external_id: row[0],
  type: TYPES[row[2]],
  warehouse: WAREHOUSES[row[3]],
  date: row[1].slice(0, 10),
  remark: row[5],
  total_qty: 0,
  total_amount: 0,
  items: [],
});

function addLine(bill, row) {
  bill.items.push({ sku_id: row[6], name: row[7], unit: row[8], qty: row[9], price: row[10], amount: row[11] });
  bill.total_qty += row[9];
  bill.total_amount += row[11];
}

const noteIntents = together((tasks) =>
  transaction([
    {
      name: "intent",
      text: "update by_hand.task t set sent_at = now(), hash = x.h from unnest($1::bigint[], $2::text[]) x(i, h) where t.id = x.i",
      values: [numbers(tasks.map(({ id }) => id)), texts(tasks.map((task) => task.hash))],
    },
  ]),
);

const settle = together((tasks) => {
  const ends = tasks.flatMap((task) => task.ends);
  const [documents, given] = [numbers(ends.map(({ id }) => id)), texts(ends.map(({ number }) => number))];
  const [asked, answered] = [joined(tasks.map(({ request }) => request)), joined(tasks.map(({ response }) => response))];
  return transaction([
    { name: "task_end", text: "delete from by_hand.task where id = any($1::bigint[])", values: [numbers(tasks.map(({ id }) => id))] },
    {
      name: "document_end",
      text: `update by_hand.document d set status = ${DONE}, number = x.n from unnest($1::bigint[], $2::text[]) x(i, n) where d.id = any($1::bigint[]) and d.id = x.i`,
      values: [documents, given],
    },
    {
      name: "number",
      text: "insert into by_hand.document_number select * from unnest($1::text[], $2::bigint[])",
      values: [given, documents],
    },
    {
      name: "exchange",
      text: `insert into by_hand.exchange select i, t, substring($3::bytea from f for n), substring($4::bytea from g for m)
        from unnest($1::bigint[], $2::bigint[], $5::int[], $6::int[], $7::int[], $8::int[]) x(i, t, f, n, g, m)`,
      values: [
        numbers(tasks.map(() => ids++)),
        numbers(tasks.map(({ id }) => id)),
        asked.bytes,
        answered.bytes,
        ...[asked.from, asked.lengths, answered.from, answered.lengths].map(numbers),
      ],
    },
  ]);
});

async function write({ id, documents, keys, bodies }) {
  const body = Buffer.from(`[${bodies.join(",")}]`);
  await noteIntents({ id, hash: createHash("sha256").update(body).digest("base64url") });
  const reply = await target.request({ method: "POST", path: to.pathname, headers, body });
  const text = await reply.body.text();
  const answer = JSON.parse(text);
  if (reply.statusCode !== 200 || answer.code !== 0) throw new Error(`the target answered ${reply.statusCode}`);
  const numberOf = new Map(answer.data.map((each) => [each.external_id, each.io_id]));
  const ends = documents.map((document, i) => ({ id: document, number: numberOf.get(keys[i]) }));
  await settle({ id, request: pack(body), response: pack(text), ends });
}

const underWay = new Set();

async function storePage(bills, cursor) {
  const rowBlock = ids++;
  const [rowTexts, records, documents, tasks] = [[], [], [], []];
  for (const { rows, bill } of bills) {
    const text = JSON.stringify(rows);
    rowTexts.push(text);
    records.push({ key: bill.external_id, fingerprint: hash("sha256", text, "hex").slice(0, 32) });
    if (tasks.length === 0 || tasks.at(-1).documents.length === batchSize)
      tasks.push({ id: ids++, block: ids++, documents: [], keys: [], bodies: [] });
    const task = tasks.at(-1);
    const id = ids++;
    documents.push({ id, key: bill.external_id, block: task.block, place: task.bodies.length, task: task.id });
    task.documents.push(id);
    task.keys.push(bill.external_id);
    task.bodies.push(JSON.stringify({ ...bill, total_amount: Math.round(bill.total_amount * 100) / 100 }));
  }
  const blocks = joined([pack(rowTexts.join("\0")), ...tasks.map(({ bodies }) => pack(bodies.join("\0")))]);
  await transaction([
    {
      name: "block",
      text: "insert into by_hand.block select i, substring($2::bytea from f for n) from unnest($1::bigint[], $3::int[], $4::int[]) x(i, f, n)",
      values: [numbers([rowBlock, ...tasks.map(({ block }) => block)]), blocks.bytes, numbers(blocks.from), numbers(blocks.lengths)],
    },
    {
      name: "record",
      text: "insert into by_hand.record select k, k, f, 1, $3, p from unnest($1::text[], $2::text[]) with ordinality x(k, f, p)",
      values: [texts(records.map(({ key }) => key)), texts(records.map(({ fingerprint }) => fingerprint)), rowBlock],
    },
    {
      name: "document",
      text: "insert into by_hand.document select i, k, 1, null, b, p, t from unnest($1::bigint[], $2::text[], $3::bigint[], $4::int[], $5::bigint[]) x(i, k, b, p, t)",
      values: [
        numbers(documents.map(({ id }) => id)),
        texts(documents.map(({ key }) => key)),
        ...["block", "place", "task"].map((name) => numbers(documents.map((document) => document[name]))),
      ],
    },
    {
      name: "task",
      text: "insert into by_hand.task select (x->>0)::bigint, null, null, array(select jsonb_array_elements_text(x->1)::bigint) from jsonb_array_elements($1::jsonb) x",
      values: [JSON.stringify(tasks.map((task) => [task.id, task.documents]))],
    },
    { name: "cursor", text: "update by_hand.cursor set value = $1", values: [cursor] },
  ]);
  for (const task of tasks) {
    const work = write(task).finally(() => underWay.delete(work));
    underWay.add(work);
    if (underWay.size >= concurrency * ROUNDS) await Promise.race(underWay);
  }
}

await database.query(`drop schema if exists by_hand cascade; create schema by_hand;
  create table by_hand.record (key text primary key, number text, fingerprint text, status smallint, block bigint, place int);
  create table by_hand.document (id bigint primary key, key text, status smallint, number text, block bigint, place int, task bigint) with (fillfactor = 45);
  create index on by_hand.document (key);
  create table by_hand.document_number (number text, document bigint);
  create index on by_hand.document_number (number);
  create table by_hand.task (id bigint primary key, sent_at timestamptz, hash text, documents bigint[]);
  create table by_hand.exchange (id bigint primary key, task bigint, request bytea, response bytea);
  create table by_hand.block (id bigint primary key, body bytea);
  create table by_hand.cursor (value text);
  insert into by_hand.cursor values ('0');`);

let start = 0;
let next = readPage(0);
let bill;
let rowsOf = [];
let storing = Promise.resolve();
for (let isLast = false; !isLast;) {
  const rows = await next;
  start += rows.length;
  isLast = rows.length < pageSize;
  if (!isLast) next = readPage(start);
  const bills = [];
  for (const row of rows) {
    if (bill?.external_id !== row[0]) {
      if (bill !== undefined) bills.push({ rows: rowsOf, bill });
      bill = openBill(row);
      rowsOf = [];
    }
    addLine(bill, row);
    rowsOf.push(row);
  }
  if (isLast && bill !== undefined) bills.push({ rows: rowsOf, bill });
  await storing;
  storing = storePage(bills, String(start));
}
await storing;
await Promise.all(underWay);
await Promise.all([database.end(), source.close(), target.close()]);
