/**
 * Documents that this process has just stored, for the writer that claims their tasks in the same process: it need not read back, and
 * decompress, what is still at hand. Only a help: whatever is not here is read. It stays true because a document that changes while it
 * is queued leaves its task, and the claim says which documents the task has.
 */
import { STATUSES } from "@datong/core";
import type { TaskRow } from "./insert-tasks.ts";
import type { DocumentRow } from "./page-rows.ts";
import { storableText } from "./parameters.ts";
import type { ClaimedDocument } from "./task-rows.ts";

export interface Handover {
  /** New documents with the tasks of their page, once both are committed. */
  readonly give: (tasks: readonly TaskRow[], documents: readonly DocumentRow[]) => void;
  /**
   * Resolves when there is room for a page: at once, or when the writer has taken enough, or when it has not done so for a moment (its target
   * is slow, or paused: then reading goes on without it, and what it writes later is read from the ledger).
   */
  readonly room: () => Promise<void>;
  /** The documents of a task that nobody has claimed before; null where they are to be read. */
  readonly take: (task: string, documents: readonly string[]) => readonly ClaimedDocument[] | null;
}

interface Kept {
  readonly documents: ReadonlyMap<string, ClaimedDocument>;
  readonly size: number;
  readonly untilMs: number;
}

/** Tasks that others have claimed are forgotten after this. */
const KEEP_MS = 30_000;
/** A reader waits so long for a writer that is behind. */
const ROOM_WAIT_MS = 250;

/** `sizeMax` in UTF-16 units of bodies; a page more is waited for when half of it is taken. */
export function createHandover(sizeMax = 1_500_000): Handover {
  const kept = new Map<string, Kept>();
  let size = 0;
  /** A wait was in vain: nobody waits again until the writer has come so far. */
  let isLeft = false;
  const waiting = new Set<() => void>();
  const hasRoom = (): boolean => size <= sizeMax / 2;
  const drop = (task: string, entry: Kept): void => {
    kept.delete(task);
    size -= entry.size;
    if (!hasRoom()) return;
    isLeft = false;
    for (const goOn of waiting) goOn();
  };
  return {
    room: async () => {
      if (hasRoom() || isLeft) return;
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          waiting.delete(done);
          resolve();
        };
        const timer = setTimeout(() => {
          isLeft = true;
          done();
        }, ROOM_WAIT_MS);
        waiting.add(done);
      });
    },
    give: (tasks, documents) => {
      const nowMs = performance.now();
      for (const [task, entry] of kept) {
        if (entry.untilMs > nowMs) break;
        drop(task, entry);
      }
      const byId = new Map(documents.map((document) => [document.id, document]));
      for (const task of tasks) {
        const rows = task.documents.flatMap((id) => byId.get(id) ?? []);
        const taskSize = rows.reduce((sum, row) => sum + row.body.length, 0);
        // Tasks are claimed in their order: what is here first is wanted first.
        if (rows.length < task.documents.length || size + taskSize > sizeMax) continue;
        kept.set(task.id, {
          documents: new Map(rows.map((row) => [row.id, asClaimed(row)])),
          size: taskSize,
          untilMs: nowMs + KEEP_MS,
        });
        size += taskSize;
      }
    },
    take: (task, documents) => {
      const entry = kept.get(task);
      if (entry === undefined) return null;
      drop(task, entry);
      const found = documents.flatMap((id) => entry.documents.get(id) ?? []);
      return found.length === documents.length ? found : null;
    },
  };
}

/** As it would be read. */
function asClaimed(row: DocumentRow): ClaimedDocument {
  return {
    id: row.id,
    externalKey: row.externalKey === null ? null : storableText(row.externalKey),
    recordKey: storableText(row.recordKey),
    number: null,
    targetId: null,
    stage: null,
    attempts: 0,
    status: STATUSES.queued.number,
    code: row.code,
    inDoubt: false,
    formerKeys: [],
    body: row.body.toWellFormed(),
  };
}
