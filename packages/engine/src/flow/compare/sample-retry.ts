/**
 * What a retry that maps again would change, on a few of the bills it is about: the body that is stored beside the one that the flow makes
 * of the stored rows now. Nothing is written.
 */
import { changedFields, globalsOf, readJson, type FieldChange, type Status } from "@datong/core";
import type { Engine } from "../../engine.ts";
import { flowPosition } from "../../ledger/flow-position.ts";
import { selectedPages, type RetrySelection } from "../../ledger/repair/select-documents.ts";
import { openDocuments } from "../../ledger/repair/open-documents.ts";
import { readPlaces, type Place } from "../../store/stored-text.ts";
import type { ReadyFlow } from "../ready-flow.ts";
import { withAnswers } from "../transform/answer-lookups.ts";
import { stageRecord } from "../transform/stage-records.ts";
import { recordsOfKeys } from "./last-records.ts";

export interface RetrySample {
  readonly key: string;
  readonly number: string | null;
  /** What is wrong now, as the ledger has it. */
  readonly was: string | null;
  /** Why it cannot be mapped by the flow as it is now, or the rule that leaves it out; null where it is written. */
  readonly problem: string | null;
  readonly changes: readonly FieldChange[];
}

const CHANGES_MAX = 50;

/** At most `count` of the selection. */
export async function sampleRetry(
  engine: Engine,
  ready: ReadyFlow,
  selection: RetrySelection,
  count: number,
): Promise<readonly RetrySample[]> {
  const { pool, ports } = engine;
  const at = await flowPosition(pool, ready.flow.id);
  if (at === null) return [];
  const place = { lane: at.lane, flow: at.flow, flowId: ready.flow.id };
  const keys: string[] = [];
  const statuses: readonly Status[] = selection.status === undefined ? ["failed", "pending"] : [selection.status];
  for (const status of statuses) {
    for await (const page of selectedPages(pool, place, { ...selection, status }, count)) {
      keys.push(...page.keys.filter((key) => !keys.includes(key)));
      if (keys.length >= count) break;
    }
    if (keys.length >= count) break;
  }
  const records = await recordsOfKeys(pool, place, keys.slice(0, count));
  const stored = await openDocuments(
    pool,
    place,
    records.map(({ key }) => key),
  );
  const bodies = await bodiesOf(
    engine,
    place.lane,
    stored.map(({ id }) => id),
  );
  const staged = await withAnswers(pool, ready, { globals: globalsOf({ nowMs: ports.nowMs() }) }, (scope) =>
    records.map(({ record }) => stageRecord(ready, record, scope)),
  );
  return staged.map(({ key, number, problem, dropped, made }) => {
    const own = stored.filter((document) => document.recordKey === key);
    const failed = problem?.text ?? made.find((each) => each.code !== null)?.problem ?? dropped;
    const changes = made.flatMap((each) => {
      const was = bodies.get(own.find((document) => document.unit === each.unit)?.id ?? "") ?? null;
      return each.body === null || was === null || was.text === null ? [] : changedFields(readJson(was.text), readJson(each.body));
    });
    const was = own.map((document) => bodies.get(document.id)?.said ?? null).find((said) => said !== null) ?? null;
    return { key, number, was, problem: failed, changes: changes.slice(0, CHANGES_MAX) };
  });
}

interface StoredBody {
  readonly text: string | null;
  readonly said: string | null;
}

async function bodiesOf(engine: Engine, lane: number, ids: readonly string[]): Promise<ReadonlyMap<string, StoredBody>> {
  const { rows } = await engine.pool.query<Place & { id: string; said: string | null }>(
    "select id, block, place, coalesce(vendor_text, code) as said from document where lane = $1 and id = any($2::bigint[])",
    [lane, ids],
  );
  const texts = await readPlaces(engine.pool, lane, rows);
  return new Map(rows.map(({ id, said }, i) => [id, { said, text: texts[i] === "null" ? null : (texts[i] ?? null) }]));
}
