/**
 * The console's files: public, like the description of the API; what they show comes through the API and its rights. Every path that is
 * neither a file nor the API's is one of the console's own addresses and gets its page. Hashed files are kept by browsers for a year, the
 * page itself never, so that a new build is seen at the next load.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import { DatongError } from "@datong/core";
import type { FastifyInstance, FastifyRequest } from "fastify";

export const CONSOLE_FOLDER = fileURLToPath(new URL("../../designer/dist", import.meta.url));
const ANY = "/*";
/** What belongs to the API, built or not. */
const API = /^\/(api|healthz|metrics|openapi\.json|docs)(\/|$)/;
const YEAR_MS = 31_536_000_000;

const NOT_BUILT = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>打通 Datong</title>
<p>网页控制台还没有生成。请运行 <code>npm start</code>，或 <code>node packages/designer/build.mjs</code>，然后刷新。接口照常可用：<a href="/docs">/docs</a></p>
<p>The console is not built yet. Run <code>npm start</code> or <code>node packages/designer/build.mjs</code>, then reload. The API works: <a href="/docs">/docs</a></p></html>`;

export async function addConsole(app: FastifyInstance, folder: string): Promise<void> {
  await app.register(fastifyStatic, { root: folder, serve: false, cacheControl: false });
  app.get(ANY, { schema: { hide: true } }, async (request, reply) => {
    const path = pathOf(request);
    if (API.test(path)) throw new DatongError("ROUTE_UNKNOWN", { method: request.method, path });
    if (/^\/assets\/[\w.-]+$/.test(path))
      return reply.header("Cache-Control", `public, max-age=${YEAR_MS / 1000}, immutable`).sendFile(path.slice(1));
    if (path === "/mark.svg") return reply.header("Cache-Control", "public, max-age=3600").sendFile("mark.svg");
    void reply.header("Cache-Control", "no-store");
    // Looked for each time: a build that is made later is served without a restart.
    if (!existsSync(join(folder, "index.html"))) return reply.code(503).type("text/html; charset=utf-8").send(NOT_BUILT);
    return reply.sendFile("index.html");
  });
}

/** True for what anybody may load. An address below the API that no route has is not. */
export function isConsole(request: FastifyRequest): boolean {
  return request.routeOptions.url === ANY && !API.test(pathOf(request));
}

function pathOf(request: FastifyRequest): string {
  return request.url.split("?")[0] ?? "";
}
