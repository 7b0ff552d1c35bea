/** Runs by hand: start, progress, events; where a flow's reading stands. */
import { DatongError } from "@datong/core";
import { findRun, flowPosition, runStatuses } from "@datong/engine";
import { Type, type Static } from "typebox";
import { ledgerId, placedFlow } from "../documents/tenants.ts";
import { route, type Call, type Route } from "../route/route.ts";
import { unknown } from "../store/documents.ts";
import { perform } from "./deed.ts";
import { eventStream } from "./event-stream.ts";
import { flowsMeant, shownRun } from "./run-history.ts";
import { AtId, closed, Id, Instant, LedgerId, Nullable, Numbers, EVENT_STREAM_TYPE } from "./shapes.ts";

const WallTime = Type.String({ minLength: 1, maxLength: 40, description: "yyyy-MM-dd HH:mm:ss，或 -30d / A wall time, or days back" });
const Progress = Type.Object({ read: Type.Integer(), records: Type.Integer(), written: Type.Integer(), failed: Type.Integer() });
export const Run = Type.Object({
  id: Type.String(),
  flow: Type.String(),
  state: Type.String(),
  startedAt: Instant,
  endedAt: Nullable(Instant),
  progress: Progress,
  result: Type.Unknown(),
  problem: Type.Unknown(),
});

/** A run as it stands: one that this process was asked for by what it holds of it, any other by the ledger. Throws OBJECT_UNKNOWN. */
async function runNow({
  services,
  workspace,
  sees,
  params: { run },
}: Pick<Call<{ readonly run: string }, unknown, unknown>, "services" | "workspace" | "sees" | "params">): Promise<Static<typeof Run>> {
  const found = services.runs.find(workspace, run);
  if (found !== null && sees(found.flow)) return found;
  const flows = flowsMeant(await services.tenants.open(workspace), sees, undefined).map((id) => ledgerId(workspace, id));
  const past = await findRun(services.engine.pool, flows, run);
  if (past === null) throw new DatongError("OBJECT_UNKNOWN", { kind: "执行 / run", id: run });
  const { read, records, unchanged, revision, ...rest } = shownRun(workspace, past);
  const open = await runStatuses(services.engine.pool, ledgerId(workspace, rest.flow), run);
  return {
    ...rest,
    progress: { read, records, written: 0, failed: open["failed"] ?? 0 },
    result: { read, records, unchanged, revision, open },
  };
}

export const RUN_ROUTES: readonly Route[] = [
  route({
    id: "startRun",
    method: "POST",
    url: "/api/v1/workspaces/:workspace/flows/:id/runs",
    tag: "runs",
    zh: "立即执行：全部、指定单号（numbers）或时间段回补（from、to：源系统时间，或 -30d）；方案正被读取时答 409 FLOW_RUNNING",
    en: "Run now: all, given numbers, or a span of time to read again (from, to: wall times of the source, or -30d); 409 FLOW_RUNNING while the flow is being read",
    right: "operate",
    status: 202,
    params: AtId,
    body: Type.Object({ numbers: Type.Optional(Numbers), from: Type.Optional(WallTime), to: Type.Optional(WallTime) }, closed),
    gives: Run,
    handle: async (call) => {
      const { services, workspace, params, body } = call;
      const tenant = await services.tenants.open(workspace);
      const flow = placedFlow(tenant, params.id);
      const { numbers, from, to } = body;
      if (from === undefined && to !== undefined)
        throw new DatongError("REQUEST_INVALID", { path: "body/from", expected: "有 to 时必填 / required with to" });
      const range = from === undefined ? {} : { range: { from, ...(to === undefined ? {} : { to }) } };
      const options = { ...(numbers === undefined ? {} : { numbers }), ...range };
      // Outside of the transaction: whoever waits for the flow must not hold what others need to end theirs.
      const run = await services.runs.startNow({ workspace, flow: params.id }, flow, options);
      return perform(call, async () => [run, { name: "flow.run", object: params.id, after: JSON.stringify(body) }]);
    },
  }),
  route({
    id: "showRun",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/runs/:run",
    tag: "runs",
    zh: "一次执行的进度与结果；计划内的执行看 result",
    en: "How a run stands; of one by its schedule see result",
    right: "view",
    forLimited: true,
    params: Type.Object({ workspace: Id, run: LedgerId }, closed),
    gives: Run,
    handle: runNow,
  }),
  route({
    id: "followRun",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/runs/:run/events",
    tag: "runs",
    zh: "进度的实时推送（SSE）",
    en: "Its progress as server-sent events",
    right: "view",
    forLimited: true,
    params: Type.Object({ workspace: Id, run: LedgerId }, closed),
    gives: Type.String({ description: "server-sent events" }),
    media: EVENT_STREAM_TYPE,
    handle: async (call) => {
      // One that is not there is told so before the stream begins.
      await runNow(call);
      let last = "";
      return eventStream(call, async (tell) => {
        const now = await runNow(call);
        const text = JSON.stringify(now);
        if (text !== last) tell("run", text);
        last = text;
        return now.endedAt === null;
      });
    },
  }),
  route({
    id: "flowPosition",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/flows/:id/position",
    tag: "runs",
    zh: "水位与最近一次执行",
    en: "The watermark and the last run",
    right: "view",
    params: AtId,
    gives: Type.Object({ watermarkAt: Nullable(Instant), pullUnfinished: Type.Boolean(), lastRun: Type.Unknown() }),
    handle: async ({ services, workspace, params: { id } }) => {
      if (!(await services.tenants.open(workspace)).flows.has(id)) throw unknown("flow", id);
      const at = await flowPosition(services.engine.pool, ledgerId(workspace, id));
      return { watermarkAt: at?.watermarkAt ?? null, pullUnfinished: at?.pullUnfinished ?? false, lastRun: at?.lastRun ?? null };
    },
  }),
];
