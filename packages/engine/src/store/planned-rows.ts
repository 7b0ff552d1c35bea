/**
 * Documents that a page will replace, between its plan and its commit: whatever has happened to them meanwhile sends the page back to
 * be planned anew. Tasks are found by the ids that their documents name, however long the queue is.
 */
import { STATUSES, type ErrorCode } from "@datong/core";
import { noteAttention } from "./attention-rows.ts";
import type { Queryable } from "./transaction.ts";

/** What a document was when the page was planned. */
export interface PlannedDocument {
  readonly id: string;
  readonly status: number;
}

/** Documents that are only to stay as they are, whatever that is: these, and those of the flow's records. */
export interface Neighbours {
  readonly flow: number;
  readonly documents: readonly string[];
  readonly keys: readonly string[];
}

/**
 * Locks the tasks of the documents, what `between` locks (the lines of their order keys), then the documents with their neighbours, in the
 * order in which a settlement does, and gives the ids of those tasks. Null
 * where one of the documents is another by now: settled, gone on in another task, or in a task that somebody has claimed or may have sent.
 */
export async function lockPlanned(
  client: Queryable,
  lane: number,
  planned: readonly PlannedDocument[],
  neighbours: Neighbours | undefined,
  between: () => Promise<void>,
): Promise<readonly string[] | null> {
  if (planned.length === 0 && neighbours === undefined) return [];
  const ids = planned.map((document) => document.id);
  const before = await client.query<{ id: string; tasks: string[] }>({
    name: "document_tasks",
    text: "select id, tasks from document where lane = $1 and id = any($2::bigint[])",
    values: [lane, ids],
  });
  const tasks = await client.query<{ id: string; taken: boolean }>({
    name: "task_of_planned",
    text: "select id, owner is not null or sent_at is not null as taken from task where lane = $1 and id = any($2::bigint[]) order by id for update",
    values: [lane, before.rows.flatMap((row) => row.tasks)],
  });
  if (tasks.rows.some((task) => task.taken)) return null;
  await between();
  const documents = await client.query<{ id: string; status: number; tasks: string[] }>({
    name: "document_of_planned",
    text: `select id, status, tasks from document where lane = $1 and (id = any($2::bigint[]) or (flow = $3 and record_key = any($4::text[])))
      order by id for update`,
    values: [lane, [...ids, ...(neighbours?.documents ?? [])], neighbours?.flow ?? 0, neighbours?.keys ?? []],
  });
  const looked = new Map(before.rows.map((row) => [row.id, row.tasks.length]));
  const found = new Map(documents.rows.map((row) => [row.id, row]));
  // Tasks are only ever added: one more since they were locked may be anybody's.
  const same = planned.every(({ id, status }) => found.get(id)?.status === status && found.get(id)?.tasks.length === looked.get(id));
  return same ? tasks.rows.map((task) => task.id) : null;
}

/** Takes documents out of their queued tasks, which are locked. A task left empty is dropped when it is claimed. */
export async function leaveTasks(
  client: Queryable,
  lane: number,
  tasks: readonly string[],
  documents: readonly PlannedDocument[],
): Promise<void> {
  if (tasks.length === 0) return;
  await client.query({
    name: "task_without",
    text: "update task set documents = array(select d from unnest(documents) d where d <> all($3::bigint[])) where lane = $1 and id = any($2::bigint[])",
    values: [lane, tasks, documents.map((document) => document.id)],
  });
}

/**
 * Documents that are taken back name the task of it. Where the target gave no number, it has them under their external key: whatever
 * becomes of the call, they are known to be there.
 */
export async function joinTasks(
  client: Queryable,
  lane: number,
  page: {
    readonly documents: readonly { readonly id: string }[];
    readonly replaced: readonly { readonly id: string }[];
    readonly tasks: readonly { readonly id: string; readonly documents: readonly string[] }[];
  },
): Promise<void> {
  const named = new Set([...page.documents, ...page.replaced].map((document) => document.id));
  const joined = page.tasks.flatMap((task) => task.documents.flatMap((id) => (named.has(id) ? [] : [{ id, task: task.id }])));
  if (joined.length === 0) return;
  await client.query({
    name: "document_join_task",
    text: `update document d set tasks = d.tasks || x.q, number = coalesce(d.number, d.external_key) from unnest($2::bigint[], $3::bigint[]) as x(i, q)
      where d.lane = $1 and d.id = any($2::bigint[]) and d.id = x.i`,
    values: [lane, joined.map((document) => document.id), joined.map((document) => document.task)],
  });
}

const WITHDRAWN: ErrorCode = "WITHDRAWN_UNWRITTEN";

/** Documents that are not to be written after all: their bill was taken back before, unless `skippedAs` says another reason. */
export async function skipDocuments(
  client: Queryable,
  page: {
    readonly lane: number;
    readonly flow: number;
    readonly run: string;
    readonly skipped: readonly string[];
    readonly skippedAs?: ErrorCode;
  },
): Promise<void> {
  const status = STATUSES.skipped.number;
  await client.query({
    name: "document_skip",
    text: `update document set status = $3, code = $5, cause = null, vendor_code = null, vendor_text = null, run = $4, changed_at = now()
      where lane = $1 and id = any($2::bigint[])`,
    values: [page.lane, page.skipped, status, page.run, page.skippedAs ?? WITHDRAWN],
  });
  const skipped = page.skipped.map((id) => ({ id, status }));
  await noteAttention(client, page.lane, page.flow, skipped);
}
