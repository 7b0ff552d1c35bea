/**
 * Parameters of the bulk statements. The driver would write an array element by element, each with two replacements; a page has tens of
 * thousands. Bytes go in one binary parameter, cut apart by the server, instead of as hexadecimal digits.
 */

// A quote, a backslash, control characters (NUL), and halves of surrogate pairs.
const SPECIAL = /["\\\p{Cc}\p{Cs}]/u;

/** A `text[]`: every text storable, null for NULL. */
export function textArray(values: readonly (string | null)[]): string {
  let literal = "";
  for (const value of values) {
    const item = value === null ? "NULL" : SPECIAL.test(value) ? `"${storableText(value).replace(/["\\]/g, "\\$&")}"` : `"${value}"`;
    literal += literal === "" ? item : `,${item}`;
  }
  return `{${literal}}`;
}

/**
 * A column beside others in one `unnest`, of which another is as long as there are rows: shorter ones are filled up with NULL there, so that
 * a column of nothing else is empty. Most of a bill's columns are: reasons, codes, what a vendor said.
 */
export function textColumn(values: readonly (string | null)[]): string {
  return hasAny(values) ? textArray(values) : "{}";
}

/** As `textColumn`. */
export function numberColumn(values: readonly (string | number | null)[]): string {
  return hasAny(values) ? numberArray(values) : "{}";
}

function hasAny(values: readonly unknown[]): boolean {
  return values.some((value) => value !== null);
}

/** An array of numbers: ids, statuses, places. */
export function numberArray(values: readonly (string | number | null)[]): string {
  let literal = "";
  for (const value of values) literal += `${literal === "" ? "" : ","}${value ?? "NULL"}`;
  return `{${literal}}`;
}

/** Many byte strings as one, with the places for `substring(bytes from … for …)`, which counts from one. */
export function joinedBytes(parts: readonly Uint8Array[]): { readonly bytes: Buffer; readonly from: number[]; readonly lengths: number[] } {
  let next = 1;
  const from = parts.map((part) => (next += part.length) - part.length);
  return { bytes: Buffer.concat(parts), from, lengths: parts.map((part) => part.length) };
}

/** A text as PostgreSQL can hold it: well-formed and without NUL; U+FFFD stands for what cannot be held. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll("\u0000", "\uFFFD");
}

/** JSON for json_to_recordset, every text storable. */
export function rowsJson(rows: readonly object[]): string {
  return JSON.stringify(rows, (_, value: unknown) => (typeof value === "string" ? storableText(value) : value));
}
