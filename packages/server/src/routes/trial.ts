/**
 * A flow while it is made: rows of its source as they are, and its draft over such rows, step by step and field by field. Nothing is written,
 * and nothing need be saved. The rows go to the browser and back as text, so that every digit stays.
 */
import {
  BUILT_IN_SYSTEM,
  DatongError,
  errorToJson,
  FILTERS,
  FUNCTIONS,
  GLOBALS,
  isArray,
  isObject,
  PARSERS,
  readJson,
  sourceRow,
  writeJson,
  type Api,
  type Json,
} from "@datong/core";
import {
  checkWorkspaceFlow,
  estimateRefill,
  flowOfText,
  previewFlow,
  soundDraft,
  tryDraft,
  type DraftFlaw,
  type FlowEntry,
  type Preview,
} from "@datong/engine";
import { Type } from "typebox";
import { placed, placedFlow, type Tenant } from "../documents/tenants.ts";
import { sendExactly } from "../route/exact-json.ts";
import { route, type Route } from "../route/route.ts";
import { FlowNotInOrder, issuesOf } from "./flows.ts";
import { AtId, AtWorkspace, closed, Instant, Nullable, Numbers } from "./shapes.ts";

const DRAFT_MAX = 1_000_000;
const ROWS_TEXT_MAX = 4_000_000;
const ROWS_MAX = 500;

const Word = Type.Object({ name: Type.String(), usage: Type.String(), zh: Type.String(), en: Type.String() });

export const TRIAL_ROUTES: readonly Route[] = [
  route({
    id: "showLanguage",
    method: "GET",
    url: "/api/v1/language",
    tag: "flows",
    zh: "取值语言的词：全局变量、过滤器、函数、解析器，供补全",
    en: "The words of the value language, for completion: globals, filters, functions, parsers",
    right: "signed-in",
    gives: Type.Object({ globals: Type.Array(Word), filters: Type.Array(Word), functions: Type.Array(Word), parsers: Type.Array(Word) }),
    handle: () =>
      Promise.resolve({
        globals: GLOBALS.map(({ name, zh, en }) => ({ name, usage: name, zh, en })),
        filters: FILTERS.map(({ name, argument, zh, en }) => ({
          name,
          usage: argument === undefined ? name : `${name}(${argument})`,
          zh,
          en,
        })),
        functions: FUNCTIONS.map(({ name, usage, zh, en }) => ({ name, usage, zh, en })),
        parsers: PARSERS.map(({ name, zh, en }) => ({ name, usage: name, zh, en })),
      }),
  }),
  route({
    id: "sampleSource",
    method: "POST",
    url: "/api/v1/workspaces/:workspace/sample",
    tag: "flows",
    zh: "按方案的源（接口、参数、条件）取几张真实单据；还没有目标也可以，什么都不写",
    en: "A few real bills of a flow's source (API, parameters, condition), before there is a target; writes nothing",
    right: "design",
    params: AtWorkspace,
    body: Type.Object(
      {
        source: Type.Record(Type.String(), Type.Unknown(), { description: "方案的 source / `source` of a flow" }),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })),
        numbers: Type.Optional(Numbers),
      },
      closed,
    ),
    gives: Type.Unknown({
      description: "{records: [{key, number, dropped, rows}], newColumns, rowsText}；rowsText 供 try 使用 / rowsText is for `try`",
    }),
    handle: async ({ services, workspace, body, reply }) => {
      const tenant = await services.tenants.open(workspace);
      const { engine } = services;
      const document = {
        id: "sample",
        source: body.source,
        mapping: [],
        target: { connection: BUILT_IN_SYSTEM, api: "collect" },
        dispatch: { enabled: false },
      };
      const entry = flowOfText({ id: "sample", text: JSON.stringify(document) });
      const issues = checkWorkspaceFlow(tenant.drafts, entry);
      if (entry.kind === "broken" || issues.length > 0) throw new FlowNotInOrder("sample", issues);
      const { flow, connections } = placed(tenant.drafts, entry.flow, false);
      const numbers = body.numbers === undefined ? {} : { numbers: body.numbers };
      const found = await previewFlow(engine.ready(flow, connections), { limit: body.limit ?? 5, ports: engine.ports, ...numbers });
      return sendExactly(reply, sampleOf(found));
    },
  }),
  route({
    id: "estimateFirstRun",
    method: "POST",
    url: "/api/v1/workspaces/:workspace/flows/:id/first-run",
    tag: "flows",
    zh: "草稿首次执行会读什么：时间段，与源系统报的或按比例估的行数；增量方案才有时间段",
    en: "What the first run of a draft will read: the span, and rows as the source counts them or as estimated; only increments have a span",
    right: "design",
    params: AtId,
    gives: Type.Object({
      reads: Type.String({ description: "span 一段时间、all 全部、pushed 推送 / a span, all, what is pushed" }),
      fromMs: Nullable(Instant),
      toMs: Nullable(Instant),
      rows: Nullable(Type.Integer()),
      pages: Nullable(Type.Integer()),
      how: Type.String({ description: "counted 准确、sampled 按比例、history 按历史、unknown" }),
    }),
    handle: async ({ services, workspace, params }) => {
      const { engine } = services;
      const { flow, connections } = placedFlow(await services.tenants.open(workspace), params.id, "drafts");
      const none = { fromMs: null, toMs: null, rows: null, pages: null, how: "unknown" };
      if (flow.source.connection === BUILT_IN_SYSTEM) return { ...none, reads: "pushed" };
      if (flow.source.watermark === undefined) return { ...none, reads: "all" };
      const { fromMs, toMs, rows, pages, how } = await estimateRefill(engine, flow, connections, {
        from: flow.source.watermark.start ?? "-30d",
      });
      return { reads: "span", fromMs, toMs, rows, pages, how };
    },
  }),
  route({
    id: "tryDraft",
    method: "POST",
    url: "/api/v1/workspaces/:workspace/try",
    tag: "flows",
    zh: "用几行源数据试算草稿：每个重组步骤的前后、每个字段的结果与由来、全部问题；values 代替草稿里的取值，供边输入边看",
    en: "A draft over a few rows: before and after each restructuring step, each field's result and where it came from, every problem; `values` stand in for those of the draft, as somebody types",
    right: "design",
    params: AtWorkspace,
    bodyBytesMax: 8 * 1024 * 1024,
    body: Type.Object(
      {
        text: Type.String({ maxLength: DRAFT_MAX, description: "草稿原文 / The draft's text" }),
        rows: Type.String({ maxLength: ROWS_TEXT_MAX, description: "源数据行的 JSON 数组原文 / The rows, a JSON list as text" }),
        values: Type.Optional(
          Type.Record(Type.String({ pattern: "^/mapping(/[0-9]+(/children)?)+$" }), Type.String(), {
            description: '字段位置 → 正在输入的取值，如 {"/mapping/3": "{{FBillNo}}"} / Place of a field to the value that is being typed',
          }),
        ),
      },
      closed,
    ),
    gives: Type.Unknown({
      description: "{records, steps, documents, flaws, issues, stopped}；stopped：为什么没有试算 / why nothing was tried",
    }),
    handle: async ({ services, workspace, body, reply }) => {
      const tenant = await services.tenants.open(workspace);
      const { engine } = services;
      const read = flowOfText({ id: idIn(body.text), text: body.text });
      const entry = withTyped(read, body.values ?? {});
      const issues = issuesOf(checkWorkspaceFlow(tenant.drafts, entry));
      const none = { records: [], steps: [], documents: [], flaws: [], issues };
      const api = entry.kind === "broken" ? undefined : targetApi(tenant, entry);
      if (entry.kind === "broken" || api === undefined) return { ...none, stopped: stopOf(issues) };
      const { flow: sound, flaws } = soundDraft(entry.flow, api);
      try {
        const { flow, connections } = placed(tenant.drafts, sound, false);
        const ready = engine.ready(flow, connections);
        const tried = await tryDraft(ready, { rows: rowsOf(body.rows), nowMs: engine.ports.nowMs(), pool: engine.pool });
        const documents = tried.documents.map((document) => ({ ...document, issues: document.issues.map(toldIssue) }));
        return await sendExactly(reply, { ...tried, documents, flaws: flaws.map(toldFlaw), issues, stopped: null });
      } catch (error) {
        // What is wrong outside of the mapping, such as a connection without its secret, leaves nothing to show but the reason.
        if (!(error instanceof DatongError) || error.code === "REQUEST_INVALID") throw error;
        return { ...none, flaws: flaws.map(toldFlaw), stopped: toldFlaw({ path: "", code: error.code, details: error.details }) };
      }
    },
  }),
];

function sampleOf({ records, newColumns }: Preview): object {
  const shown = records.map(({ key, number, dropped, rows }) => ({ key, number, dropped, rows }));
  const rows = records.flatMap((record) => record.rows).slice(0, ROWS_MAX);
  return { records: shown, newColumns, rowsText: writeJson(rows as unknown as Json) };
}

function rowsOf(text: string): ReturnType<typeof sourceRow>[] {
  const rows = readJson(text);
  if (!isArray(rows) || rows.length > ROWS_MAX)
    throw new DatongError("REQUEST_INVALID", {
      path: "body/rows",
      expected: `至多 ${ROWS_MAX} 行的数组 / a list of at most ${ROWS_MAX} rows`,
    });
  return (rows as readonly Json[]).map((row, index) => {
    if (!isObject(row)) throw new DatongError("REQUEST_INVALID", { path: `body/rows/${index}`, expected: "对象 / an object" });
    return sourceRow(row);
  });
}

/** Of YAML or JSON; a text without one is judged as another flow would be. */
function idIn(text: string): string {
  return /^[\s{]*"?id"?\s*:\s*["']?([a-z0-9][a-z0-9-]*)/m.exec(text)?.[1] ?? "draft";
}

/** The draft with what is being typed in place of what it says. */
function withTyped(entry: FlowEntry, values: Readonly<Record<string, string>>): FlowEntry {
  if (entry.kind === "broken" || Object.keys(values).length === 0) return entry;
  const flow = Object.entries(values).reduce(
    (now, [path, value]) => typedAt(now, path.split("/").slice(1), value === "" ? null : value) as typeof now,
    entry.flow,
  );
  return { ...entry, flow };
}

/** A copy with another `value` at the place; what is not on the way stays the same object. */
function typedAt(at: unknown, [step, ...rest]: readonly string[], value: string | null): unknown {
  if (typeof at !== "object" || at === null) return at;
  if (step === undefined) return Array.isArray(at) ? at : { ...at, value };
  if (!Object.hasOwn(at, step)) return at;
  if (Array.isArray(at)) return at.with(Number(step), typedAt(at[Number(step)], rest, value));
  return { ...at, [step]: typedAt(Reflect.get(at, step), rest, value) };
}

function targetApi(tenant: Tenant, { flow }: Extract<FlowEntry, { readonly flow: unknown }>): Api | undefined {
  const system = tenant.drafts.connections.get(flow.target.connection)?.document?.system;
  const connector = tenant.drafts.connectors.find((each) => each.system === system);
  return connector?.apis.find(({ code }) => code === flow.target.api);
}

/** What keeps a draft from being tried at all: of its issues the one about its two sides, if there is one. */
function stopOf(issues: ReturnType<typeof issuesOf>): object | null {
  return issues.find(({ path }) => /^\/(target|source)\b/.test(path)) ?? issues[0] ?? null;
}

function toldFlaw({ path, code, details }: DraftFlaw): object {
  const { zh, en, todoZh, todoEn } = errorToJson(new DatongError(code, details));
  return { path, code, zh, en, todoZh, todoEn };
}

function toldIssue({ fieldPath, ...issue }: { readonly fieldPath: string } & Omit<DraftFlaw, "path">): object {
  return toldFlaw({ ...issue, path: fieldPath });
}
