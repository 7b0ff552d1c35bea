/** Health, readiness, metrics. */
import { Type } from "typebox";
import { route, type Route } from "../route/route.ts";
import { METRICS_ROUTE } from "./metrics.ts";

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
  METRICS_ROUTE,
];
