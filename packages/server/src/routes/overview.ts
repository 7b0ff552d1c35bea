/** The overview's figures in one answer: what went through, what failed and why, how far behind each flow is, what runs next, budgets. */
import { nextTick } from "@datong/core";
import { failuresByCause, lastRuns, listWatermarks, recordsByHour, settledByMinute } from "@datong/engine";
import { Type } from "typebox";
import { ledgerId, ownId } from "../documents/tenants.ts";
import { route, type Route } from "../route/route.ts";
import { budgetsOf } from "./queues.ts";
import { AtWorkspace, Instant, Nullable } from "./shapes.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const CAUSES_MAX = 12;

export const OVERVIEW_ROUTES: readonly Route[] = [
  route({
    id: "overview",
    method: "GET",
    url: "/api/v1/workspaces/:workspace/overview",
    tag: "operation",
    zh: "工作台的数字：每小时读到的单据、每分钟写入、错误原因、延迟、上次与下次执行、限额用量；只看有限的行，单据再多也一样快",
    en: "The overview's figures: bills read by the hour and settled by the minute, failures by cause, lag, last and next runs, budgets; looks at a bounded number of rows",
    right: "view",
    forLimited: true,
    params: AtWorkspace,
    gives: Type.Object({
      at: Instant,
      hours: Type.Array(Type.Object({ at: Instant, records: Type.Integer() })),
      minutes: Type.Array(Type.Object({ at: Instant, documents: Type.Integer() })),
      causes: Type.Array(
        Type.Object({
          flow: Type.String(),
          cause: Nullable(Type.String()),
          code: Nullable(Type.String()),
          vendorText: Nullable(Type.String()),
          documents: Type.Integer(),
          isMore: Type.Boolean({
            description:
              "该方案的失败单据太多，只看了前一部分：documents 为至少这么多 / More of the flow have failed than were looked at: at least so many",
          }),
        }),
      ),
      flows: Type.Array(
        Type.Object({
          flow: Type.String(),
          watermarkAt: Nullable(Instant),
          lastRun: Nullable(Type.Object({ state: Type.String(), code: Nullable(Type.String()), startedAt: Instant })),
          nextAt: Nullable(Instant),
        }),
      ),
      budgets: Type.Array(Type.Object({ connection: Type.String(), spanMs: Type.Integer(), used: Type.Integer(), limit: Type.Integer() })),
    }),
    handle: async ({ services, workspace, sees }) => {
      const { engine, tenants } = services;
      const { pool } = engine;
      const tenant = await tenants.open(workspace);
      const rows = [...tenant.flows.values()].filter(({ id }) => sees(id));
      const ids = rows.map(({ id }) => ledgerId(workspace, id));
      const at = engine.ports.nowMs();
      const [hours, minutes, causes, runs, marks] = await Promise.all([
        recordsByHour(pool, ids, at - DAY_MS),
        settledByMinute(pool, ids, at - HOUR_MS),
        failuresByCause(pool, ids, CAUSES_MAX),
        lastRuns(pool, ids),
        listWatermarks(pool),
      ]);
      const own = (flowId: string): string => ownId(workspace, flowId) ?? flowId;
      const lastOf = new Map(runs.map(({ flowId, ...run }) => [flowId, run]));
      const markOf = new Map(marks.map(({ flowId, watermarkAt }) => [flowId, watermarkAt]));
      const flows = rows.map(({ id, isEnabled }) => {
        const entry = tenant.published.flows.get(id);
        const schedule = isEnabled && entry?.kind === "ready" ? entry.flow.dispatch.source : undefined;
        const ledger = ledgerId(workspace, id);
        return {
          flow: id,
          watermarkAt: markOf.get(ledger) ?? null,
          lastRun: lastOf.get(ledger) ?? null,
          nextAt: schedule === undefined ? null : nextTick(schedule, at),
        };
      });
      const budgets = await budgetsOf(
        services,
        tenant,
        rows.map(({ id }) => id),
      );
      return {
        at,
        hours,
        minutes,
        causes: causes.map(({ flowId, ...cause }) => ({ flow: own(flowId), ...cause })),
        flows,
        budgets,
      };
    },
  }),
];
