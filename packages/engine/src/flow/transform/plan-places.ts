/** The order keys of a page's plan: what a document's key is, and where in the line it belongs. Pure. */
import { asText, DatongError, evaluateValue, statusOf, STATUSES, type Globals, type JsonObject } from "@datong/core";
import type { KnownDocument } from "../../store/known-rows.ts";
import type { Place } from "../../store/order-rows.ts";
import type { DocumentRow } from "../../store/page-rows.ts";
import type { ReadyFlow } from "../ready-flow.ts";
import { hashHex } from "../record/fingerprint.ts";
import { PROBE, REVERSE, UPDATE, type WRITE } from "../target/settle.ts";
import type { PagePlan } from "./stage-records.ts";

export type PlannedPlace = Omit<Place, "priority">;

/** An index holds a key of this length whatever its letters; what is longer is told apart by its hash. */
const KEY_MAX = 400;

/** Null where the flow has no order key, or this bill has none; the error where it cannot be told. */
export function orderKeyOf(ready: ReadyFlow, row: JsonObject, globals: Globals): string | null | DatongError {
  if (ready.order === undefined) return null;
  try {
    const value = evaluateValue(ready.order.key, { row, globals, zone: ready.target.zone });
    const text = value === undefined || value === null ? "" : asText(value).trim();
    return text === "" ? null : text.length > KEY_MAX ? hashHex(text) : text;
  } catch (error) {
    if (error instanceof DatongError) return error;
    throw error;
  }
}

/** A row that is to be written goes to its list, or stands in its line; a failed one holds the line up where the flow says so. */
export function queueRow(
  ready: ReadyFlow,
  row: DocumentRow,
  action: typeof WRITE | typeof UPDATE | typeof PROBE,
  position: string,
  plan: Pick<PagePlan, "places" | "write" | "update" | "probe">,
): void {
  const isQueued = row.status === STATUSES.queued.number;
  const { orderKey } = row;
  if (orderKey === undefined || orderKey === null) {
    if (isQueued) (action === UPDATE ? plan.update : action === PROBE ? plan.probe : plan.write).push(row.id);
  } else if (isQueued || ready.order?.onFailedHead === "block")
    plan.places.push({ document: row.id, key: orderKey, position, action: isQueued ? action : null });
}

/** A document that stands at the target is taken back, after whatever of its line is to be written before. */
export function queueReversal(
  ready: ReadyFlow,
  document: KnownDocument,
  plan: Pick<PagePlan, "places" | "reverse" | "planned">,
  nextId: () => string,
): void {
  const { id, status, orderKey } = document;
  plan.planned.push({ id, status });
  if (ready.order === undefined || orderKey === null) plan.reverse.push(id);
  else plan.places.push({ document: id, key: orderKey, position: positionOf(document, nextId), action: REVERSE });
}

/** What was done before has its turn after all that stands in the line by now; anything else keeps its place. */
export function positionOf(document: KnownDocument, nextId: () => string): string {
  return statusOf(document.status) === "done" ? nextId() : document.id;
}
