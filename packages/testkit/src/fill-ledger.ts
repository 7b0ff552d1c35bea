/**
 * A ledger as after years of work, made by SQL in the tables' real shapes: several flows on several lanes, most bills done, one in a
 * hundred failed, the newest still queued; bodies in blocks, an exchange for each page and task, one extra key a bill.
 */
import { checkCounts, packText, registerFlow, type Engine, type Queryable } from "@datong/engine";

export interface FilledFlow {
  readonly id: string;
  readonly lane: number;
  readonly flow: number;
  /** Bills 1 to `count`, in the order of their numbers. */
  readonly count: number;
  /** Offset of its bills in all numbers. */
  readonly from: number;
}

const TABLES = ["record", "document", "document_number", "block", "attention", "record_extra", "exchange_rest"];
const CHUNK = 250_000;
const TASK = 50;
const PAGE = 500;
/** Half of the bills lie in one flow; the others share the rest. */
const SHARES = [0.5, 0.2, 0.1, 0.1, 0.05, 0.05];

/** The texts by which bill `i` (over all flows) is known. */
export const sourceNumber = (i: number): string => `SO2026${String(i).padStart(9, "0")}`;
export const targetNumber = (i: number): string => `XS${String(i).padStart(10, "0")}`;

export const extraKey = (i: number): string => `TB${String(i).padStart(10, "0")}`;

export const documentId = (i: number): string => String(BigInt(ID) + BigInt(i));
export const targetId = (i: number): string => String(7_000_000_000 + i);

/** How many of a flow's bills are queued: those at its end. */
export const queuedOf = (flow: FilledFlow): number => Math.min(10_000, Math.floor(flow.count / 20 / TASK) * TASK);

export async function fillLedger(
  engine: Engine,
  records: number,
  log: (line: string) => void = () => undefined,
): Promise<readonly FilledFlow[]> {
  const { pool } = engine;
  const flows: FilledFlow[] = [];
  let from = 0;
  for (const [i, share] of SHARES.entries()) {
    const id = `large-${i}`;
    const row = await registerFlow(pool, id, `large-account-${i % 4}`);
    const count = Math.floor((records * share) / PAGE) * PAGE;
    flows.push({ id, lane: row.lane, flow: row.num, count, from });
    from += count;
  }
  const client = await pool.connect();
  try {
    await client.query("set statement_timeout = 0; set synchronous_commit = off; set maintenance_work_mem = '512MB'");
    // Indexes are built once at the end, from sorted keys: the same indexes, in a fraction of the time.
    const indexes = records > CHUNK ? await dropIndexes(client) : [];
    for (const flow of flows)
      for (let at = 0; at < flow.count; at += CHUNK) {
        await fillChunk(client, flow, at, Math.min(CHUNK, flow.count - at));
        log(`${flow.from + Math.min(at + CHUNK, flow.count)} records`);
      }
    for (const index of indexes) {
      await client.query(index);
      log(index.slice(0, 100));
    }
    await client.query(`analyze ${TABLES.join(", ")}, task`);
    await client.query("reset all");
  } finally {
    client.release();
  }
  const startedAt = performance.now();
  await checkCounts(pool, true);
  log(`counted in ${Math.round((performance.now() - startedAt) / 1000)} s`);
  return flows;
}

async function fillChunk(client: Queryable, flow: FilledFlow, at: number, count: number): Promise<void> {
  // Bill i of all; ids count on from a day in 2026.
  const first = flow.from + at + 1;
  const last = first + count - 1;
  const queuedFrom = flow.from + flow.count - queuedOf(flow) + 1;
  const run = async (text: string, values: readonly unknown[] = []): Promise<unknown> =>
    client.query(
      `with x as (select g as i, g % 100 = 7 and g < $5::bigint as failed, g >= $5::bigint as queued from generate_series($3::bigint, $4::bigint) g) ${text}`,
      [flow.lane, flow.flow, first, last, queuedFrom, ...values],
    );
  await run(`insert into record (lane, flow, key, number, fingerprint, version, status, run, exchange, block, place)
    select $1::int, $2::int, (5000000000 + i)::text, 'SO2026' || lpad(i::text, 9, '0'), decode(md5(i::text), 'hex'), 1, 1, ${ID} + 1, ${ID} + (i - 1) / ${PAGE} * ${PAGE},
      ${ID} + (i - 1) / ${PAGE} * ${PAGE}, (i - 1) % ${PAGE} from x`);
  await run(`insert into document (lane, id, flow, unit, record_key, revision, external_key, number, target_id, status, attempts, code, vendor_text, tasks, run, block, place)
    select $1::int, ${ID} + i, $2::int, (5000000000 + i)::text, (5000000000 + i)::text, 1, 'SO2026' || lpad(i::text, 9, '0'),
      case when not queued and not failed then 'XS' || lpad(i::text, 10, '0') end, case when not queued and not failed then (7000000000 + i)::text end,
      case when queued then 1 when failed then 4 else 3 end, 1, case when failed then 'TARGET_REFUSED' end, case when failed then '库存不足' end,
      array[${TASK_ID}], ${ID} + 1, ${TASK_ID}, (i - 1) % ${TASK} from x`);
  await run(`insert into document_number (lane, flow, number, target_id, document)
    select $1::int, $2::int, 'XS' || lpad(i::text, 10, '0'), (7000000000 + i)::text, ${ID} + i from x where not queued and not failed`);
  await run(`insert into attention (lane, flow, document, status) select $1::int, $2::int, ${ID} + i, 4 from x where failed`);
  await run(
    `insert into task (lane, id, flow, account, action, documents, run_at)
      select $1::int, ${TASK_ID}, $2::int, $6::text, 'write', array_agg(${ID} + i order by i), now() - interval '1 minute' from x where queued group by 2`,
    ["large-account"],
  );
  await run(
    `insert into block (lane, id, flow, body) select $1::int, ${ID} + (i - 1) / ${PAGE} * ${PAGE}, $2::int, $6::bytea from x where (i - 1) % ${PAGE} = 0
      union all select $1::int, ${TASK_ID}, $2::int, $7::bytea from x where (i - 1) % ${TASK} = 0`,
    [packed(PAGE), packed(TASK)],
  );
  await run(`insert into record_extra (lane, flow, record_key, value)
    select $1::int, $2::int, (5000000000 + i)::text, 'TB' || lpad(i::text, 10, '0') from x`);
  const exchange = packText(bodyOf(0));
  await run(
    `insert into exchange (at, lane, id, flow, run, task, operation, status, took_ms, request, response)
      select now(), $1::int, ${ID} + (i - 1) / ${PAGE} * ${PAGE}, $2::int, ${ID} + 1, null::bigint, 'rows', 200, 12, $6::bytea, $6::bytea from x where (i - 1) % ${PAGE} = 0
      union all select now(), $1::int, ${TASK_ID}, $2::int, ${ID} + 1, ${TASK_ID}, 'save', 200, 40, $6::bytea, $6::bytea from x where (i - 1) % ${TASK} = 0 and not queued`,
    [exchange],
  );
}

/** Ids as the application makes them (time in the upper bits); a task's lies between those of its documents' blocks. */
const ID = "7000000000000000000";
const TASK_ID = `(${ID} + 1000000000 + (i - 1) / ${TASK})`;

const bodyOf = (i: number): string =>
  JSON.stringify({
    id: 5_000_000_000 + i,
    no: sourceNumber(i),
    customer: `客户 ${i % 97}`,
    lines: [1, 2, 3].map((line) => ({ line, item: `M${i % 13}${line}`, qty: "12.50", price: "3.1400" })),
  });

function packed(count: number): Buffer {
  return packText(Array.from({ length: count }, (_, i) => bodyOf(i)).join("\u0000"));
}

/** Drops what can be built again; gives the statements that do. */
async function dropIndexes(client: Queryable): Promise<readonly string[]> {
  const tables = TABLES.filter((table) => table !== "exchange_rest");
  const { rows: keys } = await client.query<{ name: string; table: string; definition: string }>(
    `select conname as name, conrelid::regclass::text as table, pg_get_constraintdef(oid) as definition from pg_constraint
     where contype in ('p', 'u') and conrelid = any($1::regclass[])`,
    [tables],
  );
  const { rows: others } = await client.query<{ name: string; definition: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index i
     where indrelid = any($1::regclass[]) and not exists (select 1 from pg_constraint c where c.conindid = i.indexrelid)`,
    [tables],
  );
  for (const { table, name } of keys) await client.query(`alter table ${table} drop constraint ${name}`);
  for (const { name } of others) await client.query(`drop index ${name}`);
  return [
    ...keys.map(({ table, name, definition }) => `alter table ${table} add constraint ${name} ${definition}`),
    ...others.map(({ definition }) => definition),
  ];
}
