/** Spans go to the SDK that is there now: a server that was closed, and another opened in the same process, each have their own. */
import { trace, type Tracer } from "@opentelemetry/api";
import { expect, test } from "vitest";
import { traced } from "../src/trace.ts";

test("after one SDK has gone and another come, spans go to the other", async () => {
  const begun: string[] = [];
  const sdk = (name: string) => ({
    getTracer: (): Tracer => {
      const none = trace.wrapSpanContext({ traceId: "0".repeat(32), spanId: "0".repeat(16), traceFlags: 0 });
      const startActiveSpan = (span: string, ...rest: readonly unknown[]): unknown => {
        begun.push(`${name}: ${span}`);
        return (rest.at(-1) as (given: typeof none) => unknown)(none);
      };
      return { startSpan: () => none, startActiveSpan: startActiveSpan as Tracer["startActiveSpan"] };
    },
  });
  for (const name of ["first", "second"]) {
    trace.setGlobalTracerProvider(sdk(name));
    expect(await traced("page", {}, () => Promise.resolve(name))).toBe(name);
    trace.disable();
  }
  expect(begun).toEqual(["first: page", "second: page"]);
});
