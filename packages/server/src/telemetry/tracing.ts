/**
 * OpenTelemetry by its own environment variables: `OTEL_EXPORTER_OTLP_ENDPOINT` (or `…_TRACES_ENDPOINT`) turns it on, `OTEL_SDK_DISABLED=true`
 * or `OTEL_TRACES_EXPORTER=none` off; headers, time-outs, service name and resource attributes are read by the SDK. Spans go out over
 * OTLP/HTTP. The SDK is loaded only where it is asked for.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { context, ROOT_CONTEXT, trace, type Context, type ContextManager } from "@opentelemetry/api";

export interface Tracing {
  /** Sends what is left. */
  readonly close: () => Promise<void>;
}

export function wantsTracing(env: Readonly<Record<string, string | undefined>>): boolean {
  const endpoint = env["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] ?? env["OTEL_EXPORTER_OTLP_ENDPOINT"] ?? "";
  return endpoint !== "" && env["OTEL_SDK_DISABLED"]?.toLowerCase() !== "true" && env["OTEL_TRACES_EXPORTER"] !== "none";
}

/** Null where nobody asks for it. */
export async function startTracing(
  env: Readonly<Record<string, string | undefined>>,
  log: (line: string) => void,
): Promise<Tracing | null> {
  if (!wantsTracing(env)) return null;
  const [{ BatchSpanProcessor, TracerProvider }, { OTLPTraceExporter }, { detectResources, envDetector, resourceFromAttributes }] =
    await Promise.all([
      import("@opentelemetry/sdk-trace"),
      import("@opentelemetry/exporter-trace-otlp-http"),
      import("@opentelemetry/resources"),
    ]);
  const resource = resourceFromAttributes({ "service.name": "datong" }).merge(detectResources({ detectors: [envDetector] }));
  const provider = new TracerProvider({ resource, spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })] });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(asyncContexts());
  return {
    close: async () => {
      trace.disable();
      context.disable();
      await provider.shutdown().catch((error: unknown) => log(`tracing: ${String(error)}`));
    },
  };
}

/** Which span is under way, along promises and callbacks. */
function asyncContexts(): ContextManager {
  const storage = new AsyncLocalStorage<Context>();
  return {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (given, work, self, ...args) => storage.run(given, () => work.apply(self as ThisParameterType<typeof work>, args)),
    bind: (given, target) =>
      typeof target === "function"
        ? (((...args: unknown[]) => storage.run(given, () => (target as (...all: unknown[]) => unknown)(...args))) as typeof target)
        : target,
    enable() {
      return this;
    },
    disable() {
      storage.disable();
      return this;
    },
  };
}
