/**
 * Spans of OpenTelemetry around what takes time: a page, a call, a request. Without an SDK (the server loads one where `OTEL_*` asks for it)
 * the API does nothing and costs a function call. Names of connections, flows and APIs are in them; bills and secrets never.
 */
import { SpanStatusCode, trace, type Attributes } from "@opentelemetry/api";

/** `ended` may say more of the result, and whether it was a failure. */
export function traced<T>(
  name: string,
  attributes: Attributes,
  work: () => Promise<T>,
  ended?: (result: T) => { readonly attributes: Attributes; readonly failed: boolean },
): Promise<T> {
  // Asked for each time: a tracer that is kept stays with the first SDK of the process, also after a server was closed and another opened.
  return trace.getTracer("datong").startActiveSpan(name, { attributes }, async (span) => {
    try {
      const result = await work();
      const told = span.isRecording() ? ended?.(result) : undefined;
      if (told !== undefined) span.setAttributes(told.attributes);
      if (told?.failed === true) span.setStatus({ code: SpanStatusCode.ERROR });
      return result;
    } catch (error) {
      // The code says what it was; a message might hold what a vendor said.
      const { code } = error as { readonly code?: unknown };
      span.setStatus({ code: SpanStatusCode.ERROR, message: typeof code === "string" ? code : "failed" });
      throw error;
    } finally {
      span.end();
    }
  });
}
