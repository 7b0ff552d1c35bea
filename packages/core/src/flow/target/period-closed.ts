/**
 * What becomes of a document that the target refuses because its accounting period is closed: it is held for a person, or its date moves to the
 * first day of the next month, and again, until a month is open; never past the present month. Pure; dates are those of the target's zone.
 */
import { keysOf, orderedObject } from "../../value/key-order.ts";
import { readJson } from "../../value/json-read.ts";
import { writeJson } from "../../value/json-write.ts";
import { isObject, memberOf, type Json } from "../../value/json.ts";
import { formatInstant } from "../../value/time.ts";

export interface MovedDate {
  /** The document with its new date. */
  readonly body: string;
  readonly from: string;
  readonly to: string;
}

const DAY = /^(\d{4})-(\d{2})-\d{2}/;

/** Null where there is no later month to move to, or the field holds no date. */
export function moveToNextMonth(text: string, field: string, at: { readonly nowMs: number; readonly zone: string }): MovedDate | null {
  const body = readJson(text);
  if (!isObject(body)) return null;
  const value = memberOf(body, field);
  const found = typeof value === "string" ? DAY.exec(value) : null;
  if (typeof value !== "string" || found === null) return null;
  const [day, year = "", month = ""] = found;
  const next = month === "12" ? `${Number(year) + 1}-01` : `${year}-${String(Number(month) + 1).padStart(2, "0")}`;
  const today = formatInstant(at.nowMs, "date", at.zone);
  // A period that has not begun is open for nobody.
  if (`${next}-01` > today) return null;
  const moved = `${next}-01${value.slice(day.length)}`;
  const members = keysOf(body).map((key): [string, Json] => [key, key === field ? moved : (body[key] ?? null)]);
  return { body: writeJson(orderedObject(members)), from: value, to: moved };
}
