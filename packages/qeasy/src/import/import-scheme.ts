/**
 * One scheme to one flow, with the report of what became of each part. Always gives a flow: what is missing or not understood is a
 * decision, and the draft holds the proposal or a placeholder meanwhile (`undecided-source`, `undecided-target`, `undecided`).
 */
import { cronFlaw, isArray, writeJson, type Flow, type Json, type JsonObject, type QeasySide, type RestructureStep } from "@datong/core";
import type { Origins } from "../scheme/origins.ts";
import type { ReadRemark } from "../scheme/article-form.ts";
import type { Scheme, SchemeSide } from "../scheme/scheme.ts";
import { applyExtension } from "../export/extension.ts";
import type { ImportContext } from "./context.ts";
import { allocationOf, writeBackOf } from "./follow-up.ts";
import { flowId } from "./flow-id.ts";
import { Notes, type Decision, type Remark, type Unknown } from "./notes.ts";
import { newDocuments, type NewDocuments } from "./new-documents.ts";
import { explodeSteps, formatStep, gatherSteps, impliedExplode, impliedGroup, isKingdee, lateFilter } from "./restructure.ts";
import { sourceOf } from "./source.ts";
import { targetOf } from "./target.ts";
import { soundFlow } from "./sound-flow.ts";
import { chooseSide, type Secret, type SideChoice, type Work } from "./work.ts";

export interface ImportedFlow {
  readonly id: string;
  readonly file: string;
  readonly status: "ok" | "needs-decision";
  readonly flow: Flow;
  readonly taken: number;
  readonly changed: readonly Remark[];
  readonly decisions: readonly Decision[];
  readonly unknown: readonly Unknown[];
  readonly secrets: readonly Secret[];
  readonly made: NewDocuments;
}

export interface SchemeInput {
  readonly scheme: Scheme;
  readonly origins: Origins;
  readonly remarks: readonly ReadRemark[];
  readonly context: ImportContext;
  /** Ids of schemes imported along with this one, to their flows. */
  readonly siblings: Readonly<Record<string, string>>;
}

/** Facts of an article around a scheme. */
const FACTS = `
  url title name id uuid strategyId strategy_id complete generation request_complete mapping_complete repairs
  origin note truncated_tail source_system source_api target_system target_api schedule crontab crontabs cron
  sourceCrontab targetCrontab source_crontab target_crontab 请求定时 执行定时 方案名称 source_fields source_params
  target_params mappings source_request target_request adapter_input adapter_output sourcePlatform targetPlatform
  source_platform target_platform description
`
  .trim()
  .split(/\s+/);

export function importScheme(input: SchemeInput): ImportedFlow {
  const { scheme, origins, context } = input;
  const notes = new Notes(origins, context.answers);
  const work: Work = { scheme, context, notes, origins, secrets: [], privateApis: [], settings: [], flowOf: flowFinder(input) };
  const choices = { source: chooseSide(work, "source"), target: chooseSide(work, "target") };
  tellReading(work, input.remarks);
  const source = sourceOf(work, choices.source);
  const idCheck = choices.source.metadata["idCheck"] ?? choices.target.metadata["idCheck"];
  notes.take(choices.source.metadata, "idCheck");
  const target = targetOf(work, choices.target, idCheck);
  const { steps: restructure, filters } = restructureOf(work, choices, source, target.mapping);
  const { condition, ...unfiltered } = source.source;
  const writeBack = allocationOf(work, choices.target, writeBackOf(work, scheme.target?.metadata));
  const flow: Flow = {
    id: flowId(scheme, choices.source, choices.target, target.api),
    ...(scheme.name === undefined ? {} : { name: scheme.name }),
    ...(scheme.id === undefined ? {} : { aliases: [scheme.id] }),
    source: filters || condition === undefined ? unfiltered : source.source,
    ...(restructure.length === 0 ? {} : { restructure }),
    mapping: target.mapping,
    target: target.target,
    ...(writeBack === undefined ? {} : { writeBack }),
    dispatch: dispatchOf(work),
  };
  tellExpressions(work, flow);
  takeWrapper(work);
  // What was made of a page's table has no keys of its own.
  const documents = [scheme.source, scheme.target].flatMap((side) => (side === undefined || side.isTable === true ? [] : [side.metadata]));
  for (const root of [scheme.wrapper, ...documents, scheme.callBack]) notes.tellRest(root);
  const place = scheme.wrapper ?? scheme.source?.metadata ?? scheme.target?.metadata ?? {};
  const extended = soundFlow(applyExtension(flow, scheme.source?.metadata, scheme.target?.metadata), notes, place);
  const secrets = work.secrets;
  const kept: Flow = { ...extended, qeasy: keptOf(scheme, secrets, notes.decisions) };
  return {
    id: kept.id,
    file: scheme.file,
    status: notes.decisions.length === 0 ? "ok" : "needs-decision",
    flow: kept,
    taken: notes.taken,
    changed: notes.changed,
    decisions: notes.decisions,
    unknown: once(notes.unknown),
    secrets,
    made: newDocuments(work, [choices.source, choices.target]),
  };
}

function once(unknown: readonly Unknown[]): readonly Unknown[] {
  return [...new Map(unknown.map((each) => [`${each.file}#${each.path}`, each])).values()];
}

function flowFinder({ context, siblings }: SchemeInput): (scheme: string) => string | undefined {
  return (id) => {
    const named = context.schemeIds[id] ?? answerOf(context, id) ?? siblings[id];
    if (named !== undefined) return named;
    return context.flows.find((flow) => flow.id === id || flow.aliases.includes(id))?.id;
  };
}

function answerOf(context: ImportContext, id: string): string | undefined {
  const answer = context.answers[`scheme.${id}`];
  return typeof answer === "string" && answer !== "" ? answer : undefined;
}

function tellReading(work: Work, remarks: readonly ReadRemark[]): void {
  const own = [work.scheme.wrapper, work.scheme.source?.metadata, work.scheme.target?.metadata].filter((each) => each !== undefined);
  const files = new Set(own.map((each) => work.origins.placeOf(each).file));
  for (const { object, key, zh, en, doubt } of remarks) {
    const place = work.origins.placeOf(object, key);
    if (!files.has(place.file)) continue;
    if (doubt !== undefined) work.notes.decide(object, undefined, { ...doubt, zh, en });
    else work.notes.change(object, undefined, zh, en);
  }
}

function restructureOf(
  work: Work,
  choices: { readonly source: SideChoice; readonly target: SideChoice },
  source: ReturnType<typeof sourceOf>,
  mapping: Flow["mapping"],
): { readonly steps: readonly RestructureStep[]; readonly filters: boolean } {
  const { metadata } = choices.source;
  const steps: RestructureStep[] = [];
  const viewed = source.api?.detail !== undefined && choices.source.code === "ExecuteBillQuery";
  if (viewed) {
    steps.push({ kind: "flatten", separator: "_", localized: 2052 });
    work.notes.change(
      metadata,
      "api",
      "旧版查询的列名是拍平的（UseOrgId_Name），加了拍平步骤",
      "the old query's names are flat (UseOrgId_Name), so a flatten step is there",
    );
  }
  const format = formatStep(work, metadata);
  if (format !== undefined) steps.push(format);
  const filter = lateFilter(work, metadata, source.source.condition, format);
  if (filter !== undefined) steps.push(filter);
  const filters = filter !== undefined;
  steps.push(...explodeSteps(work, metadata));
  steps.push(...gatherSteps(work, choices.source, choices.target.metadata, source.idFields));
  const isSaid = steps.some((step) => ["explode", "merge", "group", "aggregate"].includes(step.kind));
  const implied = isSaid
    ? undefined
    : (impliedExplode(mapping) ??
      (isKingdee(choices.source) || source.api?.rows?.kind === "arrays"
        ? impliedGroup(mapping, source.columns, source.idFields)
        : undefined));
  if (implied === undefined) return { steps, filters };
  const proposal = [...steps, implied];
  const what =
    implied.kind === "group"
      ? ["明细行按什么合成一张单据", "how lines are put together to bills"]
      : ["哪个数组被拆成多张单据（取值里有 bfn_num）", "which array is taken apart (values read bfn_num)"];
  const answer = work.notes.decide(choices.target.metadata, undefined, {
    key: "restructure",
    zh: `${what[0]}没有写明；草稿里用 ${writeJson(implied as unknown as Json)}`,
    en: `${what[1]} is not said; the draft takes ${writeJson(implied as unknown as Json)}`,
    proposal: proposal as unknown as Json,
  });
  return { steps: answer !== undefined && isArray(answer) ? (answer as unknown as readonly RestructureStep[]) : proposal, filters };
}

function dispatchOf(work: Work): Flow["dispatch"] {
  const place = work.scheme.wrapper ?? work.scheme.source?.metadata ?? work.scheme.target?.metadata ?? {};
  const side = (name: "source" | "target"): Pick<Flow["dispatch"], "source" | "target"> => {
    const cron = work.scheme.crons?.[name];
    if (cron === undefined) return {};
    const flaw = cronFlaw(cron);
    if (flaw === undefined) return { [name]: { cron } };
    work.notes.decide(place, undefined, {
      key: `dispatch.${name}`,
      zh: `定时「${cron}」读不懂：${flaw}`,
      en: `the schedule '${cron}' cannot be read: ${flaw}`,
    });
    return {};
  };
  const made = { enabled: false, ...side("source"), ...side("target") };
  work.notes.change(
    place,
    undefined,
    "方案导入后未启用：轻易云还在运行时两边都会写入",
    "the flow is not enabled: while Qeasy still runs, both would write",
  );
  return made;
}

/** Qeasy sends an expression's own text when it fails. */
function tellExpressions(work: Work, flow: Flow): void {
  if (!JSON.stringify([flow.mapping]).includes("_function ")) return;
  const place = work.scheme.target?.metadata ?? {};
  work.notes.change(
    place,
    undefined,
    "表达式出错时单据失败并说明原因；轻易云会把表达式原文发给目标（需要时写 onValueError: text）",
    "an expression that fails makes the bill fail, with the reason; Qeasy sends the expression's own text (onValueError: text if that is wanted)",
  );
}

function takeWrapper({ scheme, notes }: Work): void {
  const { wrapper } = scheme;
  if (wrapper === undefined) return;
  notes.take(wrapper, ...FACTS.filter((key) => Object.hasOwn(wrapper, key)));
  for (const key of Object.keys(wrapper)) {
    const value = wrapper[key];
    if (value === null || value === "" || value === scheme.source?.metadata || value === scheme.target?.metadata) {
      if (value === null || value === "") notes.pass(wrapper, key);
    }
  }
}

/** The originals, for the way back; credentials are replaced by the names of their variables. */
function keptOf(scheme: Scheme, secrets: readonly Secret[], decisions: readonly Decision[]): NonNullable<Flow["qeasy"]> {
  const text = (object: JsonObject | undefined): string | undefined => {
    if (object === undefined) return undefined;
    let json = writeJson(object, 2);
    for (const { name, value } of secrets)
      if (value !== undefined) json = json.replaceAll(`"${JSON.stringify(value).slice(1, -1)}"`, `"\${${name}}"`);
    return json;
  };
  const side = (data: SchemeSide | undefined): QeasySide | undefined => {
    const metadata = text(data?.metadata);
    if (data === undefined || metadata === undefined) return undefined;
    const { system, apiName, isTable } = data;
    return {
      metadata,
      ...(system === undefined || system === "" ? {} : { system }),
      ...(apiName === undefined ? {} : { apiName }),
      ...(isTable === true ? { table: true } : {}),
    };
  };
  const source = side(scheme.source);
  const target = side(scheme.target);
  const callBack = text(scheme.callBack);
  return {
    ...(source === undefined ? {} : { source }),
    ...(target === undefined ? {} : { target }),
    ...(callBack === undefined ? {} : { callBackStrategy: callBack }),
    ...(decisions.length === 0 ? {} : { decisions: decisions.map(({ key, zh, en }) => `${key}: ${zh} / ${en}`) }),
  };
}
