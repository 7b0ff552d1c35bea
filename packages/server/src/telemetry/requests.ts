/** Each request as a span and, where it is wanted, as a line of the log: method, route, status, who, how long. Never its query or body. */
import { randomBytes } from "node:crypto";
import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Context, type Span } from "@opentelemetry/api";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { actorName } from "../access/rights.ts";
import { traceIdOf, within } from "./log.ts";

declare module "fastify" {
  interface FastifyRequest {
    span: Span | null;
  }
}

export type RequestLog = (message: string, more: Readonly<Record<string, unknown>>) => void;

export function watchRequests(app: FastifyInstance, log: RequestLog | undefined): void {
  const tracer = trace.getTracer("datong");
  app.decorateRequest("span", null);
  app.addHook("onRequest", (request, reply, done) => {
    const route = request.routeOptions.url ?? "*";
    const attributes = { "http.request.method": request.method, "http.route": route };
    const span = tracer.startSpan(`${request.method} ${route}`, { kind: SpanKind.SERVER, attributes }, parentOf(request));
    request.span = span;
    void reply.header("X-Request-Id", request.id);
    const own = span.spanContext().traceId;
    const traceId = /^0+$/.test(own) ? (traceIdOf(request.headers.traceparent) ?? randomBytes(16).toString("hex")) : own;
    within({ requestId: request.id, traceId }, () => context.with(trace.setSpan(context.active(), span), done));
  });
  app.addHook("onResponse", async (request, reply) => {
    const { span, actor } = request;
    span?.setAttribute("http.response.status_code", reply.statusCode);
    if (reply.statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
    const route = request.routeOptions.url ?? "*";
    log?.(`${request.method} ${route} ${reply.statusCode}`, {
      method: request.method,
      route,
      status: reply.statusCode,
      tookMs: Math.round(reply.elapsedTime),
      ...(actor === null ? {} : { actor: actorName(actor) }),
    });
  });
}

/** The span of whoever asks, by `traceparent`. */
function parentOf(request: FastifyRequest): Context {
  const traceId = traceIdOf(request.headers.traceparent);
  const [, , spanId = "", flags = "00"] = String(request.headers.traceparent ?? "").split("-");
  if (traceId === undefined || /^0+$/.test(spanId)) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true });
}
