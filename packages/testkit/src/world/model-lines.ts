/**
 * Order keys in the model: one line a key, whose first document alone has its turn. Written from the promise: a document joins at its
 * position and keeps it, the head stays until it leaves, and whoever is next follows.
 */
import { statusOf, STATUSES } from "@datong/core";
import { WAITS, type DocumentRow, type OrderPlace as Place, type OrderRules, type PageRows, type Settlement } from "@datong/engine";

export interface ModelLines {
  /** Document by key. */
  readonly heads: Map<string, string>;
  /** Those behind the heads. */
  readonly waiting: Map<string, Place>;
}

export interface LineTask {
  readonly id: string;
  readonly action: string;
  readonly priority: number;
  readonly documents: string[];
}

/** The page as it is to be stored: whose turn it is has a task, the others are pending. `turns`: of documents that the page does not store. */
export function inOrder(lines: ModelLines, page: PageRows): { readonly page: PageRows; readonly turns: readonly LineTask[] } {
  if (page.order === undefined) return { page, turns: [] };
  const { rules, places } = page.order;
  const keys = new Map(places.map((place) => [place.document, place.key]));
  const ids = new Set([...page.replaced.map((row) => row.id), ...page.skipped]);
  const elsewhere = [...ids].filter((id) => {
    const stands = lines.waiting.get(id)?.key ?? [...lines.heads].find(([, head]) => head === id)?.[0];
    return stands !== undefined && stands !== keys.get(id);
  });
  const follow = lineTasks(rules, leave(lines, rules.onFailedHead, elsewhere, ids), rules.taskIds);
  const free = join(lines, places);
  const going = places.filter((place) => free.has(place.document));
  const own = lineTasks(rules, going, rules.taskIds.slice(follow.length));
  const placed = (row: DocumentRow): DocumentRow => {
    const waits = lines.waiting.get(row.id);
    if (waits !== undefined && waits.action !== null) return { ...row, status: STATUSES.pending.number, code: WAITS };
    return { ...row, task: own.find((task) => task.documents.includes(row.id))?.id ?? row.task };
  };
  const stored = new Set([...page.documents, ...page.replaced].map((row) => row.id));
  const others = own.map((task) => ({ ...task, documents: task.documents.filter((id) => !stored.has(id)) }));
  const tasks = [...page.tasks, ...follow, ...own];
  const documents = page.documents.map(placed);
  return { page: { ...page, documents, replaced: page.replaced.map(placed), tasks }, turns: [...follow, ...others] };
}

/** What is done, or stopped where the flow lets the others pass, leaves its line; the tasks of who follows. */
export function turnsAfter(lines: ModelLines, settled: readonly { readonly settlement: Settlement }[]): readonly LineTask[] {
  const settlements = settled.map(({ settlement }) => settlement);
  const order = settlements.find((settlement) => settlement.order !== undefined)?.order;
  if (order === undefined) return [];
  const over = settlements
    .flatMap((settlement) => settlement.ends)
    .filter((end) => ["done", "skipped"].includes(statusOf(end.status)) || (order.onFailedHead === "skip" && end.task === null));
  const going = leave(
    lines,
    order.onFailedHead,
    over.map((end) => end.id),
  );
  return lineTasks(
    order,
    going,
    settlements.flatMap((settlement) => settlement.order?.taskIds ?? []),
  );
}

/** Gives the documents whose turn it is at once. */
function join(lines: ModelLines, places: readonly Place[]): ReadonlySet<string> {
  const free = new Set<string>();
  for (const place of places.toSorted(byPosition)) {
    if (!lines.heads.has(place.key)) lines.heads.set(place.key, place.document);
    if (lines.heads.get(place.key) === place.document) {
      if (place.action !== null) free.add(place.document);
      continue;
    }
    const position = lines.waiting.get(place.document)?.position ?? place.position;
    lines.waiting.set(place.document, { ...place, position });
  }
  return free;
}

/** The documents leave, wherever they stand; gives who goes on, those of `except` left out. */
function leave(
  lines: ModelLines,
  onFailedHead: OrderRules["onFailedHead"],
  documents: readonly string[],
  except: ReadonlySet<string> = new Set(),
): readonly Place[] {
  for (const document of documents) lines.waiting.delete(document);
  const going: Place[] = [];
  for (const [key, head] of lines.heads) {
    if (!documents.includes(head)) continue;
    const behind = [...lines.waiting.values()].filter((place) => place.key === key).toSorted(byPosition);
    const next = behind.find((place) => place.action !== null || onFailedHead === "block");
    for (const place of behind.slice(0, next === undefined ? behind.length : behind.indexOf(next) + 1))
      lines.waiting.delete(place.document);
    if (next === undefined) lines.heads.delete(key);
    else lines.heads.set(key, next.document);
    if (next !== undefined && next.action !== null && !except.has(next.document)) going.push(next);
  }
  return going;
}

/** Documents that share action and priority share tasks, in the order of their positions. */
function lineTasks(rules: OrderRules, places: readonly Place[], taskIds: readonly string[]): readonly LineTask[] {
  const tasks: LineTask[] = [];
  for (const { document, action, priority } of places.toSorted(byPosition)) {
    if (action === null) continue;
    const last = tasks.findLast((task) => task.action === action && task.priority === priority);
    if (last !== undefined && last.documents.length < rules.batchOf(action)) last.documents.push(document);
    else tasks.push({ id: taskIds[tasks.length] ?? "", action, priority, documents: [document] });
  }
  return tasks;
}

function byPosition(a: Place, b: Place): number {
  return byId(a.position, b.position);
}

/** Ids in the order in which they were given. */
export function byId(a: string, b: string): number {
  return a === b ? 0 : BigInt(a) < BigInt(b) ? -1 : 1;
}
