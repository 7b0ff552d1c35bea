/**
 * Prometheus metrics, by kept counts and one row a flow: what they cost does not grow with the bills. Counters of calls are those of the
 * process that is asked; everything else is of the whole installation.
 */
import { BUILT_IN_SYSTEM, STATUSES, type Status } from "@datong/core";
import {
  budgetUse,
  callCounts,
  countFlows,
  listWatermarks,
  queueStates,
  type BudgetUse,
  type CallCount,
  type FlowCount,
  type QueueState,
} from "@datong/engine";
import { Type } from "typebox";
import { grantIn } from "../access/rights.ts";
import { SEES_ALL, seesOf, type Sees } from "../access/flow-limit.ts";
import { ownId } from "../documents/tenants.ts";
import { route, type Call, type Route } from "../route/route.ts";

type Labels = Readonly<Record<string, string>>;
type Values = readonly (readonly [Labels, number])[];

/** Which flows, by the ledger's ids, and which connections the caller may know of. */
async function within({ services, actor }: Pick<Call<never, never, never>, "services" | "actor">): Promise<Sees> {
  if (actor.kind === "person") return SEES_ALL;
  const { workspace } = actor;
  const limit = grantIn(actor, workspace)?.limit ?? null;
  const sees = limit === null ? SEES_ALL : seesOf(await services.tenants.open(workspace), limit);
  return (id) => {
    const own = ownId(workspace, id);
    return own !== null && sees(own);
  };
}

const READ: ReadonlySet<Status> = new Set(Object.keys(STATUSES) as Status[]);
const ARRIVED: ReadonlySet<Status> = new Set(["done"]);

function countLines(counts: readonly FlowCount[]): readonly string[] {
  const summed = (of: (each: FlowCount) => number, wanted: ReadonlySet<Status>): Values => {
    const sums = new Map<string, number>();
    for (const each of counts) if (wanted.has(each.status)) sums.set(each.flowId, (sums.get(each.flowId) ?? 0) + of(each));
    return [...sums].map(([flow, sum]) => [{ flow }, sum]);
  };
  const each = (of: (count: FlowCount) => number): Values =>
    counts.map((count) => [{ flow: count.flowId, status: count.status }, of(count)]);
  const records = (count: FlowCount): number => count.records;
  const documents = (count: FlowCount): number => count.documents;
  return [
    ...metric("datong_documents", "gauge", "Documents by flow and status", each(documents)),
    ...metric("datong_records", "gauge", "Records by flow and status", each(records)),
    ...metric("datong_bills_in_total", "counter", "Bills read; falls when retention deletes bills", summed(records, READ)),
    ...metric(
      "datong_bills_out_total",
      "counter",
      "Documents that arrived; falls when retention deletes bills",
      summed(documents, ARRIVED),
    ),
  ];
}

function queueLines(states: readonly QueueState[]): readonly string[] {
  const each = (of: (state: QueueState) => number): Values => states.map((state) => [{ flow: state.flow }, of(state)]);
  const tasks = states.flatMap(({ flow, tasks: all, due, inHand }): Values => [
    [{ flow, state: "due" }, due],
    [{ flow, state: "later" }, Math.max(0, all - due - inHand)],
    [{ flow, state: "in-hand" }, inHand],
  ]);
  const paused = states.flatMap(({ flow, paused: sides }): Values => [
    [{ flow, side: "source" }, Number(sides.source)],
    [{ flow, side: "target" }, Number(sides.target)],
  ]);
  return [
    ...metric(
      "datong_queue_documents",
      "gauge",
      "Documents waiting to be written",
      each(({ documents }) => documents),
    ),
    ...metric("datong_queue_tasks", "gauge", "Writes in the queue: due, later, in hand", tasks),
    ...metric(
      "datong_queue_oldest_seconds",
      "gauge",
      "Age of the oldest waiting task",
      each(({ oldestAgeMs }) => (oldestAgeMs ?? 0) / 1000),
    ),
    ...metric(
      "datong_written_per_minute",
      "gauge",
      "Documents settled in a minute, lately",
      each(({ perMinute }) => perMinute ?? 0),
    ),
    ...metric("datong_paused", "gauge", "1: a person has paused this side", paused),
  ];
}

function callLines(calls: readonly CallCount[], budgets: readonly BudgetUse[]): readonly string[] {
  const each = (of: (count: CallCount) => number): Values =>
    calls.map((count) => [{ connection: count.connection, api: count.api, outcome: count.outcome }, of(count)]);
  const windows = (of: (use: BudgetUse) => number): Values =>
    budgets.map((use) => [{ connection: use.connection, window_seconds: String(use.spanMs / 1000) }, of(use)]);
  const time = "Time in these calls, waiting for their turn included";
  return [
    ...metric(
      "datong_calls_total",
      "counter",
      "Calls of this process by outcome: ok, or the class of the fault",
      each(({ calls: n }) => n),
    ),
    ...metric(
      "datong_call_seconds_total",
      "counter",
      time,
      each(({ tookMs }) => tookMs / 1000),
    ),
    ...metric(
      "datong_budget_used_calls",
      "gauge",
      "Calls in an account's window just now",
      windows(({ used }) => used),
    ),
    ...metric(
      "datong_budget_limit_calls",
      "gauge",
      "Calls that the window allows",
      windows(({ limit }) => limit),
    ),
  ];
}

function processLines(): readonly string[] {
  const { user, system } = process.cpuUsage();
  return [
    ...metric("datong_process_resident_bytes", "gauge", "Resident memory of this process", [[{}, process.memoryUsage.rss()]]),
    ...metric("datong_process_cpu_seconds_total", "counter", "Processor time of this process", [[{}, (user + system) / 1e6]]),
  ];
}

export const METRICS_ROUTE: Route = route({
  id: "metrics",
  method: "GET",
  url: "/metrics",
  tag: "operation",
  zh: "Prometheus 指标（需要带 metrics 用途的密钥）",
  en: "Prometheus metrics (needs a key with the scope metrics)",
  right: "metrics",
  gives: Type.String({ description: "Prometheus, version 0.0.4" }),
  media: "text/plain",
  handle: async (call) => {
    const { services, actor, reply } = call;
    const { engine, tenants } = services;
    const isOurs = await within(call);
    const { flows: enabled } = await tenants.enabled(services.log);
    const flows = enabled.filter(({ flow }) => isOurs(flow.id));
    const connections = new Map(flows.flatMap((flow) => [...flow.connections]).filter(([, { system }]) => system !== BUILT_IN_SYSTEM));
    const [states, counts, watermarks, budgets] = await Promise.all([
      queueStates(engine, flows),
      countFlows(engine.pool),
      listWatermarks(engine.pool),
      budgetUse(engine, [...connections.values()]),
    ]);
    // A key hears of the connections of its enabled flows.
    const calls = callCounts().filter(({ connection }) => actor.kind === "person" || connections.has(connection));
    const nowMs = engine.ports.nowMs();
    const lags = watermarks.filter(({ flowId }) => isOurs(flowId));
    const lagOf = lags.map(({ flowId, watermarkAt }): Values[number] => [{ flow: flowId }, Math.max(0, (nowMs - watermarkAt) / 1000)]);
    const lines = [
      ...countLines(counts.filter(({ flowId }) => isOurs(flowId))),
      ...queueLines(states),
      ...metric("datong_source_lag_seconds", "gauge", "How far behind now a flow has read its source", lagOf),
      ...callLines(calls, budgets),
      ...processLines(),
    ];
    void reply.type("text/plain; version=0.0.4; charset=utf-8");
    return `${lines.join("\n")}\n`;
  },
});

function metric(name: string, type: "counter" | "gauge", help: string, values: Values): readonly string[] {
  const escape = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
  const labels = (given: Labels): string => {
    const inside = Object.entries(given).map(([key, value]) => `${key}="${escape(value)}"`);
    return inside.length === 0 ? "" : `{${inside.join(",")}}`;
  };
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...values.map(([given, value]) => `${name}${labels(given)} ${value}`)];
}
