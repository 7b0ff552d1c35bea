/**
 * What a flow says and Qeasy's metadata cannot: kept under the key `datong` of each side's document and of each field, which Qeasy passes
 * over. Members that the import would give and the flow does not have are listed as absent.
 */
import { canonicalText, isObject, type Flow, type Json, type JsonObject } from "@datong/core";
import { listAt, objectAt } from "../scheme/scheme.ts";

export const EXTENSION = "datong";

interface Difference {
  readonly set: Record<string, Json>;
  readonly absent: readonly string[];
}

/** The flow with what the documents' extensions say of it. */
export function applyExtension(flow: Flow, source: JsonObject | undefined, target: JsonObject | undefined): Flow {
  const ofSource = objectAt(source, EXTENSION);
  const ofTarget = objectAt(target, EXTENSION);
  const whole = applied(flow as unknown as JsonObject, objectAt(ofTarget, "flow"));
  return {
    ...(whole as unknown as Flow),
    source: applied(flow.source as unknown as JsonObject, ofSource) as unknown as Flow["source"],
    target: applied(flow.target as unknown as JsonObject, objectAt(ofTarget, "target")) as unknown as Flow["target"],
  };
}

function applied(own: JsonObject, difference: JsonObject | undefined): JsonObject {
  if (difference === undefined) return own;
  const made: Record<string, Json> = {};
  const absent = listAt(difference, "absent");
  const set = objectAt(difference, "set") ?? {};
  for (const [key, value] of [...Object.entries(own), ...Object.entries(set)])
    if (value !== undefined && !absent.includes(key)) made[key] = value;
  return made;
}

const FLOW_KEYS = ["source", "target", "qeasy"];

/** What must stand in the extensions so that importing `imported`'s documents gives `flow`. `only`: keys that may be named. */
export function extensionsOf(
  flow: Flow,
  imported: Flow,
  before: Flow | undefined,
): { readonly source: JsonObject | undefined; readonly target: JsonObject | undefined } {
  const source = differenceOf(flow.source, imported.source, before?.source);
  const target = differenceOf(flow.target, imported.target, before?.target);
  const whole = differenceOf(flow, imported, before, before === undefined ? FLOW_KEYS : [...FLOW_KEYS, "id"]);
  const ofTarget = { ...(whole === undefined ? {} : { flow: whole }), ...(target === undefined ? {} : { target }) };
  return { source, target: Object.keys(ofTarget).length === 0 ? undefined : (ofTarget as JsonObject) };
}

/** Members that differ; with `before`, of these only such as were changed since. */
function differenceOf(wanted: object, given: object, before: object | undefined, except: readonly string[] = []): JsonObject | undefined {
  const [want, have, was] = [wanted, given, before].map((each) => (each ?? {}) as Record<string, Json | undefined>) as [
    Record<string, Json | undefined>,
    Record<string, Json | undefined>,
    Record<string, Json | undefined>,
  ];
  const difference: Difference = { set: {}, absent: [] };
  const absent: string[] = [];
  for (const key of new Set([...Object.keys(want), ...Object.keys(have)])) {
    if (except.includes(key) || same(want[key], have[key])) continue;
    if (before !== undefined && same(want[key], was[key])) continue;
    const value = want[key];
    if (value === undefined) absent.push(key);
    else difference.set[key] = value;
  }
  if (absent.length + Object.keys(difference.set).length === 0) return undefined;
  return { ...(Object.keys(difference.set).length === 0 ? {} : { set: difference.set }), ...(absent.length === 0 ? {} : { absent }) };
}

export function same(a: Json | undefined, b: Json | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return canonicalText(a) === canonicalText(b);
}

export function withExtension(metadata: JsonObject, extension: JsonObject | undefined): JsonObject {
  if (extension === undefined) return metadata;
  const old = metadata[EXTENSION];
  return { ...metadata, [EXTENSION]: old !== undefined && isObject(old) ? { ...old, ...extension } : extension };
}
