/**
 * Write-backs in the ledger. They lie in a flow of their own (`flow.write_back_of`), one document per record, and are queued in the
 * transaction that makes the record's last document done: first as a task without a call that maps them (`map`), then as writes.
 */
import { STATUSES } from "@datong/core";
import { clearAttention, noteAttention } from "./attention-rows.ts";
import { DOUBTED } from "./known-rows.ts";
import { insertTasks } from "./insert-tasks.ts";
import { insertBlocks, type Place } from "./stored-text.ts";
import { addDelta, addTo, lockRecords } from "./status-counts.ts";
import { storableText } from "./parameters.ts";
import type { Queryable } from "./transaction.ts";

/** Where a flow's write-backs are queued. */
export interface WriteBackQueue {
  /** Number of the write-backs' own flow. */
  readonly flow: number;
  readonly account: string;
  /** Of the main flow's document. */
  readonly revision: number;
  readonly nextId: () => string;
}

const MAP_TASK = 500;
const UNKNOWN = STATUSES.unknown.number;

/** Of a page: records that share documents with others, and where bills are queued to be told of. */
export interface SharingPage {
  readonly lane: number;
  readonly flow: number;
  readonly run: string;
  readonly links: readonly { readonly recordKey: string; readonly document: string }[];
  readonly writeBack?: WriteBackQueue & { readonly priority: number };
}

/** A bill that only shares what is done already has no settlement of its own: the page queues it. */
export async function queueShared(client: Queryable, page: SharingPage): Promise<void> {
  const { links, writeBack } = page;
  if (writeBack === undefined || links.length === 0) return;
  const keys = [...new Set(links.map((link) => link.recordKey))];
  await queueWriteBacks(client, { ...page, priority: writeBack.priority }, writeBack, keys);
}

/** Queues those of the records that are done: of their documents at least one is, and the others were left out. What failed, or was left out by hand, before is queued again. */
export async function queueWriteBacks(
  client: Queryable,
  at: { readonly lane: number; readonly flow: number; readonly run: string; readonly priority: number },
  to: WriteBackQueue,
  keys: readonly string[],
): Promise<number> {
  let queued = 0;
  for (let from = 0; from < keys.length; from += MAP_TASK) {
    const asked = keys.slice(from, from + MAP_TASK);
    const task = to.nextId();
    const fresh = asked.map(() => to.nextId());
    await lockRecords(client, at.lane, at.flow, asked);
    const before = await knownWriteBacks(client, at.lane, to.flow, asked);
    const { rows } = await client.query<{ id: string; status: number }>({
      name: "write_back_queue",
      text: `insert into document as w (lane, id, flow, unit, record_key, version, revision, status, tasks, run)
        select l.lane, x.i, $3, x.k, x.k, 0, $4, 1, array[$5::bigint], $6
        from lane l cross join unnest($7::text[], $8::bigint[]) as x(k, i) join record r on r.lane = l.lane and r.flow = $2 and r.key = x.k
        where l.lane = $1 and r.status not in (4, 5)
          and (select bool_and(o.settled) and bool_or(o.done) from (
            select d.status in (3, 5) as settled, d.status = 3 and d.stage is distinct from 'reversed' as done from document d
              where d.lane = l.lane and d.flow = $2 and d.record_key = x.k
            union all select d.status in (3, 5), d.status = 3 and d.stage is distinct from 'reversed'
              from document_source s join document d on d.lane = s.lane and d.id = s.document
              where s.lane = l.lane and s.flow = $2 and s.record_key = x.k) o)
        on conflict (lane, flow, unit) do update set tasks = w.tasks || excluded.tasks,
          status = case when w.status in (4, 5) then excluded.status else w.status end, changed_at = excluded.changed_at
        returning w.id, w.status`,
      values: [at.lane, at.flow, to.flow, to.revision, task, at.run, asked, fresh],
    });
    const ids = rows.map((row) => row.id);
    if (ids.length === 0) continue;
    queued += ids.length;
    // What waits, or is in doubt, still wants attention.
    const changes = rows.map(({ id, status }) => ({ id, before: before.get(id) ?? null, status }));
    const again = changes.filter((row) => row.before !== null && row.before !== row.status);
    await clearAttention(
      client,
      at.lane,
      again.map((row) => row.id),
    );
    await insertTasks(client, at.lane, to.flow, to.account, [{ id: task, action: "map", documents: ids, priority: at.priority }]);
    await countWriteBacks(client, at.lane, to.flow, changes, 1);
  }
  return queued;
}

/** Ids and statuses of the write-backs that the records have, locked. */
async function knownWriteBacks(
  client: Queryable,
  lane: number,
  flow: number,
  keys: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await client.query<{ id: string; status: number }>({
    name: "write_back_known",
    text: "select id, status from document where lane = $1 and flow = $2 and unit = any($3::text[]) order by id for update",
    values: [lane, flow, keys],
  });
  return new Map(rows.map((row) => [row.id, row.status]));
}

/** `before` null: it is new. */
async function countWriteBacks(
  client: Queryable,
  lane: number,
  flow: number,
  changes: readonly { readonly before: number | null; readonly status: number }[],
  tasks: number,
): Promise<void> {
  const documents = new Map<number, number>();
  for (const { before, status } of changes) {
    if (before !== null) addTo(documents, before, -1);
    addTo(documents, status, 1);
  }
  await addDelta(client, lane, flow, { records: new Map(), documents, tasks }, true);
}

/** A write-back with what else of it stands in the queue. */
export interface OpenWriteBack extends Place {
  readonly id: string;
  readonly key: string;
  readonly status: number;
  readonly version: number;
  readonly targetId: string | null;
  /** An earlier version of it may have been taken. */
  readonly doubted: boolean;
  /** Tasks beside the one in hand that call somebody: in how many milliseconds the first is due, whether one may have been sent. */
  readonly dueMs: number | null;
  readonly inHand: boolean;
}

/** Takes a `map` task out of the queue and locks its write-backs, tasks before documents as everywhere; null: the task is another's. */
export async function takeMapTask(
  client: Queryable,
  at: { readonly lane: number; readonly owner: string; readonly task: string; readonly documents: readonly string[] },
): Promise<readonly OpenWriteBack[] | null> {
  await client.query({
    name: "write_back_tasks",
    text: `select t.id from task t where t.lane = $1 and t.id in (select unnest(d.tasks) from document d where d.lane = $1 and d.id = any($2::bigint[]))
      order by t.id for update`,
    values: [at.lane, at.documents],
  });
  const taken = await client.query<{ documents: string[] }>({
    name: "write_back_take",
    text: "delete from task where lane = $1 and id = $2 and owner = $3 returning documents",
    values: [at.lane, at.task, at.owner],
  });
  // Another `map` task that was done meanwhile may have taken documents along.
  const documents = taken.rows[0]?.documents;
  if (documents === undefined) return null;
  const lock = {
    name: "write_back_lock",
    text: "select id from document where lane = $1 and id = any($2::bigint[]) order by id for update",
  };
  await client.query({ ...lock, values: [at.lane, documents] });
  const { rows } = await client.query<OpenWriteBack>({
    name: "write_back_open",
    text: `select d.id, d.record_key as key, d.status, d.version, d.target_id as "targetId", d.block, d.place, ${DOUBTED} as doubted, t.ms as "dueMs", coalesce(t.owned, false) as "inHand"
      from document d cross join lateral (
        select (extract(epoch from min(t.run_at) - now()) * 1000)::float8 as ms, bool_or(t.owner is not null or t.sent_at is not null) as owned
        from task t where t.lane = d.lane and t.id = any(d.tasks) and t.action <> 'map') t
      where d.lane = $1 and d.id = any($2::bigint[]) order by d.id`,
    values: [at.lane, documents],
  });
  return rows;
}

/** A document of a record at the target, under the record's key: its own, and those that it shares. */
export interface ToldRow {
  readonly recordKey: string;
  readonly number: string | null;
  readonly id: string | null;
  readonly key: string | null;
  readonly part: string;
  readonly version: number;
}

const TOLD_COLUMNS = `d.number, d.target_id as id, d.external_key as key, d.part, d.version, d.id as "order"`;

export async function documentsToTell(
  client: Queryable,
  at: { readonly lane: number; readonly flow: number },
  keys: readonly string[],
): Promise<readonly ToldRow[]> {
  const { rows } = await client.query<ToldRow>({
    name: "write_back_told",
    text: `select d.record_key as "recordKey", ${TOLD_COLUMNS} from document d where d.lane = $1 and d.flow = $2 and d.record_key = any($3::text[])
          and d.status <> 5
      union all select s.record_key, ${TOLD_COLUMNS} from document_source s join document d on d.lane = s.lane and d.id = s.document
        where s.lane = $1 and s.flow = $2 and s.record_key = any($3::text[]) and d.status <> 5 order by "order"`,
    values: [at.lane, at.flow, keys],
  });
  return rows;
}

/** A write-back as it came out of the mapping. */
export interface MappedRow {
  readonly id: string;
  /** Status before. */
  readonly before: number;
  readonly version: number;
  readonly externalKey: string | null;
  readonly status: number;
  readonly code: string | null;
  readonly text: string | null;
  readonly body: string;
  readonly task: string | null;
}

/** Counts a `map` task that is done: what it has mapped, and the tasks that have come of it. */
export async function countMapped(
  client: Queryable,
  lane: number,
  flow: number,
  mapped: readonly MappedRow[],
  tasks: number,
): Promise<void> {
  await countWriteBacks(client, lane, flow, mapped, tasks - 1);
}

/** Stores what was mapped; what stood in the queue of an earlier version is taken out of it. */
export async function storeMapped(
  client: Queryable,
  at: { readonly lane: number; readonly flow: number; readonly revision: number; readonly run: string; readonly nextId: () => string },
  mapped: readonly MappedRow[],
): Promise<void> {
  const ids = mapped.map((row) => row.id);
  const block = at.nextId();
  await insertBlocks(client, at.lane, at.flow, [{ id: block, texts: mapped.map((row) => row.body) }]);
  await client.query({
    name: "write_back_unqueue",
    text: `update task t set documents = array(select d from unnest(t.documents) d where d <> all($2::bigint[]))
      where t.lane = $1 and t.id in (select unnest(d.tasks) from document d where d.lane = $1 and d.id = any($2::bigint[]))`,
    values: [at.lane, ids],
  });
  await client.query({
    name: "write_back_mapped",
    text: `update document d set version = x.v, revision = $2, run = $3, external_key = x.e, status = x.s, code = x.c, vendor_text = x.t, cause = null, vendor_code = null,
        attempts = 0, in_doubt = x.s = ${UNKNOWN}, former_keys = case when d.in_doubt and d.external_key <> all(d.former_keys) then d.former_keys || d.external_key
          else d.former_keys end, tasks = case when x.q is null then d.tasks else d.tasks || x.q end, block = $4, place = x.p - 1, changed_at = now()
      from unnest($5::bigint[], $6::int[], $7::text[], $8::smallint[], $9::text[], $10::text[], $11::bigint[]) with ordinality as x(i, v, e, s, c, t, q, p)
      where d.lane = $1 and d.id = any($5::bigint[]) and d.id = x.i`,
    values: [
      at.lane,
      at.revision,
      at.run,
      block,
      ids,
      mapped.map((row) => row.version),
      mapped.map((row) => (row.externalKey === null ? null : storableText(row.externalKey))),
      mapped.map((row) => row.status),
      mapped.map((row) => row.code),
      mapped.map((row) => (row.text === null ? null : storableText(row.text))),
      mapped.map((row) => row.task),
    ],
  });
  await clearAttention(client, at.lane, ids);
  await noteAttention(client, at.lane, at.flow, mapped);
}

/** They wait for their task that is under way: mapped later. */
export async function mapLater(
  client: Queryable,
  at: { readonly lane: number; readonly flow: number; readonly account: string },
  task: { readonly id: string; readonly documents: readonly string[]; readonly delayMs: number; readonly priority: number },
): Promise<void> {
  await client.query({
    name: "write_back_later",
    text: "update document set tasks = tasks || $3::bigint where lane = $1 and id = any($2::bigint[])",
    values: [at.lane, task.documents, task.id],
  });
  await insertTasks(client, at.lane, at.flow, at.account, [{ ...task, action: "map" }]);
}

/** Of write-backs that a person asked about: the flow that they lie in. Null where none was ever queued. */
export async function writeBackFlow(client: Queryable, flow: number): Promise<number | null> {
  const { rows } = await client.query<{ num: number }>("select num from flow where write_back_of = $1", [flow]);
  return rows[0]?.num ?? null;
}
