/** Why a document waits for its turn, naming the bill that it waits for. */
import { DatongError, explain, STATUSES } from "@datong/core";
import type { ListedDocument } from "@datong/engine";
import type { Context } from "../context.ts";

export function behindText(behind: NonNullable<ListedDocument["behind"]>, language: Context["language"]): string {
  const status = STATUSES[behind.status][language];
  return explain(new DatongError("ORDER_WAITS", { number: behind.number, status }), language).message;
}
