/** Health, readiness, metrics. */
import { countFlows, queueStates } from "@datong/engine";
import { Type } from "typebox";
import { route, type Route } from "../route/route.ts";

export const OPERATION_ROUTES: readonly Route[] = [
  route({
    id: "health",
    method: "GET",
    url: "/healthz",
    tag: "operation",
    zh: "进程是否活着",
    en: "Whether the process is alive",
    right: "public",
    gives: Type.Object({ ok: Type.Boolean() }),
    handle: async () => ({ ok: true }),
  }),
  route({
    id: "readiness",
    method: "GET",
    url: "/healthz/readiness",
    tag: "operation",
    zh: "能否接受请求（数据库可达）",
    en: "Whether it can take requests (the database is reached)",
    right: "public",
    gives: Type.Object({ ok: Type.Boolean() }),
    handle: async ({ services, reply }) => {
      try {
        await services.engine.pool.query("select 1");
        return { ok: true };
      } catch (error) {
        services.log(`readiness: ${String(error)}`);
        void reply.code(503);
        return { ok: false };
      }
    },
  }),
  route({
    id: "metrics",
    method: "GET",
    url: "/metrics",
    tag: "operation",
    zh: "Prometheus 指标（需要带 metrics 用途的密钥）",
    en: "Prometheus metrics (needs a key with the scope metrics)",
    right: "metrics",
    gives: Type.String({ description: "text/plain; version=0.0.4" }),
    handle: async ({ services, actor, reply }) => {
      const { engine, tenants } = services;
      const isOurs = (flow: string): boolean =>
        actor.kind === "person" || (flow.split("/").length > 1 ? flow.split("/")[0] : "main") === actor.workspace;
      const { flows } = await tenants.enabled(services.log);
      const states = await queueStates(
        engine,
        flows.filter(({ flow }) => isOurs(flow.id)),
      );
      const counts = (await countFlows(engine.pool)).filter(({ flowId }) => isOurs(flowId));
      const lines = [
        ...metric(
          "datong_documents",
          "gauge",
          "Documents by flow and status",
          counts.map(({ flowId, status, documents }) => [{ flow: flowId, status }, documents]),
        ),
        ...metric(
          "datong_records",
          "gauge",
          "Records by flow and status",
          counts.map(({ flowId, status, records }) => [{ flow: flowId, status }, records]),
        ),
        ...metric(
          "datong_queue_documents",
          "gauge",
          "Documents waiting to be written",
          states.map(({ flow, documents }) => [{ flow }, documents]),
        ),
        ...metric(
          "datong_queue_oldest_seconds",
          "gauge",
          "Age of the oldest waiting task",
          states.map(({ flow, oldestAgeMs }) => [{ flow }, (oldestAgeMs ?? 0) / 1000]),
        ),
        ...metric(
          "datong_written_per_minute",
          "gauge",
          "Documents settled in a minute, lately",
          states.map(({ flow, perMinute }) => [{ flow }, perMinute ?? 0]),
        ),
        ...metric("datong_process_resident_bytes", "gauge", "Resident memory of this process", [[{}, process.memoryUsage.rss()]]),
      ];
      void reply.type("text/plain; version=0.0.4; charset=utf-8");
      return `${lines.join("\n")}\n`;
    },
  }),
];

function metric(
  name: string,
  type: string,
  help: string,
  values: readonly (readonly [Readonly<Record<string, string>>, number])[],
): readonly string[] {
  const escape = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
  const labels = (given: Readonly<Record<string, string>>): string => {
    const inside = Object.entries(given).map(([key, value]) => `${key}="${escape(value)}"`);
    return inside.length === 0 ? "" : `{${inside.join(",")}}`;
  };
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...values.map(([given, value]) => `${name}${labels(given)} ${value}`)];
}
