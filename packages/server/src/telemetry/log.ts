/**
 * The log: a line of text, or with `DATONG_LOG=json` one JSON object a line, for collectors: `at` (ISO), `message`, and where the line belongs
 * to something that is traced or asked over HTTP, `traceId`, `spanId`, `requestId`. Requests themselves are lines there too.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { trace } from "@opentelemetry/api";

export type LogForm = "text" | "json";

/** A request that is being answered. `traceId`: of whoever asks (`traceparent`), else of our own. */
export interface Asked {
  readonly requestId: string;
  readonly traceId: string;
}

const asked = new AsyncLocalStorage<Asked>();

/** Whatever goes on within `work` belongs to this request. */
export function within<T>(request: Asked, work: () => T): T {
  return asked.run(request, work);
}

/** The trace that a `traceparent` header names; undefined where it is none. */
export function traceIdOf(header: string | readonly string[] | undefined): string | undefined {
  const found = typeof header === "string" ? /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}/.exec(header)?.[1] : undefined;
  return found === undefined || /^0+$/.test(found) ? undefined : found;
}

/** One line, without its end. */
export function logLine(form: LogForm, message: string, more: Readonly<Record<string, unknown>> = {}): string {
  const at = new Date().toISOString();
  if (form === "text") return `${at} ${message}`;
  const span = trace.getActiveSpan()?.spanContext();
  const request = asked.getStore();
  const traceId = span?.traceId ?? request?.traceId;
  return JSON.stringify({
    at,
    message,
    ...(traceId === undefined ? {} : { traceId }),
    ...(span === undefined ? {} : { spanId: span.spanId }),
    ...(request === undefined ? {} : { requestId: request.requestId }),
    ...more,
  });
}
