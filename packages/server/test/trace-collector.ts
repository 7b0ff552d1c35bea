/** A collector of traces over OTLP/HTTP on loopback, and the environment by which this process finds it. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string; readonly intValue?: number } }[];
}

export interface TraceCollector {
  readonly spans: Span[];
  /** What came, as it came. */
  readonly texts: string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
}

/** The SDK reads the process's own environment too. */
export async function openTraceCollector(more: Readonly<Record<string, string>> = {}): Promise<TraceCollector> {
  const spans: Span[] = [];
  const texts: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString("utf8");
      texts.push(text);
      const body = JSON.parse(text) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] };
      for (const each of body.resourceSpans) spans.push(...each.scopeSpans.flatMap((scope) => scope.spans));
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...more };
  Object.assign(process.env, environment);
  return {
    spans,
    texts,
    environment,
    close: async () => {
      for (const name of Object.keys(environment)) delete process.env[name];
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
