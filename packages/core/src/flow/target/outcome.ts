/**
 * Reads a write's reply: one outcome for each document of the batch.
 *
 * In: the outcome rule, the result rule, the keys of the documents in the order they were sent, the reply. Out: as many outcomes.
 * By order, the n-th element answers the n-th document; a list of another length says nothing of anyone.
 * A document that a per-document answer does not mention is `uncertain`: the target must be asked. A document that is both accepted
 * and refused was saved but not carried through (`stage: "partial"`): the stages rule says how it goes on.
 */
import type { OutcomeRule } from "../../connector/api.ts";
import { asText } from "../call/shape.ts";
import { classify, judgeReply, signHolds, type CompiledRule, type FaultVerdict } from "../call/verdict.ts";
import type { Reply } from "../../connector/request-plan.ts";
import type { Sign } from "../../connector/result.ts";
import { isArray, type Json } from "../../value/json.ts";
import { getPath, parsePath, type Path } from "../../value/path.ts";

export type Outcome =
  | { readonly kind: "done"; readonly number?: string; readonly id?: string }
  | { readonly kind: "partial"; readonly number?: string; readonly id?: string; readonly fault: FaultVerdict }
  | { readonly kind: "fault"; readonly fault: FaultVerdict };

const UNMENTIONED: FaultVerdict = { kind: "fault", fault: "uncertain", cause: "other", code: "DOCUMENT_NOT_MENTIONED" };

export function readOutcomes(rule: OutcomeRule, result: CompiledRule, keys: readonly string[], reply: Reply): readonly Outcome[] {
  const whole = judgeReply(result, "write", reply);
  if (rule.kind === "whole") {
    const one: Outcome =
      whole.kind === "fault"
        ? { kind: "fault", fault: whole }
        : { kind: "done", ...target(reply.json ?? null, rule.number?.map(parsePath), rule.id?.map(parsePath)) };
    return keys.map(() => one);
  }
  if (whole.kind === "fault" && concernsAll(whole)) return keys.map(() => ({ kind: "fault", fault: whole }));
  return readEach(rule, result, keys, reply.json ?? null, whole.kind === "fault" ? whole : undefined);
}

/** Faults that no document of the batch caused: the line, the session, the rate, the account. */
function concernsAll(fault: FaultVerdict): boolean {
  return fault.fault !== "rejected" || fault.cause === "session-lost" || fault.cause === "credentials";
}

function readEach(
  rule: Extract<OutcomeRule, { kind: "per-document" }>,
  result: CompiledRule,
  keys: readonly string[],
  json: Json,
  whole: FaultVerdict | undefined,
): readonly Outcome[] {
  const done = byPosition(elements(json, rule.done.list), rule.done, rule.match, keys);
  const refused =
    rule.refused === undefined ? new Map<number, Json[]>() : byPosition(elements(json, rule.refused.list), rule.refused, rule.match, keys);
  const [number, id] = [pathsOf(rule.done.number), pathsOf(rule.done.id)];
  const nothingSaid = done.size === 0 && refused.size === 0;
  return keys.map((_, i): Outcome => {
    const accepted = done.get(i)?.[0];
    const refusal = refused.get(i);
    const fault = refusal === undefined ? undefined : classifyRefusal(rule, result, refusal);
    if (accepted !== undefined) {
      const told = target(accepted, number, id);
      return fault === undefined ? { kind: "done", ...told } : { kind: "partial", ...told, fault };
    }
    if (fault !== undefined) return { kind: "fault", fault };
    return { kind: "fault", fault: nothingSaid && whole !== undefined ? whole : UNMENTIONED };
  });
}

/** Several refusals of one document: their texts are joined, the first that the table knows gives the class. */
function classifyRefusal(
  rule: Extract<OutcomeRule, { kind: "per-document" }>,
  result: CompiledRule,
  refusals: readonly Json[],
): FaultVerdict {
  const text = (path: string | undefined, element: Json): string | undefined => {
    const value = path === undefined ? undefined : getPath(element, parsePath(path));
    return value === undefined || value === null ? undefined : asText(value);
  };
  const messages = refusals.map((element) => text(rule.refused?.message, element) ?? "").filter((message) => message !== "");
  const verdicts = refusals.map((element) =>
    classify(result, text(rule.refused?.code, element), text(rule.refused?.message, element), text(rule.refused?.subCode, element)),
  );
  const known = verdicts.find((verdict) => verdict.cause !== "other") ?? verdicts[0];
  if (known === undefined) return UNMENTIONED;
  const { missing: _first, ...rest } = known;
  const joined = messages.length > 1 ? { ...rest, vendorText: messages.join("；").slice(0, 2_000) } : rest;
  // A field whose code is unknown is empty, and then required besides: that is one thing. With something else wrong, the code alone would not help it.
  const fields = refusals.map((element) => text(rule.refused?.field, element));
  const unknown = new Set(fields.filter((field, i) => field !== undefined && verdicts[i]?.missing !== undefined));
  const follows = (i: number): boolean => verdicts[i]?.cause === "required-field" && unknown.has(fields[i]);
  if (!verdicts.every((verdict, i) => verdict.missing !== undefined || follows(i))) return joined;
  const missing = new Map(verdicts.flatMap((verdict) => verdict.missing ?? []).map((each) => [JSON.stringify(each), each]));
  return { ...joined, missing: [...missing.values()] };
}

type PerDocument = Extract<OutcomeRule, { kind: "per-document" }>;

function byPosition(
  list: readonly Json[],
  rule: { readonly match?: string; readonly when?: Sign },
  match: PerDocument["match"],
  keys: readonly string[],
): Map<number, Json[]> {
  const positions = new Map<number, Json[]>();
  const path = rule.match === undefined ? undefined : parsePath(rule.match);
  const when = rule.when === undefined ? undefined : { sign: rule.when, path: parsePath(rule.when.path) };
  if (match === "order" && list.length !== keys.length) return positions;
  // Of a key that stands twice, the first.
  const places = match === "key" ? new Map(keys.map((key, i): [string, number] => [key, i]).reverse()) : undefined;
  list.forEach((element, i) => {
    if (when !== undefined && !signHolds(when.sign, getPath(element, when.path))) return;
    const position = match === "order" ? i : positionOf(path === undefined ? undefined : getPath(element, path), places);
    if (!Number.isInteger(position) || position < 0 || position >= keys.length) return;
    const said = positions.get(position);
    if (said === undefined) positions.set(position, [element]);
    else said.push(element);
  });
  return positions;
}

/** `places` of the keys; undefined where the element names its document by its position. */
function positionOf(value: Json | undefined, places: ReadonlyMap<string, number> | undefined): number {
  if (value === undefined || value === null) return -1;
  return places === undefined ? Number(asText(value)) : (places.get(asText(value)) ?? -1);
}

function elements(json: Json, paths: readonly string[]): readonly Json[] {
  for (const path of paths) {
    const value = path === "" ? json : getPath(json, parsePath(path));
    if (isArray(value)) return value;
  }
  return [];
}

function pathsOf(path: string | undefined): readonly Path[] | undefined {
  return path === undefined ? undefined : [parsePath(path)];
}

function target(
  json: Json,
  number: readonly Path[] | undefined,
  id: readonly Path[] | undefined,
): { readonly number?: string; readonly id?: string } {
  const first = (paths: readonly Path[] | undefined): string | undefined => {
    for (const path of paths ?? []) {
      const value = getPath(json, path);
      if (value !== undefined && value !== null && value !== "") return asText(value);
    }
    return undefined;
  };
  const n = first(number);
  const i = first(id);
  return { ...(n === undefined ? {} : { number: n }), ...(i === undefined ? {} : { id: i }) };
}
