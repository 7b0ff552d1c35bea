/**
 * A flow as the two documents of Qeasy's source view. A flow that was imported gives its originals back, with what was changed since; any
 * other is written out in full, with what Qeasy cannot say under `datong`, so that importing it again gives the same flow. What an imported
 * scheme has besides its documents (name, former id, schedules) goes into a third one.
 */
import { readJson, isObject, type Flow, type JsonObject, type QeasySide } from "@datong/core";
import type { ImportContext } from "../import/context.ts";
import { importScheme } from "../import/import-scheme.ts";
import { Origins } from "../scheme/origins.ts";
import type { Scheme, SchemeSide, SideName } from "../scheme/scheme.ts";
import { factsDocument } from "../scheme/scheme-facts.ts";
import { extensionsOf, withExtension } from "./extension.ts";
import { generate } from "./generate.ts";
import { patched } from "./patch.ts";

export interface ExportedFlow {
  /** Undefined where the scheme never had that side and still has not. */
  readonly source: JsonObject | undefined;
  readonly target: JsonObject | undefined;
  /** Undefined where the scheme has nothing besides. */
  readonly scheme: JsonObject | undefined;
}

export function exportFlow(flow: Flow, context: ImportContext): ExportedFlow {
  const fresh: ImportContext = { ...context, answers: {}, schemeIds: {}, sourceConnection: undefined, targetConnection: undefined };
  return flow.qeasy?.source === undefined && flow.qeasy?.target === undefined ? wholly(flow, fresh) : fromOriginal(flow, fresh);
}

function wholly(flow: Flow, context: ImportContext): ExportedFlow {
  const documents = generate(flow, context);
  const imported = imports({ metadata: documents.source }, { metadata: documents.target }, context, {});
  const more = extensionsOf(flow, imported, undefined);
  return { source: withExtension(documents.source, more.source), target: withExtension(documents.target, more.target), scheme: undefined };
}

function fromOriginal(flow: Flow, context: ImportContext): ExportedFlow {
  const { source: ofSource, target: ofTarget, callBackStrategy } = flow.qeasy ?? {};
  const original = (text: string | undefined): JsonObject | undefined => {
    const value = text === undefined ? undefined : readJson(text);
    return value !== undefined && isObject(value) ? value : undefined;
  };
  const side = (kept: QeasySide | undefined, metadata = original(kept?.metadata)): SchemeSide | undefined =>
    metadata === undefined ? undefined : { metadata, system: kept?.system, apiName: kept?.apiName, isTable: kept?.table };
  const callBack = original(callBackStrategy);
  const named = { ...context, sourceConnection: flow.source.connection, targetConnection: flow.target.connection };
  const facts: Facts = {
    name: flow.name,
    id: flow.aliases?.[0],
    crons: { source: flow.dispatch.source?.cron, target: flow.dispatch.target?.cron },
    callBack,
  };
  const sides = { source: side(ofSource), target: side(ofTarget) };
  const before = imports(sides.source, sides.target, named, facts);
  const [was, now] = [generate(before, context), generate(flow, context)];
  // A call-back that stood outside of the target's document is none of it.
  if (callBack !== undefined) for (const each of [was, now]) Reflect.deleteProperty(each.target, "callBackStrategy");
  const documents = {
    source: told("QUERY", changedSide(original(ofSource?.metadata), was.source, now.source)),
    target: told("EXECUTE", changedSide(original(ofTarget?.metadata), was.target, now.target)),
  };
  const after = imports(
    documents.source === undefined ? undefined : side(ofSource, documents.source),
    documents.target === undefined ? undefined : side(ofTarget, documents.target),
    named,
    facts,
  );
  const more = extensionsOf(flow, after, before);
  return {
    source: documents.source === undefined ? documents.source : withExtension(documents.source, more.source),
    target: documents.target === undefined ? documents.target : withExtension(documents.target, more.target),
    scheme: factsDocument({
      ...unsaid(facts, imports(sides.source, sides.target, named, {})),
      systems: bothOf(ofSource?.system, ofTarget?.system),
      apiNames: bothOf(ofSource?.apiName, ofTarget?.apiName),
      tables: [...(ofSource?.table === true ? (["source"] as const) : []), ...(ofTarget?.table === true ? (["target"] as const) : [])],
    }),
  };
}

type Facts = Pick<Scheme, "name" | "id" | "crons" | "callBack">;

/** The facts that the documents do not say themselves. */
function unsaid({ name, id, crons, callBack }: Facts, alone: Flow): Facts {
  const { source, target } = alone.dispatch;
  return {
    ...(name === alone.name ? {} : { name }),
    ...(id === alone.aliases?.[0] ? {} : { id }),
    crons: {
      ...(crons?.source === source?.cron ? {} : { source: crons?.source }),
      ...(crons?.target === target?.cron ? {} : { target: crons?.target }),
    },
    callBack,
  };
}

function bothOf(source: string | undefined, target: string | undefined): Partial<Record<SideName, string>> {
  return { ...(source === undefined ? {} : { source }), ...(target === undefined ? {} : { target }) };
}

/**
 * Of a side of which an article told the API alone, the effect says whose it is; of one of which it told less, what there is stands among
 * the facts.
 */
function told(effect: "QUERY" | "EXECUTE", document: JsonObject | undefined): JsonObject | undefined {
  const keys = Object.keys(document ?? {}).join();
  if (keys === "") return undefined;
  return keys === "api" ? { ...document, effect } : document;
}

/** A side that the scheme never had is written only once it says something. */
function changedSide(original: JsonObject | undefined, was: JsonObject, now: JsonObject): JsonObject | undefined {
  if (original !== undefined) return patched(original, was, now);
  return JSON.stringify(was) === JSON.stringify(now) ? undefined : now;
}

function imports(source: SchemeSide | undefined, target: SchemeSide | undefined, context: ImportContext, facts: Facts): Flow {
  const origins = new Origins();
  const scheme: Scheme = { file: "", line: 1, ...facts, source, target };
  for (const side of [source, target])
    if (side !== undefined) origins.register(side.metadata, { file: "", lines: new Map(), firstLine: 1 });
  return importScheme({ scheme, origins, remarks: [], context, siblings: {} }).flow;
}
