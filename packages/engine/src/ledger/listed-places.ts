/**
 * Where the records of a status are found, in pages that cost what they hold, whatever the ledger holds: those of a status that few have
 * by their documents' ids, then those without a document by key; what is queued task by task.
 */
import type { Queryable } from "../store/transaction.ts";

export interface FlowAt {
  readonly lane: number;
  readonly flow: number;
}

/** A record that may belong to the list, and the text behind which the list goes on. */
export interface Place {
  readonly key: string;
  readonly place: string;
  /** The document by which it was found; null: by itself, having none. Absent: by its key. */
  readonly document?: string | null;
}

export type Places = AsyncGenerator<readonly Place[], void>;

/** Documents that are looked at together: one, or those of a task. */
interface Group {
  readonly id: string;
  readonly documents: readonly string[];
}

/** Marks a place among the records without a document; in front of it stands no id. */
const WITHOUT = "w";

/** Records one of whose documents stands in this status; then those that have none and stand so themselves. */
export async function* placesOfFew(
  client: Queryable,
  at: FlowAt,
  { status, code, cause }: { readonly status: number; readonly code?: string; readonly cause?: string },
  after: string,
  size: number,
): Places {
  const said = code !== undefined || cause !== undefined;
  const only = `join document d on d.lane = $1 and d.id = a.document and ($5::text is null or $5 in (d.code, d.vendor_code)) and ($6::text is null or d.cause = $6)`;
  const read = async (from: string): Promise<readonly Group[]> => {
    const { rows } = await client.query<{ id: string }>(
      `select a.document as id from attention a ${said ? only : ""} where a.lane = $1 and a.flow = $2 and a.status = $3 and a.document >= $4::bigint
       order by a.document limit ${size}`,
      [at.lane, at.flow, status, from, ...(said ? [code ?? null, cause ?? null] : [])],
    );
    return rows.map(({ id }) => ({ id, documents: [id] }));
  };
  if (!after.startsWith(WITHOUT)) yield* placesOfGroups(client, at, read, size, after);
  let key = after.startsWith(WITHOUT) ? after.slice(1) : "";
  for (;;) {
    const { rows } = await client.query<{ key: string }>(
      `select key from record where lane = $1 and flow = $2 and status = $3 and status in (0, 4, 5, 6) and key > $4 order by key limit ${size}`,
      [at.lane, at.flow, status, key],
    );
    yield rows.map((row) => ({ key: row.key, place: `${WITHOUT}${row.key}`, document: null }));
    if (rows.length < size) return;
    key = rows.at(-1)?.key ?? key;
  }
}

/** Records that have a document in the queue, task by task. */
export function placesOfQueue(client: Queryable, at: FlowAt, after: string, size: number): Places {
  const read = async (from: string): Promise<readonly Group[]> => {
    const { rows } = await client.query<Group>(
      `select id, documents from task where lane = $1 and flow = $2 and id >= $3::bigint order by id limit ${size}`,
      [at.lane, at.flow, from],
    );
    return rows;
  };
  return placesOfGroups(client, at, read, size, after);
}

async function* placesOfGroups(
  client: Queryable,
  at: FlowAt,
  read: (from: string) => Promise<readonly Group[]>,
  size: number,
  after: string,
): Places {
  let from = after.split(",", 1)[0] || "0";
  for (;;) {
    const groups = await read(from);
    for (const part of inParts(groups, size)) {
      const keys = await keysOf(
        client,
        at,
        part.flatMap((group) => group.documents),
      );
      const places = part.flatMap(({ id, documents }) =>
        documents.flatMap((document) => (keys.get(document) ?? []).map((key) => ({ key, document, place: `${id},${document},${key}` }))),
      );
      // The group in which the page before ended is read again; where the last record has left it, it is given again rather than lost.
      const behind = places.slice(places.findIndex((each) => each.place === after) + 1);
      for (let i = 0; i < behind.length; i += size) yield behind.slice(i, i + size);
    }
    const last = groups.at(-1);
    if (last === undefined || groups.length < size) return;
    from = String(BigInt(last.id) + 1n);
  }
}

/** Groups of about so many documents together. */
function inParts(groups: readonly Group[], size: number): readonly (readonly Group[])[] {
  const parts: Group[][] = [];
  let documents = size;
  for (const group of groups) {
    if (documents >= size) {
      parts.push([]);
      documents = 0;
    }
    parts.at(-1)?.push(group);
    documents += group.documents.length;
  }
  return parts;
}

/** Keys of the records that the documents stand for, in their order. */
async function keysOf(client: Queryable, at: FlowAt, ids: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await client.query<{ id: string; keys: readonly string[] }>(
    `select id, array_agg(key order by key) as keys from (
       select d.id, d.record_key as key from document d where d.lane = $1 and d.id = any($3::bigint[])
       union select s.document, s.record_key from document_source s where s.lane = $1 and s.flow = $2 and s.document = any($3::bigint[])) x
     group by id`,
    [at.lane, at.flow, ids],
  );
  return new Map(rows.map((row) => [row.id, row.keys]));
}
