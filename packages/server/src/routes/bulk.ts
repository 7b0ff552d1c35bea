/**
 * Bulk work (批量处理): retry, push again, skip or mark as done whatever a filter names, up to 100,000 documents. What is asked for is
 * durable with its audit entry when the answer comes; a worker does it page by page and goes on after any crash.
 */
import { DatongError, STATUSES, type Status } from "@datong/core";
import {
  addBulk,
  BULK_MAX,
  cancelBulk,
  findBulk,
  flowPosition,
  listBulks,
  numbersApart,
  selectItems,
  type BulkAsked,
  type BulkKind,
  type BulkWork,
} from "@datong/engine";
import { Type, type Static } from "typebox";
import { actorName } from "../access/rights.ts";
import { ledgerId, ownId } from "../documents/tenants.ts";
import { hasEnded } from "../running/bulk-board.ts";
import { route, type Call, type Route } from "../route/route.ts";
import { unknown } from "../store/documents.ts";
import { performQuietly } from "./deed.ts";
import { eventStream } from "./event-stream.ts";
import {
  AfterId,
  AskedInstant,
  AtId,
  AtWorkspace,
  closed,
  Id,
  Instant,
  LedgerId,
  Limit,
  Nullable,
  pageOf,
  EVENT_STREAM_TYPE,
} from "./shapes.ts";

const StatusSchema = Type.Unsafe<Status>({ type: "string", enum: Object.keys(STATUSES) });
const NUMBERS_MAX = 20_000;
const Text = Type.String({ minLength: 1, maxLength: 200 });
const AtBulk = Type.Object({ workspace: Id, bulk: LedgerId }, closed);

const selection = {
  numbers: Type.Optional(Type.Array(Text, { minItems: 1, maxItems: NUMBERS_MAX, description: "任一方单号 / Numbers of either side" })),
  status: Type.Optional(StatusSchema),
  code: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: "错误码（本系统或对方） / Our code or the vendor's" })),
  cause: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  changedFrom: Type.Optional(AskedInstant),
  changedTo: Type.Optional(AskedInstant),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: BULK_MAX })),
};

const Asked = Type.Object(
  {
    ...selection,
    kind: Type.Union([Type.Literal("retry"), Type.Literal("push-again"), Type.Literal("skip"), Type.Literal("mark-done")]),
    how: Type.Optional(
      Type.Union([Type.Literal("map"), Type.Literal("same"), Type.Literal("fetch")], {
        description: "重试：map 重新映射（默认）、same 原请求、fetch 重新取源 / Of a retry",
      }),
    ),
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 500, description: "原因；重试以外必填 / Why; needed but for a retry" })),
    targetNumbers: Type.Optional(
      Type.Array(Nullable(Text), {
        maxItems: NUMBERS_MAX,
        description: "标记完成：与 numbers 一一对应的目标单号 / Of mark-done: the target's number of each of `numbers`",
      }),
    ),
  },
  closed,
);

const UntouchedNumbers = Type.Array(Type.Object({ number: Type.String(), status: StatusSchema }), {
  description: "没有动的单号里的前几个，和它们的状态 / The first of the untouched numbers, with their status",
});
export const BulkShape = Type.Object({
  id: Type.String(),
  flow: Type.String(),
  kind: Type.String(),
  asked: Type.Unknown(),
  person: Type.String(),
  state: Type.String({ description: "waiting, running, done, failed, cancelled" }),
  total: Nullable(
    Type.Integer({
      description:
        "单据与不处理的单号；查出之前为 null / Documents, and numbers that nothing is done with; null until they have been looked up",
    }),
  ),
  done: Type.Integer(),
  queued: Type.Integer(),
  settled: Type.Integer(),
  unmapped: Type.Integer(),
  untouched: Type.Integer({
    description:
      "单据是别的状态、因而没有动的单号，和这时已变了状态的单据 / Numbers whose bills are in a status that the work is not for, and documents whose status is another by then",
  }),
  untouchedNumbers: UntouchedNumbers,
  missing: Type.Integer({
    description: "账本里没有的单号，和这时已不在的单据 / Numbers that the ledger does not have, and bills that are gone by then",
  }),
  problem: Type.Unknown(),
  madeAt: Instant,
  beganAt: Nullable(Instant),
  endedAt: Nullable(Instant),
});

/** As it is told of: with the flow's own id, and how many of all are dealt with. */
export function shownBulk(workspace: string, bulk: BulkWork): Static<typeof BulkShape> {
  const { lane: _lane, workspace: _workspace, flowId, isCancelled: _cancelled, ...rest } = bulk;
  const counted = bulk.queued + bulk.settled + bulk.unmapped + bulk.untouched + bulk.missing;
  const untouchedNumbers = [...bulk.untouchedNumbers];
  return {
    ...rest,
    untouchedNumbers,
    flow: ownId(workspace, flowId) ?? flowId,
    done: bulk.total === null ? counted : Math.min(bulk.total, counted),
  };
}

/** Asked for, durable and audited; the worker of this process looks at once. */
export async function beginBulk(
  call: Pick<Call<never, never, never>, "services" | "workspace" | "actor" | "request">,
  flow: string,
  kind: BulkKind,
  asked: BulkAsked,
): Promise<BulkWork> {
  const { services, workspace, actor } = call;
  const bulk = await performQuietly(call, async (client) => {
    const row = { id: services.engine.ids.next(), workspace, flowId: ledgerId(workspace, flow), kind, asked, person: actorName(actor) };
    const added = await addBulk(client, row);
    return [added, { name: `records.${kind}`, object: flow, after: JSON.stringify({ bulk: added.id, ...asked }) }];
  });
  services.bulk.nudge();
  return bulk;
}

async function checkFlow({ services, workspace }: Pick<Call<never, never, never>, "services" | "workspace">, id: string): Promise<void> {
  if (!(await services.tenants.open(workspace)).flows.has(id)) throw unknown("flow", id);
}

function checkAsked({ kind, reason, numbers, targetNumbers, status, code, cause, changedFrom, changedTo }: Static<typeof Asked>): void {
  if (kind !== "retry" && (reason === undefined || reason.trim() === "")) throw new DatongError("REPAIR_REASON_MISSING");
  if (kind !== "retry" && [numbers, status, code, cause, changedFrom, changedTo].every((each) => each === undefined))
    throw new DatongError("BULK_SELECTION_EMPTY");
  if (targetNumbers !== undefined && targetNumbers.length !== numbers?.length)
    throw new DatongError("REQUEST_INVALID", { path: "body/targetNumbers", expected: "与 numbers 一样多 / as many as numbers" });
}

type Asking = Pick<Call<never, never, never>, "services" | "workspace" | "sees">;

async function known({ services, workspace, sees }: Asking, id: string): Promise<BulkWork> {
  const bulk = await findBulk(services.engine.pool, workspace, id);
  if (bulk === null || !sees(ownId(workspace, bulk.flowId) ?? "")) throw new DatongError("OBJECT_UNKNOWN", { kind: "批量处理 / bulk", id });
  return bulk;
}

const COUNTED: Readonly<Record<string, readonly Status[]>> = {
  retry: ["failed", "pending"],
  "push-again": ["done"],
  skip: ["failed", "pending", "queued", "unknown"],
  "mark-done": ["failed", "pending", "queued", "unknown", "skipped"],
};
const SAMPLES = 3;

export const BULK_ROUTES: readonly Route[] = [
  route({
    id: "startBulk",
    isAtomic: true,
    method: "POST",
    url: "/api/v1/workspaces/:workspace/flows/:id/bulk",
    tag: "bulk",
    zh: "批量处理：按单号或条件重试、重推、跳过、标记完成，最多十万张；崩溃后接着做，不重复",
    en: "Bulk work: retry, push again, skip or mark as done by numbers or filter, up to 100,000; goes on after a crash, nothing twice",
    right: "operate",
    status: 202,
    params: AtId,
    body: Asked,
    gives: BulkShape,
    handle: async (call) => {
      const { workspace, params, body } = call;
      await checkFlow(call, params.id);
      checkAsked(body);
      const { kind, ...asked } = body;
      return shownBulk(workspace, await beginBulk(call, params.id, kind, asked));
    },
  }),
  route({
    id: "countBulk",
    method: "POST",
    url: "/api/v1/workspaces/:workspace/flows/:id/bulk/count",
    tag: "bulk",
    zh: "先看会处理多少张：数量与三张样本，账本里没有和状态不符的单号；什么都不改",
    en: "How many it would be, with three samples; numbers that the ledger lacks or whose bills are in another status; changes nothing",
    right: "view",
    params: AtId,
    body: Asked,
    gives: Type.Object({
      count: Type.Integer(),
      isMore: Type.Boolean(),
      samples: Type.Array(Type.String({ description: "单据主键 / Keys" })),
      missing: Type.Integer({ description: "账本里没有的单号 / Numbers that the ledger does not have" }),
      untouched: Type.Integer({ description: "单据是别的状态的单号 / Numbers whose bills are in a status that the work is not for" }),
      untouchedNumbers: UntouchedNumbers,
    }),
    handle: async (call) => {
      const { services, workspace, params, body } = call;
      await checkFlow(call, params.id);
      const flowId = ledgerId(workspace, params.id);
      const at = await flowPosition(services.engine.pool, flowId);
      const { pool } = services.engine;
      if (at === null)
        return { count: 0, isMore: false, samples: [], missing: new Set(body.numbers).size, untouched: 0, untouchedNumbers: [] };
      const { kind, how: _how, reason: _reason, targetNumbers: _numbers, ...selected } = body;
      const items = await selectItems(pool, { ...at, flowId }, selected, COUNTED[kind] ?? []);
      const apart = await numbersApart(pool, { ...at, flowId }, selected, COUNTED[kind] ?? []);
      const samples = [...new Set(items.map((item) => item.key))].slice(0, SAMPLES);
      return { count: items.length, isMore: items.length >= (body.limit ?? BULK_MAX), samples, ...apart };
    },
  }),
  route({
    id: "listBulk",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/bulk",
    tag: "bulk",
    zh: "批量处理的历史，新的在前",
    en: "Bulk work, the latest first",
    right: "view",
    forLimited: true,
    params: AtWorkspace,
    query: Type.Object({ flow: Type.Optional(Id), limit: Limit, after: AfterId }, closed),
    gives: pageOf(BulkShape),
    handle: async ({ services, workspace, sees, query }) => {
      const { limit = 50, flow, after } = query;
      const found = await listBulks(services.engine.pool, workspace, {
        limit: limit + 1,
        ...(after === undefined ? {} : { after }),
        ...(flow === undefined ? {} : { flowId: ledgerId(workspace, flow) }),
      });
      const page = found.slice(0, limit);
      const items = page.map((bulk) => shownBulk(workspace, bulk)).filter((bulk) => sees(bulk.flow));
      return { items, next: found.length > limit ? (page.at(-1)?.id ?? null) : null };
    },
  }),
  route({
    id: "showBulk",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/bulk/:bulk",
    tag: "bulk",
    zh: "一次批量处理的进度",
    en: "How bulk work stands",
    right: "view",
    forLimited: true,
    params: AtBulk,
    gives: BulkShape,
    handle: async (call) => shownBulk(call.workspace, await known(call, call.params.bulk)),
  }),
  route({
    id: "followBulk",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/bulk/:bulk/events",
    tag: "bulk",
    zh: "进度的实时推送（SSE）",
    en: "Its progress as server-sent events",
    right: "view",
    forLimited: true,
    params: AtBulk,
    gives: Type.String({ description: "server-sent events" }),
    media: EVENT_STREAM_TYPE,
    handle: async (call) => {
      const { services, workspace, params } = call;
      await known(call, params.bulk);
      let last = "";
      return eventStream(call, async (tell) => {
        const bulk = await findBulk(services.engine.pool, workspace, params.bulk);
        if (bulk === null) return false;
        const text = JSON.stringify(shownBulk(workspace, bulk));
        if (text !== last) tell("bulk", text);
        last = text;
        return !hasEnded(bulk);
      });
    },
  }),
  route({
    id: "cancelBulk",
    isAtomic: true,
    method: "POST",
    url: "/api/v1/workspaces/:workspace/bulk/:bulk/cancel",
    tag: "bulk",
    zh: "取消：做完的保持，其余不再做",
    en: "Cancel: what was done stays, the rest is not done",
    right: "operate",
    forLimited: true,
    params: AtBulk,
    gives: BulkShape,
    handle: async (call) => {
      const { services, workspace, params } = call;
      const bulk = await known(call, params.bulk);
      await performQuietly(call, async (client) => {
        await cancelBulk(client, workspace, params.bulk);
        return [undefined, { name: "records.bulk-cancel", object: `${bulk.flowId} ${params.bulk}` }];
      });
      services.bulk.nudge();
      return shownBulk(workspace, await known(call, params.bulk));
    },
  }),
];
