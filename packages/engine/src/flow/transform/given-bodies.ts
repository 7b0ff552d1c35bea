/** Documents whose bodies a person has edited: sent in place of what the mapping made, under the external key that stands in them. Pure. */
import { asText, getPath, readJson } from "@datong/core";
import type { ReadyFlow } from "../ready-flow.ts";
import type { Made } from "./make-document.ts";
import type { StagedRecord } from "./stage-records.ts";

/** `bodies` by unit; records without one are left as they are. */
export function withBodies(
  ready: ReadyFlow,
  staged: readonly StagedRecord[],
  bodies: ReadonlyMap<string, string> | undefined,
): readonly StagedRecord[] {
  if (bodies === undefined || bodies.size === 0) return staged;
  const given = (made: Made): Made => {
    const body = bodies.get(made.unit);
    if (body === undefined) return made;
    const value = ready.target.key === undefined ? made.unit : getPath(readJson(body), ready.target.key);
    const externalKey = value === undefined || value === null ? made.externalKey : asText(value);
    const { waits: _waits, ...rest } = made;
    return { ...rest, body, externalKey, code: null, problem: null };
  };
  return staged.map((item) => ({ ...item, made: item.made.map(given) }));
}
