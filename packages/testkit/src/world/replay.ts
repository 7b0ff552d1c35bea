/**
 * The same histories on the real PostgreSQL: every operation is asked of the model and of the database, with the same arguments at the
 * same virtual time, and what they answer and what stands in them afterwards must be equal.
 *
 * The database lives in the world's time: a function `now()` of our own stands before the database's in the search path, so that leases
 * and delays are to the millisecond what they are in the model.
 */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEngine, postgresStore, registerFlow, registerRevision, type Engine, type FlowRow, type LedgerStore } from "@datong/engine";
import { STATUSES } from "@datong/core";
import { Broken } from "./broken.ts";
import type { HistoryOptions } from "./history.ts";
import type { ModelLedger } from "./model-ledger.ts";

export interface Replay {
  /** For `liveHistory`: puts the database beside the model. */
  readonly beside: NonNullable<HistoryOptions["beside"]>;
  /** How often an operation, and the whole state, was compared. */
  readonly compared: { operations: number; states: number };
  readonly close: () => Promise<void>;
}

/** Opens an embedded PostgreSQL in a temporary folder and gives it the world's clock. */
export async function openReplay(): Promise<Replay> {
  const folder = mkdtempSync(join(tmpdir(), "datong-world-"));
  chmodSync(folder, 0o755);
  const open = (): Promise<Engine> => openEngine({ dataDir: join(folder, "data"), connectors: [], sessionsOf: {} });
  const first = await open();
  await first.pool.query(`create schema world; create table world.clock (at timestamptz not null); insert into world.clock values ('epoch');
    create function world.now() returns timestamptz language sql stable as 'select at from world.clock'`);
  await first.pool.query(
    `do $$ begin execute format('alter database %I set search_path = public, world, pg_catalog', current_database());
      -- No server dies in a history: what is compared is what statements do, and waiting for the disk takes two thirds of the time.
      execute format('alter database %I set synchronous_commit = off', current_database()); end $$`,
  );
  await first.close();
  const engine = await open();
  const compared = { operations: 0, states: 0 };
  let flows = 0;
  return {
    compared,
    beside: async (state, nowMs) => {
      flows += 1;
      // Every history begins at the same instant and so with the same ids; two flows may share a lane.
      await engine.pool.query(TABLES.map((table) => `delete from ${table}`).join(";"));
      const row = await registerFlow(engine.pool, `world-${flows}`, `world-${flows}`);
      await registerRevision(engine.pool, row.num, "{}");
      return { row, store: sideBySide({ engine, row, model: state.ledger, nowMs, compared }) };
    },
    close: async () => {
      await engine.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    },
  };
}

const TABLES = [
  "run",
  "record",
  "document",
  "document_number",
  "document_source",
  "order_head",
  "order_line",
  "attention",
  "task",
  "cursor",
  "block",
  "exchange",
] as const;

interface Sides {
  readonly engine: Engine;
  readonly row: FlowRow;
  readonly model: ModelLedger;
  readonly nowMs: () => number;
  readonly compared: Replay["compared"];
}

/** What only looks leaves everything as it was. */
const LOOKS: ReadonlySet<string> = new Set([
  "loadCursor",
  "knownRecords",
  "documentsOfRecords",
  "documentsOfUnits",
  "mergedRecords",
  "waitingRecords",
  "countOpenDocuments",
  "nextDueMs",
]);

type Operation = (...args: readonly unknown[]) => Promise<unknown>;

/** One store of both. Answers as the model does; throws Broken where the database differs. */
function sideBySide(sides: Sides): LedgerStore {
  const real = postgresStore(sides.engine.pool) as unknown as Readonly<Record<string, Operation>>;
  const model = sides.model.store as unknown as Readonly<Record<string, Operation>>;
  let clockMs = -1;
  const operation =
    (name: string): Operation =>
    async (...args) => {
      if (clockMs !== sides.nowMs()) {
        clockMs = sides.nowMs();
        await sides.engine.pool.query("update world.clock set at = to_timestamp(0) + $1 * interval '1 millisecond'", [clockMs]);
      }
      const [expected] = await Promise.allSettled([model[name]?.(...args)]);
      const [found] = await Promise.allSettled([real[name]?.(...args)]);
      equal(`the answer to ${name}`, plainAnswer(expected), plainAnswer(found));
      sides.compared.operations += 1;
      if (!LOOKS.has(name)) await compareState(sides, name);
      if (expected.status === "rejected") throw expected.reason;
      return expected.value;
    };
  return Object.fromEntries(Object.keys(model).map((name) => [name, operation(name)])) as unknown as LedgerStore;
}

function equal(what: string, model: unknown, database: unknown): void {
  const [a, b] = [JSON.stringify(model), JSON.stringify(database)];
  if (a !== b) throw new Broken(`${what} differs\n  model    ${a}\n  database ${b}`);
}

/** Rows by id or key, with the fields that both have, whatever their order. */
function plainAnswer(settled: PromiseSettledResult<unknown>): unknown {
  if (settled.status === "rejected")
    return { thrown: settled.reason instanceof Error && "code" in settled.reason ? settled.reason.code : settled.reason };
  const { value } = settled;
  if (value instanceof Map) return [...value].map((entry) => plain(entry)).toSorted(byText);
  if (Array.isArray(value)) return isList(value) ? value : value.map(plain).toSorted(byText);
  return typeof value === "number" ? Math.round(value) : plain(value);
}

/** Answers whose order is the order of what was asked. */
function isList(value: readonly unknown[]): boolean {
  return value.every((each) => typeof each === "boolean");
}

/** Where a body lies is the database's own affair. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([name, each]) => name !== "block" && name !== "place" && each !== undefined);
  return Object.fromEntries(entries.map(([name, each]) => [name, plain(each)] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

async function compareState(sides: Sides, after: string): Promise<void> {
  const { rows } = await sides.engine.pool.query<{ state: string }>({
    name: "world_state",
    text: STATE,
    values: [sides.row.lane, sides.row.num],
  });
  const model = modelState(sides.model);
  const database = JSON.parse(rows[0]?.state ?? "{}") as Record<string, readonly unknown[] | null>;
  for (const [name, expected] of Object.entries(model))
    equal(`${name} after ${after}`, expected, (database[name] ?? []).map(plain).toSorted(byText));
  sides.compared.states += 1;
}

const STATE = `select json_build_object(
  'records', (select json_agg(json_build_object('key', key, 'number', number, 'fingerprint', encode(fingerprint, 'hex'), 'version', version,
      'status', status, 'reason', reason)) from record where lane = $1 and flow = $2),
  'documents', (select json_agg(json_build_object('id', id::text, 'unit', unit, 'recordKey', record_key, 'part', part, 'version', version,
      'externalKey', external_key, 'orderKey', order_key, 'number', number, 'targetId', target_id, 'status', status, 'stage', stage, 'attempts', attempts, 'code', code,
      'inDoubt', in_doubt, 'formerKeys', former_keys, 'cause', cause, 'vendorCode', vendor_code, 'vendorText', vendor_text, 'tasks', tasks::text[], 'run', run::text))
    from document where lane = $1 and flow = $2),
  'tasks', (select json_agg(json_build_object('id', id::text, 'action', action, 'priority', priority, 'documents', documents::text[],
      'runAtMs', round(extract(epoch from run_at) * 1000), 'attempts', attempts, 'owner', owner, 'sent', sent_at is not null))
    from task where lane = $1 and flow = $2),
  'heads', (select json_agg(json_build_object('key', order_key, 'document', document::text)) from order_head where lane = $1 and flow = $2),
  'waiting', (select json_agg(json_build_object('key', order_key, 'position', position::text, 'document', document::text, 'action', action,
      'priority', priority)) from order_line where lane = $1 and flow = $2),
  'cursors', (select json_agg(json_build_object('name', name, 'value', value)) from cursor where lane = $1 and flow = $2),
  'attention', (select json_agg(document::text) from attention where lane = $1 and flow = $2))::text as state`;

const OPEN: readonly number[] = [STATUSES.pending, STATUSES.failed, STATUSES.skipped, STATUSES.unknown].map((status) => status.number);

function modelState({ records, documents, tasks, cursors, lines }: ModelLedger): Readonly<Record<string, readonly unknown[]>> {
  const sorted = (rows: readonly unknown[]): readonly unknown[] => rows.map(plain).toSorted(byText);
  return {
    records: sorted([...records.values()].map(({ rows: _rows, ...record }) => record)),
    documents: sorted([...documents.values()].map(({ body: _body, ...document }) => document)),
    tasks: sorted([...tasks.values()]),
    heads: sorted([...lines.heads].map(([key, document]) => ({ key, document }))),
    waiting: sorted([...lines.waiting.values()]),
    cursors: sorted([...cursors].map(([name, value]) => ({ name, value }))),
    attention: sorted([...documents.values()].filter((document) => OPEN.includes(document.status)).map((document) => document.id)),
  };
}
