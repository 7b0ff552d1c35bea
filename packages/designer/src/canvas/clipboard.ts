/**
 * Flows as text to carry elsewhere: one JSON document with each flow's own text, its place and the notes. Pasted, each gets an id that is
 * free, and what one of them says of another goes with it. Pure.
 */
import { edited, newDraft, readDraft, type Path } from "../flow/draft.ts";
import { FLOW_SIZE, type Note, type Place } from "./model.ts";

const FORMAT = "datong:canvas/1";

export interface CopiedFlow {
  readonly id: string;
  readonly text: string;
  readonly place: Place;
}

export interface Copied {
  readonly flows: readonly CopiedFlow[];
  readonly notes: readonly Note[];
}

export function textOfCopied({ flows, notes }: Copied): string {
  return JSON.stringify({ format: FORMAT, flows, notes }, null, 2);
}

/** Null for any other text. */
export function copiedOfText(text: string): Copied | null {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(read) || read["format"] !== FORMAT) return null;
  const { flows, notes } = read;
  if (!Array.isArray(flows) || !Array.isArray(notes)) return null;
  const isFlow = (each: unknown): each is CopiedFlow =>
    isRecord(each) && typeof each["id"] === "string" && typeof each["text"] === "string" && isPlace(each["place"]);
  const isNote = (each: unknown): each is Note => isPlace(each) && isRecord(each) && typeof each["text"] === "string";
  return flows.every(isFlow) && notes.every(isNote) ? { flows, notes } : null;
}

/** Each flow under an id of its own, at a free place, called a copy, and referring to its fellows by their new ids. */
export function renewed(
  { flows }: Copied,
  taken: ReadonlySet<string>,
  copyOf: (name: string) => string,
  others: readonly Place[],
): readonly CopiedFlow[] {
  const ids = new Map<string, string>();
  const used = new Set(taken);
  for (const { id } of flows) {
    const fresh = freeId(id, used);
    used.add(fresh);
    ids.set(id, fresh);
  }
  const standing = [...others];
  return flows.map(({ id, text, place }) => {
    const fresh = ids.get(id) ?? id;
    const { flow } = readDraft(text);
    const sets: [Path, unknown][] = [[["id"], fresh]];
    if (fresh !== id) sets.push([["name"], copyOf(flow?.name ?? id)]);
    const fellow = (path: Path, name: string | undefined): void => {
      const renamed = name === undefined ? undefined : ids.get(name);
      if (renamed !== undefined) sets.push([path, renamed]);
    };
    fellow(["dispatch", "after"], flow?.dispatch?.after);
    fellow(["dispatch", "precondition", "flow"], flow?.dispatch?.precondition?.flow);
    fellow(["source", "flow"], flow?.source?.flow);
    fellow(["source", "each", "flow"], flow?.source?.each?.flow);
    const draft = sets.reduce((made, [path, value]) => edited(made, { kind: "set", path, value }), newDraft(text));
    const free = freePlace(place, standing);
    standing.push(free);
    return { id: fresh, text: draft.text, place: free };
  });
}

/** There, or below it where nothing of a flow's size stands. */
export function freePlace(wanted: Place, standing: readonly Place[]): Place {
  const isTaken = ({ x, y }: Place): boolean =>
    standing.some((other) => Math.abs(other.x - x) < FLOW_SIZE.width && Math.abs(other.y - y) < FLOW_SIZE.height);
  let at = wanted;
  while (isTaken(at)) at = { x: at.x, y: at.y + FLOW_SIZE.height / 2 };
  return at;
}

export function freeId(id: string, taken: ReadonlySet<string>): string {
  if (!taken.has(id)) return id;
  const stem = id.replace(/-\d+$/, "");
  for (let n = 2; ; n += 1) if (!taken.has(`${stem}-${n}`)) return `${stem}-${n}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isPlace(value: unknown): value is Place {
  return isRecord(value) && Number.isFinite(value["x"]) && Number.isFinite(value["y"]);
}
