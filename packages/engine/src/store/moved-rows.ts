/** Documents whose date has moved because their period is closed: the new body, and a note of it in the bill's story, with the settlement. */
import type { MovedDate } from "@datong/core";
import { addInterventions } from "./intervention-rows.ts";
import { numberArray } from "./parameters.ts";
import { insertBlocks } from "./stored-text.ts";
import type { Queryable } from "./transaction.ts";

export interface MovedBody extends MovedDate {
  readonly recordKey: string;
  readonly field: string;
  /** Ids for the block and the note. */
  readonly block: string;
  readonly note: string;
}

/** Who did it, in the story. */
const BY_RULE = "rule";

export async function moveBodies(
  client: Queryable,
  lane: number,
  flow: number,
  ends: readonly { readonly id: string; readonly moved?: MovedBody }[],
): Promise<void> {
  const moved = ends.flatMap(({ id, moved: to }) => (to === undefined ? [] : [{ ...to, id }]));
  if (moved.length === 0) return;
  await insertBlocks(
    client,
    lane,
    flow,
    moved.map(({ block, body }) => ({ id: block, texts: [body] })),
  );
  await client.query({
    name: "document_moved",
    text: `update document d set block = x.b, place = 0 from unnest($2::bigint[], $3::bigint[]) as x(i, b)
      where d.lane = $1 and d.id = any($2::bigint[]) and d.id = x.i`,
    values: [lane, numberArray(moved.map(({ id }) => id)), numberArray(moved.map(({ block }) => block))],
  });
  const notes = moved.map(({ note, recordKey, id, field, from, to }) => ({
    id: note,
    recordKey,
    document: id,
    action: "move-date",
    reason: `期间已关账 period closed: ${field} ${from} → ${to}`,
    person: BY_RULE,
    details: { field, from, to },
  }));
  await addInterventions(client, lane, flow, notes);
}
