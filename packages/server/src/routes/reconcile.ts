/** Reconciliations (对账): begin one, see past ones and their differences, accept with a reason, repair, take away as Excel or CSV. */
import { DatongError, isObject, type Json, type JsonObject, type Language } from "@datong/core";
import {
  acceptDifferences,
  forgetAccepted,
  listRemovals,
  previewRemoval,
  listAccepted,
  listDifferences,
  listReconciliations,
  reconciliationSheets,
  showReconciliation,
  writeCsv,
  writeWorkbook,
  type ExtraChoice,
  type PastReconciliation,
} from "@datong/engine";
import { Type, type Static } from "typebox";
import { actorName } from "../access/rights.ts";
import { ledgerId, placedFlow } from "../documents/tenants.ts";
import { maskFor } from "../route/personal.ts";
import { route, type Call, type Route } from "../route/route.ts";
import { unknown } from "../store/documents.ts";
import { noteDeed, perform } from "./deed.ts";
import { AtId, closed, Id, Instant, LedgerId, Limit, Nullable, pageOf, WORKBOOK_TYPE, CSV_TYPE } from "./shapes.ts";

const URL = "/api/v1/workspaces/:workspace/flows/:id/reconciliations";
const ACCEPTED = "/api/v1/workspaces/:workspace/flows/:id/accepted-differences";
const AtReport = Type.Object({ workspace: Id, id: Id, report: LedgerId }, closed);
const WallTime = Type.String({ minLength: 1, maxLength: 40, description: "yyyy-MM-dd HH:mm:ss，或 -30d / A wall time, or days back" });
const Begun = Type.Object({ id: Type.String() });
const Report = Type.Object({
  id: Type.String(),
  state: Type.String({ description: "running、done、failed、interrupted" }),
  person: Type.String({ description: "谁；定时的为 schedule / Who; schedule where it was begun by itself" }),
  tickAt: Nullable(Instant),
  progress: Type.Unknown({ description: "进行中：records、documents、repaired/repairs / While it is running" }),
  startedAt: Instant,
  endedAt: Nullable(Instant),
  summary: Type.Unknown({ description: "各类差异的条数、按日与分组的合计 / Counts of differences, totals by day and group" }),
  problem: Type.Unknown(),
});
const Kind = Type.Union([Type.Literal("missing"), Type.Literal("extra"), Type.Literal("different"), Type.Literal("ledger")]);
const Accepted = Type.Object({ key: Type.String(), reason: Type.String(), person: Type.String(), acceptedAt: Instant });
const Difference = Type.Object({
  place: Type.Integer(),
  kind: Type.String({ description: "missing、extra、different、ledger" }),
  key: Type.String(),
  number: Nullable(Type.String()),
  recordKey: Nullable(Type.String()),
  ledger: Nullable(Type.String()),
  reason: Nullable(Type.String()),
  gaps: Type.Array(Type.Object({ path: Type.String(), source: Type.String(), target: Type.String() })),
});

const Place = Type.String({ pattern: "^\\d{1,9}$" });
const Reason = Type.String({ minLength: 1, maxLength: 500, pattern: "\\S" });
const Key = Type.String({ minLength: 1, maxLength: 400 });
const Repair = Type.Object(
  {
    extra: Type.Optional(
      Type.Union([Type.Literal("leave"), Type.Literal("accept"), Type.Literal("remove")], {
        description:
          "多出的单据：leave 留给人（默认）；accept 带原因接受；remove 从目标删除 bills 里的手工新增单据 / Extra bills: left to a person (default), accepted with a reason, or those of `bills` that were added by hand are taken away at the target",
      }),
    ),
    reason: Type.Optional(Reason),
    bills: Type.Optional(
      Type.Array(Type.Object({ key: Key, seen: Type.String({ pattern: "^[0-9a-f]{8,128}$" }) }, closed), {
        minItems: 1,
        maxItems: 500,
        description:
          "要删除的单据与预览给出的 seen；之后有变化的不删 / The bills with what the preview gave; those that have changed since are left",
      }),
    ),
  },
  closed,
);
const PreviewedBill = Type.Object({
  place: Type.Integer(),
  key: Type.String(),
  number: Nullable(Type.String()),
  targetId: Nullable(Type.String()),
  stage: Nullable(Type.String()),
  seen: Type.String({ description: "看到的样子；提交时原样带上 / What was seen; sent along with the repair" }),
  lines: Nullable(Type.Integer()),
  sums: Type.Array(Nullable(Type.String())),
  refusal: Nullable(Type.Object({ code: Type.String(), text: Type.String() })),
});
const Removal = Type.Object({
  id: Type.String(),
  key: Type.String(),
  number: Nullable(Type.String()),
  state: Type.String({ description: "planned、sent、removed、kept" }),
  api: Nullable(Type.String()),
  code: Nullable(Type.String()),
  text: Nullable(Type.String()),
  reason: Type.String(),
  person: Type.String(),
  before: Type.Unknown({ description: "删除前目标里的样子 / What the target showed of it right before" }),
  begunAt: Instant,
  changedAt: Instant,
  exchanges: Type.Array(Type.String(), { description: "往来报文的编号 / Ids of what was said" }),
});

/** What a repair does with extra bills. The audit entry of each removal is in the transaction that makes its first call's intent durable. */
function extraOf({
  services,
  actor,
  workspace,
  params,
  body,
}: Call<Static<typeof AtReport>, unknown, Static<typeof Repair>>): ExtraChoice | undefined {
  const { extra = "leave", reason, bills } = body;
  const needed = (path: string, zh: string, en: string): DatongError =>
    new DatongError("REQUEST_INVALID", { path, expected: `${zh} / ${en}` });
  if (bills !== undefined && extra !== "remove") throw needed("body/bills", "只用于 extra: remove", "for extra: remove alone");
  if (extra === "leave") return undefined;
  if (reason === undefined) throw needed("body/reason", "接受或删除须写原因", "a reason, to accept or to remove");
  if (extra === "accept") return { how: "accept", reason };
  if (bills === undefined) throw needed("body/bills", "预览里要删除的单据", "the bills to take away, as the preview shows them");
  const doubled = bills.find((bill, i) => bills.findIndex(({ key }) => key === bill.key) !== i);
  if (doubled !== undefined) throw needed("body/bills", `每张单据一次：${doubled.key}`, `each bill once: ${doubled.key}`);
  const onIntent: NonNullable<Extract<ExtraChoice, { how: "remove" }>["onIntent"]> = async (client, seen) => {
    const before = `[${seen.map((bill) => bill.before).join(",")}]`;
    const after = JSON.stringify({ report: params.report, reason, removed: seen.map((bill) => bill.key) });
    await noteDeed({ services, actor, workspace }, client, { name: "reconcile.remove", object: params.id, before, after });
  };
  return { how: "remove", reason, bills, onIntent };
}

type InFlow = Pick<Call<never, never, never>, "services" | "workspace">;

async function ledgerFlow({ services, workspace }: InFlow, id: string): Promise<string> {
  if (!(await services.tenants.open(workspace)).flows.has(id)) throw unknown("flow", id);
  return ledgerId(workspace, id);
}

/** The flow by the id that people know. */
function told(flow: string, { summary, ...rest }: PastReconciliation): object {
  return { ...rest, summary: summary === null ? null : { ...summary, flow } };
}

export const RECONCILE_ROUTES: readonly Route[] = [
  route({
    id: "startReconciliation",
    method: "POST",
    url: URL,
    tag: "reconciliations",
    zh: "开始对账：源、账本、目标逐单比较；不改任何单据",
    en: "Reconcile: source, ledger and target bill by bill; changes nothing",
    right: "operate",
    status: 202,
    params: AtId,
    body: Type.Object({ from: Type.Optional(WallTime), to: Type.Optional(WallTime) }, closed),
    gives: Begun,
    handle: async (call) => {
      const { services, workspace, params, body, actor } = call;
      const { from, to } = body;
      if (from === undefined && to !== undefined)
        throw new DatongError("REQUEST_INVALID", { path: "body/from", expected: "有 to 时必填 / required with to" });
      const flow = placedFlow(await services.tenants.open(workspace), params.id);
      const range = from === undefined ? {} : { range: { from, ...(to === undefined ? {} : { to }) } };
      const id = await services.reconciling.start(flow, { person: actorName(actor), ...range });
      return perform(call, async () => [{ id }, { name: "reconcile.start", object: params.id, after: JSON.stringify({ id, ...body }) }]);
    },
  }),
  route({
    id: "listReconciliations",
    method: "GET",
    url: URL,
    tag: "reconciliations",
    zh: "以前的对账，新的在前",
    en: "Past reconciliations, the newest first",
    right: "view",
    params: AtId,
    query: Type.Object({ limit: Limit, after: Type.Optional(LedgerId) }, closed),
    gives: pageOf(Report),
    handle: async (call) => {
      const { services, params, query } = call;
      const { limit = 50, after } = query;
      const page = { limit, ...(after === undefined ? {} : { before: after }) };
      const rows = await listReconciliations(services.engine, await ledgerFlow(call, params.id), page);
      return { items: rows.map((row) => told(params.id, row)), next: rows.length < limit ? null : (rows.at(-1)?.id ?? null) };
    },
  }),
  route({
    id: "showReconciliation",
    method: "GET",
    url: `${URL}/:report`,
    tag: "reconciliations",
    zh: "一次对账的结果",
    en: "One reconciliation",
    right: "view",
    params: AtReport,
    gives: Report,
    handle: async (call) => {
      const { services, params } = call;
      return told(params.id, await showReconciliation(services.engine, await ledgerFlow(call, params.id), params.report));
    },
  }),
  route({
    id: "listDifferences",
    method: "GET",
    url: `${URL}/:report/differences`,
    tag: "reconciliations",
    zh: "一次对账的差异",
    en: "Its differences",
    right: "view",
    params: AtReport,
    query: Type.Object({ limit: Limit, after: Type.Optional(Type.String({ pattern: "^\\d{1,9}$" })), kind: Type.Optional(Kind) }, closed),
    gives: pageOf(Difference),
    handle: async (call) => {
      const { services, params, query } = call;
      const { limit = 50, after = "0", kind } = query;
      const flow = await ledgerFlow(call, params.id);
      const page = { after: Number(after), limit, ...(kind === undefined ? {} : { kind }) };
      const items = await listDifferences(services.engine, flow, params.report, page);
      const last = items.at(-1);
      return { items, next: items.length < limit || last === undefined ? null : String(last.place) };
    },
  }),
  route({
    id: "acceptDifferences",
    method: "POST",
    url: `${URL}/:report/accept`,
    tag: "reconciliations",
    zh: "接受差异，填原因；有变化之前不再报告",
    en: "Accept differences, with a reason; they are not told again until they change",
    right: "operate",
    params: AtReport,
    body: Type.Object(
      {
        keys: Type.Array(Type.String({ minLength: 1, maxLength: 400 }), { minItems: 1, maxItems: 500 }),
        reason: Type.String({ minLength: 1, maxLength: 500, pattern: "\\S" }),
      },
      closed,
    ),
    gives: Type.Object({ accepted: Type.Integer() }),
    handle: async (call) => {
      const { services, params, body, actor } = call;
      const flow = await ledgerFlow(call, params.id);
      const accepted = await acceptDifferences(services.engine, flow, params.report, { ...body, person: actorName(actor) });
      const after = JSON.stringify({ report: params.report, ...body });
      return perform(call, async () => [{ accepted }, { name: "reconcile.accept", object: params.id, after }]);
    },
  }),
  route({
    id: "listAccepted",
    method: "GET",
    url: ACCEPTED,
    tag: "reconciliations",
    zh: "已接受的差异：原因、谁、何时",
    en: "Accepted differences: why, by whom, when",
    right: "view",
    params: AtId,
    query: Type.Object({ limit: Limit, after: Type.Optional(Type.String({ maxLength: 400 })) }, closed),
    gives: pageOf(Accepted),
    handle: async (call) => {
      const { services, params, query } = call;
      const { limit = 50, after = "" } = query;
      const items = await listAccepted(services.engine, await ledgerFlow(call, params.id), { after, limit });
      return { items, next: items.length < limit ? null : (items.at(-1)?.key ?? null) };
    },
  }),
  route({
    id: "forgetAccepted",
    method: "POST",
    url: `${ACCEPTED}/forget`,
    tag: "reconciliations",
    zh: "不再接受：下次对账重新报告",
    en: "Accepted no longer: told again by the next reconciliation",
    right: "operate",
    params: AtId,
    body: Type.Object({ keys: Type.Array(Type.String({ minLength: 1, maxLength: 400 }), { minItems: 1, maxItems: 500 }) }, closed),
    gives: Type.Object({ forgotten: Type.Integer() }),
    handle: async (call) => {
      const { services, params, body } = call;
      const forgotten = await forgetAccepted(services.engine, await ledgerFlow(call, params.id), body.keys);
      const after = JSON.stringify(body);
      return perform(call, async () => [{ forgotten }, { name: "reconcile.unaccept", object: params.id, after }]);
    },
  }),
  route({
    id: "repairReconciliation",
    method: "POST",
    url: `${URL}/:report/repair`,
    tag: "reconciliations",
    zh: "修复差异：缺的补写，不同的更新；多出的留给人、带原因接受、或从目标删除（需要 design 权限，先看预览）；然后再对一次账（新的报告）",
    en: "Repair: missing ones are written, different ones updated; extra ones are left to a person, accepted with a reason, or taken away at the target (needs `design`; see the preview first); then a new reconciliation of the same window",
    right: "operate",
    rightOf: (body) => (isObject(body as Json) && (body as JsonObject)["extra"] === "remove" ? "design" : null),
    status: 202,
    params: AtReport,
    body: Repair,
    gives: Begun,
    handle: async (call) => {
      const { services, workspace, params, body, actor } = call;
      const flow = placedFlow(await services.tenants.open(workspace), params.id);
      const before = await showReconciliation(services.engine, flow.flow.id, params.report);
      if (before.summary === null) throw new DatongError("RECONCILIATION_UNKNOWN", { id: params.report });
      const { range } = before.summary;
      const extra = extraOf(call);
      const chosen = extra === undefined ? {} : { extra };
      const options = { person: actorName(actor), repair: params.report, ...chosen, ...(range === null ? {} : { range }) };
      const id = await services.reconciling.start(flow, options);
      const after = JSON.stringify({ report: params.report, id, ...body });
      return perform(call, async () => [{ id }, { name: "reconcile.repair", object: params.id, after }]);
    },
  }),
  route({
    id: "previewRemoval",
    method: "POST",
    url: `${URL}/:report/removal`,
    tag: "reconciliations",
    zh: "预览删除：目标里手工新增的单据现在的样子、会不会删除、为什么不删；不改任何东西",
    en: "What would be taken away: bills added by hand as the target shows them now, and why some would be left; changes nothing",
    right: "design",
    params: AtReport,
    body: Type.Object({ after: Type.Optional(Place), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })) }, closed),
    gives: Type.Object({
      steps: Type.Array(Type.Object({ api: Type.String(), zh: Type.String(), en: Type.String() }), {
        description: "依次调用的接口 / The calls in their order",
      }),
      items: Type.Array(PreviewedBill),
      next: Nullable(Type.String()),
    }),
    handle: async ({ services, workspace, params, body }) => {
      const flow = placedFlow(await services.tenants.open(workspace), params.id);
      const { after = "0", limit = 50 } = body;
      const { steps, bills } = await previewRemoval(services.engine, flow, params.report, { after: Number(after), limit });
      return { steps, items: bills, next: bills.length < limit ? null : String(bills.at(-1)?.place) };
    },
  }),
  route({
    id: "listRemovals",
    method: "GET",
    url: `${URL}/:report/removals`,
    tag: "reconciliations",
    zh: "这次修复从目标删除的单据：结果、删除前的样子、谁、为什么、往来报文",
    en: "What this repair took away at the target: how it ended, what it was before, who, why, and what was said",
    right: "view",
    params: AtReport,
    query: Type.Object({ limit: Limit, after: Type.Optional(LedgerId) }, closed),
    gives: pageOf(Removal),
    handle: async (call) => {
      const { services, params, query } = call;
      const { limit = 50, after = "0" } = query;
      const items = await listRemovals(services.engine, await ledgerFlow(call, params.id), params.report, { after, limit });
      return { items, next: items.length < limit ? null : (items.at(-1)?.id ?? null) };
    },
  }),
  route({
    id: "exportReconciliation",
    method: "GET",
    url: `${URL}/:report/export`,
    tag: "reconciliations",
    zh: "导出 Excel（差异与合计）或 CSV（差异）",
    en: "As Excel (differences and totals) or CSV (differences)",
    right: "view",
    params: AtReport,
    query: Type.Object(
      {
        format: Type.Optional(Type.Union([Type.Literal("xlsx"), Type.Literal("csv")])),
        lang: Type.Optional(Type.Union([Type.Literal("zh"), Type.Literal("en")])),
      },
      closed,
    ),
    gives: Type.String({ description: "文件 / the file" }),
    media: [WORKBOOK_TYPE, CSV_TYPE],
    handle: async (call) => {
      const { services, actor, workspace, params, query, reply } = call;
      const { format = "xlsx", lang = "zh" }: { readonly format?: "xlsx" | "csv"; readonly lang?: Language } = query;
      const flow = await ledgerFlow(call, params.id);
      const mask = await maskFor(services, actor, workspace);
      const sheets = await reconciliationSheets(services.engine, flow, params.report, lang, mask.at);
      const bytes = format === "csv" ? writeCsv(sheets[0]) : writeWorkbook(sheets);
      const type = format === "csv" ? "text/csv; charset=utf-8" : WORKBOOK_TYPE;
      const name = `attachment; filename="reconciliation-${params.report}.${format}"`;
      return reply.type(type).header("content-disposition", name).send(Buffer.from(bytes));
    },
  }),
];
