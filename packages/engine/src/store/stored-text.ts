/**
 * Texts as the store keeps them: compressed (zstd, fast level), many in one block, so that a bill costs two narrow rows and a share of a
 * block instead of two wide rows. A NUL parts the texts of a block; JSON texts cannot hold one.
 *
 * Exchanges keep each request and response by itself. Reading gives the texts back byte for byte.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { utf8Bytes } from "../utf8.ts";
import { joinedBytes, numberArray } from "./parameters.ts";
import type { Queryable } from "./transaction.ts";

const SEPARATOR = "\u0000";
/** Texts are put together up to about so many letters before they become bytes: no text longer than the nursery of the heap takes. */
const PIECE = 32_000;
const FAST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Halves of surrogate pairs become U+FFFD, as everywhere in the store: UTF-8 has no other place for them. */
export function packText(text: string | Buffer): Buffer {
  return zstdCompressSync(typeof text === "string" ? utf8Bytes(text) : text, FAST);
}

/** The texts of a block, one behind another, as bytes. */
function packTexts(texts: readonly string[]): Buffer {
  const pieces: Buffer[] = [];
  let piece: string[] = [];
  let length = 0;
  for (const [index, text] of texts.entries()) {
    piece.push(text);
    length += text.length;
    const isLast = index === texts.length - 1;
    if (length < PIECE && !isLast) continue;
    pieces.push(utf8Bytes(isLast ? piece.join(SEPARATOR) : piece.join(SEPARATOR) + SEPARATOR));
    piece = [];
    length = 0;
  }
  return zstdCompressSync(pieces.length === 1 ? (pieces[0] ?? Buffer.alloc(0)) : Buffer.concat(pieces), FAST);
}

export function unpackText(bytes: Uint8Array): string {
  return zstdDecompressSync(bytes).toString("utf8");
}

/** A block to be stored. */
export interface BlockRow {
  readonly id: string;
  readonly texts: readonly string[];
}

/** Where a text lies. */
export interface Place {
  readonly block: string | null;
  readonly place: number | null;
}

export async function insertBlocks(client: Queryable, lane: number, flow: number, blocks: readonly BlockRow[]): Promise<void> {
  if (blocks.length === 0) return;
  const bodies = joinedBytes(blocks.map((block) => packTexts(block.texts)));
  await client.query({
    name: "block_insert",
    text: `insert into block (lane, id, flow, body)
      select l.lane, x.i, $2, substring($4::bytea from x.f for x.n) from lane l cross join unnest($3::bigint[], $5::int[], $6::int[]) as x(i, f, n)
      where l.lane = $1`,
    values: [lane, flow, numberArray(blocks.map((block) => block.id)), bodies.bytes, numberArray(bodies.from), numberArray(bodies.lengths)],
  });
}

/** The texts at the places, in their order; null where there is none (any more). Each block is read once. */
export async function readPlaces(client: Queryable, lane: number, places: readonly Place[]): Promise<readonly (string | null)[]> {
  const ids = [...new Set(places.flatMap((place) => (place.block === null ? [] : [place.block])))];
  if (ids.length === 0) return places.map(() => null);
  const { rows } = await client.query<{ id: string; body: Buffer }>({
    name: "block_read",
    text: "select id, body from block where lane = $1 and id = any($2::bigint[])",
    values: [lane, ids],
  });
  const texts = new Map(rows.map((row) => [row.id, unpackText(row.body).split(SEPARATOR)]));
  return places.map(({ block, place }) => (block === null || place === null ? null : (texts.get(block)?.[place] ?? null)));
}
