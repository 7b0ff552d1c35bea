/**
 * What the mapping of a write-back (回写) sees: the first row of the bill as it was read, and under `target` what became of it there.
 * A bill with several documents has their numbers in one text, parted by commas, and each document in the list `documents`.
 */
import { keysOf, orderedObject, type Json, type JsonObject } from "../../value/index.ts";

/** The member that holds the target's side; a source field of that name is out of reach. */
export const TOLD = "target";
/** Qeasy's name for the same; it has no list of documents. */
export const PRIMARY = "primaryWriteback";

/** A document of the bill at the target. */
export interface ToldDocument {
  readonly number: string | null;
  readonly id: string | null;
  /** Our external key. */
  readonly key: string | null;
  readonly part: string;
}

/** Kingdee's own spelling, which schemes copy. */
const AS_VENDORS = ["Number", "Id"];

function valueOf(members: readonly (readonly [string, Json])[], name: string): Json {
  return members.find(([known]) => known === name.toLowerCase())?.[1] ?? null;
}

export function writeBackRow(head: JsonObject, documents: readonly ToldDocument[]): JsonObject {
  const all = (of: (document: ToldDocument) => string | null): string | null => {
    const texts = documents.map(of).filter((text) => text !== null);
    return texts.length === 0 ? null : texts.join(",");
  };
  const each = documents.map(({ number, id, key, part }): Json =>
    orderedObject([
      ["number", number],
      ["id", id],
      ["key", key],
      ["part", part],
    ]),
  );
  const numbers: readonly (readonly [string, Json])[] = [
    ["number", all((document) => document.number)],
    ["id", all((document) => document.id)],
    ["key", all((document) => document.key)],
  ];
  const own = keysOf(head).flatMap((name): [string, Json][] => (name === TOLD || name === PRIMARY ? [] : [[name, head[name] ?? null]]));
  return orderedObject([
    ...own,
    [TOLD, orderedObject([...numbers, ["documents", each]])],
    [PRIMARY, orderedObject([...numbers, ...AS_VENDORS.map((name): [string, Json] => [name, valueOf(numbers, name)])])],
  ]);
}
