/** A document that came in a request, against its schema. */
import { DatongError, parseDocument } from "@datong/core";

/** Throws REQUEST_INVALID at the first thing that is wrong; `place` is where it stands in the request. */
export function checkedDocument<T>(schema: Parameters<typeof parseDocument>[0], value: unknown, place: string): T {
  const result = parseDocument<T>(schema, value);
  if (result.ok) return result.value;
  const [first] = result.issues;
  throw new DatongError("REQUEST_INVALID", {
    path: `${place}${first?.path ?? ""}`,
    expected: first === undefined ? "document" : `${first.expectedZh} / ${first.expected}`,
  });
}
