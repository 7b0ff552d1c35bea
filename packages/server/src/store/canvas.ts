/**
 * How people have laid out the canvas of a workspace: where each system and flow stands, and notes beside them. One small document a
 * workspace, changed piece by piece, so that two people who move different things do not undo each other. It says nothing about what runs:
 * it has no revisions, and workers need not hear of it.
 */
import type { Queryable } from "@datong/engine";

export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface Note extends Place {
  readonly text: string;
}

export interface KeptCanvas {
  readonly places: Readonly<Record<string, Place>>;
  readonly notes: Readonly<Record<string, Note>>;
}

const EMPTY: KeptCanvas = { places: {}, notes: {} };

export async function findCanvas(client: Queryable, workspace: string): Promise<KeptCanvas> {
  const { rows } = await client.query<{ draft: string }>(
    "select draft from kept_document where workspace = $1 and kind = 'canvas' and id = 'canvas'",
    [workspace],
  );
  return rows[0] === undefined ? EMPTY : (JSON.parse(rows[0].draft) as KeptCanvas);
}

/** What is null is taken away; what is not named stays. Gives the size of the document in bytes. */
export async function changeCanvas(
  client: Queryable,
  workspace: string,
  change: { readonly [K in keyof KeptCanvas]: Readonly<Record<string, KeptCanvas[K][string] | null>> },
  by: string,
): Promise<number> {
  const merged = (name: keyof KeptCanvas, from: string, given: string): string =>
    `'${name}', jsonb_strip_nulls(coalesce((${from})::jsonb -> '${name}', '{}') || ${given}::jsonb)`;
  const both = (from: string): string => `jsonb_build_object(${merged("places", from, "$2")}, ${merged("notes", from, "$3")})::text`;
  const { rows } = await client.query<{ size: number }>(
    `insert into kept_document as k (workspace, kind, id, revision, draft, changed_by)
     values ($1, 'canvas', 'canvas', 1, ${both("'{}'")}, $4)
     on conflict (workspace, kind, id) do update set revision = k.revision + 1, draft = ${both("k.draft")}, changed_at = now(), changed_by = $4
     returning octet_length(draft) as size`,
    [workspace, JSON.stringify(change.places), JSON.stringify(change.notes), by],
  );
  return rows[0]?.size ?? 0;
}
